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
#include "plan/path_set.h"

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

/* What loser() answers when neither goes: what sbox mounts there by itself is then hidden. */
static struct step both;

/*
 * Of two steps for the same place, which one goes: NULL when they contradict each other. `a` was
 * asked for before `b`.
 */
static struct step *loser(struct step *a, struct step *b)
{
	if (same(a, b))
		return b->implied ? b : a;
	if (a->implied != b->implied && (a->kind == STEP_HIDE || b->kind == STEP_HIDE))
		return &both;
	if (a->essential != b->essential) {
		struct step *other = a->essential ? b : a;

		return other->implied || other->closure ? other : NULL;
	}
	if (a->implied != b->implied)
		return a->implied ? a : b;
	if (a->closure != b->closure && a->kind != STEP_HIDE && b->kind != STEP_HIDE)
		return a->closure ? a : b;
	if (a->guarded != b->guarded)
		return a->guarded ? b : a;
	if (a->implied && b->implied)
		return a;
	/* A directory is there anyway once something is mounted on it. */
	if (a->kind == STEP_DIR && step_is_mount(b))
		return a;
	if (b->kind == STEP_DIR && step_is_mount(a))
		return b;
	/* The command line is the last layer; but a restriction can't be lifted by it. */
	if (from_command_line(a) != from_command_line(b)) {
		struct step *profiles = from_command_line(a) ? b : a;

		return profiles->kind == STEP_HIDE ? NULL : profiles;
	}
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
		if (lost == &both)
			continue;
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
		if (step_shows_host(&b->steps[i]) && !b->steps[i].implied &&
		    (b->steps[i].kind == STEP_OVERLAY || !b->steps[i].may_create))
			path_set_add(&shown, b->steps[i].dest);
	path_set_sort(&shown);
	for (size_t i = 0; i < b->nsteps; i++) {
		struct step *step = &b->steps[i];

		if ((step->implied || step->closure) && !step->essential && !step->guarded &&
		    !step->pins && (step->kind != STEP_TMPFS) && path_set_above(&shown, step->dest))
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
 * What sbox itself shows where it is on the host, /etc/alternatives say, holds what a closure asks
 * for there, its links too; and in a bind of the host's none could be made.
 */
static void drop_shown_closures(struct builder *b, bool *dropped)
{
	_cleanup_path_set_ struct path_set shown = {0};

	for (size_t i = 0; i < b->nsteps; i++) {
		const struct step *step = &b->steps[i];

		if (!dropped[i] && step->implied && step->kind == STEP_BIND && !step->may_create &&
		    streq(step->source, step->dest))
			path_set_add(&shown, step->dest);
	}
	path_set_sort(&shown);
	for (size_t i = 0; i < b->nsteps; i++)
		if (b->steps[i].closure && path_set_above(&shown, b->steps[i].dest))
			dropped[i] = true;
}

/*
 * Symlinks come before what stands beside them, for another step's path may lead through one;
 * hiding comes last of all, for the path of what is hidden may lead through anything.
 */
enum rank { RANK_FIRST, RANK_MIDDLE, RANK_LAST };

static enum rank rank(const struct step *step)
{
	switch (step->kind) {
	case STEP_SYMLINK:
		return RANK_FIRST;
	case STEP_HIDE:
		return RANK_LAST;
	default:
		return RANK_MIDDLE;
	}
}

static int compare_order(const void *a, const void *b)
{
	const struct step *const *x = a, *const *y = b;
	unsigned dx = path_depth((*x)->dest), dy = path_depth((*y)->dest);

	if (rank(*x) != rank(*y) && (rank(*x) == RANK_LAST || rank(*y) == RANK_LAST))
		return rank(*x) < rank(*y) ? -1 : 1;
	if (dx != dy)
		return dx < dy ? -1 : 1;
	if (rank(*x) != rank(*y))
		return rank(*x) < rank(*y) ? -1 : 1;
	return *x < *y ? -1 : 1;
}

/* A mount on the root would lie out of sight on top of it, and nothing else can be at its place. */
static int refuse_root(const struct builder *b, struct err **err)
{
	for (size_t i = 0; i < b->nsteps; i++) {
		const struct step *step = &b->steps[i];
		_cleanup_free_ char *text = NULL;

		if (step->kind == STEP_DIR || !streq(step->dest, "/"))
			continue;
		text = step_text(step);
		return err_set_code(err, EXIT_PROFILE, 0,
				    "%s: %s: the root itself is sbox's own; base says what it "
				    "shows",
				    loc_text(&step->loc), text);
	}
	return 0;
}

int order_steps(struct builder *b, struct err **err)
{
	_cleanup_free_ bool *dropped = xzalloc(b->nsteps * sizeof(*dropped));
	_cleanup_free_ struct step **kept = NULL;
	struct step *out;
	size_t count = 0;

	if (refuse_root(b, err) < 0 || drop_doubles(b, dropped, err) < 0)
		return -1;
	drop_covered(b, dropped);
	if (check_hidden(b, dropped, err) < 0)
		return -1;
	/* Not sooner: a closure's file that is hidden is a contradiction. */
	drop_shown_closures(b, dropped);
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
