/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The probe's verbs that make system calls as they stand, past the C library. */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"

/* Calls that the tests name; any other can be given by its number. */
/* clang-format off */
static const struct {
	const char *name;
	long nr;
} calls[] = {
	{"acct", SYS_acct}, {"add_key", SYS_add_key}, {"bpf", SYS_bpf}, {"chroot", SYS_chroot},
	{"clone", SYS_clone}, {"clone3", SYS_clone3}, {"fsconfig", SYS_fsconfig},
	{"fsmount", SYS_fsmount}, {"fsopen", SYS_fsopen}, {"fspick", SYS_fspick},
	{"getpid", SYS_getpid}, {"getppid", SYS_getppid}, {"getpriority", SYS_getpriority},
	{"getuid", SYS_getuid}, {"io_uring_setup", SYS_io_uring_setup}, {"ioctl", SYS_ioctl},
	{"kcmp", SYS_kcmp}, {"keyctl", SYS_keyctl}, {"kexec_load", SYS_kexec_load},
	{"mount", SYS_mount}, {"mount_setattr", SYS_mount_setattr},
	{"move_mount", SYS_move_mount}, {"open_by_handle_at", SYS_open_by_handle_at},
	{"open_tree", SYS_open_tree}, {"perf_event_open", SYS_perf_event_open},
	{"personality", SYS_personality}, {"pidfd_getfd", SYS_pidfd_getfd},
	{"pivot_root", SYS_pivot_root}, {"process_vm_writev", SYS_process_vm_writev},
	{"ptrace", SYS_ptrace}, {"reboot", SYS_reboot}, {"request_key", SYS_request_key},
	{"sethostname", SYS_sethostname}, {"setns", SYS_setns}, {"setuid", SYS_setuid},
	{"socket", SYS_socket}, {"swapon", SYS_swapon}, {"sync", SYS_sync},
	{"syslog", SYS_syslog}, {"umask", SYS_umask}, {"umount2", SYS_umount2},
	{"uname", SYS_uname}, {"unshare", SYS_unshare}, {"userfaultfd", SYS_userfaultfd},
	{"vhangup", SYS_vhangup}, {"write", SYS_write},
};
/* clang-format on */

static long call_number(const char *text)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(calls[i].name, text) == 0)
			return calls[i].nr;
	}
	return (long)number(text);
}

/*
 * syscall NAME|NUMBER [ARG...]: an argument is a number, or s:TEXT for the address of TEXT. The
 * call is made by the probe itself, so that a filter that kills ends it.
 */
static int run_syscall(int argc, char **argv)
{
	uint64_t args[6] = {0};
	long ret;

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "s:", 2) == 0)
			args[i - 1] = (uint64_t)(uintptr_t)(argv[i] + 2);
		else
			args[i - 1] = number(argv[i]);
	}
	errno = 0;
	ret = syscall(call_number(argv[0]), args[0], args[1], args[2], args[3], args[4], args[5]);
	if (ret < 0)
		printf("syscall=%s ret=-1 errno=%s\n", argv[0], errno_name(errno));
	else
		printf("syscall=%s ret=%ld errno=0\n", argv[0], ret);
	return 0;
}

/* Runs `attempt` in a child, for the calls that may end the caller, and says how it went. */
static int in_child(const char *what, long (*attempt)(long arg), long arg)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		long ret = attempt(arg);

		_exit(ret < 0 ? (int)-ret : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		printf("%s=fork:%s\n", what, errno_name(errno));
	else if (WIFSIGNALED(status))
		printf("%s=killed:%s\n", what, sigabbrev_np(WTERMSIG(status)));
	else
		printf("%s=%s\n", what,
		       WEXITSTATUS(status) ? errno_name(WEXITSTATUS(status)) : "ok");
	return 0;
}

static long try_unshare(long flags)
{
	return unshare((int)flags) < 0 ? -errno : 0;
}

static int run_userns(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return in_child("userns", try_unshare, CLONE_NEWUSER);
}

static int run_unshare(int argc, char **argv)
{
	(void)argc;
	return in_child("unshare", try_unshare, (long)number(argv[0]));
}

#if defined(__x86_64__)
/* The kernel's own return value, negative errno included, without the C library in between. */
static long raw_call(long nr)
{
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(0L), "S"(0L), "d"(0L)
			 : "rcx", "r11", "memory");
	return ret;
}

static long try_x32(long nr)
{
	return raw_call(nr | 0x40000000);
}

static long try_int80(long nr)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(nr), "b"(0L), "c"(0L), "d"(0L)
			 : "r8", "r9", "r10", "r11", "memory");
	return (int)ret;
}
#else
static long try_x32(long nr)
{
	(void)nr;
	return -ENOSYS;
}

static long try_int80(long nr)
{
	(void)nr;
	return -ENOSYS;
}
#endif

static int run_int80(int argc, char **argv)
{
	(void)argc;
	return in_child("int80", try_int80, (long)number(argv[0]));
}

static int run_x32(int argc, char **argv)
{
	(void)argc;
	return in_child("x32", try_x32, (long)number(argv[0]));
}

/* Each way to put a character into a terminal's input that the kernel knows, on each way to it. */
static int run_ioctl_tiocsti(int argc, char **argv)
{
	static const struct {
		const char *name;
		unsigned long command;
	} commands[] = {
		{"TIOCSTI", TIOCSTI},
		{"TIOCSTI|1<<32", TIOCSTI | 1UL << 32},
		{"TIOCSTI|0xf<<60", TIOCSTI | 0xfUL << 60},
		{"TIOCLINUX", TIOCLINUX},
		{"TIOCLINUX|1<<32", TIOCLINUX | 1UL << 32},
	};
	int fds[] = {0, 1, 2, open("/dev/tty", O_RDWR | O_CLOEXEC)};

	(void)argc;
	(void)argv;
	for (size_t f = 0; f < sizeof(fds) / sizeof(fds[0]); f++) {
		for (size_t c = 0; c < sizeof(commands) / sizeof(commands[0]); c++) {
			/* TIOCLINUX reads its subcommand here: 'x' is none. */
			char key[2] = "x";
			long ret = syscall(SYS_ioctl, fds[f], commands[c].command, key);

			printf("ioctl=%s fd=%s result=%s\n", commands[c].name,
			       f == 3 ? "/dev/tty" : (const char *const[]){"0", "1", "2"}[f],
			       outcome(ret));
		}
	}
	return 0;
}

static int run_number(int argc, char **argv)
{
	(void)argc;
	printf("%s=%ld\n", argv[0], call_number(argv[0]));
	return 0;
}

static int run_setns(int argc, char **argv)
{
	int fd = open(argv[0], O_RDONLY | O_CLOEXEC);

	(void)argc;
	if (fd < 0)
		printf("setns=open:%s\n", errno_name(errno));
	else
		printf("setns=%s\n", outcome(setns(fd, 0)));
	return 0;
}

const struct verb call_verbs[] = {
	{"syscall", "NAME|NUMBER [NUMBER|s:TEXT]...", 1, 7, run_syscall},
	{"number", "NAME", 1, 1, run_number},
	{"userns", "", 0, 0, run_userns},
	{"unshare", "FLAGS", 1, 1, run_unshare},
	{"setns", "PATH", 1, 1, run_setns},
	{"int80", "NUMBER", 1, 1, run_int80},
	{"x32", "NUMBER", 1, 1, run_x32},
	{"ioctl-tiocsti", "", 0, 0, run_ioctl_tiocsti},
	{0},
};
