/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pid 1: hands signals on, reaps, and ends with the application's status. */
#include <errno.h>
#include <fcntl.h>
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
 * Opens the list of this process's children, in the host's pid namespace; -1 in one of its own. Not
 * in the sandbox's /proc, which the profile may have hidden, or given to the application to fill.
 */
static int open_children(const struct child *child)
{
	char path[48];

	if (child->plan->namespaces & CLONE_NEWPID)
		return -1;
	snprintf(path, sizeof(path), "self/task/%d/children", (int)getpid());
	return openat(child->host_proc, path, O_RDONLY | O_CLOEXEC);
}

/*
 * Ends what the application left behind. In a pid namespace of its own the kernel does that; in the
 * host's the orphans are this process's children, one generation after the other.
 */
static void end_orphans(int children)
{
	_cleanup_fclose_ FILE *file = children < 0 ? NULL : fdopen(children, "r");
	int pid;

	do {
		while (file && fscanf(file, "%d", &pid) == 1)
			kill(pid, SIGKILL);
		if (file)
			rewind(file);
	} while (waitpid(-1, NULL, 0) >= 0);
}

/* Closes all but what is needed from here on; *children moves. */
static int close_others(struct child *child, int *children)
{
	unsigned kept = 0;

	if (terminal_wanted(&child->terminal)) {
		if (terminal_keep(&child->terminal) < 0)
			return -1;
		kept = 2;
	}
	if (*children >= 0) {
		*children = dup2(*children, (int)kept);
		if (*children < 0)
			return -1;
		kept++;
	}
	return sys_close_range(kept, ~0U, 0);
}

/*
 * Hands a signal on: as often as the launcher did, and one of the terminal's that the application,
 * in a session of its own or not there yet, didn't get. What others send is theirs to send to the
 * application itself.
 */
static void hand_on(struct child *child, pid_t app, const siginfo_t *info, uint32_t *taken)
{
	int sig = info->si_signo;
	uint32_t handed = __atomic_load_n(&child->report->handed[sig], __ATOMIC_ACQUIRE);
	bool early = sigismember(&child->early, sig) == 1;
	bool own = info->si_code == SI_KERNEL && (early || child->plan->exec.tty != TTY_INHERIT);

	sigdelset(&child->early, sig);
	for (uint32_t more = handed - taken[sig] + own; more > 0; more--)
		kill(app, sig);
	taken[sig] = handed;
}

int reaper_run(struct child *child, pid_t app)
{
	struct terminal *terminal = &child->terminal;
	bool job = terminal_wanted(terminal);
	int status, children = open_children(child);
	uint32_t taken[NSIG] = {0};
	sigset_t all;

	sigfillset(&all);
	if (close_others(child, &children) < 0 || sigprocmask(SIG_SETMASK, &all, NULL) < 0)
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
			hand_on(child, app, &info, taken);
			continue;
		}
		if (!reap(terminal, app, &status))
			continue;
		if (!(child->plan->namespaces & CLONE_NEWPID))
			end_orphans(children);
		return status;
	}
}
