/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * run --why: each call that the sandbox denies is said as it happens, with the profile's line. The
 * filter asks this process where it would have denied, and gets the same answer from here. What is
 * said of paths and sockets is a guess from a look shortly before the call; the answers are not.
 */
#ifndef WHY_WHY_H
#define WHY_WHY_H

#include <linux/seccomp.h>
#include <stdbool.h>

#include "plan/plan.h"

struct why; /* opaque */

/* For a plan whose filter is compiled, which has to outlive it. The caller frees. */
struct why *why_new(const struct plan *plan);
void why_free(struct why *why);

/* The program to install in place of the last one of plan->programs; owned by `why`. */
const struct filter_program *why_program(const struct why *why);

/*
 * Answers a call that the program asks for: the errno with which it fails, or 0 for one that is
 * allowed. Says what is to be said, on standard error. `context` is a struct why; for an observer
 * of the sandbox.
 */
int why_call(void *context, int listener, const struct seccomp_notif *notif);

/* Says what was left unsaid, once the application has ended with that exit status. */
void why_end(struct why *why, int status);

#endif
