/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "why/why_path.h"

#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"
#include "why/why_call.h"
#include "why/why_links.h"

enum {
	MAKES = USE_CREATE | USE_OPEN_CREATE | USE_MAKE, /* what isn't there */
	ENTRIES = USE_CREATE | USE_REMOVE,               /* an entry of the directory changes */
	CHANGES = USE_WRITE | ENTRIES,                   /* what is there */
};

/* The step of that kind whose place holds the path, the deepest of them; or NULL. */
static const struct step *step_over(const struct plan *plan, enum step_kind kind, const char *path)
{
	const struct step *found = NULL;

	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];

		if (step->kind == kind && path_below(path, step->dest) &&
		    (!found || strlen(step->dest) >= strlen(found->dest)))
			found = step;
	}
	return found;
}

const struct step *why_mount_over(const struct plan *plan, const char *path)
{
	static const enum step_kind kinds[] = {STEP_BIND, STEP_OVERLAY, STEP_TMPFS, STEP_HIDE,
					       STEP_PROC};
	const struct step *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct step *step = step_over(plan, kinds[i], path);

		if (step && (!found || strlen(step->dest) > strlen(found->dest)))
			found = step;
	}
	return found;
}

/* The step that made a mount at the path itself, or NULL. */
static const struct step *mount_at(const struct plan *plan, const char *path)
{
	const struct step *step = why_mount_over(plan, path);

	return step && streq(step->dest, path) ? step : NULL;
}

/* The flags of the mount at the path inside, ST_*; 0 when it can't be told. */
static unsigned long mount_flags(const struct record *record, const char *path)
{
	_cleanup_close_ int fd =
		sys_openat2(record->root, path, O_PATH | O_CLOEXEC, 0, RESOLVE_IN_ROOT);
	struct statvfs st;

	return fd < 0 || fstatvfs(fd, &st) < 0 ? 0 : st.f_flag;
}

/* " (web.ini:12)" of the line that a step comes from, or nothing. The caller frees. */
static char *by_line(const struct step *step)
{
	return step && !step->implied ? xasprintf(" (%s)", loc_text(&step->loc)) : xstrdup("");
}

/*
 * For a path that is missing because `needed`, itself or a directory above it, is: `text` with what
 * would show it, or NULL when the host doesn't have it either.
 */
static char *missing(const struct why_tree *tree, const char *text, const char *needed,
		     unsigned use)
{
	_cleanup_free_ char *real = host_has(tree->mounts, needed);
	_cleanup_str_ struct str shown = {0};
	const char *base;

	if (!real)
		return NULL;
	/* The host's own would be of no use there. */
	if (tree->plan->net.mode == NET_NONE && streq(needed, "/etc/resolv.conf"))
		return xasprintf("missing: %s ENOENT (no network: %s)", text,
				 loc_text(&tree->plan->net.loc));
	/* If that is there, the symlink to it is what is missing. */
	for (const char *s = record_look(tree->record, real) == STATE_MISSING ? real : needed; *s;
	     s++) {
		if (*s == ':')
			str_add(&shown, "\\");
		str_add_len(&shown, s, 1);
	}
	base = plan_tree_at(tree->plan, needed);
	return xasprintf("missing: %s ENOENT (%s%s%sthe host has it: %s = %s)", text,
			 base ? "the tree " : "", base ?: "", base ? " lacks it, " : "",
			 use & (CHANGES | MAKES) ? "rw" : "ro", shown.text);
}

/* What a change of what is there, or of the directory `dir` of it, will meet. */
static char *unchangeable(const struct why_tree *tree, const char *text, const char *path,
			  const char *dir, unsigned use)
{
	const char *changed = use & ENTRIES ? dir : path;
	const struct step *mount = mount_at(tree->plan, path);
	_cleanup_free_ char *by = NULL;

	if (mount_flags(tree->record, changed) & ST_RDONLY) {
		by = by_line(step_over(tree->plan, STEP_BIND, changed));
		return xasprintf("read-only: %s EROFS%s", text, by);
	}
	if (!(use & ENTRIES) || !mount)
		return NULL;
	by = by_line(mount);
	return xasprintf("mount point: %s EBUSY%s", text, by);
}

char *why_path(const struct why_tree *tree, const char *call, const char *named, unsigned use)
{
	const struct record *record = tree->record;
	_cleanup_free_ char *path = links_follow(record->root, named, use & ENTRIES, NULL, NULL);
	_cleanup_free_ char *text = why_path_text(call, named);
	_cleanup_free_ char *dir = path ? path_dir(path) : NULL, *by = NULL;
	const struct step *hide;
	enum file_state now;

	if (use & USE_OUTSIDE || !path || path_below(path, "/sys"))
		return NULL;
	now = record_look(record, path);
	hide = step_over(tree->plan, STEP_HIDE, path);
	/* A look at what is covered shows the cover; below it nothing can be reached. */
	if (hide && !streq(hide->dest, path))
		return xasprintf("hidden: %s EACCES (%s)", text, loc_text(&hide->loc));
	if (hide && !(use & (USE_LOOK | ENTRIES | USE_MAKE)))
		return xasprintf("hidden: %s EACCES (%s)", text, loc_text(&hide->loc));
	if (now == STATE_MISSING && use & MAKES) {
		if (record_look(record, dir) == STATE_MISSING)
			return missing(tree, text, dir, use);
		return unchangeable(tree, text, path, dir, USE_CREATE);
	}
	if (now == STATE_MISSING)
		return missing(tree, text, path, use);
	if (use & USE_EXEC && mount_flags(record, path) & ST_NOEXEC) {
		by = by_line(plan_noexec_at(tree->plan, path));
		return xasprintf("noexec: %s EACCES%s", text, by);
	}
	/* What exists can't be made. Devices, sockets and pipes can be written to. */
	if (!(use & CHANGES) || use & USE_MAKE ||
	    (!(use & ENTRIES) && now != STATE_FILE && now != STATE_DIRECTORY))
		return NULL;
	return unchangeable(tree, text, path, dir, use);
}

char *why_workdir(const struct why_tree *tree)
{
	const struct plan_exec *exec = &tree->plan->exec;

	if (!exec->workdir_fallback || record_look(tree->record, exec->workdir) != STATE_MISSING)
		return NULL;
	_cleanup_free_ char *text = xasprintf("the working directory %s", exec->workdir);
	return missing(tree, text, exec->workdir, USE_LOOK);
}
