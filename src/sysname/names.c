/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sysname/names.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/str.h"

/* What glibc's headers lack, or hold as something other than a plain number. */
#ifndef CLONE_DETACHED
#define CLONE_DETACHED 0x00400000
#endif
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif
#ifndef NETLINK_SMC
#define NETLINK_SMC 22
#endif

/* The two that share a number with another: strerrorname_np(3) only knows one name for each. */
static const struct {
	const char *name;
	int errnum;
} errno_aliases[] = {
	{"EWOULDBLOCK", EWOULDBLOCK},
	{"ENOTSUP", ENOTSUP},
	{"EOPNOTSUPP", EOPNOTSUPP},
	{"EDEADLOCK", EDEADLOCK},
};

/* The highest errno that a system call returns; include/linux/err.h's MAX_ERRNO is far above it. */
enum { ERRNO_HIGHEST = 133 };

int errno_number(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(errno_aliases); i++)
		if (streq(errno_aliases[i].name, name))
			return errno_aliases[i].errnum;
	for (int e = 1; e <= ERRNO_HIGHEST; e++) {
		const char *known = strerrorname_np(e);

		if (known && streq(known, name))
			return e;
	}
	return 0;
}

const char *errno_name(int errnum)
{
	return errnum > 0 ? strerrorname_np(errnum) : NULL;
}

static const char *next_errno(void *cursor)
{
	int *e = cursor;

	while (*e < ERRNO_HIGHEST) {
		const char *name = strerrorname_np(++*e);

		if (name)
			return name;
	}
	return NULL;
}

const char *errno_nearest(const char *word)
{
	int cursor = 0;

	return str_nearest(word, next_errno, &cursor);
}

static const struct {
	const char *name;
	uint64_t value;
} constants[] = {
#define CONSTANT(name) {#name, (uint32_t)(name)},
#include "sysname/constants.def"
#undef CONSTANT
};

int constant_value(const char *name, uint64_t *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++) {
		if (streq(constants[i].name, name)) {
			*value = constants[i].value;
			return 0;
		}
	}
	return -1;
}

const char *constant_name(const char *prefix, uint64_t value)
{
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++)
		if (constants[i].value == value && str_starts(constants[i].name, prefix))
			return constants[i].name;
	return NULL;
}

static const char *next_constant(void *cursor)
{
	size_t *at = cursor;

	return *at < ARRAY_SIZE(constants) ? constants[(*at)++].name : NULL;
}

const char *constant_nearest(const char *word)
{
	size_t cursor = 0;

	return str_nearest(word, next_constant, &cursor);
}
