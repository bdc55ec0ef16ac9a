/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attacks by system calls, by each ABI's entry. */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

enum { X32_BIT = 0x40000000, NR_OPEN_TREE_ATTR = 467 };

#if defined(__x86_64__)
/* EDOM is the stand-in's answer for a kernel that has the ABI; see newer-kernel. */
long x32_call(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("xor %%r10d, %%r10d\n\txor %%r8d, %%r8d\n\tsyscall"
			 : "=a"(ret)
			 : "a"(nr | X32_BIT), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r8", "r10", "r11", "memory");
	return ret == -EDOM ? 0 : ret;
}

long int80_call(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("xor %%esi, %%esi\n\txor %%edi, %%edi\n\tint $0x80"
			 : "=a"(ret)
			 : "a"(nr), "b"(a), "c"(b), "d"(c)
			 : "rsi", "rdi", "r8", "r9", "r10", "r11", "memory");
	return (int)ret;
}
#else
long x32_call(long nr, long a, long b, long c)
{
	(void)nr, (void)a, (void)b, (void)c;
	return -ENOSYS;
}

long int80_call(long nr, long a, long b, long c)
{
	(void)nr, (void)a, (void)b, (void)c;
	return -ENOSYS;
}
#endif

/* In a child, for what may kill: exit status 0 when it worked, the signal is said. */
static void in_child(const char *what, int (*attempt)(void))
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(attempt());
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		refused("%s", what);
	else if (WIFSIGNALED(status))
		printf("no %s: killed by SIG%s\n", what, sigabbrev_np(WTERMSIG(status)));
	else {
		errno = WEXITSTATUS(status);
		outcome(errno == 0, "%s", what);
	}
}

/* The command as the kernel takes it, and as a filter that compares 64 bits doesn't. */
static const unsigned long sti[] = {TIOCSTI, TIOCSTI | 1UL << 32, TIOCSTI | 0xfUL << 60};

static int x32_sti(void)
{
	return (int)-x32_call(514, 0, TIOCSTI, (long)(uintptr_t) "X"); /* x32's own ioctl */
}

static int x32_plain_sti(void)
{
	return (int)-x32_call(SYS_ioctl, 0, TIOCSTI, (long)(uintptr_t) "X");
}

enum { I386_IOCTL = 54 };

/* The program lies below 4 GiB, so that i386's pointers reach what is static in it. */
static int int80_sti(void)
{
	return (int)-int80_call(I386_IOCTL, 0, TIOCSTI, (long)(uintptr_t) "X");
}

static int int80_paste(void)
{
	static char subcommand[2] = "x";
	int error = (int)-int80_call(I386_IOCTL, 0, TIOCLINUX, (long)(uintptr_t)subcommand);

	return error == ENOTTY || error == EINVAL ? 0 : error;
}

/* Types an X into the terminal; whether it arrived is seen outside. */
static int run_type(int argc, char **argv)
{
	int fds[] = {0, 1, 2, open("/dev/tty", O_RDWR | O_CLOEXEC)};
	char key[2] = "X";

	(void)argc;
	(void)argv;
	for (size_t f = 0; f < 4; f++) {
		for (size_t c = 0; c < sizeof(sti) / sizeof(sti[0]); c++)
			outcome(syscall(SYS_ioctl, fds[f], sti[c], key) == 0,
				"TIOCSTI %#lx on descriptor %d", sti[c], fds[f]);
	}
	in_child("TIOCSTI by x32", x32_sti);
	in_child("TIOCSTI by x32 with the native number", x32_plain_sti);
	in_child("TIOCSTI by int 0x80", int80_sti);
	return done();
}

/* On a pseudo-terminal the driver's own answer is ENOTTY: then no filter was in the way. */
static int run_paste(int argc, char **argv)
{
	static const unsigned long commands[] = {TIOCLINUX, TIOCLINUX | 1UL << 32};
	char subcommand[2] = "x";

	(void)argc;
	(void)argv;
	for (int fd = 0; fd < 3; fd++) {
		for (size_t c = 0; c < 2; c++) {
			int ret = (int)syscall(SYS_ioctl, fd, commands[c], subcommand);

			outcome(ret == 0 || errno == ENOTTY || errno == EINVAL,
				"TIOCLINUX %#lx at the driver of descriptor %d", commands[c], fd);
		}
	}
	in_child("TIOCLINUX at the driver by int 0x80", int80_paste);
	return done();
}

static int by_unshare(void)
{
	return unshare(CLONE_NEWUSER) < 0 ? errno : 0;
}

/* Ends the parent at its side: the child's status is what counts. */
static int wait_for(long pid)
{
	int status = 0;

	if (pid < 0)
		return errno;
	if (pid == 0)
		_exit(0);
	return waitpid((pid_t)pid, &status, 0) < 0 ? errno : 0;
}

static int by_clone(void)
{
	return wait_for(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

static int by_clone3(void)
{
	struct clone_args args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};

	return wait_for(syscall(SYS_clone3, &args, sizeof(args)));
}

static int by_x32_unshare(void)
{
	return (int)-x32_call(SYS_unshare, CLONE_NEWUSER, 0, 0);
}

static int by_int80_unshare(void)
{
	return (int)-int80_call(310, CLONE_NEWUSER, 0, 0);
}

static int run_userns(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	in_child("a user namespace by unshare", by_unshare);
	in_child("a user namespace by clone", by_clone);
	in_child("a user namespace by clone3", by_clone3);
	in_child("a user namespace by x32 unshare", by_x32_unshare);
	in_child("a user namespace by int 0x80 unshare", by_int80_unshare);
	return done();
}

static int by_mount(void)
{
	return mount("none", "/proc", "tmpfs", 0, NULL) < 0 ? errno : 0;
}

static int by_fsmount(void)
{
	int fs = (int)syscall(SYS_fsopen, "tmpfs", 0);

	if (fs < 0 || syscall(SYS_fsconfig, fs, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0) < 0 ||
	    syscall(SYS_fsmount, fs, 0, 0) < 0)
		return errno;
	return 0;
}

static int by_open_tree(void)
{
	return syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE | AT_RECURSIVE) < 0 ? errno
											 : 0;
}

static int by_umount(void)
{
	return umount2("/proc", MNT_DETACH) < 0 ? errno : 0;
}

static int by_remount(void)
{
	return mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) < 0 ? errno : 0;
}

static int by_chroot(void)
{
	return chroot("/proc") < 0 ? errno : 0;
}

/* With and without namespaces of its own, as far as it gets them. */
static int run_mount(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		refused("namespaces of its own");
	in_child("a file system mounted by mount", by_mount);
	in_child("a file system mounted by fsmount", by_fsmount);
	in_child("a mount cloned by open_tree", by_open_tree);
	in_child("/proc unmounted", by_umount);
	in_child("/ remounted", by_remount);
	in_child("another root by chroot", by_chroot);
	return done();
}

/* Anything but these two says that the kernel has looked at the arguments. */
static bool reached(long ret)
{
	return ret != -EPERM && ret != -ENOSYS;
}

static long int80_nr;

/* In a child, for a kernel without this ABI kills. */
static int int80_reached(void)
{
	long ret = int80_call(int80_nr, -1, 0, -1);

	return reached(ret) ? 0 : (int)-ret;
}

/* Each call with worthless arguments: a filter's answer can be told from the kernel's. */
static int run_mount_calls(int argc, char **argv)
{
	static const struct {
		const char *name;
		long nr, i386;
	} calls[] = {
		{"open_tree", SYS_open_tree, 428},
		{"move_mount", SYS_move_mount, 429},
		{"fsopen", SYS_fsopen, 430},
		{"fsconfig", SYS_fsconfig, 431},
		{"fsmount", SYS_fsmount, 432},
		{"fspick", SYS_fspick, 433},
		{"mount_setattr", SYS_mount_setattr, 442},
		{"open_tree_attr", NR_OPEN_TREE_ATTR, NR_OPEN_TREE_ATTR},
		{"mount", SYS_mount, 21},
		{"umount2", SYS_umount2, 52},
		{"pivot_root", SYS_pivot_root, 217},
		{"chroot", SYS_chroot, 61},
		{"setns", SYS_setns, 346},
	};

	(void)argc;
	(void)argv;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		refused("namespaces of its own");
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		long ret = syscall(calls[i].nr, -1, 0, -1, 0, 0, 0) < 0 ? -errno : 0;

		errno = (int)-ret;
		outcome(reached(ret), "%s at the kernel", calls[i].name);
		ret = x32_call(calls[i].nr, -1, 0, -1);
		errno = (int)-ret;
		outcome(reached(ret), "%s at the kernel by x32", calls[i].name);
		int80_nr = calls[i].i386;
		in_child(calls[i].name, int80_reached);
	}
	return done();
}

/* Numbers in [FIRST, LAST]. */
static int run_numbers(int argc, char **argv)
{
	long last = atol(argv[1]);

	(void)argc;
	for (long nr = atol(argv[0]); nr <= last; nr++) {
		if (syscall(nr, -1, 0, -1, 0, 0, 0) >= 0 || reached(-errno))
			got("call %ld at the kernel", nr);
	}
	return done();
}

static int x32_getpid(void)
{
	return x32_call(SYS_getpid, 0, 0, 0) < 0 ? ENOSYS : 0;
}

static int int80_getpid(void)
{
	return int80_call(20, 0, 0, 0) <= 0 ? ENOSYS : 0;
}

/* foreign x32|i386: whether calls by that ABI work at all. */
static int run_foreign(int argc, char **argv)
{
	(void)argc;
	if (strcmp(argv[0], "x32") == 0)
		in_child("getpid by x32", x32_getpid);
	else
		in_child("getpid by int 0x80", int80_getpid);
	return done();
}

/* The crypto interface, by which "Copy Fail" wrote through read-only mounts. */
static int run_alg(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	outcome(socket(AF_ALG, SOCK_SEQPACKET, 0) >= 0 || errno == EDOM, "an AF_ALG socket");
	outcome(syscall(SYS_socket, AF_ALG | 1UL << 32, SOCK_SEQPACKET, 0) >= 0 || errno == EDOM,
		"an AF_ALG socket by a 64-bit number");
	return done();
}

static int run_keys(int argc, char **argv)
{
	static const int rings[] = {KEY_SPEC_SESSION_KEYRING, KEY_SPEC_USER_KEYRING,
				    KEY_SPEC_USER_SESSION_KEYRING, KEY_SPEC_PROCESS_KEYRING};
	char buf[256];

	(void)argc;
	for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]); i++) {
		long key = syscall(SYS_keyctl, KEYCTL_SEARCH, rings[i], "user", argv[0], 0);
		long n = key < 0 ? -1 : syscall(SYS_keyctl, KEYCTL_READ, key, buf, sizeof(buf) - 1);

		outcome(n >= 0, "the key %s in keyring %d", argv[0], rings[i]);
		if (n >= 0)
			printf("%.*s\n", (int)n, buf);
	}
	outcome(syscall(SYS_request_key, "user", argv[0], NULL, 0) >= 0, "the key by request_key");
	outcome(syscall(SYS_add_key, "user", "sbox-attack-left", "x", 1, KEY_SPEC_USER_KEYRING) >=
			0,
		"a key left in the user's keyring");
	spill_path(AT_FDCWD, "/proc/keys");
	return done();
}

/* The child calls getppid; its tracer makes add_key of it, which a filter should still see. */
static int run_retrace(int argc, char **argv)
{
#if defined(__x86_64__)
	struct user_regs_struct regs;
	int status;
	pid_t pid = fork();

	(void)argc;
	(void)argv;
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		/* add_key's own answer to these arguments is EFAULT. */
		syscall(SYS_getppid, 0, 0, 0, 0, 0);
		_exit(errno == EFAULT ? 0 : 1);
	}
	if (waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status)) {
		refused("a traced child");
		return 1;
	}
	for (bool changed = false; !WIFEXITED(status) && !WIFSIGNALED(status);) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) < 0 || waitpid(pid, &status, 0) < 0)
			break;
		if (WIFSTOPPED(status) && !changed &&
		    ptrace(PTRACE_GETREGS, pid, NULL, &regs) == 0 && regs.orig_rax == SYS_getppid) {
			regs.orig_rax = SYS_add_key;
			ptrace(PTRACE_SETREGS, pid, NULL, &regs);
			changed = true;
		}
	}
	errno = EPERM;
	outcome(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a denied call by ptrace");
#else
	(void)argc, (void)argv;
#endif
	return done();
}

/* Interfaces of the kernel that have no use in most programs. */
static int run_wide(int argc, char **argv)
{
	char params[120] = {0};

	(void)argc;
	if (strcmp(argv[0], "io_uring") == 0)
		outcome(syscall(SYS_io_uring_setup, 1, params) >= 0, "io_uring");
	else
		outcome(syscall(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */) >= 0, "userfaultfd");
	return done();
}

/* Whether what a sandbox promises is there: a file is out of reach, and so are namespaces. */
static int run_check(int argc, char **argv)
{
	(void)argc;
	spill_path(AT_FDCWD, argv[0]);
	in_child("a user namespace by unshare", by_unshare);
	return done();
}

static int run_uid(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	got("a start, user id %u", geteuid());
	return done();
}

/* no_new_privs and the capability sets. */
static int run_caps(int argc, char **argv)
{
	char line[256];
	FILE *f = fopen("/proc/self/status", "re");

	(void)argc;
	(void)argv;
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "Cap", 3) == 0 && strtoull(line + 7, NULL, 16) != 0)
			got("capabilities %.30s", strtok(line, "\n"));
		if (strcmp(line, "NoNewPrivs:\t0\n") == 0)
			got("privileges by setuid programs");
	}
	if (!f)
		return 1;
	fclose(f);
	return done();
}

const struct attack call_attacks[] = {
	{"type", "", 0, run_type},
	{"paste", "", 0, run_paste},
	{"userns", "", 0, run_userns},
	{"mount", "", 0, run_mount},
	{"mount-calls", "", 0, run_mount_calls},
	{"numbers", "FIRST LAST", 2, run_numbers},
	{"foreign", "x32|i386", 1, run_foreign},
	{"alg", "", 0, run_alg},
	{"keys", "DESCRIPTION", 1, run_keys},
	{"retrace", "", 0, run_retrace},
	{"wide", "io_uring|userfaultfd", 1, run_wide},
	{"check", "PATH", 1, run_check},
	{"uid", "", 0, run_uid},
	{"caps", "", 0, run_caps},
	{0},
};
