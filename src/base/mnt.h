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

/* The id of the mount that the descriptor's object is in; statx(2), STATX_MNT_ID, Linux 5.8. */
int mnt_id(int fd, uint64_t *id, const char **op);

/* A new root in the making. Set `fd` and `parent_fd` (-1); the rest starts as zero. */
struct mnt_root {
	int fd; /* the root's mount */
	/*
	 * The mounts inside in which something may be created: the root's own file systems, never a
	 * tree of the host's, whatever symlink leads there. NULL: everything is its own.
	 */
	uint64_t *own;
	size_t nown, capacity;
	bool linked; /* a symlink led to a place inside that was asked for */
	/* The directory that was used last: most steps stand beside each other. */
	int parent_fd;
	bool parent_own;
	char parent[4096];
};

/*
 * mnt_clone() of the tree at `path`, if the object there is the one recorded in `id`: ESTALE when
 * it is another, so that it doesn't matter who exchanges what on the way. Of "/", on which the new
 * root is attached meanwhile, it is what lies below that.
 */
int mnt_clone_path(const struct mnt_root *root, const char *path, const struct file_id *id,
		   uint64_t attr, const char **op);

/* Counts the mount behind the descriptor among the root's own; ENOSPC when there is no room. */
int mnt_own_add(struct mnt_root *root, int mount_fd, const char **op);

/* 0 when something may be created in the directory, -1 with EROFS when it isn't in an own mount. */
int mnt_may_create(const struct mnt_root *root, int dir, const char **op);

/*
 * Opens `dest` (absolute, inside the root) O_PATH; symlinks, the last component's too, are followed
 * inside the root. Creates what is missing: parents 0755, and the last component as a directory, or
 * as an empty file when `type` isn't S_IFDIR. A dangling symlink in the way is ENOENT and creates
 * nothing; a component that is no directory is ENOTDIR; something missing in a mount that isn't
 * the root's own is EROFS.
 */
int mnt_target(struct mnt_root *root, const char *dest, mode_t type, const char **op);

/* Opens an existing directory or file inside the root as mnt_target() does, creating nothing. */
int mnt_lookup(struct mnt_root *root, const char *dest, const char **op);

/*
 * Opens the directory that holds `dest`'s last component (creating missing parents) and points
 * *name at that component inside `dest`. The descriptor is the root's and ends with the next call.
 */
int mnt_parent(struct mnt_root *root, const char *dest, const char **name, const char **op);

/*
 * Attaches a detached mount at `dest`, which is created as by mnt_target(). EBUSY when that is, by
 * a symlink perhaps, the root itself: the mount would lie out of sight on top of it.
 */
int mnt_place(struct mnt_root *root, int mount_fd, const char *dest, mode_t type, const char **op);

/* mnt_attach(), refusing the root itself like mnt_place(). */
int mnt_attach_inside(struct mnt_root *root, int mount_fd, int target, const char **op);

/*
 * Makes the attached mount at `root` the root of this mount namespace and drops the old one. The
 * working directory is "/" after it.
 */
int mnt_pivot(struct mnt_root *root, const char **op);

#endif
