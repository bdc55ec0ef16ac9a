/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "closure/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "base/allow.h"
#include "base/mem.h"

/* Of openat(2)'s flags those that change something. */
#define WRITES (O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))

static const struct allowed_call allowed[] = {
	/* files that are open, and what lies where */
	{.name = "read"},
	{.name = "pread64"},
	{.name = "lseek"},
	{.name = "_llseek"},
	{.name = "close"},
	{.name = "fstat"},
	{.name = "fstat64"},
	{.name = "stat"},
	{.name = "stat64"},
	{.name = "lstat"},
	{.name = "lstat64"},
	{.name = "newfstatat"},
	{.name = "fstatat64"},
	{.name = "statx"},
	{.name = "fstatfs"},
	{.name = "fstatfs64"},
	{.name = "readlink"},
	{.name = "readlinkat"},
	{.name = "getdents64"},
	{.name = "fadvise64"},
	/* memory */
	{.name = "brk"},
	{.name = "munmap"},
	{.name = "mremap"},
	{.name = "madvise"},
	{.name = "futex"},
	/* the process itself */
	{.name = "rt_sigprocmask"},
	{.name = "rt_sigaction"},
	{.name = "rt_sigreturn"},
	{.name = "sigaltstack"},
	{.name = "getpid"},
	{.name = "gettid"},
	{.name = "getrandom"},
	{.name = "clock_gettime"},
	{.name = "sched_yield"},
	{.name = "exit"},
	{.name = "exit_group"},
	/* and, where it depends */
	{"openat", 2, WRITES, O_RDONLY},
	{"write", 0, ALLOW_INT, 1},
	{"write", 0, ALLOW_INT, 2},
	{"fcntl", 1, ALLOW_INT, F_GETFD},
	{"fcntl", 1, ALLOW_INT, F_SETFD},
	{"fcntl", 1, ALLOW_INT, F_GETFL},
	{"fcntl", 1, ALLOW_INT, F_DUPFD_CLOEXEC},
	{"mmap", 2, PROT_EXEC, 0},
	{"mprotect", 2, PROT_EXEC, 0},
};

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
	return limit_resources(err) < 0 ? -1 : allow_only(allowed, ARRAY_SIZE(allowed), err);
}
