/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WHY_LINKS_H
#define WHY_LINKS_H

#include <stdbool.h>

/* Whether a path without symlinks may be looked at. */
typedef bool links_may_look(const void *context, const char *path);

/*
 * Where the symlinks of an absolute path lead below the directory `root` (a descriptor), as far as
 * there are any: to a path that exists or doesn't. Without the last component's, if `keep_last`.
 * NULL for what leads in a circle, to a place where `may_look` (NULL: anywhere) says no, or through
 * /proc, whose symlinks say another thing to each process. The caller frees.
 */
char *links_follow(int root, const char *path, bool keep_last, links_may_look *may_look,
		   const void *context);

#endif
