/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox netns: a program of its own, for it is the only one that ever wants privilege. */
#include <errno.h>
#include <unistd.h>

#include "base/str.h"
#include "cmd/cmd.h"

int cmd_netns(const char *const *argv, struct err **err)
{
	static const char program[] = SBOX_LIBEXECDIR "/sbox-netns";
	struct strv args = {0};

	strv_add(&args, "sbox netns");
	for (; *argv; argv++)
		strv_add(&args, *argv);
	execv(program, args.items);
	err_set(err, errno, "execute %s", program);
	strv_free(&args);
	return -1;
}
