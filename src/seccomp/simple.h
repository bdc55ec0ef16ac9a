/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SECCOMP_SIMPLE_H
#define SECCOMP_SIMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "seccomp/bpf.h"

/* A call whose verdict doesn't depend on its arguments. */
struct simple_rule {
	int nr;           /* of the native ABI, and known to libseccomp */
	uint32_t verdict; /* SECCOMP_RET_* */
};

/*
 * Appends the program that libseccomp makes, as a binary tree, of verdicts for single calls of the
 * native ABI and a default; it never falls through.
 */
int simple_compile(struct bpf *b, uint32_t default_verdict, const struct simple_rule *rules,
		   size_t count, struct err **err);

#endif
