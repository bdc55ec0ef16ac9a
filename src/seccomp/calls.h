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

/* A part of i386's socketcall(2) or ipc(2): another call's name, and how argument 0 selects it. */
struct call_part {
	const char *name;
	const char *whole;
	struct conjunction select; /* one comparison */
};

const struct call_part *call_parts(size_t *count);

/* SECCOMP_RET_* with its errno; an errno out of the kernel's range becomes EPERM. */
uint32_t action_verdict(enum rule_action action, int errnum);

/* Whether calls of the ABI get any other answer than ENOSYS. */
bool abi_let_in(const struct filter_spec *spec, enum abi abi);

/* One rule as it holds for one number. */
struct binding {
	enum abi abi;
	unsigned nr;
	const char *name;               /* the call's, whose arguments `when` is about */
	const struct conjunction *when; /* NULL: always */
	const struct filter_rule *rule;
	size_t index; /* of the rule in its spec */
};

struct bindings {
	struct binding *items;
	size_t count;
};

/*
 * All rules as they hold for the numbers of `abi`, by number and then in order of precedence: of
 * those of one number the first whose condition holds decides. The caller frees out->items.
 */
void bindings_collect(const struct filter_spec *spec, enum abi abi, struct bindings *out);

/* What decides on one number: bindings whose conditions matter, then what is left. */
struct decision {
	const struct binding *items; /* conditional, in order of precedence */
	size_t count;
	const struct binding *otherwise; /* NULL: the default */
	uint32_t verdict;                /* that of `otherwise` */
};

/* From the `n` bindings of one number; `fallback` is the default's verdict. */
struct decision calls_decide(const struct binding *b, size_t n, uint32_t fallback);

uint32_t binding_verdict(const struct binding *b);

/*
 * A comparison of the binding's condition, cut to what the kernel sees of the argument. On i386,
 * and in those of x32's calls that are like i386's, that is 32 bits of any: a negative number is
 * one of that size there.
 */
struct compare binding_compare(const struct binding *b, size_t index);

/*
 * Appends one call for each number of `abi` that some rule speaks of, in rising order, unless it
 * would only repeat the default.
 *
 * On i386 a rule also holds for what is the same call there under another name: chown32 for chown,
 * clock_settime64, mmap2, umount, and the parts of socketcall(2) and ipc(2). Where the arguments
 * that a condition is about lie in memory, out of a filter's sight, or are other ones than
 * x86_64's, restrictions hold always and permissions never. A rule's `reach` can be shorter.
 */
void calls_collect(const struct filter_spec *spec, enum abi abi, struct call **calls,
		   size_t *count);
void calls_free(struct call *calls, size_t count);

#endif
