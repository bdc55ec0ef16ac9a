/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_verdict.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>

#include "base/io.h"
#include "learn/audit_child.h"

enum { ANSWER_MAX = 4 * 1024 * 1024 };

static bool asked(const struct audit_call *call)
{
	return call->named && call->has_abi && call->abi == ABI_NATIVE;
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

/* Sets the call's verdict, if this answer is about it. */
static void take_answer(struct json_object *answer, struct audit_call *call)
{
	struct json_object *unless = json_object_object_get(answer, "unless");

	if (!streq(member(answer, "syscall"), call->name) ||
	    !streq(member(answer, "abi"), abi_name(ABI_NATIVE)))
		return;
	free(call->verdict);
	call->verdict = xstrdup(member(answer, "text"));
	call->says = says(answer);
	for (size_t i = 0; i < json_object_array_length(unless); i++)
		if (says(json_object_array_get_idx(unless, i)) != call->says)
			call->says = AUDIT_SAYS_ELSE;
}

static void take_answers(struct json_object *answers, struct audit_table *table)
{
	for (size_t i = 0; i < table->nprograms; i++) {
		const struct audit_program *program = &table->programs[i];

		for (size_t k = 0; k < program->ncalls; k++)
			for (size_t a = 0;
			     asked(&program->calls[k]) && a < json_object_array_length(answers);
			     a++)
				take_answer(json_object_array_get_idx(answers, a),
					    &program->calls[k]);
	}
}

static int ask(const struct strv *args, char **answer, struct err **err)
{
	_cleanup_close_ int in = -1;
	int status, got;
	size_t len;
	pid_t pid;

	if (audit_child_start(args, -1, &pid, &in, err) < 0)
		return -1;
	got = io_read_all(in, ANSWER_MAX, answer, &len);
	if (got < 0)
		err_set(err, errno, "read the answer of sbox explain");
	status = audit_child_wait(pid);
	if (got == 0 && status != 0)
		got = err_set_code(err, status > 0 ? status : EXIT_SETUP, 0,
				   "sbox explain --profile %s failed", args->items[3]);
	return got;
}

int audit_verdicts(struct audit_table *table, const char *profile, struct err **err)
{
	_cleanup_strv_ struct strv args = {0};
	_cleanup_free_ char *answer = NULL;
	struct json_object *object, *calls;

	strv_add(&args, SBOX_BINDIR "/sbox");
	strv_add(&args, "explain");
	strv_add(&args, "--profile");
	strv_add(&args, profile);
	strv_add(&args, "--as=json");
	/* At least one, so that a mistake in the profile shows even without records. */
	strv_add(&args, "--syscall=read");
	for (size_t i = 0; i < table->nprograms; i++) {
		const struct audit_program *program = &table->programs[i];

		for (size_t k = 0; k < program->ncalls; k++) {
			_cleanup_free_ char *arg =
				xasprintf("--syscall=%s", program->calls[k].name);

			if (asked(&program->calls[k]) && !strv_contains(&args, arg))
				strv_take(&args, steal_ptr(&arg));
		}
	}
	if (ask(&args, &answer, err) < 0)
		return -1;
	object = json_tokener_parse(answer);
	calls = json_object_object_get(object, "calls");
	if (!json_object_is_type(calls, json_type_array)) {
		json_object_put(object);
		return err_set(err, EPROTO, "read the answer of sbox explain");
	}
	take_answers(calls, table);
	json_object_put(object);
	return 0;
}
