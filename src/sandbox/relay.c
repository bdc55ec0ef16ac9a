/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox/relay.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/allow.h"
#include "base/mem.h"
#include "base/sys.h"
#include "sandbox/terminal.h"

/* What has been read from one side and not yet been written to the other. */
struct flow {
	char data[16384];
	size_t len;
};

/* What the relay waits for; a descriptor of -1 is left out, poll(2). */
enum { ON_OUTER, ON_MASTER, ON_INIT, ON_WORDS, ON_SIGNAL, ON_LAUNCHER, ON_COUNT };

struct relay {
	struct terminal_modes *modes;
	int outer, master, init, words, signals,
		launcher;   /* -1 when closed or of no use any more */
	bool wants;         /* the application is to have the terminal when the job has it */
	bool begun;         /* the master has come */
	bool taken_before;  /* the modes inside are the application's own affair */
	struct termios set; /* the modes inside as they were set at the start */
	struct flow in, out;
	struct pollfd on[ON_COUNT];
};

static size_t room(const struct flow *flow)
{
	return sizeof(flow->data) - flow->len;
}

/* Reads what fits. False at the end of the file, or by an error that isn't about waiting. */
static bool fill(struct flow *flow, int fd)
{
	ssize_t len = read(fd, flow->data + flow->len, room(flow));

	if (len > 0)
		flow->len += (size_t)len;
	return len > 0 || (len < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Writes what is taken. False by an error that isn't about waiting. */
static bool drain(struct flow *flow, int fd)
{
	ssize_t len = write(fd, flow->data, flow->len);

	if (len < 0)
		return errno == EAGAIN || errno == EINTR;
	flow->len -= (size_t)len;
	memmove(flow->data, flow->data + len, flow->len);
	return true;
}

/* To an init that is waiting for it, or runs the application. */
static void say(const struct relay *r, enum terminal_word word, int sig)
{
	const struct terminal_packet packet = {(unsigned char)word, (unsigned char)sig};

	if (r->init >= 0 && r->master >= 0)
		(void)!send(r->init, &packet, sizeof(packet), MSG_NOSIGNAL);
}

/* The caller's terminal has gone: the application's goes too, with the SIGHUP that this brings. */
static void hang_up(struct relay *r)
{
	close_fd(&r->master);
	r->in.len = 0;
	r->wants = false;
}

static void lose_outer(struct relay *r)
{
	r->modes->is_raw = false;
	r->outer = -1;
	r->out.len = 0;
	hang_up(r);
}

static void copy_size(const struct relay *r)
{
	struct winsize size;

	if (r->outer >= 0 && r->master >= 0 && ioctl(r->outer, TIOCGWINSZ, &size) == 0)
		ioctl(r->master, TIOCSWINSZ, &size);
}

static bool same_modes(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
	       a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc)) == 0;
}

/*
 * What was typed ahead is read while it is still lines: in raw modes the kernel gives a NUL for the
 * key that ended a line or the file, and what that key means is to be decided inside.
 */
static void read_ahead(struct relay *r, const struct termios *modes)
{
	/* A line's longest, termios(3); a terminal that is gone reads as ended forever. */
	enum { LINE = 4096, ENDS_MAX = 16 };

	for (int ends = 0; (modes->c_lflag & ICANON) && ends < ENDS_MAX && room(&r->in) > LINE;) {
		ssize_t len = read(r->outer, r->in.data + r->in.len, room(&r->in) - 1);
		cc_t last;

		if (len < 0)
			break;
		r->in.len += (size_t)len;
		last = len > 0 ? (cc_t)r->in.data[r->in.len - 1] : '\0';
		if (len > 0 &&
		    (last == '\n' || last == modes->c_cc[VEOL] || last == modes->c_cc[VEOL2]))
			continue;
		r->in.data[r->in.len++] = (char)modes->c_cc[VEOF];
		ends++;
	}
}

/*
 * Sets the caller's terminal raw and goes on to read from it, if the job has it. Whether the
 * application may now have its own.
 */
static bool take(struct relay *r)
{
	struct terminal_modes *modes = r->modes;
	struct termios now, inside;
	pid_t group;

	if (r->outer < 0 || r->launcher < 0)
		return false;
	group = tcgetpgrp(r->outer);
	/* Where it isn't the controlling terminal there is no job control. */
	if ((group >= 0 && group != getpgrp()) || tcgetattr(r->outer, &now) < 0) {
		modes->is_raw = false;
		return false;
	}
	if (modes->is_raw && same_modes(&now, &modes->raw))
		return true;
	/* A shell that starts a job in the background may have modes of its own for its line. */
	if (!r->taken_before && tcgetattr(r->master, &inside) == 0 && same_modes(&inside, &r->set))
		tcsetattr(r->master, TCSANOW, &now);
	r->taken_before = true;
	read_ahead(r, &now);
	modes->saved = now;
	cfmakeraw(&now);
	modes->raw = now;
	modes->is_raw = true;
	while (tcsetattr(r->outer, TCSANOW, &now) < 0)
		if (errno != EINTR)
			return modes->is_raw = false;
	/* As the kernel took them, to be known again. */
	tcgetattr(r->outer, &modes->raw);
	r->wants = true;
	return true;
}

/* After a stop, or when somebody may have changed something meanwhile. */
static void go_on(struct relay *r)
{
	copy_size(r);
	say(r, r->wants && take(r) ? WORD_FOREGROUND : WORD_BACKGROUND, 0);
}

/*
 * Stops the job. Whether it was stopped, and continued: the kernel doesn't stop a process group
 * that nobody could continue.
 */
static bool stop_job(int sig)
{
	const struct timespec now = {0, 0};
	sigset_t stop, cont, before;

	sigemptyset(&cont);
	sigaddset(&cont, SIGCONT);
	while (sigtimedwait(&cont, NULL, &now) > 0)
		;
	sigemptyset(&stop);
	sigaddset(&stop, sig);
	kill(0, sig);
	sigprocmask(SIG_UNBLOCK, &stop, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return sigtimedwait(&cont, NULL, &now) > 0;
}

/* Whether the caller's terminal puts a CR before each NL, as the sandbox's own usually does. */
static bool outer_adds_cr(const struct relay *r)
{
	struct termios now;

	return tcgetattr(r->outer, &now) == 0 && (now.c_oflag & OPOST) && (now.c_oflag & ONLCR);
}

/* What comes from `start` on goes to a terminal that isn't raw: one CR is enough. */
static void take_cr_out(struct flow *flow, size_t start)
{
	size_t to = start;

	for (size_t from = start; from < flow->len; from++) {
		if (flow->data[from] == '\n' && to > 0 && flow->data[to - 1] == '\r')
			to--;
		flow->data[to++] = flow->data[from];
	}
	flow->len = to;
}

/* Reads what the application wrote. */
static void read_master(struct relay *r)
{
	size_t before = r->out.len;

	if (!fill(&r->out, r->master))
		close_fd(&r->master);
	if (!r->modes->is_raw && r->outer >= 0 && r->out.len > before && outer_adds_cr(r))
		take_cr_out(&r->out, before);
}

/*
 * Shows what was written before a stop: an editor leaves its screen then. The pty hands bytes on in
 * its own time, and what stops here would keep them; a terminal that takes nothing (^S) is not
 * waited for.
 */
static void settle(struct relay *r)
{
	enum { PIECES = 64, HANDED_ON_MS = 20, PATIENCE_MS = 500 };

	for (int i = 0; i < PIECES && r->master >= 0 && r->outer >= 0; i++) {
		struct pollfd on[] = {{.fd = room(&r->out) ? r->master : -1, .events = POLLIN},
				      {.fd = r->out.len ? r->outer : -1, .events = POLLOUT}};

		if (poll(on, 2, r->out.len ? PATIENCE_MS : HANDED_ON_MS) <= 0)
			return;
		if (on[0].revents)
			read_master(r);
		if (on[1].revents && !drain(&r->out, r->outer))
			lose_outer(r);
	}
}

static void on_stop(struct relay *r, int sig)
{
	bool asks = sig == SIGTTIN || sig == SIGTTOU;

	if (asks && take(r)) {
		say(r, WORD_FOREGROUND, 0);
		return;
	}
	r->wants = r->wants || asks;
	settle(r);
	if (r->outer >= 0)
		terminal_restore(r->modes, r->outer);
	/* Without a shell that could give the terminal to the job, nobody ever will. */
	if (!stop_job(asks ? sig : SIGTSTP) && asks)
		hang_up(r);
	go_on(r);
}

/* The other end of the sandbox's terminal, as the packet brought it. */
static void begin(struct relay *r, int master)
{
	r->master = master;
	r->begun = true;
	if (r->outer >= 0 && tcgetattr(r->outer, &r->set) == 0) {
		tcsetattr(master, TCSANOW, &r->set);
		/* As the kernel took them. */
		tcgetattr(master, &r->set);
	}
	go_on(r);
}

/* Who could send another would be somebody who has got at init while it is made. */
static bool is_master(int fd)
{
	unsigned number;

	return fd >= 0 && ioctl(fd, TIOCGPTN, &number) == 0;
}

static void on_init(struct relay *r)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct terminal_packet packet;
	struct iovec iov = {&packet, sizeof(packet)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.space,
			     /* Not the space, which may have room for a second one. */
			     .msg_controllen = CMSG_LEN(sizeof(int))};
	ssize_t len = recvmsg(r->init, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	const struct cmsghdr *header = len >= 0 ? CMSG_FIRSTHDR(&msg) : NULL;
	_cleanup_close_ int passed = -1;

	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
		memcpy(&passed, CMSG_DATA(header), sizeof(passed));
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len != sizeof(packet)) {
		close_fd(&r->init);
		r->in.len = 0;
		return;
	}
	if (packet.word == WORD_STOPPED)
		on_stop(r, packet.sig);
	else if (packet.word == WORD_MASTER && is_master(passed) && !r->begun)
		begin(r, steal_fd(&passed));
}

/* Each byte of a piece may become two. */
enum { WORDS_MAX = 512, WORDS_ROOM = 2 * WORDS_MAX };

/* What the launcher says, among what the application writes. */
static void on_words(struct relay *r)
{
	char text[WORDS_MAX];
	ssize_t len = read(r->words, text, sizeof(text));
	bool add_cr = len > 0 && r->outer >= 0 && !outer_adds_cr(r);

	if (len == 0)
		close_fd(&r->words);
	for (ssize_t i = 0; i < len && r->outer >= 0; i++) {
		if (text[i] == '\n' && add_cr)
			r->out.data[r->out.len++] = '\r';
		r->out.data[r->out.len++] = text[i];
	}
}

static void on_signal(struct relay *r)
{
	struct signalfd_siginfo info;

	if (read(r->signals, &info, sizeof(info)) != sizeof(info))
		return;
	switch (info.ssi_signo) {
	case SIGWINCH:
		copy_size(r);
		break;
	case SIGCONT:
		go_on(r);
		break;
	case SIGHUP:
		/* One that somebody sent is for the launcher to hand on. */
		if (info.ssi_code == SI_KERNEL)
			hang_up(r);
		break;
	case SIGTSTP:
		say(r, WORD_SIGNAL, SIGTSTP);
		break;
	default:
		/* By a key, while the caller's terminal isn't raw. */
		if (info.ssi_code == SI_KERNEL)
			say(r, WORD_SIGNAL, (int)info.ssi_signo);
	}
}

static void wait_for_any(struct relay *r)
{
	bool reads = r->modes->is_raw && r->master >= 0 && r->init >= 0 && room(&r->in) > 0;
	int master = (room(&r->out) > 0 ? POLLIN : 0) | (r->in.len > 0 ? POLLOUT : 0);

	/* The caller's hangup, when the terminal goes, is seen also where nothing is awaited. */
	int outer = (reads ? POLLIN : 0) | (r->out.len > 0 ? POLLOUT : 0);
	const struct pollfd on[ON_COUNT] = {
		[ON_OUTER] = {r->outer, (short)outer, 0},
		[ON_MASTER] = {master ? r->master : -1, (short)master, 0},
		[ON_INIT] = {r->init, POLLIN, 0},
		[ON_WORDS] = {room(&r->out) >= WORDS_ROOM ? r->words : -1, POLLIN, 0},
		[ON_SIGNAL] = {r->signals, POLLIN, 0},
		[ON_LAUNCHER] = {r->launcher, POLLIN, 0},
	};

	memcpy(r->on, on, sizeof(on));
	while (poll(r->on, ARRAY_SIZE(r->on), -1) < 0 && errno == EINTR)
		;
}

static void move_bytes(struct relay *r)
{
	short outer = r->on[ON_OUTER].revents, master = r->on[ON_MASTER].revents;

	if (master & (POLLIN | POLLHUP) && room(&r->out) > 0)
		read_master(r);
	/* Nobody inside has it open any more. */
	if (master & POLLHUP)
		r->in.len = 0;
	if (outer & POLLOUT && r->out.len > 0 && !drain(&r->out, r->outer))
		lose_outer(r);
	else if (outer & (POLLHUP | POLLERR))
		lose_outer(r);
	/* EIO without a hangup: the terminal is another job's, and none could continue this one. */
	else if (outer & POLLIN && !fill(&r->in, r->outer))
		r->modes->is_raw = false;
	if (master & POLLOUT && r->master >= 0 && r->in.len > 0 && !drain(&r->in, r->master))
		r->in.len = 0;
}

/* What is left to read once init is gone, and no more: a process outside may have the terminal. */
static void finish(struct relay *r)
{
	size_t before;

	while (r->master >= 0 && room(&r->out) > 0) {
		before = r->out.len;
		if (!fill(&r->out, r->master) || (r->out.len == before && errno != EINTR))
			close_fd(&r->master);
		if (r->outer < 0)
			r->out.len = 0;
	}
}

static void run(struct relay *r)
{
	while (r->init >= 0 || r->master >= 0 || r->words >= 0 || r->out.len > 0) {
		wait_for_any(r);
		move_bytes(r);
		if (r->on[ON_SIGNAL].revents)
			on_signal(r);
		if (r->init >= 0 && r->on[ON_INIT].revents)
			on_init(r);
		if (r->on[ON_WORDS].revents && room(&r->out) >= WORDS_ROOM)
			on_words(r);
		if (r->on[ON_LAUNCHER].revents) {
			/* Its caller goes on with the terminal. */
			if (r->outer >= 0)
				terminal_restore(r->modes, r->outer);
			r->launcher = -1;
		}
		/* Who has killed the launcher waits for nothing. */
		if (r->outer < 0 || (r->init < 0 && r->launcher < 0))
			r->out.len = 0;
		if (r->init < 0)
			finish(r);
	}
}

/*
 * Only what the terminal makes for a job that reads in the background stops it, and what is a
 * mistake of its own ends it. It lives as long as there is something to carry.
 */
static int open_signals(void)
{
	static const int handled[] = {SIGINT, SIGQUIT, SIGTSTP, SIGHUP, SIGCONT, SIGWINCH};
	static const int left[] = {SIGTTIN, SIGTTOU, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
	sigset_t blocked, taken;

	sigfillset(&blocked);
	for (size_t i = 0; i < ARRAY_SIZE(left); i++)
		sigdelset(&blocked, left[i]);
	sigemptyset(&taken);
	for (size_t i = 0; i < ARRAY_SIZE(handled); i++)
		sigaddset(&taken, handled[i]);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	return signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* What the loop needs, and terminal_restore(). */
static const struct allowed_call calls[] = {
	{.name = "read"},
	{.name = "write"},
	{.name = "sendto"},
	{.name = "recvmsg"},
	{.name = "close"},
	{.name = "poll"},
	{.name = "ppoll"},
	{.name = "getpgrp"},
	{.name = "getpgid"},
	{"kill", 0, ALLOW_INT, 0}, /* the job */
	{.name = "rt_sigprocmask"},
	{.name = "rt_sigtimedwait"},
	{.name = "rt_sigreturn"},
	{.name = "restart_syscall"},
	{.name = "exit_group"},
	{"ioctl", 1, ALLOW_INT, TIOCGWINSZ},
	{"ioctl", 1, ALLOW_INT, TIOCSWINSZ},
	{"ioctl", 1, ALLOW_INT, TIOCGPGRP},
	{"ioctl", 1, ALLOW_INT, TIOCGPTN},
	TERMINAL_MODE_CALLS,
};

static bool confine(void)
{
	_cleanup_err_ struct err *err = NULL;

	/* Root's relay too is to have no power over files and processes of others. */
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && sys_keep_capabilities(0) == 0 &&
	       allow_only(calls, ARRAY_SIZE(calls), &err) == 0;
}

void relay_main(const struct terminal *t, int launcher)
{
	static struct relay r; /* large, and the only one */
	int kept[] = {t->outer, t->relay_end, t->words[0], launcher};
	bool confined;

	r = (struct relay){
		.modes = t->modes,
		.outer = t->outer,
		.master = -1,
		.init = t->relay_end,
		.words = t->words[0],
		.launcher = launcher,
		.wants = t->replaced & 1u << STDOUT_FILENO,
	};
	prctl(PR_SET_NAME, "sbox-tty", 0, 0, 0);
	/* The others are the launcher's, and their end would be waited for in vain. */
	sys_close_others(kept, ARRAY_SIZE(kept));
	r.signals = open_signals();
	confined = confine();
	if (confined && r.signals >= 0)
		run(&r);
	if (r.outer >= 0)
		terminal_restore(r.modes, r.outer);
	_exit(!confined || r.signals < 0);
}
