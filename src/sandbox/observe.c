/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox/observe.h"

#include <errno.h>
#include <linux/filter.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sys.h"
#include "sandbox/supervise.h"

/* What the C library's headers may lack: Linux 5.19 and 6.6. */
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS      SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

enum { TICK_MS = 200, GRACE_TICKS = 10 };

/* The program that asks for every call but the quiet ones. */
static void make_program(struct observation *o)
{
	enum {
		ARG2 = offsetof(struct seccomp_data, args[2]),
		ARG3 = offsetof(struct seccomp_data, args[3])
	};
	const struct observer *observer = o->observer;
	const struct sock_filter ask = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
	const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	const struct sock_filter head[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_NATIVE, 1, 0),
		ask,
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	/*
	 * newfstatat(FD, "", ..., AT_EMPTY_PATH) and the same of statx, which say of a descriptor
	 * what fstat(2) says. One that sets the flag and has a path as well goes unseen.
	 */
	const struct sock_filter fstat[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_newfstatat, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_statx, 0, 6),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG2),
		BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG3),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, AT_EMPTY_PATH, 0, 1),
		allow,
		ask,
	};
	size_t nfstat = observer->nquiet > 0 ? ARRAY_SIZE(fstat) : 0;
	struct sock_filter *code =
		xzalloc((ARRAY_SIZE(head) + nfstat + 2 * observer->nquiet + 1) * sizeof(*code));
	struct sock_filter *at = code;

	memcpy(at, head, sizeof(head));
	at += ARRAY_SIZE(head);
	memcpy(at, fstat, nfstat * sizeof(*at));
	at += nfstat;
	for (size_t i = 0; i < observer->nquiet; i++) {
		/* Each one with a return of its own: a jump reaches 255 instructions only. */
		*at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						     (uint32_t)observer->quiet[i], 0, 1);
		*at++ = allow;
	}
	*at++ = ask;
	o->made = code;
	o->program = (struct filter_program){code, (size_t)(at - code)};
}

int observation_open(struct observation *o, const struct observer *observer, struct err **err)
{
	int ends[2];

	*o = (struct observation){.observer = observer, .launcher = -1, .courier = -1};
	o->installed = mmap(NULL, sizeof(*o->installed), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (o->installed == MAP_FAILED) {
		o->installed = NULL;
		return err_set(err, errno, "mmap");
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return err_set(err, errno, "create a socket pair");
	o->launcher = ends[0];
	o->courier = ends[1];
	if (observer->program.code)
		o->program = observer->program;
	else
		make_program(o);
	return 0;
}

void observation_close(struct observation *o)
{
	close_p(&o->launcher);
	close_p(&o->courier);
	free(o->made);
	if (o->installed)
		munmap((void *)(uintptr_t)o->installed, sizeof(*o->installed));
	*o = (struct observation){.launcher = -1, .courier = -1};
}

union control {
	struct cmsghdr align;
	char space[CMSG_SPACE(sizeof(int))];
};

/*
 * The courier, which shares the table of descriptors with the application's process until that
 * executes: waits for the listener and sends it. Waking it would take a call, and might be denied.
 */
static void __attribute__((noreturn)) carry(const struct observation *o)
{
	const struct timespec pause = {0, 50 * 1000};
	struct iovec iov = {.iov_base = (char[]){0}, .iov_len = 1};
	union control control = {.align = {.cmsg_len = CMSG_LEN(sizeof(int)),
					   .cmsg_level = SOL_SOCKET,
					   .cmsg_type = SCM_RIGHTS}};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.space,
			     .msg_controllen = sizeof(control.space)};
	int listener;

	/* Its parent ends after the application, at the latest. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		_exit(EXIT_SETUP);
	while ((listener = *o->installed) == 0)
		nanosleep(&pause, NULL);
	memcpy(CMSG_DATA(&control.align), &listener, sizeof(listener));
	_exit(listener > 0 && sendmsg(o->courier, &msg, MSG_NOSIGNAL) == 1 ? 0 : EXIT_SETUP);
}

int observation_install(const struct observation *o, const char **op)
{
	const unsigned long flags[] = {
		SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
		SECCOMP_FILTER_FLAG_NEW_LISTENER,
	};
	struct sock_fprog prog = {.len = (unsigned short)o->program.count,
				  .filter = o->program.code};
	pid_t courier;
	int listener = -1;

	*op = "clone";
	courier = sys_clone(CLONE_FILES | CLONE_PARENT | SIGCHLD);
	if (courier == 0)
		carry(o);
	if (courier < 0)
		return -1;
	*op = "seccomp";
	/* The first flag, of Linux 5.19, keeps signals from restarting a call that is looked at. */
	for (size_t i = 0; i < ARRAY_SIZE(flags) && listener < 0; i++) {
		listener = sys_seccomp_filter((unsigned)flags[i], &prog);
		if (listener < 0 && errno != EINVAL)
			break;
	}
	*o->installed = listener;
	return listener < 0 ? -1 : 0;
}

/*
 * The listener, or -1 when `pid` or the courier ended before one was handed over. Signals are
 * handed on meanwhile.
 */
static int receive(struct observation *o, pid_t pid)
{
	_cleanup_close_ int process = sys_pidfd_open(pid, 0);
	struct pollfd fds[] = {{.fd = o->launcher, .events = POLLIN},
			       {.fd = process, .events = POLLIN}};
	char byte;
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	union control control;
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.space,
			     .msg_controllen = sizeof(control.space)};
	const struct cmsghdr *c;
	int listener;

	/* The other ends are the courier's, and gone with it. */
	close_p(&o->courier);
	o->courier = -1;
	while (process >= 0 && poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno == EINTR)
		;
	if (!(fds[0].revents & POLLIN) || recvmsg(o->launcher, &msg, MSG_CMSG_CLOEXEC) <= 0)
		return -1;
	c = CMSG_FIRSTHDR(&msg);
	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&listener, CMSG_DATA(c), sizeof(listener));
	/* Linux 6.6; else the calls only take longer. */
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
	return listener;
}

/* What the loop knows. */
struct watch {
	const struct observer *observer;
	int listener;
	struct seccomp_notif *notif; /* of the kernel's own size */
	size_t notif_size;
	struct seccomp_notif_resp *answer;
	size_t answer_size;
	bool started; /* the application's execve(2) was seen */
	pid_t pid;
	bool subreaper;
	volatile uint32_t *handed;
	volatile bool ended; /* pid has, with this status */
	int status;
	sigset_t sent;
	unsigned grace; /* ticks since it ended */
	/* The caller's alarm(2), whose timer the ticks take: when it goes off, or 0, and again. */
	int64_t alarm, alarm_every; /* in microseconds */
};

/*
 * Signals are handled, and not read from a descriptor, so that waiting for the next call is one
 * system call and not two. Those that somebody sent are handed on by the handler itself, as
 * supervise() does: the loop may be waiting for whoever reads what is said. The handler runs with
 * all of them blocked. One that comes between the loop's look at `woken` and its waiting is noticed
 * at the next tick.
 */
static struct watch *watching;
static volatile sig_atomic_t woken;

static int64_t microseconds(const struct timeval *t)
{
	return (int64_t)t->tv_sec * 1000000 + t->tv_usec;
}

/* CLOCK_MONOTONIC in microseconds. */
static int64_t monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Whether the caller's alarm goes off at this tick. */
static bool alarm_is_due(struct watch *w)
{
	if (w->alarm == 0 || monotonic() < w->alarm)
		return false;
	w->alarm = w->alarm_every ? w->alarm + w->alarm_every : 0;
	return true;
}

/* Whether somebody sent the signal, or it is the alarm's. */
static bool is_to_hand_on(struct watch *w, const siginfo_t *info)
{
	if (info->si_code == SI_KERNEL)
		return info->si_signo == SIGALRM && alarm_is_due(w);
	/* SIGPIPE and SIGXFSZ come from this process when nobody takes what it says. */
	return info->si_signo != SIGCHLD && info->si_pid != getpid();
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	int before = errno;

	(void)context;
	woken = 1;
	if (is_to_hand_on(watching, info) && !watching->ended) {
		sigaddset(&watching->sent, number);
		supervise_hand_on(watching->pid, number, watching->handed);
	}
	errno = before;
}

/* Takes the signals that are blocked so far, and one of a timer each TICK_MS. */
static void handle_signals(const sigset_t *set)
{
	/* No SA_RESTART: they are to end the waiting. */
	const struct sigaction action = {.sa_sigaction = on_signal,
					 .sa_mask = *set,
					 .sa_flags = SA_SIGINFO};
	const struct itimerval timer = {{0, TICK_MS * 1000}, {0, TICK_MS * 1000}};
	struct itimerval alarm;

	/* Those that can't be handled can't be blocked either. */
	for (int sig = 1; sig < NSIG; sig++)
		if (sigismember(set, sig) == 1)
			sigaction(sig, &action, NULL);
	setitimer(ITIMER_REAL, &timer, &alarm);
	watching->alarm = microseconds(&alarm.it_value);
	if (watching->alarm)
		watching->alarm += monotonic();
	watching->alarm_every = microseconds(&alarm.it_interval);
	sigprocmask(SIG_UNBLOCK, set, NULL);
}

/* Blocks them again: nothing that comes late changes how this process ends. */
static void block_signals(const sigset_t *set)
{
	const struct itimerval off = {0};

	sigprocmask(SIG_BLOCK, set, NULL);
	setitimer(ITIMER_REAL, &off, NULL);
	for (int sig = 1; sig < NSIG; sig++)
		if (sigismember(set, sig) == 1)
			signal(sig, sig == SIGXFSZ ? SIG_IGN : SIG_DFL);
}

/* Waits for a call and answers it: false, with errno, when none came. */
static bool answer_call(struct watch *w)
{
	const struct observer *observer = w->observer;
	int errnum = 0, sent;

	memset(w->notif, 0, w->notif_size);
	if (ioctl(w->listener, SECCOMP_IOCTL_NOTIF_RECV, w->notif) < 0)
		return false;
	w->started = w->started || observer->program.code ||
		     (w->notif->data.nr == SYS_execve && w->notif->data.arch == AUDIT_ARCH_NATIVE);
	if (w->started)
		errnum = observer->call(observer->context, w->listener, w->notif);
	memset(w->answer, 0, w->answer_size);
	w->answer->id = w->notif->id;
	w->answer->error = -errnum;
	w->answer->flags = errnum ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	/* A signal may come first; else it fails when the caller was killed meanwhile. */
	while ((sent = ioctl(w->listener, SECCOMP_IOCTL_NOTIF_SEND, w->answer)) < 0 &&
	       errno == EINTR)
		;
	if (sent == 0 && w->started && observer->answered)
		observer->answered(observer->context);
	return true;
}

/*
 * Reaps what has ended, but for helpers that others wait for; false when no child is left. With the
 * signals of `set` blocked: none may go to a number that is another process's already.
 */
static bool reap(struct watch *w, const sigset_t *set)
{
	sigset_t before;
	pid_t pid;
	int st;

	sigprocmask(SIG_BLOCK, set, &before);
	while ((pid = waitpid(w->subreaper ? -1 : w->pid, &st, WNOHANG)) > 0) {
		if (pid != w->pid)
			continue;
		w->ended = true;
		w->status = WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid == 0;
}

/* Sends the signal to each child; orphans come to this process one generation after the other. */
static void signal_children(int sig)
{
	char path[48];
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	while (file && fscanf(file, "%d", &pid) == 1)
		kill(pid, sig);
}

static void tick(struct watch *w, struct timespec *last)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if ((now.tv_sec - last->tv_sec) * 1000 + (now.tv_nsec - last->tv_nsec) / 1000000 < TICK_MS)
		return;
	*last = now;
	if (w->observer->tick)
		w->observer->tick(w->observer->context);
	/* As in a sandbox, what is left ends with the command; but it may end in order. */
	if (w->ended && w->grace++ % GRACE_TICKS == 0)
		signal_children(w->grace > 1 ? SIGKILL : SIGTERM);
}

/*
 * Waits, after no call came: not when a signal, or the end of the next caller before it was looked
 * at, is the reason, but when nobody is left who could call. Some kernels don't wait then.
 */
static void pause_without_callers(const struct watch *w)
{
	const struct timespec pause = {0, TICK_MS * 1000000L};
	struct pollfd fd = {.fd = w->listener, .events = POLLIN};

	if (errno != EINTR && !woken && poll(&fd, 1, 0) == 1 && fd.revents & (POLLHUP | POLLERR))
		nanosleep(&pause, NULL);
}

static void loop(struct watch *w, const sigset_t *set)
{
	struct timespec last = {0};

	for (;;) {
		bool answered = answer_call(w), children;

		if (!answered)
			pause_without_callers(w);
		if (!woken)
			continue;
		woken = 0;
		children = reap(w, set);
		if (w->ended && !(children && w->subreaper))
			return;
		tick(w, &last);
	}
}

int observe(struct observation *o, pid_t pid, volatile uint32_t *handed, bool *signalled)
{
	struct seccomp_notif_sizes sizes;
	struct watch w = {
		.observer = o->observer,
		.pid = pid,
		.subreaper = !handed,
		.handed = handed,
	};
	sigset_t set;

	supervise_signals(&set);
	sigemptyset(&w.sent);
	watching = &w;
	handle_signals(&set);
	w.listener = receive(o, pid);
	if (w.listener < 0 || sys_seccomp_notif_sizes(&sizes) < 0) {
		/* Nobody has the listener then, so the application's calls fail and it ends. */
		block_signals(&set);
		close_p(&w.listener);
		close_p(&o->launcher);
		o->launcher = -1;
		w.status = supervise(pid, handed, signalled);
		*signalled =
			*signalled || (w.status > 128 && sigismember(&w.sent, w.status - 128) == 1);
		return w.status;
	}
	w.notif_size =
		sizes.seccomp_notif > sizeof(*w.notif) ? sizes.seccomp_notif : sizeof(*w.notif);
	w.answer_size = sizes.seccomp_notif_resp > sizeof(*w.answer) ? sizes.seccomp_notif_resp
								     : sizeof(*w.answer);
	w.notif = xzalloc(w.notif_size);
	w.answer = xzalloc(w.answer_size);
	loop(&w, &set);
	block_signals(&set);
	close(w.listener);
	free(w.notif);
	free(w.answer);
	*signalled = w.status > 128 && sigismember(&w.sent, w.status - 128) == 1;
	return w.status;
}
