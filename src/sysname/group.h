/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Named groups of system call rules, sysname/groups.def. */
#ifndef SYSNAME_GROUP_H
#define SYSNAME_GROUP_H

#include <stddef.h>

#include "base/err.h"
#include "sysname/rule.h"

struct group {
	const char *name; /* "@debug" */
	const char *doc;
	const char *members; /* rules, groups among them, as rules_parse() reads them */
};

/* All groups, in the order of the table. */
extern const struct group groups[];
extern const size_t ngroups;

/* The group of that name ('@' included), or NULL. */
const struct group *group_find(const char *name);

/* The nearest known name, or NULL: static. */
const char *group_nearest(const char *word);

/* One call's rule out of a group. Its own errno, or the one that an enclosing group was given
 * there, or 0. */
struct group_rule {
	struct rule rule;
	const struct group *group; /* the innermost one that it stands in */
};

/*
 * All rules of the group and of the groups in it; a rule that stands in several of them comes once
 * for each. *out is owned by the caller: group_rules_free().
 */
int group_expand(const struct group *group, struct group_rule **out, size_t *count,
		 struct err **err);
void group_rules_free(struct group_rule *rules, size_t count);

#endif
