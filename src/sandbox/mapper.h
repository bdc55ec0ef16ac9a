/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Id maps with subordinate ids. A process that is in a new user namespace may map its own id alone;
 * more take privilege in the namespace around. So a MAPPER, a child of the launcher, does it:
 *
 *  - INIT's, by the setuid programs newuidmap(1) and newgidmap(1), which ask /etc/subuid and
 *    /etc/subgid what the caller may map, with nothing of the caller's environment;
 *  - APP's nested ones, by entering the user namespace around it, an uplink's or INIT's, whose
 *    owner the caller is, and writing them from there.
 *
 * Both wait for it on child->maps. What fails the mapper reports as the waiting stage's failure,
 * and its end of the socket closes.
 */
#ifndef SANDBOX_MAPPER_H
#define SANDBOX_MAPPER_H

#include <sys/types.h>

#include "base/err.h"
#include "sandbox/stages.h"

/* Starts it, for the sandbox whose first process is `init`. The pid, or -1. */
pid_t mapper_start(struct child *child, pid_t init, struct err **err);

/* Ends it, if it still waits, and reaps it. */
void mapper_stop(pid_t mapper);

#endif
