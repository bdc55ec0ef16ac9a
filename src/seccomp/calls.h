/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A spec's rules, sorted out by the system calls of one ABI. */
#ifndef SECCOMP_CALLS_H
#define SECCOMP_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/filter.h"
#include "seccomp/bpf.h"
#include "sysname/syscall.h"

/* What the filter does with one system call. */
struct call {
	enum abi abi;
	unsigned nr;
	const char *name;
	bool simple;      /* the arguments don't matter: `verdict` */
	uint32_t verdict; /* else what is left when no rule of `code` matches */
	struct bpf code;  /* returns the verdict in any case */
	unsigned program; /* which of the stacked programs holds it */
};

/* SECCOMP_RET_* with its errno; an errno out of the kernel's range becomes EPERM. */
uint32_t action_verdict(enum rule_action action, int errnum);

/*
 * Appends one call for each number of `abi` that some rule speaks of, in rising order, unless it
 * would only repeat the default.
 *
 * On i386 a rule also holds for what is the same call there under another name: chown32 for chown,
 * clock_settime64, mmap2, umount, and the parts of socketcall(2) and ipc(2). Where the arguments
 * that a condition is about lie in memory, out of a filter's sight, restrictions hold always and
 * permissions never.
 */
void calls_collect(const struct filter_spec *spec, enum abi abi, struct call **calls,
		   size_t *count);
void calls_free(struct call *calls, size_t count);

#endif
