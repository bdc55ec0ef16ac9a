/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SANDBOX_LAUNCH_H
#define SANDBOX_LAUNCH_H

#include "base/err.h"
#include "plan/plan.h"

/*
 * Carries out the plan: starts the application in its sandbox and waits for it. Returns the exit
 * status to end with (the application's own, or 128 + its signal), or -1 when it was not started;
 * then nothing is left behind and *err says which step failed, on what, from which profile line.
 */
int sandbox_run(const struct plan *plan, struct err **err);

#endif
