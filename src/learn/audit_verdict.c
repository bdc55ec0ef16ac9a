/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_verdict.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>

#include "base/io.h"
#include "learn/audit_child.h"

enum { ANSWER_MAX = 4 * 1024 * 1024 };

/* Each adds to what lifts a denial: an ABI, exemptions, permissions; and the last one shows that it
 * does. */
enum { ROUNDS = 6 };

static bool asked(const struct audit_call *call)
{
	return !audit_unreachable(call);
}

static const char *member(struct json_object *object, const char *key)
{
	return json_object_get_string(json_object_object_get(object, key)) ?: "";
}

static enum audit_says says(struct json_object *rule)
{
	const char *verdict = member(rule, "verdict");

	if (streq(verdict, "allow"))
		return AUDIT_SAYS_ALLOWED;
	return streq(verdict, "errno") || streq(verdict, "kill") ? AUDIT_SAYS_DENIED
								 : AUDIT_SAYS_ELSE;
}

/* Whether the verdict is the profile's default: no member says so but the text. */
static bool by_default(struct json_object *answer)
{
	const char *errnum = member(answer, "errno");
	_cleanup_free_ char *start =
		streq(member(answer, "verdict"), "kill")
			? xstrdup("killed (default")
			: xasprintf("denied %s (default", *errnum ? errnum : "(an unnamed errno)");

	return str_starts(member(answer, "text"), start);
}

/* Whether the line stands in the profile's own file, where it can be changed. */
static bool own_line(const char *place, const char *profile)
{
	const char *colon = strrchr(place, ':'), *slash;
	_cleanup_free_ char *file = xstrndup(place, colon ? (size_t)(colon - place) : 0);
	_cleanup_free_ char *name = xasprintf("%s.ini", profile);

	if (strchr(profile, '/'))
		return streq(file, profile);
	slash = strrchr(file, '/');
	return streq(slash ? slash + 1 : file, name);
}

/* What might lift a denial. */
static enum audit_lift lift_of(struct json_object *answer, const char *profile)
{
	bool baseline = json_object_get_boolean(json_object_object_get(answer, "baseline"));

	if (by_default(answer))
		return AUDIT_LIFT_ALLOW;
	if (streq(member(answer, "verdict"), "kill"))
		return AUDIT_LIFT_CHANGE;
	/* A call that is newer than an imported list stands in no line of it. */
	if (!baseline && !strchr(member(answer, "place"), ':'))
		return AUDIT_LIFT_ALLOW;
	/* clone3 fails because of what a line says of clone, too. */
	if (baseline || streq(member(answer, "syscall"), "clone3"))
		return AUDIT_LIFT_EXEMPT;
	return own_line(member(answer, "place"), profile) ? AUDIT_LIFT_CHANGE : AUDIT_LIFT_EXEMPT;
}

static void set_change(struct audit_call *call)
{
	call->lift &= AUDIT_LIFT_ARCH;
	call->lift |= AUDIT_LIFT_CHANGE;
}

/* Adds what is still missing to what lifts the call's denial. */
static void add_lift(struct json_object *answer, struct audit_call *call, const char *profile)
{
	unsigned lift;

	if (!answer) {
		call->lift |= AUDIT_LIFT_ARCH;
		return;
	}
	if (says(answer) != AUDIT_SAYS_DENIED || call->lift & AUDIT_LIFT_CHANGE)
		return;
	lift = lift_of(answer, profile);
	free(call->place);
	call->place = xstrdup(member(answer, "place"));
	if (lift == AUDIT_LIFT_CHANGE || call->lift & lift)
		set_change(call);
	else
		call->lift |= lift;
}

/* What the profile as it is says of the call; no answer where it doesn't let in the ABI. */
static void set_verdict(struct json_object *answer, struct audit_call *call)
{
	struct json_object *unless = json_object_object_get(answer, "unless");

	if (!answer) {
		call->verdict = xasprintf("denied ENOSYS (no arch = %s)", abi_name(call->abi));
		call->says = AUDIT_SAYS_DENIED;
		return;
	}
	call->verdict = xstrdup(member(answer, "text"));
	call->says = says(answer);
	for (size_t i = 0; i < json_object_array_length(unless); i++) {
		struct json_object *other = json_object_array_get_idx(unless, i);

		/* One that kills can't be lifted. */
		if (says(answer) != AUDIT_SAYS_DENIED && streq(member(other, "verdict"), "errno"))
			call->partly = true;
		if (says(other) != says(answer))
			call->says = AUDIT_SAYS_ELSE;
	}
}

static struct json_object *find_answer(struct json_object *answers, const struct audit_call *call)
{
	for (size_t i = 0; i < json_object_array_length(answers); i++) {
		struct json_object *answer = json_object_array_get_idx(answers, i);

		if (streq(member(answer, "syscall"), call->name) &&
		    streq(member(answer, "abi"), abi_name(call->abi)))
			return answer;
	}
	return NULL;
}

static void take_answers(struct json_object *answers, struct audit_table *table,
			 const char *profile)
{
	for (size_t i = 0; i < table->nprograms; i++) {
		const struct audit_program *program = &table->programs[i];

		for (size_t k = 0; k < program->ncalls; k++) {
			struct audit_call *call = &program->calls[k];
			struct json_object *answer;

			if (!asked(call)) {
				if (!call->verdict)
					call->verdict = xstrdup(audit_unreachable(call));
				continue;
			}
			answer = find_answer(answers, call);
			if (!call->verdict)
				set_verdict(answer, call);
			add_lift(answer, call, profile);
		}
	}
}

/* Of all calls what lifts them, as one number to see whether there is more of it. */
static size_t count_lifts(const struct audit_table *table)
{
	size_t count = 0;

	for (size_t i = 0; i < table->nprograms; i++)
		for (size_t k = 0; k < table->programs[i].ncalls; k++)
			count += table->programs[i].calls[k].lift;
	return count;
}

/* An exemption that has no effect is a mistake: leaves those of the baseline, which have one. */
static void give_up_exempt(struct audit_table *table)
{
	for (size_t i = 0; i < table->nprograms; i++)
		for (size_t k = 0; k < table->programs[i].ncalls; k++) {
			struct audit_call *call = &table->programs[i].calls[k];

			if (call->lift & AUDIT_LIFT_EXEMPT && call->place &&
			    !streq(call->place, "default"))
				set_change(call);
		}
}

static void add_word(struct strv *args, const char *form, const char *word)
{
	_cleanup_free_ char *arg = xasprintf("%s=%s", form, word);

	if (!strv_contains(args, arg))
		strv_take(args, steal_ptr(&arg));
}

/* The question: each call, with the lines so far that lift denials. */
static void make_question(const struct audit_table *table, const char *profile, struct strv *args)
{
	strv_add(args, SBOX_BINDIR "/sbox");
	strv_add(args, "explain");
	strv_add(args, "--profile");
	strv_add(args, profile);
	strv_add(args, "--as=json");
	/* At least one, so that a mistake in the profile shows even without records. */
	strv_add(args, "--syscall=read");
	for (size_t i = 0; i < table->nprograms; i++)
		for (size_t k = 0; k < table->programs[i].ncalls; k++) {
			const struct audit_call *call = &table->programs[i].calls[k];

			if (!asked(call))
				continue;
			add_word(args, "--syscall", call->name);
			if (call->lift & AUDIT_LIFT_ARCH)
				add_word(args, "--option=seccomp.arch", abi_name(call->abi));
			if (call->lift & AUDIT_LIFT_EXEMPT)
				add_word(args, "--option=seccomp.exempt", call->name);
			if (call->lift & AUDIT_LIFT_ALLOW)
				add_word(args, "--option=seccomp.allow", call->name);
		}
}

/* `words`: for its standard error, or -1. */
static int ask(const struct strv *args, int words, char **answer, struct err **err)
{
	_cleanup_close_ int in = -1;
	int status, got;
	size_t len;
	pid_t pid;

	if (audit_child_start(args, words, &pid, &in, err) < 0)
		return -1;
	got = io_read_all(in, ANSWER_MAX, answer, &len);
	if (got < 0)
		err_set(err, errno, "read the answer of sbox explain");
	status = audit_child_wait(pid, &in);
	if (got == 0 && status != 0)
		got = err_set_code(err, status > 0 ? status : EXIT_SETUP, 0,
				   "sbox explain --profile %s failed", args->items[3]);
	return got;
}

static int ask_once(struct audit_table *table, const char *profile, int words, struct err **err)
{
	_cleanup_strv_ struct strv args = {0};
	_cleanup_free_ char *answer = NULL;
	struct json_object *object, *calls;

	make_question(table, profile, &args);
	if (ask(&args, words, &answer, err) < 0)
		return -1;
	object = json_tokener_parse(answer);
	calls = json_object_object_get(object, "calls");
	if (!json_object_is_type(calls, json_type_array)) {
		json_object_put(object);
		return err_set(err, EPROTO, "read the answer of sbox explain");
	}
	take_answers(calls, table, profile);
	json_object_put(object);
	return 0;
}

int audit_verdicts(struct audit_table *table, const char *profile, struct err **err)
{
	/* The profile's mistakes and warnings have been told once. */
	_cleanup_close_ int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	size_t before = 0;

	if (ask_once(table, profile, -1, err) < 0)
		return -1;
	for (int i = 1; i < ROUNDS && count_lifts(table) != before; i++) {
		before = count_lifts(table);
		if (ask_once(table, profile, nowhere, NULL) == 0)
			continue;
		give_up_exempt(table);
		if (ask_once(table, profile, nowhere, err) < 0)
			return -1;
	}
	return 0;
}
