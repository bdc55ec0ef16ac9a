/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Building a new root out of file descriptors. Each mount is made detached, gets its flags while
 * nobody can reach it, and is attached by descriptor; a destination is resolved inside the new root
 * by the kernel (RESOLVE_IN_ROOT), so no path is ever put together from a root and a name, and a
 * symlink can't lead out.
 *
 * These functions neither allocate nor print: they run between clone(2) and execve(2). On failure
 * they return -1 with errno set and say in *op which call failed (a static string such as
 * "open_tree"); `op` must not be NULL.
 */
#ifndef BASE_MNT_H
#define BASE_MNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* What was recorded of a bind's source when the plan was made. */
struct file_id {
	dev_t dev;
	ino_t ino;
	mode_t type; /* S_IFMT part */
};

/* One "key=value" (or flag, value NULL) of a file system's configuration. */
struct mnt_option {
	const char *key;
	const char *value;
};

/*
 * A new, detached mount of file system `type` with MOUNT_ATTR_* `attr`. `options` ends with a NULL
 * key; it may be NULL. Returns a descriptor of the mount.
 */
int mnt_new(const char *type, const struct mnt_option *options, uint64_t attr, const char **op);

/*
 * A detached copy of the tree at `fd` (O_PATH, opened in this mount namespace: one from before an
 * unshare gives EINVAL), submounts included, with `attr` set on all of it and propagation private.
 * Recursive because in a user namespace submounts are locked to their parent: mount_namespaces(7).
 */
int mnt_clone(int fd, uint64_t attr, const char **op);

/* Attaches a detached mount on the object behind `target` (O_PATH). */
int mnt_attach(int mount_fd, int target, const char **op);

/*
 * The mounts inside the new root in which something may be created: its own file systems, never a
 * tree of the host's, whatever symlink leads there. By mount id (statx(2), STATX_MNT_ID).
 */
struct mnt_own {
	uint64_t *ids;
	size_t count, capacity;
};

/* Adds the mount behind the descriptor; ENOSPC when `own` is full. */
int mnt_own_add(struct mnt_own *own, int mount_fd, const char **op);

/* 0 when something may be created in the directory, -1 with EROFS when it isn't in an own mount. */
int mnt_may_create(const struct mnt_own *own, int dir, const char **op);

/*
 * Opens `dest` (absolute, inside the root) O_PATH; symlinks, the last component's too, are followed
 * inside the root. Creates what is missing: parents 0755, and the last component as a directory, or
 * as an empty file when `type` isn't S_IFDIR. A dangling symlink in the way is ENOENT and creates
 * nothing; a component that is no directory is ENOTDIR; something missing in a mount that isn't
 * `own` is EROFS. `own` may be NULL: then everything in the root is its own.
 */
int mnt_target(int root, const struct mnt_own *own, const char *dest, mode_t type, const char **op);

/* Opens an existing directory or file inside the root as mnt_target() does, creating nothing. */
int mnt_lookup(int root, const char *dest, const char **op);

/*
 * Opens the directory that holds `dest`'s last component (creating missing parents) and points
 * *name at that component inside `dest`.
 */
int mnt_parent(int root, const struct mnt_own *own, const char *dest, const char **name,
	       const char **op);

/*
 * Makes the attached mount at `root` the root of this mount namespace and drops the old one. The
 * working directory is "/" after it.
 */
int mnt_pivot(int root, const char **op);

#endif
