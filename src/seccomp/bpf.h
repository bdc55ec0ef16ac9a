/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pieces of BPF programs over struct seccomp_data. A piece may be copied anywhere: its jumps are
 * relative and stay inside it, but for those that bpf_pass() makes.
 */
#ifndef SECCOMP_BPF_H
#define SECCOMP_BPF_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "sysname/rule.h"

struct bpf {
	struct sock_filter *code;
	size_t count;
};

void bpf_free(struct bpf *b);
#define _cleanup_bpf_ __attribute__((cleanup(bpf_free)))

void bpf_append(struct bpf *b, const struct bpf *piece);

/* Loads seccomp_data's arch or nr into the accumulator. */
void bpf_load_arch(struct bpf *b);
void bpf_load_nr(struct bpf *b);
void bpf_and(struct bpf *b, uint32_t mask);

void bpf_return(struct bpf *b, uint32_t verdict);

/* if (accumulator OP value) then `yes`, which must not fall through, else on behind it. */
void bpf_if_equal(struct bpf *b, uint32_t value, const struct bpf *yes);
void bpf_if_at_least(struct bpf *b, uint32_t value, const struct bpf *yes);

/* Leaves for whatever stands where bpf_land() is called, at the end of the whole program. */
void bpf_pass(struct bpf *b);
void bpf_land(struct bpf *b);

/* The bits of argument `arg` that the kernel looks at; `sizes` as from syscall_arg_sizes(), or
 * NULL. */
uint64_t bpf_arg_mask(const char *sizes, unsigned arg);

/*
 * Returns `verdict` when all comparisons hold, else goes on behind it. Overwrites the accumulator.
 */
void bpf_rule(struct bpf *b, const struct compare *compares, size_t count, uint32_t verdict);

/* From `first` up to the next range's, control goes to `target`, which must not fall through. */
struct bpf_range {
	uint32_t first;
	const struct bpf *target;
};

/* A binary search of the accumulator among ranges in rising order, the first from 0. */
void bpf_search(struct bpf *b, const struct bpf_range *ranges, size_t count);

#endif
