/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "export/lines.h"

#include <errno.h>
#include <stdlib.h>

#include "base/str.h"
#include "seccomp/verdict.h"
#include "sysname/group.h"
#include "sysname/names.h"

enum { WIDTH = 100, ARGS = 6 };

struct printer {
	const struct filter_spec *spec;
	struct str out;
	struct err **err;
};

/* Whether there is such a call to make. */
static bool is_there(const struct filter_spec *spec, const char *name)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		if (abi_let_in(spec, (enum abi)abi) && syscall_number(name, (enum abi)abi) >= 0)
			return true;
	return false;
}

/* The comparisons of a rule with what the kernel sees of each argument, as the parser wants them.
 */
static char *condition_text(const struct filter_rule *rule)
{
	const char *sizes = syscall_arg_sizes(rule->name);
	struct conjunction cut = {0};
	char *text;

	for (size_t i = 0; i < rule->when->count; i++) {
		struct compare c = rule->when->compares[i];
		uint64_t seen = bpf_arg_mask(sizes, c.arg);

		c.value &= seen;
		if (c.mask != UINT64_MAX)
			c.mask &= seen;
		*array_grow(&cut.compares, &cut.count) = c;
	}
	text = conjunction_format(&cut);
	free(cut.compares);
	return text;
}

/* The rule as a word of a list; the caller frees. */
static char *word_of(const struct filter_rule *rule)
{
	_cleanup_free_ char *when = rule->when ? condition_text(rule) : NULL;
	bool named = rule->action == ACTION_ERRNO && rule->errnum != EPERM;

	return xasprintf("%s%s%s%s%s%s", rule->name, when ? "(" : "", when ? when : "",
			 when ? ")" : "", named ? ":" : "", named ? errno_name(rule->errnum) : "");
}

/* "KEY = WORD..." in lines of at most WIDTH columns, where the words let it. */
static void add_list(struct printer *p, const char *key, const struct strv *words)
{
	size_t column = 0;

	for (size_t i = 0; i < words->count; i++) {
		size_t len = strlen(words->items[i]);

		if (column == 0 || column + 1 + len > WIDTH) {
			str_addf(&p->out, "%s%s =", column ? "\n" : "", key);
			column = strlen(key) + 2;
		}
		str_addf(&p->out, " %s", words->items[i]);
		column += 1 + len;
	}
	if (words->count)
		str_add(&p->out, "\n");
}

static void add_rules(struct printer *p, const char *key, enum rule_action action)
{
	_cleanup_strv_ struct strv words = {0};

	for (size_t i = 0; i < p->spec->nrules; i++) {
		const struct filter_rule *rule = &p->spec->rules[i];
		char *word;

		if (rule->action != action || !is_there(p->spec, rule->name))
			continue;
		word = word_of(rule);
		if (strv_contains(&words, word))
			free(word);
		else
			strv_take(&words, word);
	}
	add_list(p, key, &words);
}

/* Whether the spec has rules for the call, and one that is unconditional. */
static bool has_rule(const struct filter_spec *spec, const char *name, bool *always)
{
	bool any = false;

	*always = false;
	for (size_t i = 0; i < spec->nrules; i++) {
		if (!streq(spec->rules[i].name, name))
			continue;
		any = true;
		*always = *always || !spec->rules[i].when;
	}
	return any;
}

static void add_word(const struct filter_spec *spec, const char *name, struct strv *words)
{
	const struct filter_rule rule = {
		.name = name,
		.action = spec->default_action,
		.errnum = spec->default_errno,
	};
	char *word = word_of(&rule);

	if (strv_contains(words, word))
		free(word);
	else
		strv_take(words, word);
}

/* A call that an allow list of a profile implies, and the spec may not have. */
static int keep_out(struct printer *p, const char *name, struct strv *words)
{
	bool always;

	if (!is_there(p->spec, name))
		return 0;
	if (!has_rule(p->spec, name, &always))
		add_word(p->spec, name, words);
	else if (!always)
		return err_set_code(p->err, EXIT_PROFILE, 0,
				    "%s is allowed under conditions alone, but a profile's own "
				    "default implies it; import = FILE in a profile takes that",
				    name);
	return 0;
}

static int keep_implied_out(struct printer *p, struct strv *words)
{
	static const char *const report[] = {"write", "sendto", "sendmsg"};
	struct group_rule *members;
	size_t count;
	int status = 0;

	if (p->spec->default_action < ACTION_ERRNO)
		return 0;
	for (size_t i = 0; status == 0 && i < ARRAY_SIZE(report); i++)
		status = keep_out(p, report[i], words);
	if (status < 0 || group_expand(group_find("@default"), &members, &count, p->err) < 0)
		return -1;
	for (size_t i = 0; status == 0 && i < count; i++)
		status = keep_out(p, members[i].rule.name, words);
	group_rules_free(members, count);
	return status;
}

static void answer(const struct filter_spec *spec, const struct bindings *bindings, unsigned nr,
		   struct answer *out)
{
	answer_call(spec, bindings, ABI_X86, nr, &(struct call_args){0}, out);
}

/* Whether nothing that the answer may rest on is more restrictive than the default. */
static bool yields(const struct filter_spec *spec, const struct answer *answer)
{
	if (answer->otherwise && answer->otherwise->rule->action > spec->default_action)
		return false;
	for (size_t i = 0; i < answer->nwhen; i++)
		if (answer->when[i]->rule->action > spec->default_action)
			return false;
	return true;
}

/* The i386 call of that number, as it is and as it would be with lines, which reach farther. */
static int keep_number_out(struct printer *p, const struct bindings *have,
			   const struct bindings *would, unsigned nr, struct strv *words)
{
	_cleanup_answer_ struct answer is = {0}, wide = {0};
	_cleanup_free_ char *name = syscall_name(ABI_X86, nr);

	answer(p->spec, have, nr, &is);
	answer(p->spec, would, nr, &wide);
	if (!name || (is.verdict == wide.verdict && is.nwhen == wide.nwhen))
		return 0;
	if (is.nwhen == 0 && !is.otherwise && p->spec->default_action >= ACTION_ERRNO &&
	    yields(p->spec, &wide)) {
		add_word(p->spec, name, words);
		return 0;
	}
	return err_set_code(p->err, EXIT_PROFILE, 0,
			    "%s has other rules on x86 than the call that it is a form of, which "
			    "lines of a profile can't say; import = FILE in a profile takes that",
			    name);
}

static int keep_alike_out(struct printer *p, struct strv *words)
{
	struct filter_spec wide = *p->spec;
	struct bindings have, would;
	int status = 0;

	if (!p->spec->allow_x86)
		return 0;
	wide.rules = xreallocarray(NULL, wide.nrules + 1, sizeof(*wide.rules));
	for (size_t i = 0; i < wide.nrules; i++) {
		wide.rules[i] = p->spec->rules[i];
		wide.rules[i].reach = REACH_ALIKE;
	}
	bindings_collect(p->spec, ABI_X86, &have);
	bindings_collect(&wide, ABI_X86, &would);
	for (unsigned nr = 0; status == 0 && nr <= syscall_highest(ABI_X86); nr++)
		status = keep_number_out(p, &have, &would, nr, words);
	free(have.items);
	free(would.items);
	free(wide.rules);
	return status;
}

static void add_default(struct printer *p)
{
	const struct filter_spec *spec = p->spec;

	str_addf(&p->out, "[seccomp]\ndefault = %s", action_name(spec->default_action));
	if (spec->default_action == ACTION_ERRNO && spec->default_errno != EPERM)
		str_addf(&p->out, ":%s", errno_name(spec->default_errno));
	str_add(&p->out, "\n");
	if (spec->allow_x86 || spec->allow_x32)
		str_addf(&p->out, "arch =%s%s\n", spec->allow_x86 ? " x86" : "",
			 spec->allow_x32 ? " x32" : "");
}

char *filter_to_lines(const struct filter_spec *spec, struct err **err)
{
	struct printer p = {.spec = spec, .err = err};
	_cleanup_strv_ struct strv words = {0};

	if (keep_implied_out(&p, &words) < 0 || keep_alike_out(&p, &words) < 0)
		return NULL;
	add_default(&p);
	add_rules(&p, "allow", ACTION_ALLOW);
	add_rules(&p, "log", ACTION_LOG);
	add_rules(&p, "deny", ACTION_ERRNO);
	add_rules(&p, "kill", ACTION_KILL);
	if (words.count)
		str_add(&p.out, "# What the default or a line above would let in, and the file "
				"doesn't:\n");
	add_list(&p, spec->default_action == ACTION_KILL ? "kill" : "deny", &words);
	return str_steal(&p.out);
}
