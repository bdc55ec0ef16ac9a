/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A start, from plan to running application.
 *
 * Processes. The LAUNCHER is what the user started; it stays outside, forwards signals and ends
 * with the application's status. With an uplink a short-lived JOINER enters the uplink's namespaces
 * and makes the next process a child of the launcher (CLONE_PARENT). INIT is the sandbox's pid 1;
 * it builds the root and then only reaps. The APP process sets itself up and becomes the
 * application.
 *
 * Order. The table `stages` below is the order, and what `sbox explain --stages` prints: which
 * process, what it should do and what it mustn't. A reviewer checks the order against it alone:
 *
 *  - joining comes before any own user namespace, else setns(2) is EPERM;
 *  - sysfs is mounted while the process is in the user namespace that owns the network namespace;
 *  - the nested user namespace comes before capabilities are dropped, for entering one gives them
 *    all back;
 *  - the filter is the last thing before exec, and nothing after it needs a system call but execve.
 *
 * If any stage fails, INIT ends, the kernel ends everything in its pid namespace, and the launcher
 * reports what the stage left in the shared page.
 */
#include "sandbox/launch.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"
#include "sandbox/stages.h"
#include "sandbox/supervise.h"
#include "sandbox/uplink.h"

static const struct {
	struct stage_text text;
	int (*run)(struct child *child);
} stages[] = {
	{{"join", "joiner",
	  "Enter the uplink's user namespace, then its network namespace. Must not have a user "
	  "namespace of its own yet, nor other threads."},
	 stage_join},
	{{"ids", "init",
	  "Write the id maps of the sandbox's user namespace (the namespaces came with clone). Must not "
	  "touch a file but its own maps in /proc."},
	 stage_ids},
	{{"root", "init",
	  "Cut mount propagation and attach an empty root on top of the old one. Must not need a "
	  "directory of the host."},
	 stage_root},
	{{"fill", "init",
	  "Carry out the plan's steps: reopen each source and compare it with what was planned, clone "
	  "it, set its flags while it is detached, attach it inside the new root. Must not create "
	  "anything on the host, nor follow a symlink out of the new root."},
	 stage_fill},
	{{"pivot", "init", "Make the new root the only one. Must not leave a way to the old one."},
	 stage_pivot},
	{{"identity", "init", "Set the host name and bring lo up."}, stage_identity},
	{{"process", "app",
	  "Session, working directory, limits; mark all descriptors above 2 to close at exec."},
	 stage_process},
	{{"nest", "app",
	  "Enter a nested user namespace that maps the caller's own id again, where an uplink was "
	  "joined or nesting is limited. Must come before capabilities are dropped: it gives all back."},
	 stage_nest},
	{{"confine", "app",
	  "no_new_privs, no capability in any set, the signal mask, the seccomp filter. Must not need a "
	  "system call afterwards but execve and exit_group."},
	 stage_confine},
};

enum { STAGE_JOIN = 0, STAGE_INIT_FIRST = 1, STAGE_INIT_LAST = 5, STAGE_APP_LAST = 8, STAGE_EXEC };

const struct stage_text *sandbox_stage(unsigned index)
{
	return index < ARRAY_SIZE(stages) ? &stages[index].text : NULL;
}

static int run_stages(struct child *child, int first, int last)
{
	for (child->stage = first; child->stage <= last; child->stage++)
		if (stages[child->stage].run(child) < 0)
			return -1;
	return 0;
}

int child_fail(struct child *child, int step, const char *op, int errnum)
{
	struct report *report = child->report;

	if (report->state == START_FAILED)
		return -1;
	report->stage = child->stage;
	report->step = step;
	report->errnum = errnum;
	snprintf(report->op, sizeof(report->op), "%s", op);
	report->state = START_FAILED;
	return -1;
}

int child_fail_on(struct child *child, const char *object, const char *op, int errnum)
{
	if (child->report->state != START_FAILED)
		snprintf(child->report->object, sizeof(child->report->object), "%s", object);
	return child_fail(child, -1, op, errnum);
}

/*
 * Dies when the launcher does. The launcher may be gone before the request is made; in a new pid
 * namespace getppid(2) is 0 either way, so its pidfd is asked.
 */
static int die_with(struct child *child, int launcher)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return child_fail_on(child, "the launcher", "prctl PR_SET_PDEATHSIG", errno);
	if (launcher >= 0 && sys_pidfd_send_signal(launcher, 0) < 0 && errno == ESRCH)
		return child_fail_on(child, "the launcher", "pidfd_send_signal", errno);
	return 0;
}

static void __attribute__((noreturn)) app_main(struct child *child)
{
	const struct plan_exec *exec = &child->plan->exec;
	int errnum = ENOENT;

	if (run_stages(child, STAGE_INIT_LAST + 1, STAGE_APP_LAST) < 0)
		_exit(EXIT_SETUP);
	child->stage = STAGE_EXEC;
	child->report->state = START_EXEC;
	for (const char *const *path = exec->candidates; *path; path++) {
		execve(*path, exec->argv, exec->envp);
		if (errno != ENOENT && errno != ENOTDIR)
			errnum = errno;
		/* As execvp(3): a file that can't be executed doesn't end the search. */
		if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
			break;
	}
	child_fail_on(child, exec->command, "execve", errnum);
	/* ENOENT for a file that exists: its interpreter is missing. The filter may forbid the
	 * look. */
	for (const char *const *path = exec->candidates; errnum == ENOENT && *path; path++) {
		if (access(*path, F_OK) == 0) {
			snprintf(child->report->op, sizeof(child->report->op), "interpreter");
			break;
		}
	}
	_exit(EXIT_SETUP);
}

static void __attribute__((noreturn)) init_main(struct child *child, int launcher)
{
	pid_t app;

	child->stage = STAGE_INIT_FIRST;
	if (die_with(child, launcher) < 0 ||
	    run_stages(child, STAGE_INIT_FIRST, STAGE_INIT_LAST) < 0)
		_exit(EXIT_SETUP);
	app = fork();
	if (app == 0)
		app_main(child);
	if (app < 0) {
		child_fail_on(child, "the application's process", "fork", errno);
		_exit(EXIT_SETUP);
	}
	if (child_drop_capabilities(child) < 0)
		_exit(EXIT_SETUP);
	if (!child->plan->exec.die_with_parent)
		prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
	_exit(reaper_run(child, app));
}

static void __attribute__((noreturn)) joiner_main(struct child *child, int launcher)
{
	pid_t init;

	child->stage = STAGE_JOIN;
	if (die_with(child, launcher) < 0 || run_stages(child, STAGE_JOIN, STAGE_JOIN) < 0)
		_exit(EXIT_SETUP);
	init = sys_clone(child->plan->namespaces | CLONE_PARENT | SIGCHLD);
	if (init == 0)
		init_main(child, launcher);
	if (init < 0) {
		child_fail_on(child, "the sandbox's namespaces", "clone", errno);
		_exit(EXIT_SETUP);
	}
	child->report->init = init;
	_exit(0);
}

/* Starts INIT, directly or through the joiner. The pid, or -1. */
static pid_t start_init(struct child *child, int launcher, struct err **err)
{
	const struct plan *plan = child->plan;
	unsigned long flags = plan->namespaces | (plan->ids.own_userns ? CLONE_NEWUSER : 0);
	pid_t pid;
	int status;

	if (plan->net.mode == NET_NETNS)
		pid = fork();
	else
		pid = sys_clone(flags | SIGCHLD);
	if (pid == 0 && plan->net.mode == NET_NETNS)
		joiner_main(child, launcher);
	if (pid == 0)
		init_main(child, launcher);
	if (pid < 0)
		return start_refused(plan, errno, err);
	if (plan->net.mode != NET_NETNS)
		return pid;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (child->report->init > 0)
		return child->report->init;
	return start_failed(plan, child->report, err);
}

static struct report *report_new(struct err **err)
{
	struct report *report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (report == MAP_FAILED) {
		err_set(err, errno, "share a page with the sandbox's processes");
		return NULL;
	}
	return report;
}

static int run(struct child *child, struct err **err)
{
	const struct plan *plan = child->plan;
	_cleanup_close_ int launcher = sys_pidfd_open(getpid(), 0);
	pid_t init;
	int status;

	if (launcher < 0)
		return err_set(err, errno, "pidfd_open");
	init = start_init(child, launcher, err);
	if (init < 0)
		return -1;
	status = supervise(init);
	if (child->report->state != START_EXEC)
		return start_failed(plan, child->report, err);
	return status;
}

int sandbox_run(const struct plan *plan, const struct process_title *title, struct err **err)
{
	_cleanup_close_ int userns = -1, netns = -1;
	_cleanup_free_ uint64_t *own = NULL;
	struct child child = {
		.plan = plan,
		.root = -1,
		.host_proc = -1,
		.title = title->start,
		.title_len = title->len,
	};
	sigset_t blocked;
	int status;

	if (plan->net.mode == NET_NETNS &&
	    uplink_open(&plan->net, getuid(), &userns, &netns, err) < 0)
		return -1;
	child.userns = userns;
	child.netns = netns;
	child.own.capacity = plan->nsteps + 1;
	child.own.ids = own = xreallocarray(NULL, child.own.capacity, sizeof(*own));
	child.report = report_new(err);
	if (!child.report)
		return -1;
	supervise_signals(&blocked);
	sigprocmask(SIG_BLOCK, &blocked, &child.signals);
	status = run(&child, err);
	sigprocmask(SIG_SETMASK, &child.signals, NULL);
	munmap(child.report, sizeof(*child.report));
	return status;
}
