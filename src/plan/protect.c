/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the application could do, in this run or an earlier one, inside the trees that it may write:
 * plant symlinks in the path of a source, and rename the directories above what is hidden or
 * read-only. The first is refused when the plan is made; the second is prevented by making each of
 * those directories a mount point, which can't be renamed or removed while it is one, rename(2).
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "plan/builder.h"
#include "plan/path_set.h"

static bool is_writable_bind(const struct step *step)
{
	return step->kind == STEP_BIND && !(step->attr & MOUNT_ATTR_RDONLY);
}

/* Everything of the host's that an application may have written to, by its real path. */
static int writable_trees(struct builder *b, struct path_set *set, struct err **err)
{
	char *homes, *overlays;

	for (size_t i = 0; i < b->nsteps; i++)
		if (is_writable_bind(&b->steps[i]))
			path_set_add(set, b->steps[i].real);
	if (expand_path(b, "${XDG_DATA_HOME}/sbox/homes", false, &no_loc, &homes, err) < 0 ||
	    expand_path(b, "${XDG_DATA_HOME}/sbox/overlays", false, &no_loc, &overlays, err) < 0)
		return -1;
	path_set_add(set, homes);
	path_set_add(set, overlays);
	if (b->plan->overlay.real)
		path_set_add(set, b->plan->overlay.real);
	path_set_sort(set);
	return 0;
}

/* As the kernel's: more links in one path than that are a loop. */
enum { LINKS_MAX = 40 };

/* The target of the link at `place`, and then the path `rest`; NULL when it can't be read. */
static char *behind_link(struct builder *b, const char *place, const char *rest)
{
	char target[PATH_MAX];
	ssize_t len = b->host->fs->readlink(place, target, sizeof(target) - 1);

	if (len <= 0)
		return NULL;
	target[len] = '\0';
	return xasprintf("%s/%s", target, rest);
}

/*
 * The real path of `path`, found by looking at each part once, those of links' targets too. So what
 * it returns depends on no link that was not judged, whatever is renamed meanwhile. NULL: *planted
 * is the first link that lies in one of the trees, or NULL too, when the path can't be followed.
 */
static char *follow_judged(struct builder *b, const struct path_set *trees, const char *path,
			   char **planted)
{
	_cleanup_free_ char *rest = xstrdup(path), *at = xstrdup("/");
	unsigned links = 0;

	*planted = NULL;
	while (rest[0]) {
		size_t len = strcspn(rest, "/");
		_cleanup_free_ char *name = xasprintf("%.*s", (int)len, rest);
		char *next, *left = xstrdup(rest[len] ? rest + len + 1 : "");
		struct stat st;

		free(rest);
		rest = left;
		if (!name[0] || streq(name, "."))
			continue;
		next = streq(name, "..") ? path_dir(at) : path_join(at, name);
		if (b->host->fs->lstat(next, &st) < 0) {
			free(next);
			return NULL;
		}
		if (!S_ISLNK(st.st_mode)) {
			free(at);
			at = next;
			continue;
		}
		if (path_set_above(trees, next)) {
			*planted = next;
			return NULL;
		}
		left = ++links > LINKS_MAX ? (errno = ELOOP, NULL) : behind_link(b, next, rest);
		free(next);
		if (!left)
			return NULL;
		free(rest);
		rest = left;
		if (rest[0] == '/') {
			free(at);
			at = xstrdup("/");
		}
	}
	return steal_ptr(&at);
}

/* *found, the caller's to free, is where the path leads, or NULL with errno. */
static int judge_path(struct builder *b, const struct path_set *trees, const char *path,
		      const struct loc *loc, char **found, struct err **err)
{
	_cleanup_free_ char *link = NULL;

	*found = follow_judged(b, trees, path, &link);
	if (!link)
		return 0;
	return err_set(err, 0,
		       "%s: %s leads through the symlink %s, which lies where a sandbox can "
		       "write: it isn't followed",
		       loc_text(loc), path, link);
}

int refuse_planted(struct builder *b, const char *path, const struct loc *loc, const char **real,
		   struct err **err)
{
	_cleanup_path_set_ struct path_set trees = {0};
	_cleanup_free_ char *found = NULL;
	int errnum;

	if (writable_trees(b, &trees, err) < 0 || judge_path(b, &trees, path, loc, &found, err) < 0)
		return -1;
	errnum = errno;
	if (real)
		*real = found ? arena_strdup(b->arena, found) : NULL;
	errno = errnum;
	return 0;
}

/* What the step's source has been taken for must be where it leads. */
static int judge_source(struct builder *b, const struct path_set *trees, const struct step *step,
			struct err **err)
{
	_cleanup_free_ char *found = NULL;

	if (judge_path(b, trees, step->source, &step->loc, &found, err) < 0)
		return -1;
	if (!step->real || (found && streq(found, step->real)))
		return 0;
	return err_set(err, 0,
		       "%s: %s led to %s, and then didn't: a symlink in it was changed during the "
		       "start",
		       loc_text(&step->loc), step->source, step->real);
}

int refuse_planted_sources(struct builder *b, struct err **err)
{
	_cleanup_path_set_ struct path_set trees = {0};
	bool collected = false;

	for (size_t i = 0; i < b->nsteps; i++) {
		const struct step *step = &b->steps[i];

		if (!(step_shows_host(step) || step->closure) || !step->linked)
			continue;
		if (!collected && writable_trees(b, &trees, err) < 0)
			return -1;
		collected = true;
		if (judge_source(b, &trees, step, err) < 0)
			return -1;
	}
	return 0;
}

/* Whether the step takes something away that is there otherwise. */
static bool restricts(const struct step *step)
{
	return step->kind == STEP_HIDE || step->kind == STEP_FILE ||
	       (step->kind == STEP_BIND && (step->attr & MOUNT_ATTR_RDONLY));
}

/* The destinations of all binds that the application may write to. */
static void writable_places(const struct step *steps, size_t count, struct path_set *set)
{
	for (size_t i = 0; i < count; i++)
		if (is_writable_bind(&steps[i]) && !steps[i].may_create)
			path_set_add(set, steps[i].dest);
	path_set_sort(set);
}

/*
 * The innermost mount above `dest`, if it is a bind that the application may write to: its index,
 * or -1. Only what lies below a member of `places` is worth the search.
 */
static int enclosing(const struct step *steps, size_t count, const struct path_set *places,
		     const char *dest)
{
	int found = -1;

	if (!path_set_above(places, dest))
		return -1;
	for (size_t i = 0; i < count; i++)
		if ((step_shows_host(&steps[i]) || steps[i].kind == STEP_TMPFS) &&
		    !streq(steps[i].dest, dest) && path_below(dest, steps[i].dest) &&
		    (found < 0 || path_depth(steps[i].dest) >= path_depth(steps[found].dest)))
			found = (int)i;
	if (found < 0 || !is_writable_bind(&steps[found]) || steps[found].may_create)
		return -1;
	return found;
}

/* Binds the directories between the writable bind `outer` and `dest` on themselves. */
static int pin_directories(struct builder *b, const struct step *outer, const char *dest,
			   const struct loc *loc, struct err **err)
{
	/* Copies: the array that `outer` is in grows below. */
	const char *real = outer->real, *base = streq(outer->dest, "/") ? "" : outer->dest;
	uint64_t attr = outer->attr;
	const char *rest = dest + strlen(base);

	for (const char *slash = strchr(rest + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		int len = (int)(slash - rest);
		const char *at = arena_printf(b->arena, "%s%.*s", base, len, rest);
		int found = add_bind(b, arena_printf(b->arena, "%s%.*s", real, len, rest), at,
				     BIND_OPTIONAL, loc, err);

		if (found < 0)
			return -1;
		if (found == 0)
			break;
		if (b->steps[b->nsteps - 1].id.type != S_IFDIR || b->steps[b->nsteps - 1].linked) {
			b->nsteps--; /* refused or resolved elsewhere */
			break;
		}
		b->steps[b->nsteps - 1].attr = attr;
		b->steps[b->nsteps - 1].pins = true;
		b->steps[b->nsteps - 1].implied = true;
	}
	return 0;
}

int pin_restrictions(struct builder *b, struct err **err)
{
	_cleanup_path_set_ struct path_set places = {0};
	size_t asked = b->nsteps;

	writable_places(b->steps, asked, &places);
	for (size_t i = 0; i < asked; i++) {
		const struct step step = b->steps[i];
		int outer = restricts(&step) ? enclosing(b->steps, asked, &places, step.dest) : -1;

		if (outer >= 0 &&
		    pin_directories(b, &b->steps[outer], step.dest, &step.loc, err) < 0)
			return -1;
	}
	return 0;
}

void mark_enclosing(struct plan *plan)
{
	_cleanup_path_set_ struct path_set places = {0};

	writable_places(plan->steps, plan->nsteps, &places);
	for (size_t i = 0; i < plan->nsteps; i++) {
		struct step *step = &plan->steps[i];

		step->within = -1;
		if (step->kind == STEP_HIDE || step->kind == STEP_FILE ||
		    step->kind == STEP_READONLY || step->kind == STEP_NOEXEC)
			step->within = enclosing(plan->steps, plan->nsteps, &places, step->dest);
		if (step->within >= 0)
			plan->steps[step->within].encloses = true;
	}
}
