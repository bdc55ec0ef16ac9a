/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox audit: a program of its own, for libauparse is nothing that a start should load. */
#include <errno.h>

#include "cmd/cmd.h"

int cmd_audit(const char *const *argv, struct err **err)
{
	if (cmd_exec_helper("sbox-audit", "sbox audit", argv, err) < 0 && errno != ENOENT)
		return -1;
	return err_append(err, "; sbox was built without libauparse, or its part for audit is not "
			       "installed");
}
