/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_verdict.h"

#include <errno.h>
#include <stdlib.h>

#include "base/io.h"
#include "learn/audit_child.h"

enum { ANSWER_MAX = 4 * 1024 * 1024 };

static bool asked(const struct audit_call *call)
{
	return call->named && call->has_abi && call->abi == ABI_NATIVE;
}

/* "NAME: VERDICT" in the answer; the caller frees the verdict. */
static char *find_verdict(const char *answer, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = answer; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, name, len) == 0 && str_starts(line + len, ": "))
			return xstrndup(line + len + 2, strcspn(line + len + 2, "\n"));
	return NULL;
}

static int ask(const struct strv *args, char **answer, struct err **err)
{
	_cleanup_close_ int in = -1;
	int status, got;
	size_t len;
	pid_t pid;

	if (audit_child_start(args, &pid, &in, err) < 0)
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

	strv_add(&args, SBOX_BINDIR "/sbox");
	strv_add(&args, "explain");
	strv_add(&args, "--profile");
	strv_add(&args, profile);
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
	for (size_t i = 0; i < table->nprograms; i++) {
		const struct audit_program *program = &table->programs[i];

		for (size_t k = 0; k < program->ncalls; k++)
			if (asked(&program->calls[k]))
				program->calls[k].verdict =
					find_verdict(answer, program->calls[k].name);
	}
	return 0;
}
