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

/* The flags of a detached tree, before anybody can reach it. */
static int set_attr(int *tree, uint64_t attr, const char **op)
{
	if (sys_mount_setattr(*tree, "", AT_EMPTY_PATH | AT_RECURSIVE, attr, 0, MS_PRIVATE) < 0)
		return failed(op, "mount_setattr");
	return steal_fd(tree);
}

int mnt_clone(int fd, uint64_t attr, const char **op)
{
	_cleanup_close_ int tree =
		sys_open_tree(fd, "",
			      OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);

	if (tree < 0)
		return failed(op, "open_tree");
	return set_attr(&tree, attr, op);
}

static int compare_source(int fd, const struct file_id *id, const char **op)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return failed(op, "fstat");
	if (st.st_dev == id->dev && st.st_ino == id->ino && (st.st_mode & S_IFMT) == id->type)
		return 0;
	errno = ESTALE;
	return failed(op, "compare source");
}

static int open_tree_path(const char *path, const char **op)
{
	int tree =
		sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);

	return tree < 0 ? failed(op, "open_tree") : tree;
}

static int set_propagation(int mount_fd, uint64_t propagation, const char **op)
{
	if (sys_mount_setattr(mount_fd, "", AT_EMPTY_PATH, 0, 0, propagation) < 0)
		return failed(op, "mount_setattr");
	return 0;
}

/*
 * A copy of "/". The new root is mounted on it, and would be in the copy, on top: while it is
 * unbindable it is left out, mount_namespaces(7).
 */
static int open_tree_slash(const struct mnt_root *root, const char **op)
{
	_cleanup_close_ int tree = -1;

	if (set_propagation(root->fd, MS_UNBINDABLE, op) < 0)
		return -1;
	tree = open_tree_path("/", op);
	if (tree < 0 || set_propagation(root->fd, MS_PRIVATE, op) < 0)
		return -1;
	return steal_fd(&tree);
}

/*
 * The descriptor of a tree is its root, whatever is mounted on that; ".." of a root is what shows
 * there, path_resolution(7).
 */
static int compare_top(int tree, const struct file_id *id, const char **op)
{
	_cleanup_close_ int top =
		sys_openat2(tree, "..", O_PATH | O_DIRECTORY | O_CLOEXEC, 0, RESOLVE_IN_ROOT);

	return top < 0 ? failed(op, "openat2") : compare_source(top, id, op);
}

int mnt_clone_path(const struct mnt_root *root, const char *path, const struct file_id *id,
		   uint64_t attr, const char **op)
{
	/* Any other path leads to what is mounted last at its end. */
	bool slash = !path[strspn(path, "/")];
	_cleanup_close_ int tree = slash ? open_tree_slash(root, op) : open_tree_path(path, op);

	if (tree < 0 || compare_source(tree, id, op) < 0)
		return -1;
	if (slash && compare_top(tree, id, op) < 0)
		return -1;
	return set_attr(&tree, attr, op);
}

int mnt_attach(int mount_fd, int target, const char **op)
{
	if (sys_move_mount(mount_fd, "", target, "",
			   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return failed(op, "move_mount");
	return 0;
}

/* Opens what is there, O_PATH. That there is no symlink on the way is mostly so, and worth knowing.
 */
static int open_inside(struct mnt_root *root, const char *path, int flags)
{
	int fd = sys_openat2(root->fd, path, O_PATH | O_CLOEXEC | flags, 0,
			     RESOLVE_INSIDE | RESOLVE_NO_SYMLINKS);

	if (fd >= 0 || errno != ELOOP)
		return fd;
	root->linked = true;
	return sys_openat2(root->fd, path, O_PATH | O_CLOEXEC | flags, 0, RESOLVE_INSIDE);
}

int mnt_lookup(struct mnt_root *root, const char *dest, const char **op)
{
	int fd = open_inside(root, dest, 0);

	return fd < 0 ? failed(op, "openat2") : fd;
}

int mnt_id(int fd, uint64_t *id, const char **op)
{
	struct statx stx;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID, &stx) < 0)
		return failed(op, "statx");
	*id = stx.stx_mnt_id;
	return 0;
}

int mnt_own_add(struct mnt_root *root, int mount_fd, const char **op)
{
	if (root->nown == root->capacity) {
		errno = ENOSPC;
		return failed(op, "statx");
	}
	if (mnt_id(mount_fd, &root->own[root->nown], op) < 0)
		return -1;
	root->nown++;
	return 0;
}

int mnt_may_create(const struct mnt_root *root, int dir, const char **op)
{
	uint64_t id;

	if (!root->own)
		return 0;
	if (mnt_id(dir, &id, op) < 0)
		return -1;
	for (size_t i = 0; i < root->nown; i++)
		if (root->own[i] == id)
			return 0;
	errno = EROFS;
	return failed(op, "create");
}

/*
 * Creates the components of `missing` (no leading slash) one below the other, from the directory
 * *dir on, which becomes the last of them. What was just made is no symlink, so each step goes by
 * descriptor and name.
 */
static int create_below(const struct mnt_root *root, int *dir, char *missing, const char **op)
{
	if (mnt_may_create(root, *dir, op) < 0)
		return -1;
	for (char *name = missing; *name;) {
		char *slash = strchrnul(name, '/');
		bool last = !*slash;
		int next;

		*slash = '\0';
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
static int make_directories(struct mnt_root *root, const char *path, const char **op)
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
		dir = open_inside(root, end ? prefix : "/", O_DIRECTORY);
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
		if (create_below(root, &dir, prefix + end + 1, op) < 0)
			return -1;
	}
	return steal_fd(&dir);
}

static void forget_parent(struct mnt_root *root)
{
	if (root->parent_fd >= 0)
		close(root->parent_fd);
	root->parent_fd = -1;
}

int mnt_parent(struct mnt_root *root, const char *dest, const char **name, const char **op)
{
	const char *slash = strrchr(dest, '/');
	size_t len;

	if (!slash || !slash[1]) {
		errno = EBUSY; /* the root itself */
		return failed(op, "mkdir");
	}
	*name = slash + 1;
	len = slash == dest ? 1 : (size_t)(slash - dest);
	if (root->parent_fd >= 0 && strncmp(root->parent, dest, len) == 0 && !root->parent[len])
		return root->parent_fd;
	forget_parent(root);
	if (len >= sizeof(root->parent)) {
		errno = ENAMETOOLONG;
		return failed(op, "mkdir");
	}
	memcpy(root->parent, dest, len);
	root->parent[len] = '\0';
	root->parent_fd = make_directories(root, root->parent, op);
	if (root->parent_fd >= 0)
		root->parent_own = mnt_may_create(root, root->parent_fd, op) == 0;
	return root->parent_fd;
}

int mnt_target(struct mnt_root *root, const char *dest, mode_t type, const char **op)
{
	const char *name;
	struct stat st;
	int fd, parent;

	fd = open_inside(root, dest, 0);
	if (fd >= 0)
		return fd;
	if (errno != ENOENT)
		return failed(op, "openat2");
	if (S_ISDIR(type)) {
		/* Creates the last component too; mkdir refuses a dangling symlink (EEXIST). */
		return make_directories(root, dest, op);
	}
	parent = mnt_parent(root, dest, &name, op);
	if (parent < 0)
		return -1;
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = ENOENT; /* a dangling symlink: its target isn't created */
		return failed(op, "openat2");
	}
	if (mnt_may_create(root, parent, op) < 0)
		return -1;
	/* mknod rather than open(O_CREAT): it follows no symlink and opens nothing. */
	if (mknodat(parent, name, S_IFREG | 0644, 0) < 0)
		return failed(op, "mknod");
	fd = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? failed(op, "openat") : fd;
}

int mnt_attach_inside(struct mnt_root *root, int mount_fd, int target, const char **op)
{
	struct stat st, own;

	if (fstat(target, &st) < 0 || fstat(root->fd, &own) < 0)
		return failed(op, "fstat");
	if (st.st_dev == own.st_dev && st.st_ino == own.st_ino) {
		errno = EBUSY;
		return failed(op, "move_mount");
	}
	/* What was covered may be the directory that was used last. */
	forget_parent(root);
	return mnt_attach(mount_fd, target, op);
}

int mnt_place(struct mnt_root *root, int mount_fd, const char *dest, mode_t type, const char **op)
{
	_cleanup_close_ int target = -1;
	const char *name;
	int parent = mnt_parent(root, dest, &name, op);

	if (parent < 0)
		return -1;
	/* Mostly the destination is new: then it is no symlink, and needs no look. */
	if (root->parent_own && (S_ISDIR(type) ? mkdirat(parent, name, 0755)
					       : mknodat(parent, name, S_IFREG | 0644, 0)) == 0) {
		if (sys_move_mount(mount_fd, "", parent, name, MOVE_MOUNT_F_EMPTY_PATH) < 0)
			return failed(op, "move_mount");
		return 0;
	}
	target = mnt_target(root, dest, type, op);
	if (target < 0)
		return -1;
	return mnt_attach_inside(root, mount_fd, target, op);
}

int mnt_pivot(struct mnt_root *root, const char **op)
{
	forget_parent(root);
	if (fchdir(root->fd) < 0)
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
