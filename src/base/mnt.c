/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/mnt.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sys.h"

/* Symlinks stay inside the new root; magic links (/proc/PID/fd/N, /proc/PID/root) are refused. */
#define RESOLVE_INSIDE (RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS)

static int failed(const char **op, const char *name)
{
	*op = name;
	return -1;
}

int mnt_new(const char *type, const struct mnt_option *options, uint64_t attr, const char **op)
{
	_cleanup_close_ int fs = sys_fsopen(type, FSOPEN_CLOEXEC);
	int fd;

	if (fs < 0)
		return failed(op, "fsopen");
	for (; options && options->key; options++) {
		unsigned command = options->value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;

		if (sys_fsconfig(fs, command, options->key, options->value, 0) < 0)
			return failed(op, "fsconfig");
	}
	if (sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return failed(op, "fsconfig");
	fd = sys_fsmount(fs, FSMOUNT_CLOEXEC, (unsigned)attr);
	return fd < 0 ? failed(op, "fsmount") : fd;
}

int mnt_clone(int fd, uint64_t attr, const char **op)
{
	_cleanup_close_ int tree =
		sys_open_tree(fd, "",
			      OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);

	if (tree < 0)
		return failed(op, "open_tree");
	if (sys_mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, attr, 0, MS_PRIVATE) < 0)
		return failed(op, "mount_setattr");
	return steal_fd(&tree);
}

int mnt_attach(int mount_fd, int target, const char **op)
{
	if (sys_move_mount(mount_fd, "", target, "",
			   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return failed(op, "move_mount");
	return 0;
}

int mnt_lookup(int root, const char *dest, const char **op)
{
	int fd = sys_openat2(root, dest, O_PATH | O_CLOEXEC, 0, RESOLVE_INSIDE);

	return fd < 0 ? failed(op, "openat2") : fd;
}

/* The id of the mount that holds the descriptor's object; Linux 5.8. */
static int mount_id(int fd, uint64_t *id)
{
	struct statx stx;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID, &stx) < 0)
		return -1;
	*id = stx.stx_mnt_id;
	return 0;
}

int mnt_own_add(struct mnt_own *own, int mount_fd, const char **op)
{
	if (own->count == own->capacity) {
		errno = ENOSPC;
		return failed(op, "statx");
	}
	if (mount_id(mount_fd, &own->ids[own->count]) < 0)
		return failed(op, "statx");
	own->count++;
	return 0;
}

int mnt_may_create(const struct mnt_own *own, int dir, const char **op)
{
	uint64_t id;

	if (!own)
		return 0;
	if (mount_id(dir, &id) < 0)
		return failed(op, "statx");
	for (size_t i = 0; i < own->count; i++)
		if (own->ids[i] == id)
			return 0;
	errno = EROFS;
	return failed(op, "create");
}

/*
 * Creates the components of `missing` (no leading slash) one below the other, from the directory
 * *dir on, which becomes the last of them. What was just made is no symlink, so each step goes by
 * descriptor and name.
 */
static int create_below(const struct mnt_own *own, int *dir, char *missing, const char **op)
{
	for (char *name = missing; *name;) {
		char *slash = strchrnul(name, '/');
		bool last = !*slash;
		int next;

		*slash = '\0';
		if (mnt_may_create(own, *dir, op) < 0)
			return -1;
		if (mkdirat(*dir, name, 0755) < 0) {
			if (errno == EEXIST) /* a dangling symlink: its target isn't created */
				errno = ENOENT;
			return failed(op, "mkdir");
		}
		next = openat(*dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return failed(op, "openat");
		close(*dir);
		*dir = next;
		name = last ? slash : slash + 1;
	}
	return 0;
}

/*
 * The directory `path`, with what is missing of it created. The longest prefix that exists is
 * resolved inside the root, so that a symlink on the way is followed there and nowhere else.
 */
static int make_directories(int root, const struct mnt_own *own, const char *path, const char **op)
{
	_cleanup_close_ int dir = -1;
	char prefix[PATH_MAX];
	size_t len = strlen(path), end = len;

	if (len >= sizeof(prefix)) {
		errno = ENAMETOOLONG;
		return failed(op, "mkdir");
	}
	memcpy(prefix, path, len + 1);
	for (;;) {
		dir = sys_openat2(root, end ? prefix : "/", O_PATH | O_DIRECTORY | O_CLOEXEC, 0,
				  RESOLVE_INSIDE);
		if (dir >= 0)
			break;
		if (errno != ENOENT || end == 0)
			return failed(op, "openat2");
		while (end > 0 && prefix[--end] != '/')
			;
		prefix[end] = '\0';
	}
	if (end < len) {
		memcpy(prefix, path, len + 1);
		if (create_below(own, &dir, prefix + end + 1, op) < 0)
			return -1;
	}
	return steal_fd(&dir);
}

int mnt_parent(int root, const struct mnt_own *own, const char *dest, const char **name,
	       const char **op)
{
	const char *slash = strrchr(dest, '/');
	char dir[PATH_MAX];
	size_t len;

	if (!slash || !slash[1]) {
		errno = EINVAL;
		return failed(op, "mkdir");
	}
	*name = slash + 1;
	len = slash == dest ? 1 : (size_t)(slash - dest);
	if (len >= sizeof(dir)) {
		errno = ENAMETOOLONG;
		return failed(op, "mkdir");
	}
	memcpy(dir, dest, len);
	dir[len] = '\0';
	return make_directories(root, own, dir, op);
}

int mnt_target(int root, const struct mnt_own *own, const char *dest, mode_t type, const char **op)
{
	_cleanup_close_ int parent = -1;
	const char *name;
	struct stat st;
	int fd;

	fd = sys_openat2(root, dest, O_PATH | O_CLOEXEC, 0, RESOLVE_INSIDE);
	if (fd >= 0)
		return fd;
	if (errno != ENOENT)
		return failed(op, "openat2");
	if (S_ISDIR(type)) {
		/* Creates the last component too; mkdir refuses a dangling symlink (EEXIST). */
		return make_directories(root, own, dest, op);
	}
	parent = mnt_parent(root, own, dest, &name, op);
	if (parent < 0)
		return -1;
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = ENOENT; /* a dangling symlink: its target isn't created */
		return failed(op, "openat2");
	}
	if (mnt_may_create(own, parent, op) < 0)
		return -1;
	/* mknod rather than open(O_CREAT): it follows no symlink and opens nothing. */
	if (mknodat(parent, name, S_IFREG | 0644, 0) < 0)
		return failed(op, "mknod");
	fd = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? failed(op, "openat") : fd;
}

int mnt_pivot(int root, const char **op)
{
	if (fchdir(root) < 0)
		return failed(op, "fchdir");
	/* pivot_root(".", "."): the old root ends up stacked on the new one, pivot_root(2). */
	if (sys_pivot_root(".", ".") < 0)
		return failed(op, "pivot_root");
	if (umount2(".", MNT_DETACH) < 0)
		return failed(op, "umount2");
	if (chdir("/") < 0)
		return failed(op, "chdir");
	return 0;
}
