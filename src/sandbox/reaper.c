/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pid 1: hands signals on, reaps, and ends with the application's status. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"
#include "sandbox/stages.h"

/* Reaps all that have ended; whether `app` was among them, and then its status. */
static bool reap(pid_t app, int *status)
{
	bool ended = false;
	pid_t pid;
	int st;

	while ((pid = waitpid(-1, &st, WNOHANG)) > 0) {
		if (pid == app) {
			*status = WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
			ended = true;
		}
	}
	return ended;
}

/* What the application could read in /proc/1 if it weren't gone: command line, environment. */
static void become_init(struct child *child)
{
	if (child->title_len > 0) {
		memset(child->title, 0, child->title_len);
		strncpy(child->title, "sbox-init", child->title_len - 1);
	}
	prctl(PR_SET_NAME, "sbox-init", 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* With a pid namespace of the host's, orphans would go to the host's init. */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	sys_close_range(0, ~0U, 0);
}

int reaper_run(struct child *child, pid_t app)
{
	bool own_session = child->plan->exec.new_session;
	sigset_t all;
	int status;

	become_init(child);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	for (;;) {
		siginfo_t info;
		int sig = sigwaitinfo(&all, &info);

		if (sig < 0 && errno == EINTR)
			continue;
		if (sig < 0)
			return EXIT_SETUP;
		if (sig == SIGCHLD) {
			if (reap(app, &status))
				return status;
			continue;
		}
		/*
		 * The terminal's own signals (SI_KERNEL) reach the application too, which is in the
		 * same foreground process group unless it has a session of its own.
		 */
		if (info.si_code == SI_KERNEL && !own_session)
			continue;
		kill(app, sig);
	}
}
