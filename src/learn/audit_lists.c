/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "learn/audit_table.h"
#include "sysname/group.h"

/* The calls of a group that this machine has; none of it when one has conditions. */
static void group_calls(const struct group *group, struct strv *out)
{
	struct group_rule *rules;
	size_t count;

	if (group_expand(group, &rules, &count, NULL) < 0)
		return;
	for (size_t i = 0; i < count; i++)
		if (syscall_number(rules[i].rule.name, ABI_NATIVE) >= 0 &&
		    !strv_contains(out, rules[i].rule.name))
			strv_add(out, rules[i].rule.name);
	for (size_t i = 0; i < count; i++) {
		if (!rules[i].rule.nalternatives)
			continue;
		strv_free(out);
		break;
	}
	group_rules_free(rules, count);
}

/* The calls of all groups, made once: there may be many programs. */
static const struct strv *all_groups(void)
{
	static struct strv *all;

	if (all)
		return all;
	all = xreallocarray(NULL, ngroups, sizeof(*all));
	for (size_t g = 0; g < ngroups; g++) {
		all[g] = (struct strv){0};
		group_calls(&groups[g], &all[g]);
	}
	return all;
}

/* The length of the names that the group would stand for; 0 when one of its calls is missing. */
static size_t saved(const struct strv *members, const struct strv *all, const struct strv *left)
{
	size_t length = 0;

	for (size_t i = 0; i < members->count; i++) {
		if (!strv_contains(all, members->items[i]))
			return 0;
		if (strv_contains(left, members->items[i]))
			length += strlen(members->items[i]) + 1;
	}
	return length;
}

static void take_out(struct strv *list, const struct strv *members)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (strv_contains(members, list->items[i]))
			free(list->items[i]);
		else
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
	if (list->items)
		list->items[kept] = NULL;
}

/* Puts groups in place of their members, the one that saves most first. */
static void fold(struct strv *list)
{
	const struct strv *members = all_groups();
	_cleanup_strv_ struct strv all = {0}, found = {0};

	for (size_t i = 0; i < list->count; i++)
		strv_add(&all, list->items[i]);
	for (;;) {
		size_t best = ngroups, most = 0;

		for (size_t g = 0; g < ngroups; g++) {
			size_t length = saved(&members[g], &all, list);

			if (length > strlen(groups[g].name) + 1 && length > most) {
				best = g;
				most = length;
			}
		}
		if (best == ngroups)
			break;
		take_out(list, &members[best]);
		strv_add(&found, groups[best].name);
	}
	for (size_t i = 0; i < found.count; i++)
		strv_add(list, found.items[i]);
}

void audit_profile_lists(const struct audit_program *program, struct strv *allow, struct strv *deny)
{
	const struct strv *implied = &all_groups()[group_find("@default") - groups];

	for (size_t i = 0; i < program->ncalls; i++) {
		const struct audit_call *call = &program->calls[i];

		if (!call->named || strv_contains(implied, call->name))
			continue;
		if (call->says != AUDIT_SAYS_ALLOWED && !strv_contains(allow, call->name))
			strv_add(allow, call->name);
		if (call->says != AUDIT_SAYS_DENIED && !strv_contains(deny, call->name))
			strv_add(deny, call->name);
	}
	strv_sort(allow);
	strv_sort(deny);
	fold(allow);
	fold(deny);
}
