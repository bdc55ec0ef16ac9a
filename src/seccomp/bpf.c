/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/bpf.h"

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the halves of an argument are loaded as little-endian machines have them"
#endif

/* Jump offsets that emit_compare() replaces, and the distance that bpf_land() does. */
enum { TO_HOLDS = 0xfe, TO_FAILS = 0xff };
#define TO_LANDING UINT32_MAX

static void add(struct bpf *b, unsigned code, unsigned jt, unsigned jf, uint32_t k)
{
	*array_grow(&b->code, &b->count) =
		(struct sock_filter){(uint16_t)code, (uint8_t)jt, (uint8_t)jf, k};
}

void bpf_free(struct bpf *b)
{
	free(b->code);
	*b = (struct bpf){0};
}

void bpf_append(struct bpf *b, const struct bpf *piece)
{
	for (size_t i = 0; i < piece->count; i++)
		*array_grow(&b->code, &b->count) = piece->code[i];
}

static void load(struct bpf *b, size_t offset)
{
	add(b, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

void bpf_load_arch(struct bpf *b)
{
	load(b, offsetof(struct seccomp_data, arch));
}

void bpf_load_nr(struct bpf *b)
{
	load(b, offsetof(struct seccomp_data, nr));
}

void bpf_and(struct bpf *b, uint32_t mask)
{
	add(b, BPF_ALU | BPF_AND | BPF_K, 0, 0, mask);
}

void bpf_return(struct bpf *b, uint32_t verdict)
{
	add(b, BPF_RET | BPF_K, 0, 0, verdict);
}

static void jump(struct bpf *b, uint32_t distance)
{
	add(b, BPF_JMP | BPF_JA, 0, 0, distance);
}

/* Skips `count` instructions unless `test` holds of the accumulator. A conditional jump reaches 255
 * instructions, an unconditional one all. */
static void skip_unless(struct bpf *b, unsigned test, uint32_t value, size_t count)
{
	if (count <= UINT8_MAX) {
		add(b, BPF_JMP | test | BPF_K, 0, (unsigned)count, value);
		return;
	}
	add(b, BPF_JMP | test | BPF_K, 1, 0, value);
	jump(b, (uint32_t)count);
}

void bpf_if_equal(struct bpf *b, uint32_t value, const struct bpf *yes)
{
	skip_unless(b, BPF_JEQ, value, yes->count);
	bpf_append(b, yes);
}

void bpf_if_at_least(struct bpf *b, uint32_t value, const struct bpf *yes)
{
	skip_unless(b, BPF_JGE, value, yes->count);
	bpf_append(b, yes);
}

void bpf_pass(struct bpf *b)
{
	jump(b, TO_LANDING);
}

void bpf_land(struct bpf *b)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->code[i].code == (BPF_JMP | BPF_JA) && b->code[i].k == TO_LANDING)
			b->code[i].k = (uint32_t)(b->count - i - 1);
}

static unsigned to(unsigned target, unsigned self, size_t holds, size_t fails)
{
	return target == TO_HOLDS   ? (unsigned)(holds - self - 1)
	       : target == TO_FAILS ? (unsigned)(fails - self - 1)
				    : target;
}

/*
 * Goes on behind the piece when the comparison holds, else by a jump in the piece's last
 * instruction, which the caller points somewhere. All six operators come down to ==, > and >= with
 * the two ends exchanged for the other three. The halves of the argument are compared one after the
 * other, the high one first.
 */
static void emit_compare(struct bpf *b, const struct compare *c)
{
	bool exchange = c->op == COMPARE_NE || c->op == COMPARE_LE || c->op == COMPARE_LT;
	bool equal = c->op == COMPARE_EQ || c->op == COMPARE_NE;
	unsigned yes = exchange ? TO_FAILS : TO_HOLDS;
	unsigned no = exchange ? TO_HOLDS : TO_FAILS;
	unsigned strict = c->op == COMPARE_GT || c->op == COMPARE_LE ? BPF_JGT : BPF_JGE;
	size_t offset = offsetof(struct seccomp_data, args) + 8 * (size_t)c->arg;
	uint64_t mask = c->mask, value = c->value;
	size_t start = b->count;

	/* When both are 0 the high halves are equal whatever the argument is. */
	if (mask >> 32 || value >> 32) {
		load(b, offset + 4);
		if ((uint32_t)(mask >> 32) != UINT32_MAX)
			bpf_and(b, (uint32_t)(mask >> 32));
		if (!equal)
			add(b, BPF_JMP | BPF_JGT | BPF_K, yes, 0, (uint32_t)(value >> 32));
		add(b, BPF_JMP | BPF_JEQ | BPF_K, 0, no, (uint32_t)(value >> 32));
	}
	load(b, offset);
	if ((uint32_t)mask != UINT32_MAX)
		bpf_and(b, (uint32_t)mask);
	add(b, BPF_JMP | (equal ? BPF_JEQ : strict) | BPF_K, yes, no, (uint32_t)value);

	for (size_t i = start; i < b->count; i++) {
		b->code[i].jt = (uint8_t)to(b->code[i].jt, (unsigned)i, b->count + 1, b->count);
		b->code[i].jf = (uint8_t)to(b->code[i].jf, (unsigned)i, b->count + 1, b->count);
	}
	jump(b, 0);
}

uint64_t bpf_arg_mask(const char *sizes, unsigned arg)
{
	unsigned bytes = sizes ? (unsigned)(sizes[arg] - '0') : 8;

	return bytes < 8 ? (UINT64_C(1) << 8 * bytes) - 1 : UINT64_MAX;
}

void bpf_rule(struct bpf *b, const struct compare *compares, size_t count, uint32_t verdict)
{
	size_t *fails = xreallocarray(NULL, count + 1, sizeof(*fails));

	for (size_t i = 0; i < count; i++) {
		emit_compare(b, &compares[i]);
		fails[i] = b->count - 1;
	}
	bpf_return(b, verdict);
	for (size_t i = 0; i < count; i++)
		b->code[fails[i]].k = (uint32_t)(b->count - fails[i] - 1);
	free(fails);
}

void bpf_search(struct bpf *b, const struct bpf_range *ranges, size_t count)
{
	_cleanup_bpf_ struct bpf upper = {0};
	size_t half = count / 2;

	if (count == 1) {
		bpf_append(b, ranges[0].target);
		return;
	}
	bpf_search(&upper, ranges + half, count - half);
	bpf_if_at_least(b, ranges[half].first, &upper);
	bpf_search(b, ranges, half);
}
