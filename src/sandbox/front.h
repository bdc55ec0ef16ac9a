/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * run-as at root's terminal. What root has started stays root's, as the FRONT: the process that
 * root's shell waits for, stops and continues, with the relay (relay.h) beside it, which alone
 * carries bytes. The LAUNCHER goes on as its child, in a session without a terminal, and becomes
 * the user; the application gets a pty in place of root's terminal, as with tty = new. So no
 * process of that user's ever has a descriptor of root's terminal, a page in common with a process
 * of root's, or one that it may signal or trace.
 *
 *	shell -- front (root) -+- relay (root) --- root's terminal
 *	                       |    :  a socket: stops, and the pty's master;
 *	                       |    :  a pipe: the launcher's words
 *	                       +- launcher (the user) -- init -- application
 */
#ifndef SANDBOX_FRONT_H
#define SANDBOX_FRONT_H

#include <sys/types.h>

#include "base/err.h"

struct terminal;

/*
 * As root. Where descriptor 0, 1 or 2 is a terminal, or there is a controlling one, it returns in
 * the launcher, with the front's pid, *terminal ready for sandbox_run(), standard error led to the
 * relay, and what else of 0 to 2 was a terminal led to /dev/null; the front ends with the
 * launcher's exit status, or 128 + its signal. Without any terminal it returns 0 and does nothing.
 * -1 in the process that has called it, or in the launcher.
 */
pid_t front_start(struct terminal *terminal, struct err **err);

/* In the launcher, as the user: dies when the front does, as the sandbox with the launcher. */
int front_die_with(pid_t front, struct err **err);

#endif
