/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plan compares places by their paths as they are written. Inside, a symlink may make two of
 * them one, or put one below the other: here is refused what the plan then has not seen.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/mem.h"
#include "sandbox/stages.h"

/* The message names both: the step and that place. */
static int refuse(struct child *child, size_t step, const char *op, const char *place)
{
	snprintf(child->report->object, sizeof(child->report->object), "%.250s", place);
	return child_fail(child, (int)step, op, 0);
}

/* Whether at `at` is all the same what the bind shows, and as writable as it was asked for. */
static bool shows_same(const struct step *step, int at)
{
	struct statvfs fs;
	struct stat st;

	return step->kind == STEP_BIND && fstat(at, &st) == 0 && st.st_dev == step->id.dev &&
	       st.st_ino == step->id.ino && fstatvfs(at, &fs) == 0 &&
	       !(step->attr & MOUNT_ATTR_RDONLY) == !(fs.f_flag & ST_RDONLY);
}

/*
 * Where no symlink was met, a mount is where its path says. Else it may have covered the one by
 * which its place was found: then that can't be found again.
 */
void shown_note(struct child *child, const struct step *step)
{
	size_t index = (size_t)(step - child->plan->steps);
	_cleanup_close_ int at = -1;
	const char *op;
	uint64_t id;

	if (step->implied || step->closure)
		return;
	if (!child->root.linked) {
		child->shown[index] = child->mounts[index];
		return;
	}
	at = mnt_lookup(&child->root, step->dest, &op);
	if (at >= 0 && mnt_id(at, &id, &op) == 0 && id == child->mounts[index])
		child->shown[index] = id;
}

int shown_check(struct child *child)
{
	const struct plan *plan = child->plan;

	for (size_t i = 0; child->root.linked && i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];
		const char *op, *over = "something else";
		_cleanup_close_ int at = -1;
		uint64_t id = 0;

		if (child->shown[i] == 0)
			continue;
		at = mnt_lookup(&child->root, step->dest, &op);
		if (at >= 0 && mnt_id(at, &id, &op) < 0)
			return child_fail(child, (int)i, op, errno);
		if (id == child->shown[i] || (at >= 0 && shows_same(step, at)))
			continue;
		for (size_t j = i + 1; j < plan->nsteps && id; j++)
			if (child->mounts[j] == id)
				over = plan->steps[j].dest;
		return refuse(child, i, "covered", over);
	}
	return 0;
}

/* The writable bind, of those that were made, that `at` lies in: its index, or -1. */
static int writable_around(const struct child *child, int at)
{
	const char *op;
	uint64_t id;

	if (mnt_id(at, &id, &op) < 0)
		return -1;
	for (size_t i = 0; i < child->plan->nsteps; i++)
		if (child->plan->steps[i].renames && child->mounts[i] == id)
			return (int)i;
	return -1;
}

/* Whether it is the top of a mount, which can't be renamed. */
static bool is_top(int at)
{
	struct statx stx;

	return statx(at, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &stx) == 0 &&
	       (stx.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

int shown_check_way(struct child *child, size_t index)
{
	const struct step *step = &child->plan->steps[index];
	_cleanup_close_ int at = -1;
	const char *name, *op;
	int parent, around;
	struct stat st;
	bool link;

	if (!child->renames || !step->restricts || step->implied)
		return 0;
	at = mnt_lookup(&child->root, step->dest, &op);
	/* Nothing is there that could be renamed, or the step itself will fail. */
	if (at < 0)
		return 0;
	parent = mnt_parent(&child->root, step->dest, &name, &op);
	if (parent < 0)
		return 0;
	link = fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
	around = writable_around(child, link ? at : parent);
	if (around < 0 || (is_top(link ? at : parent) && (link || !child->plan->ids.may_nest)))
		return 0;
	return refuse(child, index, "way", child->plan->steps[around].dest);
}
