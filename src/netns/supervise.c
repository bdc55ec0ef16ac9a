/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * up (root) -> a helper that becomes the owner and enters the uplink -> pid 1 of the client's pid
 * namespace, which is up's child too (CLONE_PARENT) and outlives it -> the client.
 */
#include "netns/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/sys.h"
#include "netns/clock.h"
#include "netns/confine.h"
#include "netns/lease.h"
#include "netns/paths.h"
#include "netns/priv.h"
#include "netns/report.h"

#define HOOK_PATH SBOX_LIBEXECDIR "/sbox-dhcp-hook"

enum {
	LOG_MAX = 64 << 10, /* bytes in client.log before it starts anew */
	PAUSE_MIN = 1,      /* seconds before the client is started again */
	PAUSE_MAX = 16,
	STEADY = 60, /* seconds after which an end counts as the first one again */
};

/* Everything of the running supervisor. */
struct supervisor {
	enum dhcp_client client;
	const char *path;
	struct strv argv;
	int signals, sock, log, output; /* `output` is the client's stdout and stderr */
	pid_t child;                    /* 0 while pausing */
	unsigned pause;
	uint64_t started;  /* when the client was */
	uint64_t start_at; /* when it will be, while pausing */
	size_t logged;
	char line[200]; /* the client's last words */
	size_t line_len;
	bool line_done;
};

/* The child between fork and exec: the capabilities stay, the descriptors don't. */
static void exec_client(const struct supervisor *s, int output)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C";
	static char *const env[] = {path, locale, NULL};
	sigset_t none;
	int null = open("/dev/null", O_RDWR);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null < 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0 ||
	    sys_close_range(3, ~0U, 0) < 0)
		_exit(EXIT_SETUP);
	execve(s->path, s->argv.items, env);
	dprintf(2, "can't execute %s: %s\n", s->path, strerror(errno));
	_exit(EXIT_NOT_EXECUTABLE);
}

static void start_client(struct supervisor *s)
{
	int pipe[2];

	s->start_at = 0;
	s->started = clock_now();
	if (s->output >= 0)
		close(steal_fd(&s->output));
	if (pipe2(pipe, O_CLOEXEC) < 0)
		_exit(EXIT_SETUP);
	s->child = fork();
	if (s->child == 0)
		exec_client(s, pipe[1]);
	close(pipe[1]);
	s->output = pipe[0];
	fcntl(s->output, F_SETFL, O_NONBLOCK);
	if (s->child < 0) {
		s->child = 0;
		s->start_at = clock_now() + PAUSE_MAX * 1000000ull;
	}
}

/* Keeps the last line, for the message when the client ends. */
static void remember(struct supervisor *s, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] == '\n') {
			s->line_done = true;
			continue;
		}
		if (s->line_done)
			s->line_len = 0;
		s->line_done = false;
		if (s->line_len < sizeof(s->line) - 1)
			s->line[s->line_len++] = data[i];
		s->line[s->line_len] = '\0';
	}
}

static void read_output(struct supervisor *s)
{
	char buf[4096];
	ssize_t n = read(s->output, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close(steal_fd(&s->output));
		return;
	}
	remember(s, buf, (size_t)n);
	if (s->logged + (size_t)n > LOG_MAX && ftruncate(s->log, 0) == 0) {
		lseek(s->log, 0, SEEK_SET);
		s->logged = 0;
	}
	if (write(s->log, buf, (size_t)n) == n)
		s->logged += (size_t)n;
}

static void client_ended(struct supervisor *s, int status)
{
	_cleanup_free_ char *text = NULL;
	uint64_t now = clock_now();

	if (s->output >= 0)
		read_output(s);
	if (WIFSIGNALED(status))
		text = xasprintf("was killed by signal %d%s%s", WTERMSIG(status),
				 s->line_len ? ": " : "", s->line);
	else
		text = xasprintf("ended with status %d%s%s", WEXITSTATUS(status),
				 s->line_len ? ": " : "", s->line);
	if (s->sock >= 0)
		report_send(s->sock, REPORT_ENDED, status, -1, text);
	s->child = 0;
	if (now - s->started > STEADY * 1000000ull)
		s->pause = PAUSE_MIN;
	s->start_at = now + s->pause * 1000000ull;
	s->pause = s->pause * 2 > PAUSE_MAX ? PAUSE_MAX : s->pause * 2;
}

/* Pid 1 inherits every orphan of its namespace. */
static void reap(struct supervisor *s)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == s->child)
			client_ended(s, status);
	}
}

/* Asks the client to give the lease back; its end, or up's patience, ends this process too. */
static void stop(struct supervisor *s)
{
	if (!s->child || kill(s->child, client_stop_signal(s->client)) < 0)
		_exit(0);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
		if (kill(s->child, 0) < 0)
			break;
	}
	_exit(0);
}

static void on_signal(struct supervisor *s)
{
	struct signalfd_siginfo info;

	if (read(s->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGTERM)
		stop(s);
	reap(s);
}

static void supervise(struct supervisor *s)
{
	start_client(s);
	for (;;) {
		struct pollfd fds[] = {{.fd = s->signals, .events = POLLIN},
				       {.fd = s->output, .events = POLLIN},
				       {.fd = s->sock, .events = POLLIN}};
		uint64_t now = clock_now();
		int timeout = -1;

		if (s->start_at && s->start_at <= now) {
			start_client(s);
			continue;
		}
		if (s->start_at)
			timeout = (int)((s->start_at - now) / 1000) + 1;
		if (poll(fds, ARRAY_SIZE(fds), timeout) < 0 && errno != EINTR)
			_exit(EXIT_SETUP);
		if (fds[1].revents)
			read_output(s);
		if (fds[2].revents)
			close(steal_fd(&s->sock)); /* `up` has seen what it wanted to see */
		if (fds[0].revents)
			on_signal(s);
	}
}

/* Detaches from up's terminal and files: only `sock` stays open, as descriptor 3. */
static int detach(int *sock, struct err **err)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return err_set(err, errno, "open /dev/null");
	if (setsid() < 0)
		return err_set(err, errno, "setsid");
	for (int fd = 0; fd < 3; fd++) {
		if (dup2(null, fd) < 0)
			return err_set(err, errno, "dup2");
	}
	/* main() saw to it that 0 to 2 were open, so neither is one of them. */
	if (*sock != 3 && dup3(*sock, 3, O_CLOEXEC) < 0)
		return err_set(err, errno, "dup3");
	*sock = 3;
	if (sys_close_range(4, ~0U, 0) < 0)
		return err_set(err, errno, "close_range");
	return 0;
}

static int prepare(const struct supervisor_spec *spec, struct supervisor *s, struct err **err)
{
	_cleanup_str_ struct str config = {0};
	_cleanup_close_ int lease = -1;
	const struct lease empty = {0};
	sigset_t handled;

	client_command(spec->client, spec->interface, &s->argv, &config);
	if (confine(&(struct confine_spec){.lease = spec->lease,
					   .hook = HOOK_PATH,
					   .name = client_name(spec->client),
					   .config = config.text ? config.text : ""},
		    err) < 0)
		return -1;
	lease = open(CLIENT_LEASE_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lease < 0)
		return err_set(err, errno, "open the lease directory");
	s->log = openat(lease, LEASE_LOG,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
	if (s->log < 0)
		return err_set(err, errno, "open %s", LEASE_LOG);
	if (lease_write(lease, &empty, spec->interface, err) < 0)
		return -1;
	/* Blocked since up's first act. */
	sigemptyset(&handled);
	sigaddset(&handled, SIGTERM);
	sigaddset(&handled, SIGCHLD);
	sigprocmask(SIG_BLOCK, &handled, NULL);
	s->signals = signalfd(-1, &handled, SFD_CLOEXEC);
	if (s->signals < 0)
		return err_set(err, errno, "signalfd");
	return 0;
}

static void pid1_main(const struct supervisor_spec *spec, int sock)
{
	_cleanup_err_ struct err *err = NULL;
	struct supervisor s = {.client = spec->client,
			       .path = spec->path,
			       .signals = -1,
			       .log = -1,
			       .output = -1,
			       .pause = PAUSE_MIN};
	char go;

	if (detach(&sock, &err) < 0 || prepare(spec, &s, &err) < 0) {
		report_error(sock, err);
		_exit(EXIT_SETUP);
	}
	s.sock = sock;
	report_send(sock, REPORT_READY, 0, -1, "");
	if (recv(sock, &go, 1, 0) != 1)
		_exit(0); /* `up` is gone before it wrote down that we exist */
	supervise(&s);
}

/* As the owner into his namespaces: first the user namespace, or the other gives EPERM. */
static int enter(const struct supervisor_spec *spec, struct err **err)
{
	_cleanup_close_ int userns = ioctl(spec->netns, NS_GET_USERNS);

	if (userns < 0)
		return err_set(err, errno, "open the uplink's user namespace");
	if (priv_become(&spec->owner, false, err) < 0)
		return -1;
	if (setns(userns, CLONE_NEWUSER) < 0)
		return err_set(err, errno, "enter the uplink's user namespace");
	if (setns(spec->netns, CLONE_NEWNET) < 0)
		return err_set(err, errno, "enter the uplink's network namespace");
	if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP) < 0)
		return err_set(err, errno, "create the DHCP client's namespaces");
	return 0;
}

static void helper_main(const struct supervisor_spec *spec, int sock)
{
	_cleanup_err_ struct err *err = NULL;
	pid_t pid;

	if (enter(spec, &err) < 0) {
		report_error(sock, err);
		_exit(EXIT_SETUP);
	}
	pid = sys_clone(CLONE_PARENT | SIGCHLD);
	if (pid == 0)
		pid1_main(spec, sock);
	if (pid < 0) {
		err_set(&err, errno, "clone");
		report_error(sock, err);
		_exit(EXIT_SETUP);
	}
	report_send(sock, REPORT_PID, pid, -1, "");
	_exit(0);
}

/* Both messages must come, in whichever order. */
static int wait_ready(int sock, pid_t *pid, struct err **err)
{
	bool ready = false;

	while (!ready || *pid == 0) {
		struct report report;
		int got = report_receive(sock, &report, NULL, err);

		if (got < 0)
			return -1;
		if (got == 0)
			return err_set(err, 0, "the DHCP client's supervisor was killed");
		if (report.kind == REPORT_PID && report.value > 0)
			*pid = report.value;
		else if (report.kind == REPORT_READY)
			ready = true;
	}
	/* Ours, and therefore not yet another process's pid. */
	if (waitpid(*pid, NULL, WNOHANG) != 0)
		return err_set(err, 0, "the DHCP client's supervisor ended at once");
	return 0;
}

int supervisor_start(const struct supervisor_spec *spec, pid_t *pid, int *sock, struct err **err)
{
	_cleanup_close_ int ours = -1, theirs = -1;
	int pair[2], result;
	pid_t helper;

	*pid = 0;
	if (report_pair(pair, err) < 0)
		return -1;
	ours = pair[0];
	theirs = pair[1];
	helper = fork();
	if (helper < 0)
		return err_set(err, errno, "fork");
	if (helper == 0) {
		close(steal_fd(&ours));
		helper_main(spec, theirs);
	}
	close(steal_fd(&theirs));
	result = wait_ready(ours, pid, err);
	while (waitpid(helper, NULL, 0) < 0 && errno == EINTR)
		;
	if (result < 0)
		return -1; /* closing `ours` ends a supervisor that waits for the word */
	*sock = steal_fd(&ours);
	return 0;
}

int supervisor_go(int sock, struct err **err)
{
	if (send(sock, "g", 1, MSG_NOSIGNAL) != 1)
		return err_set(err, errno, "start the DHCP client");
	return 0;
}
