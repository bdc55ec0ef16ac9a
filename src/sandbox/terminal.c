/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "sandbox/relay.h"
#include "sandbox/stages.h"

/*
 * Opened anew and not duplicated: the relay doesn't wait for it, and O_NONBLOCK would hold for all
 * who share the open file description, the caller's shell among them. The descriptor; -1 without
 * any terminal, or with *err.
 */
static int open_outer(unsigned *replaced, struct err **err)
{
	const int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
	char path[32];
	int first = -1, fd;

	*replaced = 0;
	for (int i = 2; i >= 0; i--) {
		if (isatty(i)) {
			*replaced |= 1u << i;
			first = i;
		}
	}
	/* A user who isn't the owner of the node, after su(1) say, can open it by this name alone.
	 */
	if (first < 0 || tcgetsid(first) == getsid(0)) {
		fd = open("/dev/tty", flags);
		if (fd >= 0 || first < 0)
			return fd;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", first);
	fd = open(path, flags);
	if (fd < 0)
		err_set(err, errno, "open the terminal that descriptor %d is", first);
	return fd;
}

static int make_ends(struct terminal *t, struct err **err)
{
	int ends[2];

	t->modes = mmap(NULL, sizeof(*t->modes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (t->modes == MAP_FAILED) {
		t->modes = NULL;
		return err_set(err, errno, "mmap");
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return err_set(err, errno, "create a socket pair");
	t->relay_end = ends[0];
	t->init_end = ends[1];
	if (t->replaced & 1u << STDERR_FILENO && pipe2(t->words, O_CLOEXEC) < 0)
		return err_set(err, errno, "create a pipe");
	return 0;
}

int terminal_join(struct terminal *t, int launcher, struct err **err)
{
	t->outer = open_outer(&t->replaced, err);
	if (t->outer < 0)
		return *err ? -1 : 0;
	t->wanted = true;
	if (make_ends(t, err) < 0)
		return -1;
	t->relay = fork();
	if (t->relay == 0)
		relay_main(t, launcher);
	if (t->relay < 0)
		return err_set(err, errno, "create a process");
	close_fd(&t->relay_end);
	close_fd(&t->words[0]);
	return 0;
}

/* As the user, who owns it. */
static int open_of_host(struct terminal *t, const struct plan *plan, struct err **err)
{
	_cleanup_close_ int dev = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *op = "open /dev";

	if (dev < 0 || terminal_open(t, dev, &op) < 0)
		return err_set(err, errno,
			       "%s: run-as = %s: the sandbox has no /dev/pts of its own, and no "
			       "terminal of the host's can be had for it: %s",
			       loc_text(&plan->exec.run_as_loc), plan->exec.run_as, op);
	return 0;
}

int terminal_start(struct child *child, struct err **err)
{
	struct terminal *t = &child->terminal;

	if (t->wanted)
		return child->plan->exec.tty_of_host ? open_of_host(t, child->plan, err) : 0;
	if (child->plan->exec.tty != TTY_NEW)
		return 0;
	if (terminal_join(t, child->launcher, err) < 0)
		return err_prefix(err, "%s: tty = new", loc_text(&child->plan->exec.tty_loc));
	if (t->words[1] < 0)
		return 0;
	t->said_on = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (t->said_on < 0 || dup2(t->words[1], STDERR_FILENO) < 0)
		return err_set(err, errno, "dup2");
	close_fd(&t->words[1]);
	return 0;
}

void terminal_handed_on(struct terminal *t)
{
	close_fd(&t->init_end);
	close_fd(&t->master);
	close_fd(&t->slave);
}

void terminal_restore(struct terminal_modes *modes, int outer)
{
	struct termios now;
	sigset_t ttou, before;

	if (!modes->is_raw)
		return;
	/* In the background it is a signal that stops, unless blocked; termios(3). */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &before);
	if (tcgetattr(outer, &now) == 0 && now.c_iflag == modes->raw.c_iflag &&
	    now.c_oflag == modes->raw.c_oflag && now.c_cflag == modes->raw.c_cflag &&
	    now.c_lflag == modes->raw.c_lflag)
		tcsetattr(outer, TCSANOW, &modes->saved);
	modes->is_raw = false;
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void terminal_stop(struct terminal *t)
{
	if (!terminal_wanted(t))
		return;
	if (t->said_on >= 0)
		dup2(t->said_on, STDERR_FILENO);
	close_fd(&t->said_on);
	close_fd(&t->relay_end);
	close_fd(&t->init_end);
	close_fd(&t->words[0]);
	close_fd(&t->words[1]);
	close_fd(&t->master);
	close_fd(&t->slave);
	while (t->relay > 0 && waitpid(t->relay, NULL, 0) < 0 && errno == EINTR)
		;
	if (t->modes) {
		terminal_restore(t->modes, t->outer); /* the relay was killed */
		munmap(t->modes, sizeof(*t->modes));
	}
	close_fd(&t->outer);
	*t = (struct terminal)TERMINAL_NONE;
}

int terminal_open(struct terminal *t, int devpts, const char **op)
{
	const int unlock = 0;

	*op = "open ptmx";
	t->master = openat(devpts, "ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (t->master < 0)
		return -1;
	*op = "ioctl TIOCSPTLCK";
	if (ioctl(t->master, TIOCSPTLCK, &unlock) < 0)
		return -1;
	/* Not by its path, which a mount may cover; Linux 4.13. */
	*op = "ioctl TIOCGPTPEER";
	t->slave = ioctl(t->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return t->slave < 0 ? -1 : 0;
}

static ssize_t send_master(const struct terminal *t)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
				.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS}};
	struct terminal_packet packet = {WORD_MASTER, 0};
	struct iovec iov = {&packet, sizeof(packet)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.space,
			     .msg_controllen = sizeof(control.space)};

	memcpy(CMSG_DATA(&control.header), &t->master, sizeof(t->master));
	return sendmsg(t->init_end, &msg, MSG_NOSIGNAL);
}

int stage_terminal(struct child *child)
{
	struct terminal *t = &child->terminal;
	struct terminal_packet packet;
	ssize_t len;

	if (!terminal_wanted(t))
		return 0;
	if (t->slave < 0)
		return child_fail_on(child, "tty = new: the sandbox has no devpts of its own",
				     "open", ENOENT);
	if (setsid() < 0)
		return child_fail_on(child, "a new session", "setsid", errno);
	if (ioctl(t->slave, TIOCSCTTY, 0) < 0)
		return child_fail_on(child, "the new terminal", "ioctl TIOCSCTTY", errno);
	if (send_master(t) < 0)
		return child_fail_on(child, "the relay of the terminal", "send", errno);
	close_fd(&t->master);
	do
		len = recv(t->init_end, &packet, sizeof(packet), 0);
	while (len < 0 && errno == EINTR);
	if (len != sizeof(packet))
		return child_fail_on(child, "the relay of the terminal", "receive",
				     len < 0 ? errno : ECONNRESET);
	t->foreground = packet.word == WORD_FOREGROUND;
	return 0;
}

int terminal_enter(struct child *child)
{
	bool none = child->plan->exec.tty == TTY_NONE;
	struct terminal *t = &child->terminal;
	sigset_t ttou;

	if (none ? setsid() < 0 : setpgid(0, 0) < 0)
		return child_fail_on(child, none ? "a new session" : "a process group",
				     none ? "setsid" : "setpgid", errno);
	/* The mask is the caller's again before the application starts. */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, NULL);
	if (!none && t->foreground && tcsetpgrp(t->slave, getpgrp()) < 0)
		return child_fail_on(child, "the new terminal", "tcsetpgrp", errno);
	for (int fd = 0; fd <= 2; fd++)
		if (t->replaced & 1u << fd && dup2(t->slave, fd) < 0)
			return child_fail_on(child, "the new terminal", "dup2", errno);
	return 0;
}

int terminal_keep(struct terminal *t)
{
	if (dup2(t->slave, 0) < 0 || dup2(t->init_end, 1) < 0)
		return -1;
	t->slave = 0;
	t->init_end = 1;
	/* Who waits for signals is told by one; fcntl(2), F_SETOWN. */
	if (fcntl(t->init_end, F_SETOWN, getpid()) < 0 ||
	    fcntl(t->init_end, F_SETFL, O_ASYNC | O_NONBLOCK) < 0)
		return -1;
	return 0;
}

/* The application's process group, for kill(2); itself alone when it has joined pid 1's. */
static pid_t group_of(pid_t app)
{
	pid_t group = getpgid(app);

	return group > 1 && group != getpgrp() ? group : 0;
}

static void signal_group(pid_t app, int sig)
{
	pid_t group = group_of(app);

	kill(group ? -group : app, sig);
}

static void give_terminal(struct terminal *t, pid_t app)
{
	pid_t group = group_of(app), now = tcgetpgrp(t->slave);
	bool asked = t->stopped_by == SIGTTIN || t->stopped_by == SIGTTOU;

	/* One of the application's own jobs has it, and keeps it. */
	if (now > 0 && now != getpgrp() && !asked)
		return;
	if (!asked && t->front > 0 && tcsetpgrp(t->slave, t->front) == 0)
		return;
	if (group)
		tcsetpgrp(t->slave, group);
}

static void take_terminal(struct terminal *t)
{
	pid_t now = tcgetpgrp(t->slave);

	if (now <= 0 || now == getpgrp())
		return;
	t->front = now;
	tcsetpgrp(t->slave, getpgrp());
}

void terminal_obey(struct terminal *t, pid_t app)
{
	struct terminal_packet packet;

	while (recv(t->init_end, &packet, sizeof(packet), MSG_DONTWAIT) == sizeof(packet)) {
		if (packet.word == WORD_SIGNAL) {
			signal_group(app, packet.sig);
			continue;
		}
		if (packet.word == WORD_FOREGROUND)
			give_terminal(t, app);
		else
			take_terminal(t);
		t->stopped_by = 0;
		signal_group(app, SIGCONT);
	}
}

void terminal_tell_stop(struct terminal *t, int sig)
{
	const struct terminal_packet packet = {WORD_STOPPED, (unsigned char)sig};

	t->stopped_by = sig;
	(void)!send(t->init_end, &packet, sizeof(packet), MSG_NOSIGNAL | MSG_DONTWAIT);
}
