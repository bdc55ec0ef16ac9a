/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Landlock's rules for files and ports deny, where the mounts and the filter would let it. */
#ifndef WHY_LANDLOCK_H
#define WHY_LANDLOCK_H

#include "why/why_path.h"

/* The call that is looked at. */
struct why_asked {
	const char *name;
	pid_t pid;
	const struct seccomp_data *data; /* of the native ABI */
};

/*
 * 'no right: open("/x/pipe") EACCES (Landlock, web.ini:3)', or NULL where no rule stands in the
 * way of what the call does at the path, or that can't be told. With USE_OUTSIDE in `use` the path
 * is this process's. Asked after why_path(), for what
 * the mounts deny is denied before. The caller frees.
 */
char *why_landlock_path(const struct why_tree *tree, const struct why_asked *asked,
			const char *named, unsigned use);

/*
 * 'port: connect("192.0.2.1:25") EACCES (Landlock, web.ini:5)', or NULL where the port is one of
 * the list, there is none, or the socket isn't TCP's. `text` is the address in words. The caller
 * frees.
 */
char *why_landlock_port(const struct plan_landlock *landlock, const struct why_asked *asked,
			const char *text, const struct address_use *use);

#endif
