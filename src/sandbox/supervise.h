/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The launcher's side while a sandbox runs, and its words when a start fails. */
#ifndef SANDBOX_SUPERVISE_H
#define SANDBOX_SUPERVISE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "plan/plan.h"
#include "sandbox/stages.h"

/* The signals that the launcher blocks and hands on: all but those that stop, continue or fault. */
void supervise_signals(sigset_t *set);

/*
 * Sends a signal that is to be handed on, counting it in `handed`, by number, if that isn't NULL.
 * For a signal's handler, too.
 */
void supervise_hand_on(pid_t pid, int sig, volatile uint32_t *handed);

/*
 * Waits for `init`, with supervise_signals() blocked, handing on each signal that somebody sent to
 * this process, and that of the caller's alarm(2). The terminal's own reach the sandbox without
 * help. Returns its exit status, or 128 + its signal; *signalled tells that this is the end by a
 * signal that was handed on. `handed` as for supervise_hand_on().
 */
int supervise(pid_t init, volatile uint32_t *handed, bool *signalled);

/* What the children left in the report, as an error: step, object, profile line, hint. Returns -1.
 */
int start_failed(const struct plan *plan, const struct report *report, struct err **err);

/* The same for a clone(2) or fork(2) that the kernel refused. Returns -1. */
int start_refused(const struct plan *plan, int errnum, struct err **err);

#endif
