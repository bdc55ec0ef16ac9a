/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/build_filter.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "plan/build_import.h"
#include "sysname/group.h"
#include "sysname/syscall.h"

struct builder {
	struct arena *arena;
	struct rules rules;
	struct rules baseline; /* all of it, even when the profile switches it off */
	struct filter_exempt *exempts;
	size_t nexempts;
	struct imports imports;
	bool keep_clone3;
};

static void builder_free(struct builder *b)
{
	free(b->rules.items);
	free(b->baseline.items);
	free(b->exempts);
	free(b->imports.items);
}

static const struct conjunction *copy_when(struct arena *arena, const struct conjunction *when)
{
	struct conjunction *copy = arena_alloc(arena, sizeof(*copy));

	copy->count = when->count;
	copy->compares = arena_alloc(arena, when->count * sizeof(*when->compares));
	memcpy(copy->compares, when->compares, when->count * sizeof(*when->compares));
	return copy;
}

void rules_add(struct arena *arena, struct rules *rules, const struct rule *rule,
	       const struct filter_rule *like)
{
	const char *name = arena_strdup(arena, rule->name);
	const char *condition = rule->condition ? arena_strdup(arena, rule->condition) : NULL;
	size_t n = rule->nalternatives ? rule->nalternatives : 1;

	for (size_t i = 0; i < n; i++) {
		struct filter_rule *new = array_grow(&rules->items, &rules->count);

		*new = *like;
		new->name = name;
		new->condition = condition;
		new->when = rule->nalternatives ? copy_when(arena, &rule->alternatives[i]) : NULL;
	}
}

/* Adds all of a group. An errno is a member's own, else that of `like`. */
static int add_group(struct arena *arena, struct rules *rules, const char *name,
		     const struct filter_rule *like, struct err **err)
{
	struct group_rule *members;
	size_t count;

	if (group_expand(group_find(name), &members, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct filter_rule with = *like;

		with.group = members[i].group->name;
		if (members[i].rule.errnum)
			with.errnum = members[i].rule.errnum;
		rules_add(arena, rules, &members[i].rule, &with);
	}
	group_rules_free(members, count);
	return 0;
}

static int add_list(struct builder *b, const struct seccomp_list *list, enum rule_action action,
		    struct err **err)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct value *value = &list->values[i];

		for (size_t k = 0; k < value->nrules; k++) {
			const struct rule *rule = &value->rules[k];
			struct filter_rule like = {
				.action = action,
				.errnum = rule->errnum ? rule->errnum : EPERM,
				.loc = value->loc,
			};

			if (rule->errnum && action != ACTION_ERRNO)
				return err_set_code(err, EXIT_PROFILE, 0,
						    "%s: %s takes no errno, only deny does",
						    loc_text(&value->loc), action_name(action));
			if (rule->name[0] != '@')
				rules_add(b->arena, &b->rules, rule, &like);
			else if (add_group(b->arena, &b->rules, rule->name, &like, err) < 0)
				return -1;
		}
	}
	return 0;
}

static bool same_condition(const struct conjunction *a, const struct conjunction *b)
{
	if (!a || !b)
		return a == b;
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct compare *x = &a->compares[i], *y = &b->compares[i];

		if (x->arg != y->arg || x->op != y->op || x->mask != y->mask ||
		    x->value != y->value)
			return false;
	}
	return true;
}

/* Whether `set` has this very rule, whatever would happen to a call. */
static bool rules_contain(const struct rules *set, const struct filter_rule *rule)
{
	for (size_t i = 0; i < set->count; i++)
		if (streq(set->items[i].name, rule->name) &&
		    same_condition(set->items[i].when, rule->when))
			return true;
	return false;
}

/* Takes the denials of a call, or when `name` is NULL those that `set` has, out of the rules;
 * whether there were any. */
static bool take_out(struct rules *rules, const struct rules *set, const char *name)
{
	size_t kept = 0;
	bool any = false;

	for (size_t i = 0; i < rules->count; i++) {
		const struct filter_rule *rule = &rules->items[i];
		bool out = rule->action == ACTION_ERRNO &&
			   (name ? streq(rule->name, name) : rules_contain(set, rule));

		if (!out)
			rules->items[kept++] = *rule;
		any = any || out;
	}
	rules->count = kept;
	return any;
}

/* The first rule for the call that is at least as restrictive as `action`, or NULL. */
static const struct filter_rule *find_rule(const struct rules *rules, const char *name,
					   enum rule_action action)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->items[i].action >= action && streq(rules->items[i].name, name))
			return &rules->items[i];
	return NULL;
}

static int apply_exempt(struct builder *b, const struct rule *rule, const struct loc *loc,
			struct err **err)
{
	_cleanup_free_ char *text = rule_format(rule);
	struct rules set = {0};
	const char *name = NULL;
	bool used;

	if (rule->condition || rule->errnum)
		return err_set_code(err, EXIT_PROFILE, 0,
				    "%s: exempt = %s: only the names of calls and groups can be "
				    "exempted",
				    loc_text(loc), text);
	if (rule->name[0] != '@')
		name = rule->name;
	else if (add_group(b->arena, &set, rule->name, &(struct filter_rule){0}, err) < 0)
		return -1;
	used = take_out(&b->rules, &set, name);
	used = take_out(&b->baseline, &set, name) || used;
	free(set.items);
	/* Nothing but the stand-in for a filtered clone denies it. */
	if (streq(rule->name, "clone3"))
		used = b->keep_clone3 = true;
	if (!used)
		return err_set_code(
			err, EXIT_PROFILE, 0,
			"%s: exempt = %s has no effect, neither the baseline nor a deny "
			"line denies it",
			loc_text(loc), text);
	*array_grow(&b->exempts, &b->nexempts) =
		(struct filter_exempt){arena_strdup(b->arena, rule->name), *loc, used};
	return 0;
}

static int apply_exempts(struct builder *b, const struct seccomp_list *list, struct err **err)
{
	for (size_t i = 0; i < list->count; i++)
		for (size_t k = 0; k < list->values[i].nrules; k++)
			if (apply_exempt(b, &list->values[i].rules[k], &list->values[i].loc, err) <
			    0)
				return -1;
	return 0;
}

/* Puts what is left of the baseline in front of the profile's own rules. */
static int add_baseline(struct builder *b, const struct seccomp_keys *keys, struct err **err)
{
	struct rules all = {0}, nested = {0};

	if (keys->baseline && keys->nested) {
		if (add_group(b->arena, &nested, "@nested", &(struct filter_rule){0}, err) < 0)
			return -1;
		take_out(&b->baseline, &nested, NULL);
		free(nested.items);
	}
	for (size_t i = 0; keys->baseline && i < b->baseline.count; i++)
		*array_grow(&all.items, &all.count) = b->baseline.items[i];
	for (size_t i = 0; i < b->rules.count; i++)
		*array_grow(&all.items, &all.count) = b->rules.items[i];
	free(b->rules.items);
	b->rules = all;
	return 0;
}

/*
 * clone3(2) has its flags in memory, where no filter sees them. Where clone(2) is denied for some
 * flags clone3 fails with ENOSYS, at which every C library goes back to clone; where clone is
 * logged, clone3 is too. Under an allow list that has clone alone, or logs it for some flags alone,
 * it is ENOSYS as well, for EPERM would be final.
 */
static void add_clone3(struct builder *b, const struct filter_spec *spec)
{
	const struct filter_rule *clone = find_rule(&b->rules, "clone", ACTION_ERRNO);
	bool unlisted = spec->default_action >= ACTION_ERRNO &&
			!find_rule(&b->rules, "clone3", ACTION_ALLOW);
	struct filter_rule rule;

	if (!clone)
		clone = find_rule(&b->rules, "clone", ACTION_LOG);
	if (!clone && unlisted)
		clone = find_rule(&b->rules, "clone", ACTION_ALLOW);
	if (!clone || b->keep_clone3 || find_rule(&b->rules, "clone3", ACTION_ERRNO))
		return;
	rule = *clone;
	rule.name = "clone3";
	rule.when = NULL;
	rule.condition = NULL;
	rule.action = clone->action == ACTION_LOG && !(clone->when && unlisted) ? ACTION_LOG
										: ACTION_ERRNO;
	rule.errnum = ENOSYS;
	*array_grow(&b->rules.items, &b->rules.count) = rule;
}

/*
 * What an allow list of the profile implies: the calls without which no program starts, and those
 * with which the sandbox's own child reports that the command could not be executed. The list of an
 * imported file names them, or they are denied as it says.
 */
static int add_implied(struct builder *b, const struct filter_spec *spec, enum rule_action own,
		       struct err **err)
{
	static const char *const report[] = {"write", "sendto", "sendmsg"};
	struct filter_rule like = {
		.action = ACTION_ALLOW,
		.group = "@default",
		.loc = spec->default_loc,
	};

	if (own < ACTION_ERRNO)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(report); i++) {
		like.name = report[i];
		*array_grow(&b->rules.items, &b->rules.count) = like;
	}
	return add_group(b->arena, &b->rules, "@default", &like, err);
}

/* The filter is in force before the command is executed. */
static int check_execve(const struct builder *b, const struct filter_spec *spec, struct err **err)
{
	bool allowed = spec->default_action < ACTION_ERRNO;

	for (size_t i = 0; i < b->rules.count; i++) {
		const struct filter_rule *rule = &b->rules.items[i];

		if (!streq(rule->name, "execve"))
			continue;
		allowed = allowed || rule->action < ACTION_ERRNO;
		if (!rule->when && rule->action >= ACTION_ERRNO)
			return err_set_code(
				err, EXIT_PROFILE, 0,
				"%s: without execve the command itself can't be started",
				loc_text(&rule->loc));
	}
	if (!allowed)
		return err_set_code(err, EXIT_PROFILE, 0,
				    "%s: nothing allows execve, without which the command itself "
				    "can't be started",
				    loc_text(&spec->default_loc));
	return 0;
}

static int add_arch(const struct builder *b, const struct seccomp_list *list,
		    struct filter_spec *spec, struct err **err)
{
	if (list->count == 0 && ABI_NATIVE == ABI_X86_64) {
		spec->allow_x86 = b->imports.x86;
		spec->allow_x32 = b->imports.x32;
		if (spec->allow_x86 || spec->allow_x32)
			spec->arch_loc = b->imports.items[0].loc;
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct value *value = &list->values[i];

		for (char **word = value->words; word && *word; word++) {
			if (streq(*word, "native"))
				continue;
			if (!streq(*word, "x86") && !streq(*word, "x32"))
				return err_set_code(err, EXIT_PROFILE, 0,
						    "%s: unknown arch \"%s\", it is native, x86 or "
						    "x32",
						    loc_text(&value->loc), *word);
			if (ABI_NATIVE != ABI_X86_64)
				return err_set_code(err, EXIT_PROFILE, 0,
						    "%s: arch %s does not exist on %s",
						    loc_text(&value->loc), *word,
						    abi_name(ABI_NATIVE));
			if (!spec->allow_x86 && !spec->allow_x32)
				spec->arch_loc = value->loc;
			if (streq(*word, "x86"))
				spec->allow_x86 = true;
			else
				spec->allow_x32 = true;
		}
	}
	return 0;
}

static int add_text(struct builder *b, const char *text, const struct seccomp_list *list,
		    struct err **err)
{
	struct rule *rules;
	size_t count;

	if (list->count == 0)
		return 0;
	if (rules_parse(text, &rules, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		rules_add(b->arena, &b->rules, &rules[i],
			  &(struct filter_rule){.action = ACTION_ERRNO,
						.errnum = rules[i].errnum,
						.loc = list->values[0].loc});
	rules_free(rules, count);
	return 0;
}

/*
 * What Landlock's rules for TCP ports don't see, and what would speak TCP past them: multipath TCP
 * (262) and SMC, which fall back to TCP; MSG_FASTOPEN, with which sending connects; and the
 * same by io_uring, which no filter sees. The errors are those of a kernel without them.
 */
static int add_port_rules(struct builder *b, const struct seccomp_keys *keys, struct err **err)
{
	static const char protocols[] = "socket(2 == 262):EPROTONOSUPPORT "
					"socket(0 == AF_SMC):EAFNOSUPPORT io_uring_setup:ENOSYS";
	static const char fastopen[] = "sendto(3 & 0x20000000 == 0x20000000):EOPNOTSUPP "
				       "sendmsg(2 & 0x20000000 == 0x20000000):EOPNOTSUPP "
				       "sendmmsg(3 & 0x20000000 == 0x20000000):EOPNOTSUPP";

	return add_text(b, protocols, keys->connect.count ? &keys->connect : &keys->bind, err) <
				       0 ||
			       add_text(b, fastopen, &keys->connect, err) < 0
		       ? -1
		       : 0;
}

static int build(struct builder *b, const struct seccomp_keys *keys, struct filter_spec *spec,
		 struct err **err)
{
	const struct filter_rule denied = {
		.action = ACTION_ERRNO,
		.errnum = EPERM,
		.baseline = true,
	};
	enum rule_action own = spec->default_action;

	imports_add(b->arena, keys, &b->rules, &b->imports, spec);
	if (add_list(b, &keys->allow, ACTION_ALLOW, err) < 0 ||
	    add_list(b, &keys->log, ACTION_LOG, err) < 0 ||
	    add_list(b, &keys->deny, ACTION_ERRNO, err) < 0 ||
	    add_list(b, &keys->kill, ACTION_KILL, err) < 0 ||
	    add_group(b->arena, &b->baseline, "@baseline", &denied, err) < 0 ||
	    apply_exempts(b, &keys->exempt, err) < 0 || add_baseline(b, keys, err) < 0)
		return -1;
	add_clone3(b, spec);
	if (add_port_rules(b, keys, err) < 0 || add_implied(b, spec, own, err) < 0 ||
	    check_execve(b, spec, err) < 0)
		return -1;
	imports_add_newer(b->arena, &b->imports, &b->rules, spec);
	return add_arch(b, &keys->arch, spec, err);
}

int seccomp_build_filter(struct arena *arena, const struct seccomp_keys *keys,
			 struct filter_spec *out, struct err **err)
{
	__attribute__((cleanup(builder_free))) struct builder b = {.arena = arena};
	const struct value *fallback = keys->default_action;
	struct filter_spec spec = {
		.default_action = fallback ? fallback->action : ACTION_ALLOW,
		.default_errno = fallback && fallback->errnum ? fallback->errnum : EPERM,
		.default_loc = fallback ? fallback->loc : (struct loc){0},
	};

	if (build(&b, keys, &spec, err) < 0)
		return -1;
	spec.rules = arena_take(arena, steal_ptr(&b.rules.items));
	spec.nrules = b.rules.count;
	spec.exempts = arena_take(arena, steal_ptr(&b.exempts));
	spec.nexempts = b.nexempts;
	spec.imports = arena_take(arena, steal_ptr(&b.imports.items));
	spec.nimports = b.imports.count;
	*out = spec;
	return 0;
}
