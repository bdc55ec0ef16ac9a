/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The new root: attached first, then filled step by step, then made the only one. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/sys.h"
#include "sandbox/landlock.h"
#include "sandbox/scratch.h"
#include "sandbox/stages.h"

/* Where hide's empty directory and file are made; they are gone before the application starts. */
#define MASK_DIR  ".sbox-mask-dir"
#define MASK_FILE ".sbox-mask-file"
/* Where the files that cover others are made. */
#define COVERS ".sbox-covers"

int stage_root(struct child *child)
{
	static const struct mnt_option options[] = {{"mode", "0755"}, {NULL, NULL}};
	_cleanup_close_ int slash = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *op = "open";

	if (slash < 0)
		return child_fail_on(child, "/", op, errno);
	child->umask = umask(0);
	/* Nothing that happens here may reach the host; in a user namespace it couldn't anyway. */
	if (mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL) < 0)
		return child_fail_on(child, "/", "mount", errno);
	child->root.fd = mnt_new("tmpfs", options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, &op);
	if (child->root.fd < 0 || mnt_own_add(&child->root, child->root.fd, &op) < 0)
		return child_fail_on(child, "the new root", op, errno);
	/*
	 * On top of "/": needs no directory of the host, and path lookups of this process go on in
	 * the old root below it until the pivot.
	 */
	if (mnt_attach(child->root.fd, slash, &op) < 0)
		return child_fail_on(child, "the new root", op, errno);
	return 0;
}

/*
 * Opens what the step covers, which must lie in the bind that the plan says: a sandbox that runs in
 * the same tree could have put another directory in its place since that was mounted.
 */
static int open_covered(struct child *child, const struct step *step, const char **op)
{
	_cleanup_close_ int at = mnt_lookup(&child->root, step->dest, op);
	uint64_t id;

	if (at < 0 || step->within < 0)
		return steal_fd(&at);
	if (mnt_id(at, &id, op) < 0)
		return -1;
	if (id != child->mounts[step->within]) {
		errno = ESTALE;
		*op = "compare destination";
		return -1;
	}
	return steal_fd(&at);
}

/*
 * Attaches the tree that was made for the step. Which mount a line of a profile made, and
 * which keeps directories from being renamed, is noted for sandbox/shown.c.
 */
static int place(struct child *child, const struct step *step, int tree, mode_t type,
		 const char **op)
{
	if ((!step->implied || step->pins) &&
	    mnt_id(tree, &child->mounts[step - child->plan->steps], op) < 0)
		return -1;
	if (landlock_grant(child, step, tree, op) < 0 ||
	    mnt_place(&child->root, tree, step->dest, type, op) < 0)
		return -1;
	child->renames = child->renames || step->renames;
	shown_note(child, step);
	return 0;
}

static int step_bind(struct child *child, const struct step *step, const char **op)
{
	_cleanup_close_ int tree =
		mnt_clone_path(&child->root, step->real, &step->id, step->attr, op);

	if (tree < 0)
		return -1;
	if (step->encloses && mnt_id(tree, &child->mounts[step - child->plan->steps], op) < 0)
		return -1;
	if (step->may_create && (mnt_own_add(&child->root, tree, op) < 0 ||
				 mnt_id(tree, &child->kept[child->nkept++], op) < 0))
		return -1;
	return place(child, step, tree, step->id.type, op);
}

static int step_new(struct child *child, const struct step *step, const char *type,
		    const struct mnt_option *options, const char **op)
{
	_cleanup_close_ int fd = mnt_new(type, options, step->attr, op);

	if (fd < 0)
		return -1;
	if (step->kind == STEP_TMPFS && mnt_own_add(&child->root, fd, op) < 0)
		return -1;
	return place(child, step, fd, S_IFDIR, op);
}

static int step_tmpfs(struct child *child, const struct step *step, const char **op)
{
	struct mnt_option options[3] = {{NULL, NULL}};
	char mode[16], size[24];

	snprintf(mode, sizeof(mode), "%04o", (unsigned)step->mode);
	options[0] = (struct mnt_option){"mode", mode};
	if (step->size) {
		snprintf(size, sizeof(size), "%llu", (unsigned long long)step->size);
		options[1] = (struct mnt_option){"size", size};
	}
	return step_new(child, step, "tmpfs", options, op);
}

static int step_proc(struct child *child, const struct step *step, const char **op)
{
	static const struct mnt_option pid_only[] = {{"subset", "pid"}, {NULL, NULL}};

	return step_new(child, step, "proc", step->pid_only ? pid_only : NULL, op);
}

static int step_devpts(struct child *child, const struct step *step, const char **op)
{
	static const struct mnt_option options[] = {
		{"newinstance", NULL}, {"ptmxmode", "0666"}, {"mode", "0620"}, {NULL, NULL}};

	_cleanup_close_ int fd = mnt_new("devpts", options, step->attr, op);

	if (fd < 0 || place(child, step, fd, S_IFDIR, op) < 0)
		return -1;
	return terminal_wanted(&child->terminal) ? terminal_open(&child->terminal, fd, op) : 0;
}

static int step_dir(struct child *child, const struct step *step, const char **op)
{
	_cleanup_close_ int fd = mnt_target(&child->root, step->dest, S_IFDIR, op);
	char path[32];

	if (fd < 0)
		return -1;
	/* One of the host's keeps its mode. */
	if (step->mode == 0755 || mnt_may_create(&child->root, fd, op) < 0)
		return 0;
	/* fchmod() takes no O_PATH descriptor. */
	*op = "chmod";
	snprintf(path, sizeof(path), "self/fd/%d", fd);
	return fchmodat(child->host_proc, path, step->mode, 0);
}

static int step_symlink(struct child *child, const struct step *step, const char **op)
{
	char there[PATH_MAX];
	const char *name;
	int parent = mnt_parent(&child->root, step->dest, &name, op);
	ssize_t len;

	if (parent < 0 || mnt_may_create(&child->root, parent, op) < 0)
		return -1;
	*op = "symlink";
	if (symlinkat(step->data, parent, name) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;
	/* A persistent home still has the one of the last run. */
	len = readlinkat(parent, name, there, sizeof(there) - 1);
	if (len >= 0 && (size_t)len == strlen(step->data) &&
	    memcmp(there, step->data, (size_t)len) == 0)
		return 0;
	errno = EEXIST;
	return -1;
}

/*
 * Covers the file at `at` with one that is made in a file system of the covers' own. There it stays
 * linked: nothing can be mounted on a file that has no name any more.
 */
static int cover_file(struct child *child, const struct step *step, int at, const char **op)
{
	_cleanup_close_ int fd = -1, file = -1, tree = -1;
	char name[24];

	if (scratch_attach(child, COVERS, &child->covers, op) < 0)
		return -1;
	snprintf(name, sizeof(name), "%zu", (size_t)(step - child->plan->steps));
	*op = "create";
	fd = openat(child->covers, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, step->mode);
	if (fd < 0)
		return -1;
	*op = "write";
	if (io_write_all(fd, step->data, step->len) < 0)
		return -1;
	*op = "open";
	file = openat(child->covers, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (file < 0)
		return -1;
	tree = mnt_clone(file, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, op);
	return tree < 0 ? -1 : mnt_attach_inside(&child->root, tree, at, op);
}

/* In a tree of the host's nothing is created: there the file covers the one that is there. */
static int file_over_host(struct child *child, const struct step *step, const char **op)
{
	_cleanup_close_ int at = open_covered(child, step, op);

	if (at < 0 && errno == ENOENT && !step->if_present) {
		*op = "create";
		errno = EROFS;
	}
	if (at < 0)
		return errno == ENOENT ? 0 : -1;
	return cover_file(child, step, at, op);
}

/* Whether the directory is in a mount in which things are kept, or belong to an overlay. */
static bool is_kept(const struct child *child, int dir)
{
	const char *op;
	uint64_t id;

	if (child->nkept == 0 || mnt_id(dir, &id, &op) < 0)
		return false;
	for (size_t i = 0; i < child->nkept; i++)
		if (child->kept[i] == id)
			return true;
	return false;
}

/*
 * What is kept there is the application's: its file is only covered. A symlink has to go: where it
 * leads is the tree's to say, and sbox's file is to be found by this name.
 */
static int file_over_kept(struct child *child, const struct step *step, int parent,
			  const char *name, const char **op)
{
	_cleanup_close_ int at = -1;
	struct stat st;

	*op = "unlink";
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode) &&
	    unlinkat(parent, name, 0) < 0)
		return -1;
	at = mnt_target(&child->root, step->dest, S_IFREG, op);
	return at < 0 ? -1 : cover_file(child, step, at, op);
}

static int step_file(struct child *child, const struct step *step, const char **op)
{
	const char *name;
	int parent = mnt_parent(&child->root, step->dest, &name, op);
	_cleanup_close_ int fd = -1;

	if (parent < 0)
		return errno == EROFS && step->if_present ? 0 : -1;
	if (mnt_may_create(&child->root, parent, op) < 0)
		return errno == EROFS ? file_over_host(child, step, op) : -1;
	if (is_kept(child, parent))
		return file_over_kept(child, step, parent, name, op);
	*op = "create";
	fd = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, step->mode);
	if (fd < 0)
		return -1;
	*op = "write";
	return io_write_all(fd, step->data, step->len);
}

/* The empty directory or file that covers what is hidden; made once, exclusively. */
static int mask(struct child *child, bool directory, const char **op)
{
	const char *name = directory ? MASK_DIR : MASK_FILE;

	*op = "create";
	if (!child->masked[directory] &&
	    (directory ? mkdirat(child->root.fd, name, 0)
		       : mknodat(child->root.fd, name, S_IFREG, 0)) < 0)
		return -1;
	child->masked[directory] = true;
	return openat(child->root.fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

static int step_hide(struct child *child, const struct step *step, const char **op)
{
	_cleanup_close_ int at = open_covered(child, step, op);
	_cleanup_close_ int empty = -1, tree = -1;
	struct stat st;

	if (at < 0)
		return errno == ENOENT && step->if_present ? 0 : -1;
	*op = "stat";
	if (fstat(at, &st) < 0)
		return -1;
	empty = mask(child, S_ISDIR(st.st_mode), op);
	if (empty < 0)
		return -1;
	tree = mnt_clone(empty,
			 MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				 MOUNT_ATTR_NOEXEC,
			 op);
	if (tree < 0)
		return -1;
	return mnt_attach_inside(&child->root, tree, at, op);
}

static int step_readonly(struct child *child, const struct step *step, const char **op)
{
	_cleanup_close_ int at = open_covered(child, step, op);

	if (at < 0)
		return -1;
	if (step->cover) {
		_cleanup_close_ int tree = mnt_clone(at, MOUNT_ATTR_RDONLY, op);

		return tree < 0 ? -1 : mnt_attach_inside(&child->root, tree, at, op);
	}
	*op = "mount_setattr";
	return sys_mount_setattr(at, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY, 0, 0);
}

static int step_noexec(struct child *child, const struct step *step, const char **op)
{
	_cleanup_close_ int at = open_covered(child, step, op), tree = -1;

	if (at < 0)
		return errno == ENOENT && step->if_present ? 0 : -1;
	tree = mnt_clone(at, step->attr, op);
	return tree < 0 ? -1 : mnt_attach_inside(&child->root, tree, at, op);
}

static int run_step(struct child *child, const struct step *step, const char **op)
{
	switch (step->kind) {
	case STEP_DIR:
		return step_dir(child, step, op);
	case STEP_SYMLINK:
		return step_symlink(child, step, op);
	case STEP_FILE:
		return step_file(child, step, op);
	case STEP_BIND:
		return step_bind(child, step, op);
	case STEP_TMPFS:
		return step_tmpfs(child, step, op);
	case STEP_PROC:
		return step_proc(child, step, op);
	case STEP_SYSFS:
		return step_new(child, step, "sysfs", NULL, op);
	case STEP_DEVPTS:
		return step_devpts(child, step, op);
	case STEP_HIDE:
		return step_hide(child, step, op);
	case STEP_READONLY:
		return step_readonly(child, step, op);
	case STEP_OVERLAY:
		return step_overlay(child, step, op);
	case STEP_NOEXEC:
		return step_noexec(child, step, op);
	case STEP_KIND_COUNT:
		break;
	}
	*op = "plan";
	errno = EINVAL;
	return -1;
}

/*
 * A symlink on the way to `dest` that leads nowhere: "LINK -> TARGET" for the message. Whether one
 * was found.
 */
static bool describe_dangling(struct child *child, const char *dest, char *out, size_t size)
{
	char prefix[PATH_MAX], target[PATH_MAX];
	const char *op, *slash = dest;

	do {
		_cleanup_close_ int link = -1, end = -1;
		ssize_t len;

		slash = strchrnul(slash + 1, '/');
		if ((size_t)(slash - dest) >= sizeof(prefix))
			return false;
		memcpy(prefix, dest, (size_t)(slash - dest));
		prefix[slash - dest] = '\0';
		link = sys_openat2(child->root.fd, prefix, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0,
				   RESOLVE_IN_ROOT);
		len = link < 0 ? -1 : readlinkat(link, "", target, sizeof(target) - 1);
		if (len < 0)
			continue;
		target[len] = '\0';
		end = mnt_lookup(&child->root, prefix, &op);
		if (end < 0) {
			snprintf(out, size, "%.100s -> %.140s", prefix, target);
			return true;
		}
	} while (*slash);
	return false;
}

static int fill_failed(struct child *child, size_t step, const char *op, int errnum)
{
	const char *dest = child->plan->steps[step].dest;

	if ((errnum == ENOENT || errnum == EROFS || errnum == ELOOP) &&
	    describe_dangling(child, dest, child->report->object, sizeof(child->report->object)))
		op = "dangling symlink";
	return child_fail(child, (int)step, op, errnum);
}

/* Whether the step takes something away from what all the others show; these come last. */
static bool covers(const struct step *step)
{
	return step->kind == STEP_HIDE || step->kind == STEP_READONLY || step->kind == STEP_NOEXEC;
}

int stage_fill(struct child *child)
{
	const struct plan *plan = child->plan;
	bool checked = false;
	const char *op = "step";

	if (landlock_open(child) < 0)
		return -1;
	for (size_t i = 0; i <= plan->nsteps; i++) {
		if (!checked && (i == plan->nsteps || covers(&plan->steps[i]))) {
			checked = true;
			if (shown_check(child) < 0)
				return -1;
		}
		if (i == plan->nsteps)
			break;
		op = "step";
		if (shown_check_way(child, i) < 0)
			return -1;
		if (run_step(child, &plan->steps[i], &op) < 0)
			return fill_failed(child, i, op, errno);
	}
	if (overlay_done(child, &op) < 0)
		return child_fail_on(child, "the overlays' memory", op, errno);
	if (scratch_detach(child, COVERS, &child->covers, &op) < 0)
		return child_fail_on(child, "the files over the host's", op, errno);
	unlinkat(child->root.fd, MASK_FILE, 0);
	unlinkat(child->root.fd, MASK_DIR, AT_REMOVEDIR);
	/* Last, because it is the mount that all the others were created in. */
	if (sys_mount_setattr(child->root.fd, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY, 0, 0) < 0)
		return child_fail_on(child, "the new root", "mount_setattr", errno);
	umask(child->umask);
	return landlock_grant_root(child);
}

int stage_pivot(struct child *child)
{
	const char *op = "pivot_root";

	if (mnt_pivot(&child->root, &op) < 0)
		return child_fail_on(child, "the new root", op, errno);
	close(child->root.fd);
	child->root.fd = -1;
	return 0;
}
