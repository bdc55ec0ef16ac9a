/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A set of clean paths, for "is one of them above this?". */
#ifndef PLAN_PATH_SET_H
#define PLAN_PATH_SET_H

#include <stddef.h>

/* {0} is a valid empty one. The paths aren't owned. */
struct path_set {
	const char **paths;
	size_t count;
};

void path_set_add(struct path_set *set, const char *path);
/* To be called between the last addition and the first question. */
void path_set_sort(struct path_set *set);
/* The longest member that is a directory above `path` (not `path` itself), or NULL. */
const char *path_set_above(const struct path_set *set, const char *path);
void path_set_free(struct path_set *set);
#define _cleanup_path_set_ __attribute__((cleanup(path_set_free)))

#endif
