/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The probe's verbs that try something: files, sockets, processes, signals. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"

/* open MODE PATH: r, w (an existing file), c (create a new one), x (execute permission) */
static int run_open(int argc, char **argv)
{
	int fd = -1;

	(void)argc;
	switch (argv[0][0]) {
	case 'r':
		fd = open(argv[1], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		break;
	case 'w':
		fd = open(argv[1], O_WRONLY | O_CLOEXEC | O_NONBLOCK);
		break;
	case 'c':
		fd = open(argv[1], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		break;
	case 'x':
		fd = access(argv[1], X_OK);
		printf("path=%s exec=%s\n", argv[1], outcome(fd));
		return 0;
	default:
		return 64;
	}
	printf("path=%s open=%s\n", argv[1], outcome(fd));
	if (fd >= 0)
		close(fd);
	return 0;
}

static int run_read(int argc, char **argv)
{
	char buf[65537];
	int fd = open(argv[0], O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

	(void)argc;
	if (n < 0) {
		printf("path=%s read=%s\n", argv[0], errno_name(errno));
		return 0;
	}
	buf[n] = '\0';
	printf("path=%s read=ok text=", argv[0]);
	print_escaped(buf);
	printf("\n");
	close(fd);
	return 0;
}

static int run_write(int argc, char **argv)
{
	int fd = open(argv[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	ssize_t n = fd < 0 ? -1 : write(fd, argv[1], strlen(argv[1]));

	(void)argc;
	printf("path=%s write=%s\n", argv[0], outcome(n));
	if (fd >= 0)
		close(fd);
	return 0;
}

static int run_mkdir(int argc, char **argv)
{
	(void)argc;
	printf("path=%s mkdir=%s\n", argv[0], outcome(mkdir(argv[0], 0777)));
	return 0;
}

static int run_chmod(int argc, char **argv)
{
	mode_t mode = (mode_t)strtoul(argv[0], NULL, 8);

	(void)argc;
	printf("path=%s chmod=%s\n", argv[1], outcome(chmod(argv[1], mode)));
	return 0;
}

static int connect_inet(const char *host, const char *port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)number(port))};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = v4.sin_port};
	struct timeval limit = {.tv_sec = 5};
	bool is_v4 = inet_pton(AF_INET, host, &v4.sin_addr) == 1;
	int fd, ret = -1;

	if (!is_v4 && inet_pton(AF_INET6, host, &v6.sin6_addr) != 1) {
		fprintf(stderr, "probe: \"%s\" is not an address\n", host);
		return 64;
	}
	fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
		ret = is_v4 ? connect(fd, (struct sockaddr *)&v4, sizeof(v4))
			    : connect(fd, (struct sockaddr *)&v6, sizeof(v6));
	}
	printf("connect=%s\n", outcome(ret));
	if (fd >= 0)
		close(fd);
	return 0;
}

static int connect_unix(const char *name, bool abstract)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	size_t len = strlen(name);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int ret;

	if (len + 1 > sizeof(addr.sun_path))
		return 64;
	memcpy(addr.sun_path + (abstract ? 1 : 0), name, len);
	ret = fd < 0 ? -1
		     : connect(fd, (struct sockaddr *)&addr,
			       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1));
	printf("connect=%s\n", outcome(ret));
	if (fd >= 0)
		close(fd);
	return 0;
}

static int run_connect(int argc, char **argv)
{
	(void)argc;
	if (strcmp(argv[0], "unix") == 0)
		return connect_unix(argv[1], false);
	if (strcmp(argv[0], "abstract") == 0)
		return connect_unix(argv[1], true);
	return connect_inet(argv[0], argv[1]);
}

static int run_sleep(int argc, char **argv)
{
	(void)argc;
	fflush(stdout);
	sleep((unsigned)number(argv[0]));
	return 0;
}

static int run_exit(int argc, char **argv)
{
	(void)argc;
	fflush(stdout);
	exit((int)number(argv[0]));
}

static int run_raise(int argc, char **argv)
{
	(void)argc;
	fflush(stdout);
	signal((int)number(argv[0]), SIG_DFL);
	raise((int)number(argv[0]));
	return 0;
}

/*
 * trap COUNT: prints "trap=ready", then the name of each signal that arrives, and ends after COUNT
 * of them, or after 20 seconds.
 */
static int run_trap(int argc, char **argv)
{
	static const int signals[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGUSR1,
				      SIGUSR2, SIGTERM, SIGCONT, SIGWINCH};
	struct timespec limit = {.tv_sec = 20};
	uint64_t count = number(argv[0]);
	sigset_t set;

	(void)argc;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	printf("trap=ready pid=%d\n", getpid());
	fflush(stdout);
	while (count--) {
		int sig = sigtimedwait(&set, NULL, &limit);

		printf("signal=%s\n", sig < 0 ? "none" : sigabbrev_np(sig));
		fflush(stdout);
		if (sig < 0)
			break;
	}
	return 0;
}

/* What the caller left of signal handling: ignored and blocked signals should not come through. */
static int run_signals(int argc, char **argv)
{
	sigset_t set;
	int blocked = 0, ignored = 0;

	(void)argc;
	(void)argv;
	sigprocmask(SIG_BLOCK, NULL, &set);
	for (int sig = 1; sig <= SIGSYS; sig++) {
		struct sigaction sa;

		blocked += sigismember(&set, sig) == 1;
		if (sigaction(sig, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN) {
			ignored++;
			printf("ignored=%s\n", sigabbrev_np(sig));
		}
	}
	printf("blocked_count=%d ignored_count=%d\n", blocked, ignored);
	return 0;
}

/*
 * spawn SECONDS: leaves a process of the name "probe-left" behind, in a session of its own, which
 * holds none of the standard files open.
 */
static int run_spawn(int argc, char **argv)
{
	unsigned seconds = (unsigned)number(argv[0]);
	pid_t pid;

	(void)argc;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		pid = fork();
		if (pid == 0) {
			setsid();
			prctl(PR_SET_NAME, "probe-left");
			for (int fd = 0; fd <= 2; fd++)
				close(fd);
			sleep(seconds);
		}
		_exit(0);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
	printf("spawn=%s\n", outcome(pid));
	return 0;
}

/* kill PID SIGNAL */
static int run_kill(int argc, char **argv)
{
	(void)argc;
	printf("kill=%s\n", outcome(kill((pid_t)number(argv[0]), (int)number(argv[1]))));
	return 0;
}

static int run_exec(int argc, char **argv)
{
	(void)argc;
	fflush(stdout);
	execv(argv[0], argv);
	printf("exec=%s\n", errno_name(errno));
	return 0;
}

const struct verb act_verbs[] = {
	{"open", "r|w|c|x PATH", 2, 2, run_open},
	{"read", "PATH", 1, 1, run_read},
	{"write", "PATH TEXT", 2, 2, run_write},
	{"mkdir", "PATH", 1, 1, run_mkdir},
	{"chmod", "MODE PATH", 2, 2, run_chmod},
	{"connect", "ADDRESS PORT | unix PATH | abstract NAME", 2, 2, run_connect},
	{"sleep", "SECONDS", 1, 1, run_sleep},
	{"exit", "STATUS", 1, 1, run_exit},
	{"raise", "SIGNAL", 1, 1, run_raise},
	{"trap", "COUNT", 1, 1, run_trap},
	{"signals", "", 0, 0, run_signals},
	{"spawn", "SECONDS", 1, 1, run_spawn},
	{"kill", "PID SIGNAL", 2, 2, run_kill},
	{"exec", "PATH [ARG...]", 1, -1, run_exec},
	{0},
};
