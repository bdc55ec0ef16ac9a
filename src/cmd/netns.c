/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox netns: a program of its own, for it is the only one that ever wants privilege. */
#include <errno.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/str.h"
#include "cmd/cmd.h"

int cmd_exec_helper(const char *name, const char *title, const char *const *argv, struct err **err)
{
	_cleanup_free_ char *program = path_join(SBOX_LIBEXECDIR, name);
	_cleanup_strv_ struct strv args = {0};
	int saved;

	strv_add(&args, title);
	for (; *argv; argv++)
		strv_add(&args, *argv);
	io_size_limit_kills();
	execv(program, args.items);
	saved = errno;
	io_size_limit_fails();
	err_set(err, saved, "execute %s", program);
	errno = saved;
	return -1;
}

int cmd_netns(const char *const *argv, struct err **err)
{
	return cmd_exec_helper("sbox-netns", "sbox netns", argv, err);
}
