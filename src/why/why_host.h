/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the host has at a path that a confined program names: looked at only where that wakes
 * nobody, for a path below an automounter's directory or on a network file system would.
 */
#ifndef WHY_HOST_H
#define WHY_HOST_H

#include <stdbool.h>
#include <stddef.h>

struct host_mount {
	char *path;
	bool slow; /* answers by a network, or by a process */
};

struct host_mounts {
	struct host_mount *items;
	size_t count;
};

/* This process's mounts; proc_pid_mountinfo(5). None where they can't be read. */
void host_mounts_read(struct host_mounts *mounts);
void host_mounts_free(struct host_mounts *mounts);

/* Whether the mount that holds the path answers at once. */
bool host_is_quick(const struct host_mounts *mounts, const char *path);

/*
 * The path without symlinks, if it is there and this user may read it; NULL otherwise, and where
 * that can't be told without waking somebody. The caller frees.
 */
char *host_has(const struct host_mounts *mounts, const char *path);

#endif
