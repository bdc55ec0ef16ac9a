/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "closure/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/mem.h"

/* Names that this ABI lacks are skipped. */
static const char *const allowed[] = {
	/* files that are open, and what lies where */
	"read",
	"pread64",
	"lseek",
	"_llseek",
	"close",
	"fstat",
	"fstat64",
	"stat",
	"stat64",
	"lstat",
	"lstat64",
	"newfstatat",
	"fstatat64",
	"statx",
	"fstatfs",
	"fstatfs64",
	"readlink",
	"readlinkat",
	"getdents64",
	"fadvise64",
	/* memory */
	"brk",
	"munmap",
	"mremap",
	"madvise",
	"futex",
	/* the process itself */
	"rt_sigprocmask",
	"rt_sigaction",
	"rt_sigreturn",
	"sigaltstack",
	"getpid",
	"gettid",
	"getrandom",
	"clock_gettime",
	"sched_yield",
	"exit",
	"exit_group",
};

static int allow_named(scmp_filter_ctx ctx)
{
	int result = 0;

	for (size_t i = 0; i < ARRAY_SIZE(allowed) && result == 0; i++) {
		int nr = seccomp_syscall_resolve_name(allowed[i]);

		if (nr >= 0)
			result = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 0);
	}
	return result;
}

/* Compared on 32 bits where the kernel takes an int. */
static int allow_conditional(scmp_filter_ctx ctx)
{
	static const int commands[] = {F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC};
	const scmp_datum_t writes = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);
	int result = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
				      SCMP_A2(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));

	for (unsigned fd = 1; fd <= 2 && result == 0; fd++)
		result = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
					  SCMP_A0(SCMP_CMP_MASKED_EQ, 0xffffffffu, fd));
	for (size_t i = 0; i < ARRAY_SIZE(commands) && result == 0; i++)
		result = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
					  SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffu,
						  (scmp_datum_t)commands[i]));
	if (result == 0)
		result = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (result == 0)
		result = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return result;
}

static void release(scmp_filter_ctx *ctx)
{
	if (*ctx)
		seccomp_release(*ctx);
}

static int load_filter(struct err **err)
{
	__attribute__((cleanup(release))) scmp_filter_ctx ctx =
		seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int result;

	if (!ctx)
		return err_set(err, ENOMEM, "seccomp filter");
	result = allow_named(ctx);
	if (result == 0)
		result = allow_conditional(ctx);
	if (result == 0)
		result = seccomp_load(ctx); /* with no_new_privs */
	if (result < 0)
		return err_set(err, -result, "set up a seccomp filter");
	return 0;
}

/* Nothing here takes long or is large; a file that makes it so has found a mistake. */
static int limit_resources(struct err **err)
{
	static const struct {
		__rlimit_resource_t resource;
		rlim_t most, hard;
	} limits[] = {
		/* SIGXCPU first, which says what it was */
		{RLIMIT_CPU, 20, 21},
		{RLIMIT_FSIZE, 1 << 26, 1 << 26},
		{RLIMIT_CORE, 0, 0},
#ifndef __SANITIZE_ADDRESS__ /* which takes terabytes of addresses */
		{RLIMIT_AS, (rlim_t)2 << 30, (rlim_t)2 << 30},
#endif
	};

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		struct rlimit now;

		if (getrlimit(limits[i].resource, &now) < 0)
			return err_set(err, errno, "read a resource limit");
		if (now.rlim_max < limits[i].hard)
			continue;
		if (setrlimit(limits[i].resource,
			      &(struct rlimit){limits[i].most, limits[i].hard}) < 0)
			return err_set(err, errno, "limit resources");
	}
	return 0;
}

int confine(struct err **err)
{
	if (limit_resources(err) < 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(err, errno, "set no_new_privs");
	return load_filter(err);
}
