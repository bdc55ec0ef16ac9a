/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attacks by way of descriptors, /proc, other processes, and sockets. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

/* Reads by every open descriptor above 2, and by the path of each below /proc/self/fd. */
static int run_fds(int argc, char **argv)
{
	char path[64];

	(void)argc;
	(void)argv;
	for (int fd = 3; fd < 1024; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			continue;
		printf("descriptor %d\n", fd);
		spill_path(fd, "key");
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		spill_path(AT_FDCWD, path);
	}
	return done();
}

/* Reads NAME relative to the working directory and above it. */
static int run_cwd(int argc, char **argv)
{
	char up[4096] = "", cwd[4096];

	(void)argc;
	if (syscall(SYS_getcwd, cwd, sizeof(cwd)) > 0 && strncmp(cwd, "(unreachable)", 13) == 0)
		got("a working directory outside of the root");
	for (int depth = 0; depth < 8; depth++) {
		char path[4200];

		snprintf(path, sizeof(path), "%s%s", up, argv[0]);
		spill_path(AT_FDCWD, path);
		strcat(up, "../");
	}
	return done();
}

/* Calls `act` for each process that can be seen, but the caller itself. */
static void each_process(void (*act)(pid_t pid, char **argv), char **argv)
{
	DIR *dir = opendir("/proc");
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		pid_t pid = atoi(d->d_name);

		if (pid > 0 && pid != getpid())
			act(pid, argv);
	}
	if (dir)
		closedir(dir);
}

/* The launcher's binary is known by "DEVICE:INODE". Busy is as good as open: it ends. */
static void rewrite_exe(pid_t pid, char **argv)
{
	char path[64], id[64];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		refused("open %s", path);
		return;
	}
	snprintf(id, sizeof(id), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	if (strcmp(id, argv[0]) == 0) {
		int again;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		again = open(path, O_WRONLY | O_CLOEXEC);
		outcome(again >= 0 || errno == ETXTBSY,
			"the launcher's binary open for writing, by process %d", pid);
	}
	close(fd);
}

static int run_exe(int argc, char **argv)
{
	(void)argc;
	each_process(rewrite_exe, argv);
	return done();
}

/* environ, memory, root, working directory, descriptors of another process. */
static void look_into(pid_t pid, char **argv)
{
	static const char *const files[] = {"environ", "cmdline", "cwd"};
	char path[4200];
	int fd;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i]);
		spill_path(AT_FDCWD, path);
	}
	snprintf(path, sizeof(path), "/proc/%d/root%s", pid, argv[0]);
	spill_path(AT_FDCWD, path);
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	outcome(fd >= 0, "the memory of process %d", pid);
	for (int i = 0; i < 64; i++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, i);
		if (access(path, F_OK) == 0)
			spill_path(AT_FDCWD, path);
	}
}

static int run_look(int argc, char **argv)
{
	(void)argc;
	each_process(look_into, argv);
	return done();
}

static void attach(pid_t pid, char **argv)
{
	(void)argv;
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0) {
		got("ptrace of process %d", pid);
		ptrace(PTRACE_DETACH, pid, NULL, NULL);
		return;
	}
	refused("ptrace of process %d", pid);
}

static int run_ptrace(int argc, char **argv)
{
	(void)argc;
	each_process(attach, argv);
	return done();
}

/* SIGURG, which is ignored where nobody waits for it, to everybody in every way. */
static int run_signal(int argc, char **argv)
{
	int fd;

	for (int i = 0; i < argc; i++) {
		pid_t pid = atoi(argv[i]);

		if (kill(pid, SIGURG) < 0)
			refused("signal to %d", pid);
		fd = (int)syscall(SYS_pidfd_open, pid, 0);
		if (fd >= 0)
			syscall(SYS_pidfd_send_signal, fd, SIGURG, NULL, 0);
	}
	signal(SIGURG, SIG_IGN);
	kill(0, SIGURG);
	kill(-1, SIGURG);
	return done();
}

/* connect unix|abstract NAME [TEXT]: says what the other side answers to TEXT. */
static int run_connect(int argc, char **argv)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	bool abstract = strcmp(argv[0], "abstract") == 0;
	size_t len = strlen(argv[1]);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (len + 1 >= sizeof(addr.sun_path))
		return 64;
	memcpy(addr.sun_path + (abstract ? 1 : 0), argv[1], len);
	if (fd < 0 || connect(fd, (struct sockaddr *)&addr,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len +
					  (abstract ? 1 : 0))) < 0) {
		refused("connection to %s", argv[1]);
		return done();
	}
	got("a connection to %s", argv[1]);
	if (argc > 2) {
		char answer[256];
		ssize_t n;

		if (write(fd, "", 1) != 1 || write(fd, argv[2], strlen(argv[2])) < 0 ||
		    write(fd, "\r\n", 2) != 2)
			refused("write");
		n = read(fd, answer, sizeof(answer) - 1);
		answer[n < 0 ? 0 : n] = '\0';
		got("the answer %.200s", answer);
	}
	return done();
}

/* The directories that everybody may write without a sticky bit. */
static int run_modes(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		struct stat st;

		if (stat(argv[i], &st) < 0)
			continue;
		printf("mode %04o %s\n", st.st_mode & 07777, argv[i]);
		if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX))
			got("%s open to everybody", argv[i]);
	}
	return done();
}

/* What must not be writable even to root's user id. Nothing is written. */
static int run_settings(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		struct stat st;
		bool dir = stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode);
		int fd = dir ? -1 : open(argv[i], O_WRONLY | O_CLOEXEC | O_NONBLOCK);
		char path[4200];

		if (dir) {
			snprintf(path, sizeof(path), "%s/sbox-attack", argv[i]);
			fd = mkdir(path, 0755);
			rmdir(path);
		}
		outcome(fd >= 0, "%s writable", argv[i]);
		if (fd > 2)
			close(fd);
	}
	return done();
}

/* A process that stays: it has the name "attack-left" and waits. */
static int run_linger(int argc, char **argv)
{
	(void)argc;
	if (fork() == 0) {
		setsid();
		for (int fd = 0; fd <= 2; fd++)
			close(fd);
		execl(argv[0], "attack-left", "wait", (char *)NULL);
		_exit(1);
	}
	return done();
}

const struct attack process_attacks[] = {
	{"fds", "", 0, run_fds},
	{"cwd", "NAME", 1, run_cwd},
	{"exe", "DEVICE:INODE", 1, run_exe},
	{"look", "PATH", 1, run_look},
	{"ptrace", "", 0, run_ptrace},
	{"signal", "PID...", 1, run_signal},
	{"connect", "unix|abstract NAME [TEXT]", 2, run_connect},
	{"modes", "DIRECTORY...", 1, run_modes},
	{"settings", "PATH...", 1, run_settings},
	{"linger", "PROGRAM", 1, run_linger},
	{0},
};
