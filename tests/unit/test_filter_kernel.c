/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filters in force: what the kernel makes of them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "base/sys.h"
#include "sysname/syscall.h"
#include "unit/bpf.h"
#include "unit/filters.h"

/* Runs `body` under the filter in a child; its exit status, or 128 + the signal. */
static int under(const struct filter *f, int (*body)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
			_exit(99);
		for (size_t i = 0; i < f->programs.count; i++) {
			struct sock_fprog prog = {(unsigned short)f->programs.items[i].count,
						  f->programs.items[i].code};

			if (sys_seccomp_filter(0, &prog) < 0)
				_exit(98);
		}
		_exit(body());
	}
	cr_assert(pid > 0 && waitpid(pid, &status, 0) == pid);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static bool fails(long result, int errnum)
{
	return result == -1 && errno == errnum;
}

static int see_baseline(void)
{
	char c = 'x';

	/* An ioctl on a bad descriptor shows whether the kernel got to see it. */
	if (!fails(syscall(SYS_ioctl, -1, TIOCSTI | 1UL << 32, &c), EPERM))
		return 1;
	if (!fails(syscall(SYS_ioctl, -1, TCGETS, &c), EBADF))
		return 2;
	if (!fails(syscall(100000), ENOSYS) || !fails(syscall(472), ENOSYS))
		return 3;
	if (!fails(socket(AF_ALG, SOCK_SEQPACKET, 0), EAFNOSUPPORT))
		return 4;
	if (!fails(syscall(SYS_clone3, NULL, 0), ENOSYS))
		return 5;
	if (!fails(unshare(CLONE_NEWUSER), EPERM))
		return 6;
	if (!fails(syscall(SYS_getppid), EXDEV))
		return 7;
	return 0;
}

Test(kernel, baseline_verdicts)
{
	_cleanup_filter_ struct filter f = {0};

	filter_make(&f, "baseline = yes\ndeny = getppid:EXDEV");
	cr_expect_eq(under(&f, see_baseline), 0, "step %d", under(&f, see_baseline));
}

static int see_kill(void)
{
	syscall(SYS_getppid);
	return 1;
}

Test(kernel, kill_ends_the_process)
{
	_cleanup_filter_ struct filter f = {0};

	filter_make(&f, "deny = getppid\nkill = getppid");
	cr_expect_eq(under(&f, see_kill), 128 + SIGSYS);
}

static int see_allow_list(void)
{
	if (!fails(syscall(SYS_mkdirat, AT_FDCWD, "/nowhere/x", 0700), EACCES))
		return 1;
	if (!fails(syscall(SYS_ioctl, -1, TCGETS, NULL), EBADF))
		return 2;
	if (!fails(syscall(SYS_ioctl, -1, TCSETS, NULL), EACCES))
		return 3;
	return 0;
}

Test(kernel, allow_list)
{
	_cleanup_filter_ struct filter f = {0};

	/* AddressSanitizer calls sigaltstack before _exit(). */
	filter_make(&f, "default = errno:EACCES\nallow = @basic-io sigaltstack ioctl(1 == TCGETS)");
	cr_expect_eq(under(&f, see_allow_list), 0);
}

static int see_stack(void)
{
	if (!fails(syscall(SYS_kill, 251, 0), EIO))
		return 1;
	return syscall(SYS_kill, 0, 0) == 0 ? 0 : 2;
}

/* More than one program, and the last denies the installing of filters. */
Test(kernel, stacked_programs)
{
	_cleanup_str_ struct str lines = {0};
	_cleanup_filter_ struct filter f = {0};

	str_add(&lines, "deny = seccomp prctl");
	for (int i = 0; i < 8; i++) {
		static const char *const names[] = {"ioctl",      "fcntl",     "socket",
						    "kill",       "madvise",   "getpriority",
						    "setsockopt", "getsockopt"};

		str_addf(&lines, "\ndeny = %s(0 == {", names[i]);
		for (int k = 0; k < 250; k++)
			str_addf(&lines, "%s%d", k ? "," : "", 2 * k + 1);
		str_add(&lines, "}):EIO");
	}
	filter_make(&f, lines.text);
	cr_assert(f.programs.count > 1);
	cr_expect_eq(under(&f, see_stack), 0);
}

#if defined(__x86_64__)
static long int80(long nr, long a0, long a1)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(nr), "b"(a0), "c"(a1)
			 : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static int getpid_by_int80(void)
{
	return int80(20, 0, 0) == -ENOSYS ? 0 : 1;
}

static int x32_getpid(void)
{
	return fails(syscall(X32_BIT | SYS_getpid), ENOSYS) ? 0 : 1;
}

static int i386_by_name(void)
{
	if (int80(20, 0, 0) != getpid())
		return 1;
	/* socketcall(SYS_SOCKET): the family is in memory */
	if (int80(102, 1, 0) != -EAFNOSUPPORT)
		return 2;
	return int80(54, -1, TIOCSTI) == -EPERM ? 0 : 3;
}

/* A kernel without 32-bit emulation answers int 0x80 with SIGSEGV. */
static int int80_works(void)
{
	return int80(20, 0, 0) == getpid() ? 0 : 1;
}

Test(kernel, x32_is_closed)
{
	_cleanup_filter_ struct filter f = {0};

	filter_make(&f, "baseline = yes");
	cr_expect_eq(under(&f, x32_getpid), 0);
}

Test(kernel, i386)
{
	_cleanup_filter_ struct filter closed = {0}, open = {0}, none = {0};

	filter_make(&closed, "baseline = yes");
	filter_make(&open, "baseline = yes\narch = x86");
	filter_make(&none, "arch = x86");
	if (under(&none, int80_works) != 0)
		cr_skip_test("this kernel has no 32-bit emulation");
	cr_expect_eq(under(&closed, getpid_by_int80), 0);
	cr_expect_eq(under(&open, i386_by_name), 0, "step %d", under(&open, i386_by_name));
}
#endif
