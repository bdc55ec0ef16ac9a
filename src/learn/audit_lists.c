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

const char *audit_unreachable(const struct audit_call *call)
{
	bool here = call->has_abi &&
		    (call->abi == ABI_NATIVE ||
		     (ABI_NATIVE == ABI_X86_64 && (call->abi == ABI_X86 || call->abi == ABI_X32)));

	if (!here)
		return "no line: another machine's call";
	return call->named ? NULL : "no line: sbox knows no call of this number";
}

/* Those that the baseline denies whatever their arguments, made once. */
static const struct strv *baseline_calls(void)
{
	static struct strv calls;
	struct group_rule *rules;
	size_t count;

	if (calls.count || group_expand(group_find("@baseline"), &rules, &count, NULL) < 0)
		return &calls;
	for (size_t i = 0; i < count; i++)
		if (!rules[i].rule.nalternatives && !strv_contains(&calls, rules[i].rule.name))
			strv_add(&calls, rules[i].rule.name);
	group_rules_free(rules, count);
	return &calls;
}

static void add_once(struct strv *list, const char *word)
{
	if (!strv_contains(list, word))
		strv_add(list, word);
}

/* "FILE:LINE (NAME NAME)" of the calls from `first` on that this line denies. */
static void add_change(const struct audit_program *program, size_t first, struct strv *out)
{
	const char *place = program->calls[first].place;
	_cleanup_strv_ struct strv names = {0};
	struct str text = {0};

	for (size_t i = 0; i < program->ncalls; i++) {
		const struct audit_call *call = &program->calls[i];

		if (!(call->lift & AUDIT_LIFT_CHANGE) || !streq(call->place, place))
			continue;
		if (i < first)
			return;
		add_once(&names, call->name);
	}
	strv_sort(&names);
	str_add(&text, place);
	for (size_t i = 0; i < names.count; i++)
		str_addf(&text, "%s%s", i ? " " : " (", names.items[i]);
	str_add(&text, ")");
	strv_take(out, str_steal(&text));
}

static void add_lifts(const struct audit_call *call, struct audit_lists *out)
{
	if (call->lift & AUDIT_LIFT_ARCH)
		add_once(&out->arch, abi_name(call->abi));
	if (call->lift & AUDIT_LIFT_EXEMPT)
		add_once(&out->exempt, call->name);
	if (call->lift & AUDIT_LIFT_ALLOW)
		add_once(&out->allow, call->name);
	if (call->partly)
		add_once(&out->partly, call->name);
}

void audit_profile_lists(const struct audit_program *program, struct audit_lists *out)
{
	const struct strv *implied = &all_groups()[group_find("@default") - groups];

	for (size_t i = 0; i < program->ncalls; i++) {
		const struct audit_call *call = &program->calls[i];
		bool always = strv_contains(implied, call->name);

		if (audit_unreachable(call))
			continue;
		add_lifts(call, out);
		if (call->lift & AUDIT_LIFT_CHANGE)
			add_change(program, i, &out->change);
		if (!call->verdict && call->abi != ABI_NATIVE)
			add_once(&out->arch, abi_name(call->abi));
		if (!call->verdict && !always)
			add_once(&out->allow, call->name);
		/* No profile is named: most have the baseline, which an allow line doesn't lift. */
		if (!call->verdict && strv_contains(baseline_calls(), call->name))
			add_once(&out->exempt, call->name);
		if (call->says != AUDIT_SAYS_DENIED && !always)
			add_once(&out->deny, call->name);
	}
	strv_sort(&out->arch);
	strv_sort(&out->exempt);
	strv_sort(&out->allow);
	strv_sort(&out->partly);
	strv_sort(&out->deny);
	fold(&out->allow);
	fold(&out->deny);
}

void audit_lists_free(struct audit_lists *lists)
{
	strv_free(&lists->arch);
	strv_free(&lists->exempt);
	strv_free(&lists->allow);
	strv_free(&lists->change);
	strv_free(&lists->partly);
	strv_free(&lists->deny);
}
