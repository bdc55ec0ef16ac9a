/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The named sets of [filesystem] closure, profile/closure_sets.def. */
#ifndef PROFILE_CLOSURE_SET_H
#define PROFILE_CLOSURE_SET_H

#include <stddef.h>

struct closure_set {
	const char *name;
	const char *items; /* split on blanks; see the table */
	const char *doc;
};

/* All sets, in the order of the table. */
extern const struct closure_set closure_sets[];
extern const size_t nclosure_sets;

/* The set of that name, without the '@', or NULL. */
const struct closure_set *closure_set_find(const char *name);

/* The nearest known name, or NULL. */
const char *closure_set_nearest(const char *name);

#endif
