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

const char *place_in(struct builder *b, const char *dir, const char *path)
{
	_cleanup_free_ char *at = xstrdup(path);
	struct stat wanted, st;

	if (path_below(path, dir))
		return path + (streq(dir, "/") ? 0 : strlen(dir));
	if (b->host->fs->stat(dir, &wanted) < 0 || !S_ISDIR(wanted.st_mode))
		return NULL;
	for (;;) {
		char *up;

		if (b->host->fs->stat(at, &st) == 0 && st.st_dev == wanted.st_dev &&
		    st.st_ino == wanted.st_ino)
			return path + (at[1] ? strlen(at) : 0);
		if (!at[1])
			return NULL;
		up = path_dir(at);
		free(at);
		at = up;
	}
}

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

/*
 * Inside, a symlink in a writable tree can be replaced whatever is read-only behind it, and sbox
 * would follow the new one at its next start.
 */
int refuse_replaceable(struct builder *b, const char *path, size_t nsteps, struct err **err)
{
	_cleanup_path_set_ struct path_set trees = {0};
	_cleanup_free_ char *found = NULL, *link = NULL;

	for (size_t i = 0; i < nsteps; i++)
		if (is_writable_bind(&b->steps[i]) && !b->steps[i].may_create)
			path_set_add(&trees, b->steps[i].real);
	path_set_sort(&trees);
	found = follow_judged(b, &trees, path, &link);
	for (size_t i = 0; link && i < nsteps; i++)
		if (is_writable_bind(&b->steps[i]) && !b->steps[i].may_create &&
		    path_below(link, b->steps[i].real))
			return err_set(err, 0,
				       "%s: %s decides about the next start, and the symlink %s on "
				       "the way to it could be replaced inside: show less of the "
				       "tree, or have a directory there",
				       loc_text(&b->steps[i].loc), path, link);
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
	switch (step->kind) {
	case STEP_HIDE:
	case STEP_FILE:
	case STEP_TMPFS:
	case STEP_OVERLAY:
	case STEP_NOEXEC:
		return true;
	default:
		return step->kind == STEP_BIND && (step->attr & MOUNT_ATTR_RDONLY);
	}
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
	const char *real = streq(outer->real, "/") ? "" : outer->real;
	const char *base = streq(outer->dest, "/") ? "" : outer->dest;
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
		if (b->steps[b->nsteps - 1].linked && loc->file)
			return err_set_code(err, EXIT_PROFILE, 0,
					    "%s: the way to %s leads through the symlink %s, which "
					    "lies where the application can write, and so can be "
					    "led elsewhere: name the path without it",
					    loc_text(loc), dest, b->steps[b->nsteps - 1].source);
		if (b->steps[b->nsteps - 1].id.type != S_IFDIR || b->steps[b->nsteps - 1].linked) {
			b->nsteps--; /* refused elsewhere, or a default */
			break;
		}
		b->steps[b->nsteps - 1].attr = attr;
		b->steps[b->nsteps - 1].pins = true;
		b->steps[b->nsteps - 1].implied = true;
	}
	return 0;
}

/*
 * That a mount point can't be renamed holds in the mount namespaces that have the mount, rename(2).
 * An application that may make others can leave all mounts behind in one of those (pivot_root(2))
 * and rename it there, by a directory that it has open. As it may mount, Landlock has no rules that
 * would forbid that.
 */
static int refuse_nested(struct builder *b, const struct step *outer, const struct step *step,
			 struct err **err)
{
	const struct value *nested = profile_get(b->profile, KEY_NS_NESTED);
	_cleanup_free_ char *from = NULL;

	if (nested->number == 0)
		return 0;
	from = xstrdup(loc_text(&step->loc));
	return err_set_code(err, EXIT_PROFILE, 0,
			    "%s: %s can't be kept as it is inside %s, which is writable (%s): with "
			    "nested = %s (%s) the application could move it away in a namespace of "
			    "its own; show less of the tree, or say nested = no",
			    from, step->dest, outer->dest, loc_text(&outer->loc), nested->text,
			    loc_text(&nested->loc));
}

static int pin_restriction(struct builder *b, size_t asked, const struct path_set *places,
			   const struct step *step, struct err **err)
{
	int outer = restricts(step) ? enclosing(b->steps, asked, places, step->dest) : -1;

	if (outer < 0)
		return 0;
	if (refuse_nested(b, &b->steps[outer], step, err) < 0)
		return -1;
	return pin_directories(b, &b->steps[outer], step->dest, &step->loc, err);
}

int pin_restrictions(struct builder *b, struct err **err)
{
	_cleanup_path_set_ struct path_set places = {0};
	size_t asked = b->nsteps;

	writable_places(b->steps, asked, &places);
	for (size_t i = 0; i < asked; i++) {
		/* A copy: the array grows. */
		const struct step step = b->steps[i];

		if (pin_restriction(b, asked, &places, &step, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < b->nlast; i++)
		if (pin_restriction(b, asked, &places, &b->last[i], err) < 0)
			return -1;
	return 0;
}

void mark_enclosing(struct plan *plan)
{
	_cleanup_path_set_ struct path_set places = {0};

	writable_places(plan->steps, plan->nsteps, &places);
	for (size_t i = 0; i < plan->nsteps; i++) {
		struct step *step = &plan->steps[i];

		step->restricts = restricts(step);
		step->renames = is_writable_bind(step) && !step->may_create;
		step->within = -1;
		if (step->kind == STEP_HIDE || step->kind == STEP_FILE ||
		    step->kind == STEP_READONLY || step->kind == STEP_NOEXEC)
			step->within = enclosing(plan->steps, plan->nsteps, &places, step->dest);
		if (step->within >= 0)
			plan->steps[step->within].encloses = true;
	}
}
