/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The order of the steps comes from what they do, not from the profile's lines: a mount comes
 * before what lies below it, so none hides another. What can't be ordered is a contradiction.
 */
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "plan/builder.h"

/* A set of clean paths, for "is one of them above this?". */
struct path_set {
	const char **paths;
	size_t count;
};

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void path_set_add(struct path_set *set, const char *path)
{
	*array_grow(&set->paths, &set->count) = path;
}

static void path_set_sort(struct path_set *set)
{
	if (set->count)
		qsort(set->paths, set->count, sizeof(*set->paths), compare_strings);
}

/* The member that is a directory above `path` (not `path` itself), or NULL. */
static const char *path_set_above(const struct path_set *set, const char *path)
{
	_cleanup_free_ char *prefix = xstrdup(path);
	const char *key = prefix;
	char *slash;

	while (set->count && (slash = strrchr(prefix, '/')) && prefix[1]) {
		const char **found;

		slash[slash == prefix] = '\0';
		found = bsearch(&key, set->paths, set->count, sizeof(*set->paths), compare_strings);
		if (found)
			return *found;
	}
	return NULL;
}

static bool is_mount(const struct step *step)
{
	return step->kind == STEP_BIND || step->kind == STEP_TMPFS || step->kind == STEP_PROC ||
	       step->kind == STEP_SYSFS || step->kind == STEP_DEVPTS;
}

static bool is_writable_bind(const struct step *step)
{
	return step->kind == STEP_BIND && !(step->attr & MOUNT_ATTR_RDONLY);
}

static bool same(const struct step *a, const struct step *b)
{
	return a->kind == b->kind && a->attr == b->attr && a->mode == b->mode &&
	       a->size == b->size && a->len == b->len &&
	       (a->source == b->source ||
		(a->source && b->source && streq(a->source, b->source))) &&
	       (a->data == b->data || (a->data && b->data && streq(a->data, b->data)));
}

static bool from_command_line(const struct step *step)
{
	return step->loc.file && step->loc.line == 0;
}

static int contradiction(const struct step *a, const struct step *b, struct err **err)
{
	_cleanup_free_ char *first = step_text(a);
	_cleanup_free_ char *second = step_text(b);

	return err_set_code(err, EXIT_PROFILE, 0, "%s: %s contradicts %s (%s)", loc_text(&b->loc),
			    second, first, loc_text(&a->loc));
}

/*
 * Of two steps for the same place, which one goes: NULL when they contradict each other. `a` was
 * asked for before `b`.
 */
static struct step *loser(struct step *a, struct step *b)
{
	if (same(a, b))
		return b->implied ? b : a;
	if (a->implied != b->implied && !a->essential && !b->essential)
		return a->implied ? a : b;
	if (a->guarded != b->guarded)
		return a->guarded ? b : a;
	if (a->implied && b->implied)
		return a;
	/* A directory is there anyway once something is mounted on it. */
	if (a->kind == STEP_DIR && is_mount(b))
		return a;
	if (b->kind == STEP_DIR && is_mount(a))
		return b;
	/* The command line is the last layer; but a restriction can't be lifted by it. */
	if (from_command_line(b) && a->kind != STEP_HIDE)
		return a;
	return NULL;
}

static int compare_places(const void *a, const void *b)
{
	const struct step *const *x = a, *const *y = b;
	int order = strcmp((*x)->dest, (*y)->dest);

	return order ? order : *x < *y ? -1 : 1;
}

/* Marks the steps that another one for the same place stands for. */
static int drop_doubles(struct builder *b, bool *dropped, struct err **err)
{
	_cleanup_free_ struct step **sorted = xreallocarray(NULL, b->nsteps, sizeof(*sorted));

	for (size_t i = 0; i < b->nsteps; i++)
		sorted[i] = &b->steps[i];
	qsort(sorted, b->nsteps, sizeof(*sorted), compare_places);
	for (size_t i = 1; i < b->nsteps; i++) {
		struct step *lost;

		if (!streq(sorted[i - 1]->dest, sorted[i]->dest))
			continue;
		lost = loser(sorted[i - 1], sorted[i]);
		if (!lost)
			return contradiction(sorted[i - 1], sorted[i], err);
		dropped[lost - b->steps] = true;
		if (lost == sorted[i]) /* the earlier one meets the next in line */
			sorted[i] = sorted[i - 1];
	}
	return 0;
}

/*
 * What the profile shows at /etc, say, is shown as it is: sbox's own parts below it go, but for
 * those that keep names from leaking, and empty file systems that have a place there.
 */
static void drop_covered(struct builder *b, bool *dropped)
{
	struct path_set shown = {0};

	for (size_t i = 0; i < b->nsteps; i++)
		if (b->steps[i].kind == STEP_BIND && !b->steps[i].implied &&
		    !b->steps[i].may_create)
			path_set_add(&shown, b->steps[i].dest);
	path_set_sort(&shown);
	for (size_t i = 0; i < b->nsteps; i++) {
		struct step *step = &b->steps[i];

		if (step->implied && !step->essential && !step->guarded &&
		    (step->kind != STEP_TMPFS) && path_set_above(&shown, step->dest))
			dropped[i] = true;
	}
	free(shown.paths);
}

static struct step *step_at(const struct builder *b, enum step_kind kind, const char *dest)
{
	for (size_t i = 0; i < b->nsteps; i++)
		if (b->steps[i].kind == kind && streq(b->steps[i].dest, dest))
			return &b->steps[i];
	return NULL;
}

/* Nothing is shown below what is hidden. */
static int check_hidden(struct builder *b, bool *dropped, struct err **err)
{
	struct path_set hidden = {0};
	int result = 0;

	for (size_t i = 0; i < b->nsteps; i++)
		if (b->steps[i].kind == STEP_HIDE)
			path_set_add(&hidden, b->steps[i].dest);
	path_set_sort(&hidden);
	for (size_t i = 0; i < b->nsteps && result == 0; i++) {
		const char *above;
		struct step *hide;

		if (dropped[i] || b->steps[i].kind == STEP_HIDE)
			continue;
		above = path_set_above(&hidden, b->steps[i].dest);
		if (!above)
			continue;
		hide = step_at(b, STEP_HIDE, above);
		if (b->steps[i].implied && !b->steps[i].essential) {
			/* Hidden before it is shown; and then there may be nothing left to hide. */
			dropped[i] = true;
			hide->if_present = true;
		} else {
			result = contradiction(hide, &b->steps[i], err);
		}
	}
	free(hidden.paths);
	return result;
}

/*
 * A source below something writable: the application could have put a symlink in its path in an
 * earlier run, so the path is followed without any.
 */
static void mark_plantable(struct builder *b)
{
	struct path_set writable = {0};

	for (size_t i = 0; i < b->nsteps; i++)
		if (is_writable_bind(&b->steps[i]))
			path_set_add(&writable, b->steps[i].source);
	path_set_sort(&writable);
	for (size_t i = 0; i < b->nsteps; i++)
		if (b->steps[i].kind == STEP_BIND && path_set_above(&writable, b->steps[i].source))
			b->steps[i].no_symlinks = true;
	free(writable.paths);
}

static unsigned rank(const struct step *step)
{
	switch (step->kind) {
	case STEP_SYMLINK:
		return 0; /* another step's path may lead through it */
	case STEP_HIDE:
		return 2; /* covers what the others made */
	default:
		return 1;
	}
}

static int compare_order(const void *a, const void *b)
{
	const struct step *const *x = a, *const *y = b;
	unsigned dx = path_depth((*x)->dest), dy = path_depth((*y)->dest);

	if (dx != dy)
		return dx < dy ? -1 : 1;
	if (rank(*x) != rank(*y))
		return rank(*x) < rank(*y) ? -1 : 1;
	return *x < *y ? -1 : 1;
}

int order_steps(struct builder *b, struct err **err)
{
	_cleanup_free_ bool *dropped = xzalloc(b->nsteps * sizeof(*dropped));
	_cleanup_free_ struct step **kept = NULL;
	struct step *out;
	size_t count = 0;

	if (drop_doubles(b, dropped, err) < 0)
		return -1;
	drop_covered(b, dropped);
	if (check_hidden(b, dropped, err) < 0)
		return -1;
	mark_plantable(b);
	kept = xreallocarray(NULL, b->nsteps, sizeof(*kept));
	for (size_t i = 0; i < b->nsteps; i++)
		if (!dropped[i])
			kept[count++] = &b->steps[i];
	qsort(kept, count, sizeof(*kept), compare_order);
	out = arena_alloc(b->arena, (count + b->nlast) * sizeof(*out));
	for (size_t i = 0; i < count; i++)
		out[i] = *kept[i];
	for (size_t i = 0; i < b->nlast; i++)
		out[count + i] = b->last[i];
	b->plan->steps = out;
	b->plan->nsteps = count + b->nlast;
	return 0;
}
