/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Watching an application's system calls by seccomp_unotify(2): a filter asks a listener, this
 * process, before a call, and is told that it goes on, or the error with which it fails. What a
 * call's pointers lead to can be changed between the look and the call: that is for finding out
 * what an application does, never for deciding what it may. A decision by the number and the
 * arguments themselves is as good as the filter's own.
 */
#ifndef SANDBOX_OBSERVE_H
#define SANDBOX_OBSERVE_H

#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "plan/filter.h"

struct observer {
	/*
	 * The program that asks, which takes the place of the last one of the plan's filter; or one
	 * of no code. That stands for a program, beside the plan's filter, that asks for every
	 * call but the quiet ones.
	 */
	struct filter_program program;
	/* Native numbers of calls that are let through unseen, and cost nothing. */
	const int *quiet;
	size_t nquiet;
	/*
	 * Called for each call that is asked for; without a program, from the application's
	 * execve(2) on. The caller of it is stopped until this returns: 0 lets it go on, and an
	 * errno is what it gets.
	 */
	int (*call)(void *context, int listener, const struct seccomp_notif *notif);
	/*
	 * Called after the call was answered, if its caller was still waiting then, so that all
	 * that was read of it in between is its own. May be NULL.
	 */
	void (*answered)(void *context);
	/* Called a few times a second; may be NULL. */
	void (*tick)(void *context);
	void *context;
};

/*
 * The program of an observer, and the socket over which its listener comes to the launcher. It is
 * sent by a process of its own, the courier, for which the filter does not hold: the application's
 * may deny every call that could send it.
 */
struct observation {
	const struct observer *observer;
	struct filter_program program;
	void *made;              /* of `program`, when it is to be freed */
	int launcher, courier;   /* the two ends of the socket; -1 when closed */
	volatile int *installed; /* in shared memory: the listener's descriptor, 0 before that */
};

/* Free with observation_close(), also after a failure. */
int observation_open(struct observation *observation, const struct observer *observer,
		     struct err **err);
void observation_close(struct observation *observation);
#define _cleanup_observation_ __attribute__((cleanup(observation_close)))

/*
 * In the application's process: starts the courier, as a child of this process's parent, and
 * installs the program, with no_new_privs set. Neither allocates nor prints. 0, or -1 with errno
 * and *op the call that failed.
 */
int observation_install(const struct observation *observation, const char **op);

/*
 * In the launcher, with supervise_signals() blocked: answers the calls and hands on signals until
 * `pid` has ended, as supervise() does; so it does when no listener comes, because the start
 * failed. `handed` is for `pid` as for supervise(); NULL when that is the application itself: then
 * what it left behind is ended too. Returns its exit status, or 128 + its signal; *signalled as for
 * supervise().
 */
int observe(struct observation *observation, pid_t pid, volatile uint32_t *handed, bool *signalled);

/*
 * Runs argv[0], searched for as execvp(3) does, without a sandbox: as the caller would, but for
 * no_new_privs and the filter. Returns its exit status or, when it was not started, -1.
 */
int observe_command(char *const *argv, const struct observer *observer, struct err **err);

#endif
