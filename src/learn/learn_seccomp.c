/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the calls that were seen to an allow list, grouped where that is shorter. */
#include "learn/learn_seccomp.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "learn/learn_watch.h"
#include "sysname/group.h"
#include "sysname/names.h"

/*
 * Groups for allowing whose calls do nothing that a sandbox's other parts don't bound: what has a
 * few of them may have the rest. Those for denying aren't here, nor those that need a capability.
 */
static const char *const candidates[] = {
	"@basic-io",  "@file-system", "@io-event", "@ipc",    "@memlock", "@network-io", "@process",
	"@resources", "@sandbox",     "@setuid",   "@signal", "@sync",    "@timer",      "@aio",
};

/* Calls of the baseline that do their work without a capability: they are needed when used. */
static const char *const exemptible[] = {"@cpu-emulation", "@debug", "@keyring", "@numa",
					 "@af-rare"};

/* Calls that need a capability for most of what they do. */
static const char *const capable[] = {
	"@privileged", "@mount",      "@clock", "@module", "@raw-io", "@reboot",
	"@swap",       "@accounting", "@quota", "@bpf",    "setns",
};

static int each_member(const char *name, void (*call)(void *context, const struct rule *rule),
		       void *context, struct err **err)
{
	struct group_rule *members;
	size_t count;

	if (group_expand(group_find(name), &members, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		call(context, &members[i].rule);
	group_rules_free(members, count);
	return 0;
}

static void add_name(void *context, const struct rule *rule)
{
	struct strv *names = context;

	if (!strv_contains(names, rule->name))
		strv_add(names, rule->name);
}

/* The names in groups (with '@') and names. */
static int collect(const char *const *words, size_t count, struct strv *out, struct err **err)
{
	for (size_t i = 0; i < count; i++) {
		if (words[i][0] != '@')
			strv_add(out, words[i]);
		else if (each_member(words[i], add_name, out, err) < 0)
			return -1;
	}
	return 0;
}

static void take_out(struct strv *names, const struct strv *gone)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->count; i++) {
		if (strv_contains(gone, names->items[i]))
			free(names->items[i]);
		else
			names->items[kept++] = names->items[i];
	}
	names->count = kept;
	if (names->items)
		names->items[kept] = NULL;
}

/* All calls that were seen, by name; those of no name go to `unnamed`. */
static void used_names(const struct record *record, struct strv *names, struct strv *unnamed)
{
	for (size_t abi = 0; abi < ABI_COUNT; abi++) {
		for (unsigned nr = 0; nr < CALLS; nr++) {
			char *name;

			if (record->calls[abi][nr] == 0)
				continue;
			name = syscall_name((enum abi)abi, nr);
			if (!name)
				strv_take(unnamed, xasprintf("%u", nr));
			else if (strv_contains(names, name))
				free(name);
			else
				strv_take(names, name);
		}
	}
	/* A filter that looks at clone's flags answers clone3 with ENOSYS; then clone is used. */
	if (strv_contains(names, "clone3") && !strv_contains(names, "clone"))
		strv_add(names, "clone");
}

/* How many characters a group saves, and which names it stands for. */
static int saving(const char *group, const struct strv *names, struct strv *covered,
		  struct err **err)
{
	_cleanup_strv_ struct strv members = {0};
	int len = 0;

	if (each_member(group, add_name, &members, err) < 0)
		return 0;
	for (size_t i = 0; i < members.count; i++) {
		if (strv_contains(names, members.items[i])) {
			strv_add(covered, members.items[i]);
			len += (int)strlen(members.items[i]) + 1;
		}
	}
	return len - (int)strlen(group) - 1;
}

/* Replaces names by the groups that make the list shorter, the best one first. */
static int use_groups(struct strv *names, struct strv *chosen, struct err **err)
{
	enum { FEWEST = 3 };

	for (;;) {
		_cleanup_strv_ struct strv best_covered = {0};
		const char *best = NULL;
		int most = 0;

		for (size_t i = 0; i < ARRAY_SIZE(candidates); i++) {
			struct strv covered = {0};
			int saved = saving(candidates[i], names, &covered, err);

			if (saved > most && covered.count >= FEWEST) {
				strv_free(&best_covered);
				best_covered = covered;
				best = candidates[i];
				most = saved;
			} else {
				strv_free(&covered);
			}
		}
		if (!best)
			return 0;
		strv_add(chosen, best);
		take_out(names, &best_covered);
	}
}

/* "KEY = WORD..." lines of at most 90 columns. */
static void word_lines(const struct strv *words, const char *key, struct lines *lines)
{
	_cleanup_str_ struct str text = {0};

	for (size_t i = 0; i < words->count; i++) {
		if (text.len && text.len + 1 + strlen(words->items[i]) > 80) {
			lines_add(lines, "seccomp", key, "%s", text.text);
			str_free(&text);
			text = (struct str){0};
		}
		str_addf(&text, "%s%s", text.len ? " " : "", words->items[i]);
	}
	if (text.len)
		lines_add(lines, "seccomp", key, "%s", text.text);
}

/* What the baseline's rules are compared with. */
struct baseline {
	const struct record *record;
	const struct strv *names;
	struct strv denied;
};

/* Whether one value that was seen meets all comparisons; only that one argument is known. */
static bool condition_met(const struct record *record, const char *name,
			  const struct conjunction *conjunction)
{
	int nr = syscall_number(name, ABI_NATIVE);

	for (size_t i = 0; i < record->narguments; i++) {
		const struct argument_use *use = &record->arguments[i];
		bool met = (int)use->nr == nr;

		for (size_t k = 0; met && k < conjunction->count; k++)
			met = conjunction->compares[k].arg == use->arg &&
			      compare_met(&conjunction->compares[k], use->value);
		if (met)
			return true;
	}
	return false;
}

static void check_baseline(void *context, const struct rule *rule)
{
	struct baseline *b = context;
	bool met = rule->nalternatives == 0;

	if (!strv_contains(b->names, rule->name) || strv_contains(&b->denied, rule->name))
		return;
	for (size_t i = 0; i < rule->nalternatives; i++)
		met = met || condition_met(b->record, rule->name, &rule->alternatives[i]);
	if (met)
		strv_add(&b->denied, rule->name);
}

/* What of it the baseline denies: exempted where the command can need it, else only told. */
static int baseline_lines(const struct record *record, const struct strv *names,
			  struct lines *lines, struct err **err)
{
	_cleanup_strv_ struct strv may = {0}, nested = {0}, told = {0}, exempt = {0};
	struct baseline b = {.record = record, .names = names};
	const char *const nesting[] = {"@nested", "clone", "unshare"};

	if (each_member("@baseline", check_baseline, &b, err) < 0 ||
	    collect(exemptible, ARRAY_SIZE(exemptible), &may, err) < 0 ||
	    collect(nesting, ARRAY_SIZE(nesting), &nested, err) < 0) {
		strv_free(&b.denied);
		return -1;
	}
	for (size_t i = 0; i < b.denied.count; i++) {
		const char *name = b.denied.items[i];

		if (record->user_namespace && strv_contains(&nested, name))
			continue;
		strv_add(strv_contains(&may, name) || streq(name, "name_to_handle_at") ? &exempt
										       : &told,
			 name);
	}
	strv_free(&b.denied);
	lines_note_words(lines, "seccomp", "used, and denied by the baseline all the same", &told,
			 20);
	strv_sort(&exempt);
	word_lines(&exempt, "exempt", lines);
	return 0;
}

static void ioctl_note(const struct record *record, struct lines *lines)
{
	_cleanup_strv_ struct strv commands = {0};
	int nr = syscall_number("ioctl", ABI_NATIVE);

	for (size_t i = 0; i < record->narguments; i++) {
		const struct argument_use *use = &record->arguments[i];
		const char *name = constant_name("", use->value);

		if ((int)use->nr != nr)
			continue;
		if (name)
			strv_add(&commands, name);
		else
			strv_take(&commands, xasprintf("0x%llx", (unsigned long long)use->value));
	}
	lines_note_words(lines, "seccomp", "ioctl commands", &commands, 40);
}

static int notes(const struct record *record, const struct strv *names, struct lines *lines,
		 struct err **err)
{
	_cleanup_strv_ struct strv need = {0}, used = {0};

	if (collect(capable, ARRAY_SIZE(capable), &need, err) < 0)
		return -1;
	for (size_t i = 0; i < names->count; i++)
		if (strv_contains(&need, names->items[i]))
			strv_add(&used, names->items[i]);
	lines_note_words(lines, "seccomp",
			 "used, and in need of a capability, which nothing in a sandbox has", &used,
			 20);
	ioctl_note(record, lines);
	return 0;
}

static void arch_lines(const struct record *record, struct lines *lines)
{
	static const struct {
		enum abi abi;
		const char *name;
	} foreign[] = {{ABI_X86, "x86"}, {ABI_X32, "x32"}};

	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++) {
		uint64_t count = 0;

		for (unsigned nr = 0; nr < CALLS; nr++)
			count += record->calls[foreign[i].abi][nr];
		if (count)
			lines_add(lines, "seccomp", "arch", "%s", foreign[i].name);
	}
}

int seccomp_lines(const struct record *record, bool quiet, struct lines *lines, struct err **err)
{
	static const char *const implied[] = {"@default"};
	_cleanup_strv_ struct strv names = {0}, unnamed = {0}, words = {0}, gone = {0}, all = {0};

	used_names(record, &names, &unnamed);
	for (size_t i = 0; i < names.count; i++) {
		strv_add(&all, names.items[i]);
		strv_add(&lines->calls, names.items[i]);
	}
	if (collect(implied, ARRAY_SIZE(implied), &gone, err) < 0)
		return -1;
	if (quiet) {
		struct rule *rules;
		size_t count;

		if (rules_parse(WATCHER_QUIET_RULES, &rules, &count, err) < 0)
			return -1;
		for (size_t i = 0; i < count; i++) {
			if (rules[i].name[0] != '@' && !strv_contains(&names, rules[i].name))
				strv_add(&names, rules[i].name);
			if (rules[i].name[0] == '@')
				strv_add(&words, rules[i].name);
		}
		rules_free(rules, count);
	}
	for (size_t i = 0; i < words.count; i++)
		if (each_member(words.items[i], add_name, &gone, err) < 0)
			return -1;
	take_out(&names, &gone);
	if (record->user_namespace)
		lines_add(lines, "namespaces", "nested", "yes");
	if (use_groups(&names, &words, err) < 0)
		return -1;
	strv_sort(&words);
	strv_sort(&names);
	for (size_t i = 0; i < names.count; i++)
		strv_add(&words, names.items[i]);
	lines_add(lines, "seccomp", "default", "errno");
	arch_lines(record, lines);
	word_lines(&words, "allow", lines);
	if (baseline_lines(record, &all, lines, err) < 0)
		return -1;
	lines_note_words(lines, "seccomp", "calls that have no name here", &unnamed, 20);
	return notes(record, &all, lines, err);
}
