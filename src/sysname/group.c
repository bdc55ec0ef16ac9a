/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sysname/group.h"

#include "base/str.h"

const struct group groups[] = {
#define GROUP(name, doc, members) {name, doc, members},
#include "sysname/groups.def"
#undef GROUP
};
const size_t ngroups = ARRAY_SIZE(groups);

const struct group *group_find(const char *name)
{
	for (size_t i = 0; i < ngroups; i++)
		if (streq(groups[i].name, name))
			return &groups[i];
	return NULL;
}

static const char *next_group(void *cursor)
{
	size_t *at = cursor;

	return *at < ngroups ? groups[(*at)++].name : NULL;
}

const char *group_nearest(const char *word)
{
	size_t cursor = 0;

	return str_nearest(word, next_group, &cursor);
}

static int expand(const struct group *group, int errnum, struct group_rule **out, size_t *count,
		  struct err **err)
{
	struct rule *rules;
	size_t nrules;
	int status = 0;

	if (rules_parse(group->members, &rules, &nrules, err) < 0)
		return err_prefix(err, "group %s", group->name);
	for (size_t i = 0; i < nrules; i++) {
		int own = rules[i].errnum ? rules[i].errnum : errnum;

		if (rules[i].name[0] == '@') {
			/* rules_parse() has seen to it that the group exists; the table has no
			 * cycles, which its test shows. */
			if (status == 0)
				status = expand(group_find(rules[i].name), own, out, count, err);
			rule_clear(&rules[i]);
			continue;
		}
		rules[i].errnum = own;
		*array_grow(out, count) = (struct group_rule){rules[i], group};
	}
	free(rules);
	return status;
}

int group_expand(const struct group *group, struct group_rule **out, size_t *count,
		 struct err **err)
{
	*out = NULL;
	*count = 0;
	if (expand(group, 0, out, count, err) < 0) {
		group_rules_free(*out, *count);
		*out = NULL;
		*count = 0;
		return -1;
	}
	return 0;
}

void group_rules_free(struct group_rule *rules, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rule_clear(&rules[i].rule);
	free(rules);
}
