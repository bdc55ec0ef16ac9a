/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Imported files as rules: a part of build_filter.c. */
#ifndef PLAN_BUILD_IMPORT_H
#define PLAN_BUILD_IMPORT_H

#include "plan/build_filter.h"

/* Rules in the making; they move to the arena at the end. */
struct rules {
	struct filter_rule *items;
	size_t count;
};

/*
 * Adds a rule that is no group, once for each of its alternatives; `like` has all but name and
 * condition. build_filter.c
 */
void rules_add(struct arena *arena, struct rules *rules, const struct rule *rule,
	       const struct filter_rule *like);

/* What the files say besides rules. */
struct imports {
	struct filter_import *items;
	size_t count;
	bool x86, x32;   /* ABIs that they let in */
	bool decide;     /* the default in force is a file's */
	int newest;      /* the highest native number that a file with an allow list names */
	struct loc list; /* that file */
};

/* Adds the rules of all files that apply, and puts the most restrictive default in force. */
void imports_add(struct arena *arena, const struct seccomp_keys *keys, struct rules *rules,
		 struct imports *imports, struct filter_spec *spec);

/* ENOSYS for the calls that are newer than what the files name, but for those that have a rule. */
void imports_add_newer(struct arena *arena, const struct imports *imports, struct rules *rules,
		       const struct filter_spec *spec);

#endif
