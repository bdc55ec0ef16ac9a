/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pasta(1) beside a sandbox. A process of its own, the KEEPER, starts it, watches it and the host's
 * interface, and ends it: the launcher may be stopped with its job while processes of the sandbox
 * that left the job go on, and the interface has to be watched all the same.
 */
#ifndef SANDBOX_PASTA_H
#define SANDBOX_PASTA_H

#include <sys/types.h>

#include "base/err.h"
#include "plan/plan.h"
#include "sandbox/stages.h"

struct keeper {
	pid_t pid;
	int lifeline; /* closed by the launcher, or by its end: the keeper ends pasta and itself */
};

/* What pasta needs of the host and can be seen before anything is started. 0 or -1. */
int pasta_check(const struct plan_net *net, struct err **err);

/*
 * Starts the keeper for a sandbox whose pid 1 is `init`. It waits for init's id maps
 * (child->attach), starts pasta, and lets init go on when pasta is ready. What fails after the
 * start of the keeper itself goes to the shared report, and makes init fail.
 */
int pasta_start(struct child *child, pid_t init, struct keeper *keeper, struct err **err);

/* Ends keeper and pasta, and waits for that. */
void pasta_stop(struct keeper *keeper);

#endif
