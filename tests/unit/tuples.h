/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which numbers and arguments are tried on a filter that is to be proven for all. */
#ifndef UNIT_TUPLES_H
#define UNIT_TUPLES_H

#include <stddef.h>
#include <stdint.h>

#include "seccomp/calls.h"

/* What a seccomp_data's arch and number select, and the number without x32's bit. */
struct way {
	uint32_t arch;
	uint32_t bit;
	enum abi abi;
};
extern const struct way ways[];
extern const size_t ways_count;

/* Numbers to try besides 0 to 600. */
extern const uint32_t wild[];
extern const size_t wild_count;

enum { TUPLES_MAX = 64 };

/* Arguments to try on one number: some for every call, and those around what the rules compare. */
struct tuples {
	uint64_t args[TUPLES_MAX][6];
	size_t count;
};

void make_tuples(struct tuples *t, const struct bindings *bindings, unsigned nr);

#endif
