/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Watching an application's system calls by seccomp_unotify(2): a filter asks a listener, this
 * process, before each call, and is answered "go on". For finding out what an application does,
 * never for deciding what it may: what a call's pointers lead to can be changed between the look
 * and the call.
 */
#ifndef SANDBOX_OBSERVE_H
#define SANDBOX_OBSERVE_H

#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

struct observer {
	/* Native numbers of calls that are let through unseen, and cost nothing. */
	const int *quiet;
	size_t nquiet;
	/* Called for each other call, from the application's execve(2) on; the caller of it is
	 * stopped until this returns. */
	void (*call)(void *context, int listener, const struct seccomp_notif *notif);
	/*
	 * Called after the call was let go on, if its caller was still waiting then, so that all
	 * that was read of it in between is its own. May be NULL.
	 */
	void (*answered)(void *context);
	/* Called a few times a second; may be NULL. */
	void (*tick)(void *context);
	void *context;
};

/*
 * The filter of an observer, and the socket over which the application's process hands its listener
 * to the launcher. `code` is an array of struct sock_filter.
 */
struct observation {
	const struct observer *observer;
	void *code;
	unsigned short count;
	int launcher, app; /* the two ends of the socket; -1 when closed */
};

/* Free with observation_close(), also after a failure. */
int observation_open(struct observation *observation, const struct observer *observer,
		     struct err **err);
void observation_close(struct observation *observation);
#define _cleanup_observation_ __attribute__((cleanup(observation_close)))

/*
 * In the application's process: installs the filter, with no_new_privs set, and hands the listener
 * over. Neither allocates nor prints. 0, or -1 with errno and *op the call that failed.
 */
int observation_install(const struct observation *observation, const char **op);

/*
 * In the launcher, with supervise_signals() blocked: answers the calls and hands on signals until
 * `pid` has ended, as supervise() does; so it does when no listener comes, because the start
 * failed. With `subreaper`, what the application left behind is then ended too. Returns its exit
 * status, or 128 + its signal; *signalled as for supervise().
 */
int observe(struct observation *observation, pid_t pid, bool subreaper, bool *signalled);

/*
 * Runs argv[0], searched for as execvp(3) does, without a sandbox: as the caller would, but for
 * no_new_privs and the filter. Returns its exit status or, when it was not started, -1.
 */
int observe_command(char *const *argv, const struct observer *observer, struct err **err);

#endif
