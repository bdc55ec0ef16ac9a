/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sysname/syscall.h"

#include <linux/audit.h>
#include <seccomp.h>
#include <stdlib.h>

#include "base/str.h"

/* From Linux 5.10 on, where the oldest libseccomp that sbox builds with ends. These numbers are the
 * same everywhere but on the ABIs that `without` names. */
enum { EVERY = 0, NO_X32 = 1 << ABI_X32 };
static const struct {
	const char *name;
	int number;
	unsigned without; /* a set of 1 << ABI_* */
} newer[] = {
	{"process_madvise", 440, EVERY},
	{"epoll_pwait2", 441, EVERY},
	{"mount_setattr", 442, EVERY},
	{"quotactl_fd", 443, EVERY},
	{"landlock_create_ruleset", 444, EVERY},
	{"landlock_add_rule", 445, EVERY},
	{"landlock_restrict_self", 446, EVERY},
	{"memfd_secret", 447, EVERY},
	{"process_mrelease", 448, EVERY},
	{"futex_waitv", 449, EVERY},
	{"set_mempolicy_home_node", 450, EVERY},
	{"cachestat", 451, EVERY},
	{"fchmodat2", 452, EVERY},
	{"map_shadow_stack", 453, NO_X32},
	{"futex_wake", 454, EVERY},
	{"futex_wait", 455, EVERY},
	{"futex_requeue", 456, EVERY},
	{"statmount", 457, EVERY},
	{"listmount", 458, EVERY},
	{"lsm_get_self_attr", 459, EVERY},
	{"lsm_set_self_attr", 460, EVERY},
	{"lsm_list_modules", 461, EVERY},
	{"mseal", 462, EVERY},
	{"setxattrat", 463, EVERY},
	{"getxattrat", 464, EVERY},
	{"listxattrat", 465, EVERY},
	{"removexattrat", 466, EVERY},
	{"open_tree_attr", 467, EVERY},
	{"file_getattr", 468, EVERY},
	{"file_setattr", 469, EVERY},
	{"listns", 470, EVERY},
	{"rseq_slice_yield", 471, EVERY},
};
enum { HIGHEST = 471 };

/* Calls that one ABI has to itself, or has under a number of their own. */
static const struct {
	const char *name;
	enum abi abi;
	int number;
} special[] = {
	{"uretprobe", ABI_X86_64, 335}, {"uprobe", ABI_X86_64, 336},
	{"socket", ABI_X86, 359},       {"socketpair", ABI_X86, 360},
	{"bind", ABI_X86, 361},         {"connect", ABI_X86, 362},
	{"listen", ABI_X86, 363},       {"accept4", ABI_X86, 364},
	{"getsockopt", ABI_X86, 365},   {"setsockopt", ABI_X86, 366},
	{"getsockname", ABI_X86, 367},  {"getpeername", ABI_X86, 368},
	{"sendto", ABI_X86, 369},       {"sendmsg", ABI_X86, 370},
	{"recvfrom", ABI_X86, 371},     {"recvmsg", ABI_X86, 372},
	{"shutdown", ABI_X86, 373},     {"semget", ABI_X86, 393},
	{"semctl", ABI_X86, 394},       {"shmget", ABI_X86, 395},
	{"shmctl", ABI_X86, 396},       {"shmat", ABI_X86, 397},
	{"shmdt", ABI_X86, 398},        {"msgget", ABI_X86, 399},
	{"msgsnd", ABI_X86, 400},       {"msgrcv", ABI_X86, 401},
	{"msgctl", ABI_X86, 402},       {"recvmmsg", ABI_X86, 337},
	{"sendmmsg", ABI_X86, 345},
};

static const struct {
	const char *name;
	uint32_t seccomp_arch;
	unsigned highest;
	struct syscall_gap gaps[6];
} abis[ABI_COUNT] = {
	[ABI_X86_64] = {"x86_64", SCMP_ARCH_X86_64, HIGHEST, {{337, 423}}},
	[ABI_X86] = {"x86",
		     SCMP_ARCH_X86,
		     HIGHEST,
		     {{222, 223}, {251, 251}, {285, 285}, {387, 392}, {415, 415}}},
	[ABI_X32] = {"x32", SCMP_ARCH_X32, 547, {{335, 423}, {472, 511}}},
	[ABI_AARCH64] = {"aarch64", SCMP_ARCH_AARCH64, HIGHEST, {{244, 259}, {295, 423}}},
};

const char *abi_name(enum abi abi)
{
	return abis[abi].name;
}

const struct syscall_gap *syscall_gaps(enum abi abi)
{
	return abis[abi].gaps;
}

unsigned syscall_highest(enum abi abi)
{
	return abis[abi].highest;
}

bool syscall_abi(uint32_t arch, uint32_t nr, enum abi *abi, unsigned *number)
{
	*number = nr;
	switch (arch) {
	case AUDIT_ARCH_X86_64:
		*abi = ABI_X86_64;
		/* A negative number has the bit as well. */
		if (nr >= X32_BIT && nr < X32_BIT << 1) {
			*abi = ABI_X32;
			*number = nr & ~X32_BIT;
		}
		return true;
	case AUDIT_ARCH_I386:
		*abi = ABI_X86;
		return true;
	case AUDIT_ARCH_AARCH64:
		*abi = ABI_AARCH64;
		return true;
	default:
		return false;
	}
}

int syscall_number(const char *name, enum abi abi)
{
	int number = seccomp_syscall_resolve_name_arch(abis[abi].seccomp_arch, name);

	if (number >= 0)
		return abi == ABI_X32 ? (int)((unsigned)number & ~X32_BIT) : number;
	for (size_t i = 0; i < ARRAY_SIZE(newer); i++)
		if (streq(newer[i].name, name))
			return newer[i].without & 1u << abi ? -1 : newer[i].number;
	for (size_t i = 0; i < ARRAY_SIZE(special); i++)
		if (special[i].abi == abi && streq(special[i].name, name))
			return special[i].number;
	return -1;
}

bool syscall_assigned(enum abi abi, unsigned nr)
{
	for (const struct syscall_gap *gap = syscall_gaps(abi); gap->last; gap++)
		if (nr >= gap->first && nr <= gap->last)
			return false;
	return nr <= syscall_highest(abi);
}

char *syscall_name(enum abi abi, unsigned nr)
{
	unsigned marked = abi == ABI_X32 ? nr | X32_BIT : nr;
	char *name;

	if (nr >= X32_BIT)
		return NULL;
	name = seccomp_syscall_resolve_num_arch(abis[abi].seccomp_arch, (int)marked);
	if (name)
		return name;
	for (size_t i = 0; i < ARRAY_SIZE(newer); i++)
		if (newer[i].number == (int)nr && !(newer[i].without & 1u << abi))
			return xstrdup(newer[i].name);
	for (size_t i = 0; i < ARRAY_SIZE(special); i++)
		if (special[i].abi == abi && special[i].number == (int)nr)
			return xstrdup(special[i].name);
	return NULL;
}

bool syscall_in_libseccomp(const char *name)
{
	return seccomp_syscall_resolve_name(name) >= 0;
}

bool syscall_known(const char *name)
{
	/* A known call that the native ABI lacks gets a negative number of its own. */
	if (seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR)
		return true;
	for (size_t abi = 0; abi < ABI_COUNT; abi++)
		if (syscall_number(name, (enum abi)abi) >= 0)
			return true;
	return false;
}

struct name_cursor {
	const struct strv *names;
	size_t at;
};

static const char *next_name(void *cursor)
{
	struct name_cursor *c = cursor;

	return c->at < c->names->count ? c->names->items[c->at++] : NULL;
}

char *syscall_nearest(const char *word)
{
	_cleanup_strv_ struct strv names = {0};
	struct name_cursor cursor = {.names = &names};
	const char *nearest;

	/* libseccomp can't list its names, but it can be asked for each number. */
	for (size_t abi = 0; abi < ABI_COUNT; abi++) {
		if (abi == ABI_X32)
			continue;
		for (int nr = 0; nr <= HIGHEST; nr++) {
			char *name = seccomp_syscall_resolve_num_arch(abis[abi].seccomp_arch, nr);

			if (name)
				strv_take(&names, name);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(newer); i++)
		strv_add(&names, newer[i].name);
	nearest = str_nearest(word, next_name, &cursor);
	return nearest ? xstrdup(nearest) : NULL;
}
