/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is to be hidden or made noexec has to be there, and mostly the plan can tell. Where it
 * can't, because a symlink is in the way or the kernel makes the files, the start finds out.
 */
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"
#include "plan/builder.h"

static bool restricts(const struct step *step)
{
	return step->kind == STEP_HIDE || step->kind == STEP_NOEXEC;
}

/* The innermost mount at or above the path, or NULL: the sandbox's own root. */
static const struct step *innermost(const struct plan *plan, const char *path)
{
	const struct step *found = NULL;

	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];

		if (step_is_mount(step) && path_below(path, step->dest) &&
		    (!found || strlen(step->dest) >= strlen(found->dest)))
			found = step;
	}
	return found;
}

const char *plan_tree_at(const struct plan *plan, const char *path)
{
	const struct step *step = plan->tree ? innermost(plan, path) : NULL;

	return step && step->tree ? plan->tree : NULL;
}

const struct step *plan_noexec_at(const struct plan *plan, const char *path)
{
	const struct step *mount = innermost(plan, path), *line = NULL;

	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];

		if (step->kind == STEP_NOEXEC && path_below(path, step->dest) &&
		    (!line || strlen(step->dest) >= strlen(line->dest)))
			line = step;
	}
	if (line)
		return line;
	/* Else the host's own mount has the flag. */
	return mount && mount->attr & MOUNT_ATTR_NOEXEC ? mount : NULL;
}

/* Whether the path, which the step shows, is certainly missing in what it shows. */
static bool missing_outside(const struct builder *b, const struct step *step, const char *path)
{
	_cleanup_free_ char *source = path_join(step->real, path + strlen(step->dest));
	struct stat st;

	for (char *end = source + strlen(step->real); end;) {
		char saved;

		end = *end ? strchrnul(end + 1, '/') : NULL;
		if (!end)
			return false;
		saved = *end;
		*end = '\0';
		if (b->host->fs->lstat(source, &st) < 0)
			return errno == ENOENT || errno == ENOTDIR;
		if (S_ISLNK(st.st_mode))
			return false;
		*end = saved;
	}
	return false;
}

/* Whether nothing will be at the path inside when the plan is carried out; false in doubt. */
static bool is_missing(const struct builder *b, const char *path)
{
	const struct plan *plan = b->plan;
	const struct step *mount;

	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *other = &plan->steps[i];

		if (!restricts(other) && path_below(other->dest, path))
			return false;
		if (other->kind == STEP_SYMLINK && path_below(path, other->dest))
			return false;
	}
	mount = innermost(plan, path);
	if (!mount || mount->kind == STEP_TMPFS)
		return true;
	/* What an overlay keeps is the kernel's to read. */
	return step_shows_host(mount) && !mount->upper && missing_outside(b, mount, path);
}

/* Whether some step's place lies behind a symlink that the plan makes, and so is another one. */
static bool has_detours(const struct plan *plan)
{
	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *link = &plan->steps[i];

		for (size_t k = 0; link->kind == STEP_SYMLINK && k < plan->nsteps; k++)
			if (k != i && !restricts(&plan->steps[k]) &&
			    path_below(plan->steps[k].dest, link->dest))
				return true;
	}
	return false;
}

/* The path behind the first of the plan's symlinks in it, or NULL; the caller frees. */
static char *behind_symlink(const struct plan *plan, const char *path)
{
	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *link = &plan->steps[i];
		_cleanup_free_ char *dir = NULL, *target = NULL, *whole = NULL;

		if (link->kind != STEP_SYMLINK || !path_below(path, link->dest))
			continue;
		dir = path_dir(link->dest);
		target = link->data[0] == '/' ? xstrdup(link->data) : path_join(dir, link->data);
		whole = xasprintf("%s%s", target, path + strlen(link->dest));
		return path_clean(whole);
	}
	return NULL;
}

bool leads_nowhere(const struct builder *b, const char *named)
{
	_cleanup_free_ char *path = path_clean(named);

	if (has_detours(b->plan))
		return false;
	for (unsigned links = 0; path && links < 8; links++) {
		char *next = behind_symlink(b->plan, path);

		if (!next)
			break;
		free(path);
		path = next;
	}
	return path && is_missing(b, path);
}

int step_missing(const struct step *step, struct err **err)
{
	return err_set(err, 0,
		       "%s: %s = %s: there is no such path in the sandbox; with a - in front of "
		       "the path the line is skipped then",
		       loc_text(&step->loc), step->kind == STEP_HIDE ? "hide" : "noexec",
		       step->dest);
}

int refuse_missing(struct builder *b, struct err **err)
{
	const struct plan *plan = b->plan;
	bool known = false;

	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];

		if (!restricts(step) || step->implied || step->if_present)
			continue;
		if (!known && has_detours(plan))
			return 0;
		known = true;
		if (is_missing(b, step->dest))
			return step_missing(step, err);
	}
	return 0;
}
