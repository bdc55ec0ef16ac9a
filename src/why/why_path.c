/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "why/why_path.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"
#include "why/why_call.h"

enum {
	MAKES = USE_CREATE | USE_OPEN_CREATE | USE_MAKE,
	CHANGES = USE_WRITE | USE_CREATE | USE_REMOVE | USE_OPEN_CREATE | USE_MAKE
};

static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return strncmp(path, dir, len) == 0 && (path[len] == '/' || (len == 1 && path[1]));
}

/* The step of that kind whose place holds the path, the deepest of them; or NULL. */
static const struct step *step_over(const struct plan *plan, enum step_kind kind, const char *path)
{
	const struct step *found = NULL;

	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];

		if (step->kind == kind && (streq(step->dest, path) || is_below(path, step->dest)) &&
		    (!found || strlen(step->dest) >= strlen(found->dest)))
			found = step;
	}
	return found;
}

/* The flags of the mount at the path inside, ST_*; 0 when it can't be told. */
static unsigned long mount_flags(const struct record *record, const char *path)
{
	_cleanup_close_ int fd =
		sys_openat2(record->root, path, O_PATH | O_CLOEXEC, 0, RESOLVE_IN_ROOT);
	struct statvfs st;

	return fd < 0 || fstatvfs(fd, &st) < 0 ? 0 : st.f_flag;
}

/*
 * The path, without symlinks, that would have to be shown for this one to be there; NULL when the
 * host doesn't have it either, or not for this user. The caller frees.
 */
static char *on_host(const struct record *record, const char *path)
{
	char *real = faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0 ? realpath(path, NULL) : NULL;

	if (real && record_look(record, real) == STATE_MISSING)
		return real;
	if (!real)
		return NULL;
	free(real);
	return xstrdup(path);
}

/* " (web.ini:12)" of the line that shows the path, or nothing. */
static char *shown_by(const struct plan *plan, const char *path)
{
	const struct step *step = step_over(plan, STEP_BIND, path);

	return step && !step->implied ? xasprintf(" (%s)", loc_text(&step->loc)) : xstrdup("");
}

/* For a path that is missing because `needed`, itself or a directory above it, is. */
static char *missing(const struct record *record, const char *call, const char *path,
		     const char *needed)
{
	_cleanup_free_ char *text = why_path_text(call, path), *shown = on_host(record, needed);

	return shown ? xasprintf("missing: %s ENOENT (the host has it: ro = %s)", text, shown)
		     : NULL;
}

static char *unchangeable(const struct plan *plan, const char *call, const char *path)
{
	_cleanup_free_ char *text = why_path_text(call, path), *by = shown_by(plan, path);

	return xasprintf("read-only: %s EROFS%s", text, by);
}

char *why_path(const struct plan *plan, const struct record *record, const char *call,
	       const char *path, unsigned use)
{
	const struct step *hide = step_over(plan, STEP_HIDE, path);
	enum file_state now = record_look(record, path);
	_cleanup_free_ char *text = why_path_text(call, path), *dir = path_dir(path);
	bool exists = now != STATE_MISSING;

	/* A look at what is covered shows the cover; below it nothing can be reached. */
	if (hide && !(streq(hide->dest, path) && use == USE_LOOK))
		return xasprintf("hidden: %s EACCES (%s)", text, loc_text(&hide->loc));
	if (!exists && use & MAKES) {
		if (record_look(record, dir) == STATE_MISSING)
			return missing(record, call, path, dir);
		return mount_flags(record, dir) & ST_RDONLY ? unchangeable(plan, call, path) : NULL;
	}
	if (!exists)
		return missing(record, call, path, path);
	if (use & USE_EXEC && mount_flags(record, path) & ST_NOEXEC)
		return xasprintf("noexec: %s EACCES", text);
	/* Devices, sockets and pipes can be written to; what exists can't be made. */
	if (use & CHANGES && !(use & USE_MAKE) && (now == STATE_FILE || now == STATE_DIRECTORY) &&
	    mount_flags(record, use & USE_REMOVE ? dir : path) & ST_RDONLY)
		return unchangeable(plan, call, path);
	return NULL;
}
