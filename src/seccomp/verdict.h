/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the filter of a spec answers to one call, and because of which rule: compile.h's precedence,
 * looked up instead of compiled. */
#ifndef SECCOMP_VERDICT_H
#define SECCOMP_VERDICT_H

#include "seccomp/calls.h"

/* Arguments as far as they are known. */
struct call_args {
	uint64_t values[6];
	unsigned known; /* a set of 1 << argument */
};

struct answer {
	/* What may decide, most restrictive first: each condition depends on an argument that
	 * isn't known. NULL and 0 when nothing does. */
	const struct binding **when;
	size_t nwhen;
	/* What decides when none of those does: NULL for the default, and for `unassigned`. */
	const struct binding *otherwise;
	uint32_t verdict; /* SECCOMP_RET_* of that */
	bool unassigned;  /* a number that sbox knows no call for: ENOSYS */
};

/*
 * `bindings` are those of the spec and of `abi`. A foreign ABI is taken as let in. The pointers in
 * *out go into `bindings`; answer_free() frees the rest.
 */
void answer_call(const struct filter_spec *spec, const struct bindings *bindings, enum abi abi,
		 unsigned nr, const struct call_args *args, struct answer *out);
void answer_free(struct answer *answer);
#define _cleanup_answer_ __attribute__((cleanup(answer_free)))

/* The line of a verdict alone: "web.ini:31", "the baseline", "default, web.ini:9". The caller
 * frees. */
char *binding_place(const struct filter_spec *spec, const struct binding *b);

/*
 * Where a verdict comes from: "web.ini:31 (@debug)", "the baseline (@debug)"; for NULL the default,
 * "default" or "default, web.ini:9". The caller frees.
 */
char *binding_origin(const struct filter_spec *spec, const struct binding *b);

#endif
