/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the suite needs outside: a terminal, victims, listeners, a racer, many starts. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "attack.h"

#if defined(__x86_64__)
enum { NATIVE_ARCH = AUDIT_ARCH_X86_64 };
#elif defined(__aarch64__)
enum { NATIVE_ARCH = AUDIT_ARCH_AARCH64 };
#else
enum { NATIVE_ARCH = 0 };
#endif
/* Far above the newest call of any kernel, and below x32's bit. */
enum { FIRST_UNKNOWN = 900 };

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "attack: %s: %s\n", what, strerror(errno));
	exit(70);
}

/* The launcher that confines nothing: what the attacks must work against. */
static int run_launch(int argc, char **argv)
{
	int status;
	pid_t pid;

	(void)argc;
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	pid = fork();
	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		die("wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static pid_t on_terminal(const char *slave, char **argv)
{
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	setsid();
	fd = open(slave, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) < 0)
		die("terminal");
	for (int i = 0; i <= 2; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
	execvp(argv[0], argv);
	_exit(127);
}

/* Nobody types: each byte of input that is there afterwards was put there by the command. */
static int run_pty(int argc, char **argv)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave, typed = 0, status;
	char buf[4096];
	struct termios tio;
	pid_t pid;

	(void)argc;
	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		die("ptmx");
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0 || tcgetattr(slave, &tio) < 0)
		die("pts");
	cfmakeraw(&tio);
	tcsetattr(slave, TCSANOW, &tio);
	pid = on_terminal(ptsname(master), argv);
	for (bool ended = false;;) {
		struct pollfd p = {.fd = master, .events = POLLIN};
		int n = poll(&p, 1, 20);

		if (n > 0 && (p.revents & POLLIN)) {
			ssize_t len = read(master, buf, sizeof(buf));

			if (len > 0)
				fwrite(buf, 1, (size_t)len, stdout);
		} else if (ended) {
			break;
		} else if (waitpid(pid, &status, WNOHANG) == pid) {
			ended = true;
		}
	}
	ioctl(slave, FIONREAD, &typed);
	printf("\n");
	if (typed > 0)
		got("%d bytes of input on the caller's terminal", typed);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* Writes FILE when SIGURG comes, and ends. */
static int run_victim(int argc, char **argv)
{
	sigset_t set;
	int sig;

	(void)argc;
	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	sigprocmask(SIG_BLOCK, &set, NULL);
	printf("ready\n");
	fflush(stdout);
	if (sigwait(&set, &sig) != 0)
		return 1;
	close(open(argv[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
	return 0;
}

/* Listens, and writes FILE when somebody connects. */
static int run_listen(int argc, char **argv)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	bool abstract = strcmp(argv[0], "abstract") == 0;
	size_t len = strlen(argv[1]);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)argc;
	if (len + 1 >= sizeof(addr.sun_path))
		return 64;
	memcpy(addr.sun_path + (abstract ? 1 : 0), argv[1], len);
	if (fd < 0 ||
	    bind(fd, (struct sockaddr *)&addr,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (abstract ? 1 : 0))) <
		    0 ||
	    listen(fd, 8) < 0)
		die("listen");
	if (!abstract)
		chmod(argv[1], 0666);
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

		if (peer >= 0) {
			close(open(argv[2], O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
			close(peer);
		}
	}
}

/*
 * Swaps two paths for ever, with pauses of up to 50 us, 2 ms or 20 ms: to be there between two
 * calls as well as between the two ends of a start.
 */
static int run_swap(int argc, char **argv)
{
	static const long scales[] = {50 * 1000, 2000 * 1000, 20000 * 1000};
	unsigned seed = (unsigned)getpid();

	(void)argc;
	while (renameat2(AT_FDCWD, argv[0], AT_FDCWD, argv[1], RENAME_EXCHANGE) == 0) {
		long scale = scales[rand_r(&seed) % 3];
		struct timespec pause = {.tv_nsec = rand_r(&seed) % scale};

		nanosleep(&pause, NULL);
	}
	return 1;
}

/* As the launchers of the past did: looked at first, opened then. */
static int run_careless(int argc, char **argv)
{
	struct timespec pause = {.tv_nsec = 5000 * 1000};
	struct stat st;

	(void)argc;
	if (lstat(argv[0], &st) < 0 || !S_ISDIR(st.st_mode)) {
		fprintf(stderr, "%s is a symbolic link\n", argv[0]);
		return 1;
	}
	nanosleep(&pause, NULL);
	if (chdir(argv[0]) < 0)
		return 1;
	spill_path(AT_FDCWD, argv[1]);
	return done();
}

/* One start: whether its output has the secret, and its exit status. */
static int start_once(char **argv, const char *secret, bool *seen)
{
	char buf[8192];
	size_t len = 0;
	int pipefd[2], status;
	ssize_t n;
	pid_t pid;

	if (pipe2(pipefd, O_CLOEXEC) < 0)
		die("pipe");
	pid = fork();
	if (pid == 0) {
		dup2(pipefd[1], 1);
		dup2(pipefd[1], 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(pipefd[1]);
	while (len < sizeof(buf) - 1 && (n = read(pipefd[0], buf + len, sizeof(buf) - 1 - len)) > 0)
		len += (size_t)n;
	buf[len] = '\0';
	*seen = memmem(buf, len, secret, strlen(secret)) != NULL;
	close(pipefd[0]);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		die("start");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* starts COUNT SECRET COMMAND...: how many ran, were refused, and showed the secret. */
static int run_starts(int argc, char **argv)
{
	long count = atol(argv[0]), ran = 0, failed = 0, shown = 0;

	(void)argc;
	for (long i = 0; i < count; i++) {
		bool seen = false;

		if (start_once(argv + 2, argv[1], &seen) == 0)
			ran++;
		else
			failed++;
		shown += seen;
	}
	printf("starts=%ld ran=%ld refused=%ld\n", ran + failed, ran, failed);
	if (shown > 0)
		got("the secret in %ld of %ld starts", shown, count);
	return done();
}

/*
 * Stands in for a kernel that has calls which nobody knows yet, the x32 ABI and AF_ALG: it answers
 * them with EDOM. A filter that is installed later and answers otherwise is what a program then
 * sees: of two filters with an errno the later one's counts (seccomp(2)). As root: no_new_privs
 * would keep setuid launchers from working.
 */
static int run_newer_kernel(int argc, char **argv)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FIRST_UNKNOWN, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_ALG, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EDOM),
	};
	struct sock_fprog prog = {.len = sizeof(program) / sizeof(program[0]), .filter = program};

	(void)argc;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
		die("seccomp");
	execvp(argv[0], argv);
	die(argv[0]);
}

/* Whether the kernel's Landlock has this ABI. */
static int run_landlock(int argc, char **argv)
{
	(void)argc;
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < atol(argv[0]);
}

static int run_wait(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	sleep(60);
	return 0;
}

const struct attack outside_helpers[] = {
	{"launch", "COMMAND...", 1, run_launch},
	{"pty", "COMMAND...", 1, run_pty},
	{"victim", "FILE", 1, run_victim},
	{"listen", "unix|abstract NAME FILE", 3, run_listen},
	{"swap", "PATH PATH", 2, run_swap},
	{"careless", "DIRECTORY NAME", 2, run_careless},
	{"starts", "COUNT SECRET COMMAND...", 3, run_starts},
	{"newer-kernel", "COMMAND...", 1, run_newer_kernel},
	{"landlock", "ABI", 1, run_landlock},
	{"wait", "", 0, run_wait},
	{0},
};
