/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A start, from plan to running application.
 *
 * Processes. The LAUNCHER is what the user started; it stays outside, forwards signals and ends
 * with the application's status. With an uplink a short-lived JOINER enters the uplink's namespaces
 * and makes the next process a child of the launcher (CLONE_PARENT). INIT is the sandbox's pid 1;
 * it builds the root and then only reaps. The APP process sets itself up and becomes the
 * application. With pasta a KEEPER beside the launcher starts, watches and ends it; see pasta.h.
 * With tty = new a RELAY beside the launcher joins the two terminals; see terminal.h.
 * With run-as at root's terminal a FRONT, root's, is the launcher's parent and the relay's; see
 * front.h. With subordinate ids a MAPPER beside it writes the id maps; see mapper.h.
 *
 * Order. The table `stages` below is the order, and what `sbox explain --stages` prints: which
 * process, what it should do and what it mustn't. A reviewer checks the order against it alone:
 *
 *  - joining comes before any own user namespace, else setns(2) is EPERM;
 *  - sysfs is mounted while the process is in the user namespace that owns the network namespace;
 *  - INIT gives up its powers before APP exists; a nested user namespace gives all of them back, so
 *    APP then drops them once more, inside it;
 *  - the filter is the last thing before exec, and nothing after it needs a system call but execve.
 *
 * If any stage fails, INIT ends, the kernel ends everything in its pid namespace, and the launcher
 * reports what the stage left in the shared page.
 */
#include "sandbox/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/interpreter.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"
#include "sandbox/changes.h"
#include "sandbox/mapper.h"
#include "sandbox/pasta.h"
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
	  "Write the id maps of the sandbox's user namespace (the namespaces came with clone), or, with "
	  "subordinate ids, wait until the mapper has; enter a time namespace. Must not touch a file "
	  "but its own maps and clock offsets in /proc."},
	 stage_ids},
	{{"root", "init",
	  "Cut mount propagation and attach an empty root on top of the old one. Must not need a "
	  "directory of the host."},
	 stage_root},
	{{"fill", "init",
	  "Carry out the plan's steps: clone each source, compare it with what was planned, set its "
	  "flags while it is detached, allow it in Landlock's ruleset, attach it inside the new root. "
	  "Must not create anything on the host, nor follow a symlink out of the new root."},
	 stage_fill},
	{{"pivot", "init", "Make the new root the only one. Must not leave a way to the old one."},
	 stage_pivot},
	{{"identity", "init", "Set the host name and bring lo up."}, stage_identity},
	{{"attach", "init",
	  "Where pasta carries the packets: wait until it has connected the network namespace, which it "
	  "may enter since the id maps are written. Must still be dumpable, else pasta is refused."},
	 stage_attach},
	{{"terminal", "init",
	  "With a terminal of the sandbox's own: lead a session around it, hand its other end to the "
	  "relay. Must not keep that end, nor have the caller's terminal any more."},
	 stage_terminal},
	{{"seal", "init",
	  "Wipe what /proc/1 would tell, leave the caller's session keyring, drop the groups where "
	  "subordinate ids allow it, set no_new_privs, drop every capability but those that the "
	  "application is to keep (before a nested user namespace all but CAP_SETFCAP, which its id map "
	  "asks for). Must not keep a power that the application could take over."},
	 stage_seal},
	{{"nest", "app",
	  "Write the id maps of the nested user namespace (it came with clone) in which the caller's own "
	  "id is mapped again, where an uplink was joined or nesting is limited."},
	 stage_nest},
	{{"process", "app",
	  "Session, working directory, limits; close all descriptors above 2, at exec those that the "
	  "next stage needs."},
	 stage_process},
	{{"confine", "app",
	  "Drop the capabilities that a nested user namespace gave, but for those to keep, become "
	  "undumpable (INIT with it), restore the signal mask, enter the Landlock domain, install the "
	  "seccomp filter. Must not need a system call afterwards but execve and "
	  "exit_group."},
	 stage_confine},
};

enum {
	STAGE_JOIN = 0,
	STAGE_INIT_FIRST = 1,
	STAGE_ATTACH = 6,
	STAGE_INIT_LAST = 8,
	STAGE_APP_LAST = 11,
	STAGE_EXEC
};

/* What the processes that share memory with their parent run on; see clone(2), CLONE_VM. */
enum { STACK_SIZE = 256 << 10 };
static char joiner_stack[STACK_SIZE] __attribute__((aligned(16)));
static char app_stack[STACK_SIZE] __attribute__((aligned(16)));

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

int child_die_with_launcher(struct child *child)
{
	struct pollfd launcher = {.fd = child->launcher, .events = POLLIN};

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return child_fail_on(child, "the launcher", "prctl PR_SET_PDEATHSIG", errno);
	if (poll(&launcher, 1, 0) != 0)
		return child_fail_on(child, "the launcher has gone", "poll", ESRCH);
	return 0;
}

/*
 * Without a terminal the sandbox has a process group of its own, so that kill(0, ...) inside
 * doesn't reach the caller's. With one it shares the group: job control and pipelines need that.
 */
static void leave_process_group(void)
{
	_cleanup_close_ int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (tty < 0)
		setpgid(0, 0);
}

/* The interpreter, or that of the interpreter, which isn't there; empty when it can't be told. */
static void find_missing_interpreter(const char *program, char *out, size_t size)
{
	/* As deep as execve(2) goes. */
	for (unsigned depth = 0; depth < 5; depth++) {
		_cleanup_close_ int fd = open(program, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

		if (fd < 0 || !interpreter_of(fd, out, size))
			break;
		if (access(out, F_OK) < 0)
			return;
		program = out;
	}
	out[0] = '\0';
}

static int app_main(void *context)
{
	struct child *child = context;
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
			find_missing_interpreter(*path, child->report->interpreter,
						 sizeof(child->report->interpreter));
			break;
		}
	}
	_exit(EXIT_SETUP);
}

static void __attribute__((noreturn)) init_main(struct child *child)
{
	int flags = CLONE_VM | CLONE_VFORK | SIGCHLD | (child->plan->ids.nest ? CLONE_NEWUSER : 0);
	pid_t app;

	child->stage = STAGE_INIT_FIRST;
	if (!terminal_wanted(&child->terminal))
		leave_process_group();
	if (child_die_with_launcher(child) < 0 ||
	    run_stages(child, STAGE_INIT_FIRST, STAGE_INIT_LAST) < 0)
		_exit(EXIT_SETUP);
	sigpending(&child->early);
	app = clone(app_main, app_stack + sizeof(app_stack), flags, child);
	if (app < 0) {
		child_fail_on(child, "the application's process", "clone", errno);
		_exit(EXIT_SETUP);
	}
	/* Dropping what one has can't fail; were it to, the kernel ends the application with us. */
	if ((child->plan->ids.nest || child->plan->ids.kept) &&
	    child_keep_capabilities(child, 0) < 0)
		_exit(EXIT_SETUP);
	if (!child->plan->exec.die_with_parent)
		prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
	_exit(reaper_run(child, app));
}

static int joiner_main(void *context)
{
	struct child *child = context;
	pid_t init;

	child->stage = STAGE_JOIN;
	if (child_die_with_launcher(child) < 0 || run_stages(child, STAGE_JOIN, STAGE_JOIN) < 0)
		_exit(EXIT_SETUP);
	init = sys_clone(child->plan->namespaces | CLONE_PARENT | SIGCHLD);
	if (init == 0)
		init_main(child);
	if (init < 0) {
		child_fail_on(child, "the sandbox's namespaces", "clone", errno);
		_exit(EXIT_SETUP);
	}
	child->report->init = init;
	_exit(0);
}

/* Starts INIT through the joiner. The pid, or -1. */
static pid_t start_joined(struct child *child, struct err **err)
{
	pid_t pid = clone(joiner_main, joiner_stack + sizeof(joiner_stack),
			  CLONE_VM | CLONE_VFORK | SIGCHLD, child);

	if (pid < 0)
		return err_set(err, errno, "create a process");
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (child->report->init > 0)
		return child->report->init;
	return start_failed(child->plan, child->report, err);
}

static pid_t start_init(struct child *child, struct err **err)
{
	const struct plan *plan = child->plan;
	unsigned long flags = plan->namespaces | (plan->ids.own_userns ? CLONE_NEWUSER : 0);
	pid_t pid;

	if (plan->net.mode == NET_NETNS)
		return start_joined(child, err);
	pid = sys_clone(flags | SIGCHLD);
	if (pid == 0)
		init_main(child);
	return pid < 0 ? start_refused(plan, errno, err) : pid;
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

static int start_and_wait(struct child *child, struct observation *observation, struct err **err)
{
	bool signalled, with_pasta = child->plan->net.pasta.argv != NULL;
	struct keeper keeper = {.lifeline = -1};
	pid_t init = start_init(child, err), mapper = -1;
	int status;

	terminal_handed_on(&child->terminal);
	if (init < 0)
		return -1;
	if (child->plan->ids.sub) {
		child->stage = STAGE_INIT_FIRST;
		/* Without one init finds its end of the socket closed, and ends. */
		mapper = mapper_start(child, init, err);
		if (mapper < 0)
			child_fail_on(child, (*err)->text, "", 0);
		close(child->maps[0]);
		close(child->maps[1]);
	}
	if (with_pasta) {
		child->stage = STAGE_ATTACH;
		/* Without a keeper init finds its end of the socket closed, and ends. */
		if (pasta_start(child, init, &keeper, err) < 0)
			child_fail_on(child, (*err)->text, "", 0);
		close(child->attach[0]);
		close(child->attach[1]);
	}
	/* Others of that user could find out what root has open: its working directory. Init's
	 * memory is another one and stays readable until its maps are written. */
	if (child->plan->exec.run_as)
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	status = observation ? observe(observation, init, child->report->handed, &signalled)
			     : supervise(init, child->report->handed, &signalled);
	if (with_pasta)
		pasta_stop(&keeper);
	mapper_stop(mapper);
	/* A signal that the user sent before the application was there ends the start as it would
	 * have ended the application. */
	if (child->plan->overlay.list && child->report->state == START_EXEC) {
		/* It may be long, and is no longer the application's to end. */
		sigprocmask(SIG_SETMASK, &child->signals, NULL);
		changes_list(child->plan, child->changes[0]);
	}
	if (child->report->state == START_EXEC ||
	    (child->report->state == START_SETUP && signalled))
		return status;
	return start_failed(child->plan, child->report, err);
}

static int run(struct child *child, struct observation *observation, struct err **err)
{
	int status = -1;

	if (terminal_start(child, err) == 0)
		status = start_and_wait(child, observation, err);
	terminal_stop(&child->terminal);
	return status;
}

/* A directory would be a way into the host's tree: /proc/self/fd/0/... */
static int check_standard(struct err **err)
{
	for (int fd = 0; fd <= 2; fd++) {
		struct stat st;

		if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
			return err_set(err, 0,
				       "descriptor %d is a directory: the application could "
				       "reach the host's files through it",
				       fd);
	}
	return 0;
}

/*
 * Locks the directory that keeps what is written: two overlays on one would destroy each other's
 * files. *lock is to stay open until the end. And the socket by which the layers come back.
 */
static int open_overlay(const struct plan *plan, int *lock, int changes[2], struct err **err)
{
	const struct plan_overlay *overlay = &plan->overlay;
	const char *place = loc_text(&overlay->loc);
	struct stat st;

	if (overlay->list && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, changes) < 0)
		return err_set(err, errno, "socketpair");
	if (!overlay->real)
		return 0;
	*lock = sys_openat2(AT_FDCWD, overlay->real, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0,
			    RESOLVE_NO_SYMLINKS);
	if (*lock < 0 || fstat(*lock, &st) < 0)
		return err_set(err, errno, "%s: open %s", place, overlay->dir);
	if (st.st_dev != overlay->id.dev || st.st_ino != overlay->id.ino)
		return err_set(err, ESTALE, "%s: %s was replaced while sbox started", place,
			       overlay->dir);
	if (flock(*lock, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK
			       ? err_set(err, 0, "%s: another sandbox is using the overlay in %s",
					 place, overlay->dir)
			       : err_set(err, errno, "%s: lock %s", place, overlay->dir);
	return 0;
}

static int run_plan(const struct plan *plan, const struct process_title *title,
		    const struct terminal *terminal, struct observation *observation,
		    struct err **err)
{
	_cleanup_close_ int userns = -1, netns = -1, launcher = sys_pidfd_open(getpid(), 0);
	_cleanup_free_ uint64_t *ids = xzalloc((4 * plan->nsteps + 1) * sizeof(*ids));
	_cleanup_close_ int overlay = -1;
	struct child child = {
		.plan = plan,
		.root = {.fd = -1, .parent_fd = -1, .own = ids, .capacity = plan->nsteps + 1},
		.mounts = ids + plan->nsteps + 1,
		.kept = ids + 2 * plan->nsteps + 1,
		.shown = ids + 3 * plan->nsteps + 1,
		.layers = -1,
		.covers = -1,
		.changes = {-1, -1},
		.host_proc = -1,
		.attach = {-1, -1},
		.terminal = terminal ? *terminal : (struct terminal)TERMINAL_NONE,
		.ruleset = -1,
		.maps = {-1, -1},
		.title = title->start,
		.title_len = title->len,
		.observation = observation,
	};
	sigset_t blocked;

	if (launcher < 0)
		return err_set(err, errno, "pidfd_open");
	if (check_standard(err) < 0 || open_overlay(plan, &overlay, child.changes, err) < 0)
		return -1;
	if (plan->net.mode == NET_NETNS &&
	    uplink_open(&plan->net, getuid(), &userns, &netns, err) < 0)
		return -1;
	if (plan->net.pasta.argv) {
		if (pasta_check(&plan->net, err) < 0)
			return -1;
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, child.attach) < 0)
			return err_set(err, errno, "socketpair");
	}
	if (plan->ids.sub &&
	    (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, child.maps) < 0 ||
	     setsockopt(child.maps[0], SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int)) < 0))
		return err_set(err, errno, "socketpair");
	/* Root's groups are power over files too; where setgroups(2) is denied there are none. */
	if (getuid() == 0 && setgroups(0, NULL) < 0 && errno != EPERM)
		return err_set(err, errno, "drop the supplementary groups");
	child.userns = userns;
	child.netns = netns;
	child.launcher = launcher;
	child.report = report_new(err);
	if (!child.report)
		return -1;
	/* Blocked to the end: a signal that comes late must not replace the application's status.
	 */
	supervise_signals(&blocked);
	sigprocmask(SIG_BLOCK, &blocked, &child.signals);
	return run(&child, observation, err);
}

int sandbox_run(const struct plan *plan, const struct process_title *title,
		const struct terminal *terminal, struct err **err)
{
	return run_plan(plan, title, terminal, NULL, err);
}

int sandbox_run_observed(const struct plan *plan, const struct process_title *title,
			 const struct terminal *terminal, const struct observer *observer,
			 struct err **err)
{
	_cleanup_observation_ struct observation observation = {.launcher = -1, .courier = -1};

	if (observation_open(&observation, observer, err) < 0)
		return -1;
	return run_plan(plan, title, terminal, &observation, err);
}

/* In the process that becomes the command; `report` tells why it didn't. */
static void __attribute__((noreturn))
become_command(char *const *argv, const struct child *child, struct report *report)
{
	const char *op = "sigprocmask";

	io_size_limit_kills();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 &&
	    sigprocmask(SIG_SETMASK, &child->signals, NULL) == 0 && (op = "prctl") &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    observation_install(child->observation, &op) == 0) {
		report->state = START_EXEC;
		execvp(argv[0], argv);
		op = "execve";
	}
	report->errnum = errno;
	snprintf(report->op, sizeof(report->op), "%s", op);
	report->state = START_FAILED;
	_exit(EXIT_SETUP);
}

static int command_failed(const char *command, const struct report *report, struct err **err)
{
	if (!streq(report->op, "execve")) {
		err_set(err, report->errnum, "watch the command: %s", report->op);
		return report->errnum == EBUSY && streq(report->op, "seccomp")
			       ? err_append(err, "; it is watched already, and the kernel allows "
						 "one notifying filter: learn or --why, once")
			       : -1;
	}
	return err_set_code(err, report->errnum == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE,
			    report->errnum, "execute %s", command);
}

int observe_command(char *const *argv, const struct observer *observer, struct err **err)
{
	_cleanup_observation_ struct observation observation = {.launcher = -1, .courier = -1};
	struct child child = {.observation = &observation};
	struct report *report = report_new(err);
	sigset_t blocked;
	bool signalled;
	int status;
	pid_t pid;

	if (!report || observation_open(&observation, observer, err) < 0)
		return -1;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return err_set(err, errno, "prctl PR_SET_CHILD_SUBREAPER");
	supervise_signals(&blocked);
	sigprocmask(SIG_BLOCK, &blocked, &child.signals);
	pid = fork();
	if (pid == 0)
		become_command(argv, &child, report);
	if (pid < 0)
		return err_set(err, errno, "create a process");
	status = observe(&observation, pid, NULL, &signalled);
	return report->state == START_FAILED ? command_failed(argv[0], report, err) : status;
}
