/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/bpf.h"

#include <stdlib.h>
#include <string.h>

static bool jump_fits(const struct sock_filter *code, size_t count, size_t at)
{
	const struct sock_filter *insn = &code[at];

	if (insn->code == (BPF_JMP | BPF_JA))
		return insn->k < count - at - 1;
	return at + insn->jt + 1 < count && at + insn->jf + 1 < count;
}

const char *bpf_refusal(const struct sock_filter *code, size_t count)
{
	if (count < 1 || count > BPF_MAXINSNS)
		return "too long or empty";
	for (size_t i = 0; i < count; i++) {
		switch (code[i].code) {
		case BPF_LD | BPF_W | BPF_ABS:
			if (code[i].k % 4 || code[i].k >= sizeof(struct seccomp_data))
				return "a load from outside of seccomp_data";
			break;
		case BPF_ALU | BPF_AND | BPF_K:
		case BPF_RET | BPF_K:
			break;
		case BPF_JMP | BPF_JA:
		case BPF_JMP | BPF_JEQ | BPF_K:
		case BPF_JMP | BPF_JGT | BPF_K:
		case BPF_JMP | BPF_JGE | BPF_K:
			if (!jump_fits(code, count, i))
				return "a jump out of the program";
			break;
		default:
			return "an instruction that sbox has no use for";
		}
	}
	return code[count - 1].code == (BPF_RET | BPF_K) ? NULL : "the last is no return";
}

uint32_t bpf_run(const struct sock_filter *code, size_t count, const struct seccomp_data *data)
{
	uint32_t a = 0;

	for (size_t pc = 0; pc < count; pc++) {
		const struct sock_filter *insn = &code[pc];
		bool holds = false;

		switch (insn->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&a, (const char *)data + insn->k, sizeof(a));
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= insn->k;
			continue;
		case BPF_RET | BPF_K:
			return insn->k;
		case BPF_JMP | BPF_JA:
			pc += insn->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			holds = a == insn->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			holds = a > insn->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			holds = a >= insn->k;
			break;
		default:
			abort();
		}
		pc += holds ? insn->jt : insn->jf;
	}
	abort();
}

uint32_t bpf_verdict(const struct filter_programs *programs, const struct seccomp_data *data)
{
	uint32_t verdict = SECCOMP_RET_ALLOW;

	/* From the last installed to the first; actions compare as signed numbers. */
	for (size_t i = programs->count; i-- > 0;) {
		uint32_t one = bpf_run(programs->items[i].code, programs->items[i].count, data);

		if ((int32_t)(one & SECCOMP_RET_ACTION_FULL) <
		    (int32_t)(verdict & SECCOMP_RET_ACTION_FULL))
			verdict = one;
	}
	return verdict;
}
