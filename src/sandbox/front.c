/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox/front.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/allow.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "sandbox/supervise.h"
#include "sandbox/terminal.h"

/*
 * It keeps root's user id, for that is what keeps the user's processes off, and CAP_KILL, to hand
 * signals on: to the launcher alone.
 */
static int confine(pid_t launcher, struct err **err)
{
	const struct allowed_call calls[] = {
		{.name = "wait4"},           {"kill", 0, ALLOW_INT, (uint64_t)launcher},
		{.name = "rt_sigtimedwait"}, {.name = "rt_sigprocmask"},
		{.name = "rt_sigreturn"},    {.name = "restart_syscall"},
		{.name = "getpid"},          {.name = "getuid"},
		{.name = "close"},           {.name = "close_range"},
		{.name = "munmap"},          {.name = "exit_group"},
		TERMINAL_MODE_CALLS,
	};

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || sys_keep_capabilities(1u << CAP_KILL) < 0)
		return err_set(err, errno, "run-as: give root's powers up");
	return allow_only(calls, ARRAY_SIZE(calls), err);
}

static void __attribute__((noreturn)) front_main(struct terminal *t, pid_t launcher)
{
	_cleanup_err_ struct err *err = NULL;
	int status = EXIT_SETUP;
	bool signalled, confined = confine(launcher, &err) == 0;

	if (!confined) {
		log_error("%s", err->text);
		kill(launcher, SIGKILL);
	}
	/* All but the terminal, whose modes are to be restored. */
	if (t->outer > 0)
		sys_close_range(0, (unsigned)t->outer - 1, 0);
	sys_close_range((unsigned)t->outer + 1, ~0U, 0);
	t->init_end = t->words[1] = -1;
	if (confined)
		status = supervise(launcher, NULL, &signalled);
	terminal_stop(t);
	_exit(status);
}

/* What the launcher must not have, before it is the user's. */
static int leave(struct terminal *t, struct err **err)
{
	_cleanup_close_ int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	t->relay = 0;
	close_fd(&t->outer);
	if (munmap(t->modes, sizeof(*t->modes)) < 0)
		return err_set(err, errno, "munmap");
	t->modes = NULL;
	if (setsid() < 0)
		return err_set(err, errno, "setsid");
	if (null < 0)
		return err_set(err, errno, "open /dev/null");
	for (int fd = 0; fd <= 2; fd++)
		if (t->replaced & 1u << fd && dup2(fd == 2 ? t->words[1] : null, fd) < 0)
			return err_set(err, errno, "dup2");
	close_fd(&t->words[1]);
	return 0;
}

pid_t front_start(struct terminal *t, struct err **err)
{
	_cleanup_close_ int self = sys_pidfd_open(getpid(), 0);
	pid_t front = getpid(), launcher;
	sigset_t blocked, before;

	if (self < 0)
		return err_set(err, errno, "pidfd_open");
	if (terminal_join(t, self, err) < 0) {
		terminal_stop(t);
		return -1;
	}
	if (!terminal_wanted(t)) {
		/* There is none, tty(4), or no way to it. */
		if (errno == ENXIO || errno == ENOENT)
			return 0;
		return err_set(err, errno, "open the controlling terminal, /dev/tty");
	}
	supervise_signals(&blocked);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	launcher = fork();
	if (launcher > 0)
		front_main(t, launcher);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (launcher == 0)
		return leave(t, err) < 0 ? -1 : front;
	err_set(err, errno, "create a process");
	terminal_stop(t);
	return -1;
}

int front_die_with(pid_t front, struct err **err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return err_set(err, errno, "prctl PR_SET_PDEATHSIG");
	return getppid() == front ? 0 : err_set(err, 0, "root's process has gone");
}
