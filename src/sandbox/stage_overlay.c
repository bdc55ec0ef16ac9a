/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Overlays: lower and upper directory are opened, compared with what was planned, and named to the
 * kernel by descriptor, so that nobody can exchange them on the way and no character in their paths
 * has a meaning.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/statvfs.h>

#include "base/mem.h"
#include "base/sys.h"
#include "sandbox/changes.h"
#include "sandbox/landlock.h"
#include "sandbox/scratch.h"
#include "sandbox/stages.h"

/* Where the changes in memory of all overlays are while the root is filled. */
#define LAYERS ".sbox-layers"

/* The kernel reads a layer's path in this process: "/proc/self/fd/N". */
struct fd_path {
	char text[32];
};

static void fd_path(int fd, struct fd_path *out)
{
	snprintf(out->text, sizeof(out->text), "/proc/self/fd/%d", fd);
}

/* Opens the directory that was recorded when the plan was made; ESTALE for another one. */
static int open_layer(const char *path, const struct file_id *id, const char **op)
{
	_cleanup_close_ int fd = sys_openat2(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC, 0,
					     RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
	struct stat st;

	*op = "openat2";
	if (fd < 0)
		return -1;
	*op = "fstat";
	if (fstat(fd, &st) < 0)
		return -1;
	if (st.st_dev != id->dev || st.st_ino != id->ino) {
		errno = ESTALE;
		*op = "compare source";
		return -1;
	}
	return steal_fd(&fd);
}

/* A new directory in memory for the step's changes, "N.upper" or "N.work". */
static int memory_layer(struct child *child, const struct step *step, const char *what,
			const char **op)
{
	char name[48];

	if (scratch_attach(child, LAYERS, &child->layers, op) < 0)
		return -1;
	snprintf(name, sizeof(name), "%zu.%s", (size_t)(step - child->plan->steps), what);
	*op = "mkdir";
	if (mkdirat(child->layers, name, 0700) < 0)
		return -1;
	*op = "openat";
	return openat(child->layers, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* What the overlay's top looks like comes from the upper directory: it is to look like the lower.
 */
static int copy_mode(struct child *child, int lower, int upper, const char **op)
{
	struct stat st;
	char path[32];

	*op = "fstat";
	if (fstat(lower, &st) < 0)
		return -1;
	snprintf(path, sizeof(path), "self/fd/%d", upper);
	*op = "chmod";
	return fchmodat(child->host_proc, path, st.st_mode & 01777, 0);
}

static int new_overlay(const struct child *child, int lower, int upper, int work, uint64_t attr,
		       const char **op)
{
	struct fd_path paths[3];
	/* Without privilege over the host the kernel takes the attributes of users; Linux 5.11. */
	bool user = child->plan->ids.own_userns || child->userns >= 0;
	struct mnt_option options[] = {
		{"lowerdir", paths[0].text},
		{"upperdir", paths[1].text},
		{"workdir", paths[2].text},
		{user ? "userxattr" : NULL, NULL},
		{NULL, NULL},
	};

	fd_path(lower, &paths[0]);
	fd_path(upper, &paths[1]);
	fd_path(work, &paths[2]);
	return mnt_new("overlay", options, attr, op);
}

int step_overlay(struct child *child, const struct step *step, const char **op)
{
	_cleanup_close_ int lower = open_layer(step->real, &step->id, op);
	_cleanup_close_ int upper = -1, work = -1, fd = -1;
	uint64_t attr = step->attr;
	struct statvfs below;

	if (lower < 0)
		return -1;
	upper = step->upper ? open_layer(step->upper, &step->upper_id, op)
			    : memory_layer(child, step, "upper", op);
	if (upper < 0)
		return -1;
	work = step->work ? open_layer(step->work, &step->work_id, op)
			  : memory_layer(child, step, "work", op);
	if (work < 0 || copy_mode(child, lower, upper, op) < 0)
		return -1;
	*op = "statvfs";
	if (fstatvfs(lower, &below) < 0)
		return -1;
	/* As a bind would inherit it. */
	attr |= below.f_flag & ST_NOEXEC ? MOUNT_ATTR_NOEXEC : 0;
	fd = new_overlay(child, lower, upper, work, attr, op);
	if (fd < 0 || mnt_own_add(&child->root, fd, op) < 0 ||
	    mnt_id(fd, &child->kept[child->nkept], op) < 0)
		return -1;
	child->mounts[step - child->plan->steps] = child->kept[child->nkept++];
	if (child->plan->overlay.list &&
	    changes_hand_over(child->changes[1], upper, (size_t)(step - child->plan->steps), op) <
		    0)
		return -1;
	if (landlock_grant(child, step, fd, op) < 0 ||
	    mnt_place(&child->root, fd, step->dest, S_IFDIR, op) < 0)
		return -1;
	shown_note(child, step);
	return 0;
}

int overlay_done(struct child *child, const char **op)
{
	/* The overlays hold it from here on. */
	return scratch_detach(child, LAYERS, &child->layers, op);
}
