/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pid 1: hands signals on, reaps, and ends with the application's status. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sys.h"
#include "sandbox/stages.h"
#include "sandbox/supervise.h"

/*
 * Reaps all that have ended; whether `app` was among them, and then its status. With a terminal of
 * its own, of which this process leads the session, its stops are for the relay.
 */
static bool reap(struct terminal *terminal, pid_t app, int *status)
{
	bool ended = false, job = terminal_wanted(terminal);
	pid_t pid;
	int st;

	while ((pid = waitpid(-1, &st, WNOHANG | (job ? WUNTRACED : 0))) > 0) {
		if (pid == app && WIFSTOPPED(st)) {
			terminal_tell_stop(terminal, WSTOPSIG(st));
		} else if (pid == app) {
			*status = WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
			ended = true;
		}
	}
	return ended;
}

/*
 * Ends what the application left behind. In a pid namespace of its own the kernel does that; in the
 * host's the orphans are this process's children, one generation after the other.
 */
static void end_orphans(void)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	for (;;) {
		_cleanup_fclose_ FILE *file = fopen(path, "re");
		int pid;

		while (file && fscanf(file, "%d", &pid) == 1)
			kill(pid, SIGKILL);
		if (waitpid(-1, NULL, 0) < 0)
			return;
	}
}

/*
 * Whether the signal is to be handed on: one that the launcher sent, or one of the terminal's that
 * the application, in a session of its own, didn't get. What others send is theirs to send to the
 * application itself.
 */
static bool is_for_app(const struct child *child, const siginfo_t *info)
{
	if (info->si_code == SI_KERNEL)
		return child->plan->exec.tty != TTY_INHERIT;
	/* A sender outside this pid namespace has the pid 0. */
	return info->si_code == SI_QUEUE && info->si_value.sival_int == SUPERVISE_MAGIC &&
	       (info->si_pid == 0 || info->si_pid == child->launcher_pid);
}

int reaper_run(struct child *child, pid_t app)
{
	sigset_t all;
	int status;

	struct terminal *terminal = &child->terminal;
	bool job = terminal_wanted(terminal);

	sigfillset(&all);
	if ((job ? terminal_keep(terminal) : sys_close_range(0, ~0U, 0)) < 0 ||
	    sigprocmask(SIG_SETMASK, &all, NULL) < 0)
		return EXIT_SETUP;
	/* What came before the relay's words were told by a signal. */
	if (job)
		terminal_obey(terminal, app);
	for (;;) {
		siginfo_t info;
		int sig = sigwaitinfo(&all, &info);

		if (sig < 0 && errno == EINTR)
			continue;
		if (sig < 0)
			return EXIT_SETUP;
		if (job && sig == SIGIO && info.si_code == SI_KERNEL) {
			terminal_obey(terminal, app);
			continue;
		}
		/* The terminal's ^Z for an application that isn't in its session. */
		if (job && sig == SIGTSTP && info.si_code == SI_KERNEL &&
		    child->plan->exec.tty == TTY_NONE) {
			terminal_tell_stop(terminal, sig);
			continue;
		}
		if (sig != SIGCHLD) {
			if (is_for_app(child, &info))
				kill(app, sig);
			continue;
		}
		if (!reap(terminal, app, &status))
			continue;
		if (!(child->plan->namespaces & CLONE_NEWPID))
			end_orphans();
		return status;
	}
}
