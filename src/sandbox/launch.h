/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SANDBOX_LAUNCH_H
#define SANDBOX_LAUNCH_H

#include "base/err.h"
#include "plan/plan.h"
#include "sandbox/observe.h"

struct terminal;

/* The contiguous memory of argv and environ, which pid 1 of the sandbox wipes from its copy. */
struct process_title {
	char *start;
	size_t len;
};

/*
 * Carries out the plan: starts the application in its sandbox and waits for it. `terminal` is what
 * run_as() has left, or NULL. Returns the exit
 * status to end with (the application's own, or 128 + its signal), or -1 when it was not started;
 * then nothing is left behind and *err says which step failed, on what, from which profile line.
 */
int sandbox_run(const struct plan *plan, const struct process_title *title,
		const struct terminal *terminal, struct err **err);

/* sandbox_run(), with an observer of the application's system calls. */
int sandbox_run_observed(const struct plan *plan, const struct process_title *title,
			 const struct terminal *terminal, const struct observer *observer,
			 struct err **err);

/* One stage of a start, for explain --stages: NULL behind the last. */
struct stage_text {
	const char *name;
	const char *process; /* which process runs it */
	const char *text;    /* what it should do, and must not */
};
const struct stage_text *sandbox_stage(unsigned index);

#endif
