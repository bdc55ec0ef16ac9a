/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What Docker and runc make of a seccomp file: the rules that libseccomp gets, in their order and
 * with their habits. Shares no code with sbox.
 */
#ifndef UNIT_RUNC_H
#define UNIT_RUNC_H

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>

#include "plan/filter.h"

enum runc_abi { RUNC_X86_64, RUNC_X86, RUNC_X32, RUNC_ABIS };

struct runc {
	struct filter_programs programs; /* of one */
	struct json_object *named;       /* the calls that are named; true where actions differ */
	uint32_t default_action;
	bool has[RUNC_ABIS];
	int last[RUNC_ABIS]; /* the highest number that is named; above it ENOSYS; -1: no such thing
			      */
};

/* For x86_64, without capabilities, on Linux 6.1. A text that they would refuse fails the test. */
void runc_load(struct runc *r, const char *text);
void runc_free(struct runc *r);
#define _cleanup_runc_ __attribute__((cleanup(runc_free)))

uint32_t runc_verdict(const struct runc *r, const struct seccomp_data *data);

/* Whether entries that apply give the call different actions. */
bool runc_contradicts(const struct runc *r, const char *name);

/* Whether an entry that applies names the call. */
bool runc_names(const struct runc *r, const char *name);

#endif
