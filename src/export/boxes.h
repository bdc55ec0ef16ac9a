/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a filter does with one call, as rules that libseccomp takes: one comparison for each
 * argument, "(argument & mask) == value", and no call of arguments that two rules match. So it
 * doesn't matter which of them libseccomp would let win.
 *
 * The rules are the leaves of a tree that splits one argument after the other into parts that
 * exclude each other: libseccomp 2.5 doesn't try a rule's siblings any more once the rule's first
 * comparison held.
 */
#ifndef EXPORT_BOXES_H
#define EXPORT_BOXES_H

#include "seccomp/calls.h"

/* The values v of an argument for which (v & mask) == value; all when the mask is 0. */
struct cube {
	uint64_t mask, value;
};

struct box {
	struct cube args[6];
	uint32_t verdict; /* SECCOMP_RET_* */
};

struct boxes {
	struct box *items;
	size_t count;
};

/*
 * The boxes in which the verdict isn't `fallback`; the caller frees out->items. -1 when they would
 * be more than BOXES_MAX.
 */
enum { BOXES_MAX = 256 };
int boxes_make(const struct decision *decision, uint32_t fallback, struct boxes *out);

/* Whether they are the same, verdicts too. */
bool boxes_equal(const struct boxes *a, const struct boxes *b);

/* Whether the arguments don't matter: there is one box with all of them, or none. */
bool boxes_simple(const struct boxes *boxes);

#endif
