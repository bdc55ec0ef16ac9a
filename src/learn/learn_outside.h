/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Descriptors that lead out of a sandbox: of mounts that none of its processes has, but this one
 * does, as a file of the caller's that standard input has open.
 */
#ifndef LEARN_OUTSIDE_H
#define LEARN_OUTSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Mounts that were found inside before, so that mounts are rarely listed. Starts as zero. */
struct outside {
	uint64_t inside[16];
	size_t next;
};

/*
 * Whether the descriptor, or the working directory with AT_FDCWD, is outside, and by which path
 * here, where nothing has been looked at. False when that can't be told.
 */
bool outside_path(struct outside *outside, pid_t pid, int fd, char *out, size_t size);

/*
 * The number in "/proc/self/fd/N", also by the names in /dev that lead there below the directory
 * `root`, and what comes behind it, "" or "/..."; -1 for another path.
 */
int outside_number(int root, const char *path, const char **rest);

#endif
