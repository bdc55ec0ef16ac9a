/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox explain --syscall: what the filter answers to single calls, and which line says so. */
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "seccomp/compile.h"
#include "seccomp/verdict.h"
#include "sysname/group.h"
#include "sysname/names.h"

/* A call as it was asked for. */
struct question {
	char *text; /* as in the answer */
	char *name;
	struct call_args args;
};

struct questions {
	struct question *items;
	size_t count;
};

static void questions_free(struct questions *q)
{
	for (size_t i = 0; i < q->count; i++) {
		free(q->items[i].text);
		free(q->items[i].name);
	}
	free(q->items);
}

static void add_question(struct questions *q, const struct rule *rule, const struct call_args *args)
{
	for (size_t i = 0; i < q->count; i++)
		if (!args->known && streq(q->items[i].text, rule->name))
			return;
	*array_grow(&q->items, &q->count) =
		(struct question){args->known ? rule_format(rule) : xstrdup(rule->name),
				  xstrdup(rule->name), *args};
}

static int add_members(struct questions *q, const char *group, struct err **err)
{
	struct group_rule *members;
	size_t count;

	if (group_expand(group_find(group), &members, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		add_question(q, &members[i].rule, &(struct call_args){0});
	group_rules_free(members, count);
	return 0;
}

/* Takes the arguments out of "N == VALUE" conditions. */
static int take_args(const struct rule *rule, struct call_args *args, const char *word,
		     struct err **err)
{
	if (rule->errnum)
		return err_set_code(err, EXIT_USAGE, 0,
				    "--syscall %s: an errno is no part of a call", word);
	for (size_t i = 0; rule->nalternatives && i < rule->alternatives[0].count; i++) {
		const struct compare *c = &rule->alternatives[0].compares[i];

		if (rule->nalternatives > 1 || c->op != COMPARE_EQ || c->mask != UINT64_MAX ||
		    args->known & 1u << c->arg)
			return err_set_code(
				err, EXIT_USAGE, 0,
				"--syscall %s: an argument is given as N == VALUE, once", word);
		args->values[c->arg] = c->value;
		args->known |= 1u << c->arg;
	}
	return 0;
}

static int add_word(struct questions *q, const char *word, struct err **err)
{
	struct rule *rules;
	size_t count;
	int status = rules_parse(word, &rules, &count, err);

	if (status < 0)
		return err_prefix(err, "--syscall");
	if (status == 0 && count == 0)
		status = err_set_code(err, EXIT_USAGE, 0, "--syscall names no call");
	for (size_t i = 0; status == 0 && i < count; i++) {
		struct call_args args = {0};

		if (rules[i].name[0] == '@' && !rules[i].errnum) {
			status = add_members(q, rules[i].name, err);
			continue;
		}
		status = take_args(&rules[i], &args, word, err);
		if (status == 0)
			add_question(q, &rules[i], &args);
	}
	rules_free(rules, count);
	return status;
}

/* "denied EPERM" */
static void add_verdict(struct str *out, uint32_t verdict)
{
	switch (verdict & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
		str_add(out, "allowed");
		break;
	case SECCOMP_RET_LOG:
		str_add(out, "allowed and logged");
		break;
	case SECCOMP_RET_ERRNO:
		str_addf(out, "denied %s",
			 errno_name((int)(verdict & SECCOMP_RET_DATA)) ?: "(an unnamed errno)");
		break;
	default:
		str_add(out, "killed");
	}
}

/* " by web.ini:31 (@debug)", " (default, web.ini:9)" */
static void add_origin(struct str *out, const struct filter_spec *spec, const struct binding *b)
{
	_cleanup_free_ char *origin = binding_origin(spec, b);

	str_addf(out, b ? " by %s" : " (%s)", origin);
}

/* A binding's condition as the profile has it; the caller frees. */
static char *written(const struct binding *b)
{
	return b->when == b->rule->when && b->rule->condition ? xstrdup(b->rule->condition)
							      : conjunction_format(b->when);
}

/* "0 == A, 1 & B != {C, D}" as "arg 0 == A and arg 1 & B != {C, D}" */
static void add_condition(struct str *out, const char *condition)
{
	bool in_set = false;

	str_add(out, "arg ");
	for (const char *s = condition; *s; s++) {
		in_set = *s == '{' || (in_set && *s != '}');
		if (*s == ',' && !in_set) {
			str_add(out, " and arg");
			continue;
		}
		str_add_len(out, s, 1);
	}
}

/* Whether the two are members of one written condition. */
static bool same_line(const struct binding *a, const struct binding *b)
{
	return a->when == a->rule->when && b->when == b->rule->when && a->rule->condition &&
	       a->rule->condition == b->rule->condition && binding_verdict(a) == binding_verdict(b);
}

static bool repeats(const struct answer *answer, size_t i)
{
	return i > 0 && same_line(answer->when[i - 1], answer->when[i]);
}

/* "denied EPERM by web.ini:31 (@debug)"; the caller frees. */
static char *answer_text(const struct filter_spec *spec, const struct answer *answer)
{
	struct str out = {0};

	add_verdict(&out, answer->verdict);
	if (answer->unassigned)
		str_add(&out, " (a number that this sbox does not know)");
	else
		add_origin(&out, spec, answer->otherwise);
	for (size_t i = 0; i < answer->nwhen; i++) {
		_cleanup_free_ char *condition = written(answer->when[i]);

		if (repeats(answer, i))
			continue;
		str_add(&out, i ? "; " : ", but ");
		add_verdict(&out, binding_verdict(answer->when[i]));
		str_add(&out, " when ");
		add_condition(&out, condition);
		add_origin(&out, spec, answer->when[i]);
	}
	return str_steal(&out);
}

static void print_text(const struct filter_spec *spec, const struct question *q, enum abi abi,
		       const struct answer *answer)
{
	_cleanup_free_ char *text = answer_text(spec, answer);

	_cleanup_str_ struct str line = {0};

	/* A profile's name is part of the text. */
	str_add_printable(&line, text);
	if (abi == ABI_NATIVE)
		printf("%s: %s\n", q->text, line.text);
	else
		printf("%s (%s): %s\n", q->text, abi_name(abi), line.text);
}

static void add_string(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, text ? json_object_new_string(text) : NULL);
}

static void add_rule_json(struct json_object *object, const struct filter_spec *spec,
			  const struct binding *b, uint32_t verdict)
{
	static const struct {
		uint32_t action;
		const char *name;
	} names[] = {{SECCOMP_RET_ALLOW, "allow"},
		     {SECCOMP_RET_LOG, "log"},
		     {SECCOMP_RET_ERRNO, "errno"},
		     {SECCOMP_RET_KILL_PROCESS, "kill"}};
	const struct loc *loc = b ? &b->rule->loc : &spec->default_loc;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].action == (verdict & SECCOMP_RET_ACTION_FULL))
			add_string(object, "verdict", names[i].name);
	add_string(object, "errno",
		   (verdict & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO
			   ? errno_name((int)(verdict & SECCOMP_RET_DATA))
			   : NULL);
	add_string(object, "place", loc_text(loc));
	add_string(object, "group", b ? b->rule->group : NULL);
	json_object_object_add(object, "baseline", json_object_new_boolean(b && b->rule->baseline));
}

static struct json_object *answer_json(const struct filter_spec *spec, const struct question *q,
				       enum abi abi, unsigned nr, const struct answer *answer)
{
	struct json_object *object = json_object_new_object();
	struct json_object *unless = json_object_new_array();
	_cleanup_free_ char *text = answer_text(spec, answer);

	add_string(object, "syscall", q->text);
	add_string(object, "abi", abi_name(abi));
	json_object_object_add(object, "number", json_object_new_int((int)nr));
	add_rule_json(object, spec, answer->otherwise, answer->verdict);
	for (size_t i = 0; i < answer->nwhen; i++) {
		_cleanup_free_ char *condition = written(answer->when[i]);
		struct json_object *other;

		if (repeats(answer, i))
			continue;
		other = json_object_new_object();
		add_string(other, "when", condition);
		add_rule_json(other, spec, answer->when[i], binding_verdict(answer->when[i]));
		json_object_array_add(unless, other);
	}
	json_object_object_add(object, "unless", unless);
	add_string(object, "text", text);
	return object;
}

/* Answers all questions for one ABI, in text or, when it isn't NULL, into `array`; sets those of
 * `have` whose calls this ABI has. */
static void answer_abi(const struct filter_spec *spec, const struct questions *q, enum abi abi,
		       struct json_object *array, bool *have)
{
	struct bindings bindings;

	bindings_collect(spec, abi, &bindings);
	for (size_t i = 0; i < q->count; i++) {
		_cleanup_answer_ struct answer answer = {0};
		int nr = syscall_number(q->items[i].name, abi);

		if (nr < 0)
			continue;
		have[i] = true;
		answer_call(spec, &bindings, abi, (unsigned)nr, &q->items[i].args, &answer);
		if (array)
			json_object_array_add(array, answer_json(spec, &q->items[i], abi,
								 (unsigned)nr, &answer));
		else
			print_text(spec, &q->items[i], abi, &answer);
	}
	free(bindings.items);
}

static void answer_all(const struct filter_spec *spec, const struct questions *q, const char *name,
		       bool json)
{
	struct json_object *array = json ? json_object_new_array() : NULL;
	bool *have = xreallocarray(NULL, q->count + 1, sizeof(*have));

	memset(have, 0, (q->count + 1) * sizeof(*have));
	answer_abi(spec, q, ABI_NATIVE, array, have);
	if (spec->allow_x86)
		answer_abi(spec, q, ABI_X86, array, have);
	if (spec->allow_x32)
		answer_abi(spec, q, ABI_X32, array, have);
	for (size_t i = 0; i < q->count; i++)
		if (!have[i] && !json)
			printf("%s: %s has no such call\n", q->items[i].text, abi_name(ABI_NATIVE));
	free(have);
	if (json) {
		struct json_object *object = json_object_new_object();
		_cleanup_free_ char *text = NULL;

		add_string(object, "profile", name);
		json_object_object_add(object, "calls", array);
		text = json_print(object);
		puts(text);
		json_object_put(object);
	}
}

int cmd_explain_syscalls(const struct options *options, const struct profile *profile,
			 struct err **err)
{
	__attribute__((cleanup(questions_free))) struct questions q = {0};
	_cleanup_plan_ struct plan *plan = NULL;

	for (size_t i = 0; i < options->nsyscalls; i++)
		if (add_word(&q, options->syscalls[i], err) < 0)
			return -1;
	if (cmd_make_filter(profile, &plan, err) < 0)
		return -1;
	answer_all(&plan->filter, &q, plan->name, streq(options->as, "json"));
	filter_programs_free(&plan->programs);
	return 0;
}
