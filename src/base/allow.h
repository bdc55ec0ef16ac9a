/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A seccomp filter of sbox's own processes: a table of the calls that are left to them. */
#ifndef BASE_ALLOW_H
#define BASE_ALLOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * A call that stays; with a `mask`, only when argument `arg` has `value` in its bits. The kernel
 * takes most arguments as ints, for which the mask is ALLOW_INT.
 */
struct allowed_call {
	const char *name; /* one that this ABI lacks is skipped */
	unsigned arg;
	uint64_t mask, value;
};
#define ALLOW_INT 0xffffffffu

/*
 * For good, for this thread and its children, with no_new_privs set: every other call answers
 * ENOSYS, so that a C library which asks for something newer goes on with what it had before. 0 or
 * -1.
 */
int allow_only(const struct allowed_call *calls, size_t count, struct err **err);

#endif
