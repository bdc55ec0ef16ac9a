/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program is read once from front to back, for jumps only go forward, with what is known at each
 * instruction: the ABI, the range that the number lies in, and what the accumulator holds. So a
 * verdict at which only one number can arrive gets the name of its call.
 */
#include "export/pfc.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/str.h"
#include "seccomp/verdict.h"
#include "sysname/names.h"

enum holds { HOLDS_NOTHING, HOLDS_ARCH, HOLDS_NR, HOLDS_ARG };

struct state {
	bool reached;
	bool has_abi;
	enum abi abi;
	bool masked; /* x32's bit is out of the accumulator, `low` and `high` */
	uint32_t low, high;
	enum holds holds;
};

struct printer {
	const struct filter_spec *spec;
	struct bindings bindings[ABI_COUNT];
	const struct sock_filter *code;
	size_t count;
	struct state *states; /* one for each instruction */
	struct str out;
};

static const struct {
	uint32_t arch;
	enum abi abi;
	const char *name;
} archs[] = {
	{AUDIT_ARCH_X86_64, ABI_X86_64, "x86_64"},
	{AUDIT_ARCH_I386, ABI_X86, "i386"},
	{AUDIT_ARCH_AARCH64, ABI_AARCH64, "aarch64"},
};

/* Adds what is known on one more way to an instruction. */
static void arrive(struct state *at, const struct state *from)
{
	if (!at->reached) {
		*at = *from;
		at->reached = true;
		return;
	}
	if (from->low < at->low)
		at->low = from->low;
	if (from->high > at->high)
		at->high = from->high;
	if (at->holds != from->holds)
		at->holds = HOLDS_NOTHING;
	if (!from->has_abi || at->abi != from->abi || at->masked != from->masked)
		at->has_abi = false;
}

/* What is known of the number when a comparison of it came out one way. */
static void narrow(struct state *s, unsigned test, uint32_t k, bool holds)
{
	uint32_t bound = test == BPF_JGT && k < UINT32_MAX ? k + 1 : k;

	if (test == BPF_JEQ && holds) {
		s->low = s->high = k;
	} else if (test == BPF_JEQ) {
		s->low += s->low == k && k < s->high;
		s->high -= s->high == k && k > s->low;
	} else if (holds && bound > s->low) {
		s->low = bound;
	} else if (!holds && bound > 0 && bound - 1 < s->high) {
		s->high = bound - 1;
	}
}

static struct state after_test(const struct state *s, const struct sock_filter *insn, bool holds)
{
	struct state next = *s;

	if (s->holds == HOLDS_NR)
		narrow(&next, BPF_OP(insn->code), insn->k, holds);
	for (size_t i = 0; i < ARRAY_SIZE(archs); i++) {
		if (s->holds == HOLDS_ARCH && holds && archs[i].arch == insn->k && !s->has_abi) {
			next.abi = archs[i].abi;
			next.has_abi = true;
		}
	}
	return next;
}

static void follow(struct printer *p, size_t at)
{
	const struct sock_filter *insn = &p->code[at];
	struct state next = p->states[at], other;

	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		next.holds = insn->k == offsetof(struct seccomp_data, arch) ? HOLDS_ARCH
			     : insn->k == offsetof(struct seccomp_data, nr) ? HOLDS_NR
									    : HOLDS_ARG;
		break;
	case BPF_ALU:
		if (next.holds == HOLDS_NR && insn->k == ~X32_BIT && next.low >= X32_BIT) {
			next.low &= ~X32_BIT;
			next.high &= ~X32_BIT;
			if (next.high < next.low)
				next.high = ~X32_BIT;
			next.masked = true;
			next.abi = ABI_X32;
		}
		break;
	case BPF_JMP:
		if (BPF_OP(insn->code) == BPF_JA) {
			arrive(&p->states[at + 1 + insn->k], &next);
			return;
		}
		other = after_test(&next, insn, false);
		next = after_test(&next, insn, true);
		arrive(&p->states[at + 1 + insn->jf], &other);
		arrive(&p->states[at + 1 + insn->jt], &next);
		return;
	default: /* a return */
		return;
	}
	arrive(&p->states[at + 1], &next);
}

/* "ERRNO(EPERM)" */
static void add_verdict(struct str *out, uint32_t verdict)
{
	const char *name = errno_name((int)(verdict & SECCOMP_RET_DATA));

	switch (verdict & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
		str_add(out, "ALLOW");
		break;
	case SECCOMP_RET_LOG:
		str_add(out, "LOG");
		break;
	case SECCOMP_RET_ERRNO:
		if (name)
			str_addf(out, "ERRNO(%s)", name);
		else
			str_addf(out, "ERRNO(%u)", verdict & SECCOMP_RET_DATA);
		break;
	case SECCOMP_RET_KILL_PROCESS:
		str_add(out, "KILL_PROCESS");
		break;
	case SECCOMP_RET_KILL_THREAD:
		str_add(out, "KILL_THREAD");
		break;
	default:
		str_addf(out, "0x%x", verdict);
	}
}

static void add_offset(struct str *out, uint32_t offset)
{
	size_t args = offsetof(struct seccomp_data, args);

	if (offset == offsetof(struct seccomp_data, arch))
		str_add(out, "load arch");
	else if (offset == offsetof(struct seccomp_data, nr))
		str_add(out, "load nr");
	else
		str_addf(out, "load args[%zu].%s", (offset - args) / 8,
			 (offset - args) % 8 ? "high" : "low");
}

static void add_instruction(struct str *out, const struct sock_filter *insn, size_t at)
{
	static const char *const tests[] = {
		[BPF_JEQ >> 4] = "==", [BPF_JGT >> 4] = ">", [BPF_JGE >> 4] = ">="};
	size_t yes = at + 1 + insn->jt, no = at + 1 + insn->jf;

	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		add_offset(out, insn->k);
		break;
	case BPF_ALU:
		str_addf(out, "and 0x%x", insn->k);
		break;
	case BPF_RET:
		str_add(out, "return ");
		add_verdict(out, insn->k);
		break;
	default:
		if (BPF_OP(insn->code) == BPF_JA)
			str_addf(out, "goto %zu", at + 1 + insn->k);
		else
			str_addf(out, "if %s 0x%x goto %zu else %zu",
				 tests[BPF_OP(insn->code) >> 4], insn->k, yes, no);
	}
}

/* The call of number `nr` where `s` is known; the caller frees. */
static char *name_at(const struct state *s, uint32_t nr)
{
	if (!s->has_abi)
		return NULL;
	if (s->abi == ABI_X86_64 && nr >= X32_BIT)
		return NULL;
	return syscall_name(s->abi, nr);
}

/* Where the profile gives this call this verdict, on which any rule of it comes down. */
static char *origin_at(struct printer *p, const struct state *s, uint32_t nr, uint32_t verdict)
{
	_cleanup_answer_ struct answer answer = {0};

	answer_call(p->spec, &p->bindings[s->abi], s->abi, nr, &(struct call_args){0}, &answer);
	for (size_t i = 0; i < answer.nwhen; i++)
		if (binding_verdict(answer.when[i]) == verdict)
			return binding_origin(p->spec, answer.when[i]);
	return answer.verdict == verdict && !answer.unassigned
		       ? binding_origin(p->spec, answer.otherwise)
		       : NULL;
}

static void comment_return(struct printer *p, const struct state *s, uint32_t verdict,
			   struct str *out)
{
	_cleanup_free_ char *name = s->low == s->high ? name_at(s, s->low) : NULL;
	_cleanup_free_ char *origin = name ? origin_at(p, s, s->low, verdict) : NULL;

	if (name)
		str_add(out, name);
	if (origin)
		str_addf(out, ": %s", origin);
}

/* Of a call whose arguments don't matter, where its verdict comes from. */
static void comment_call(struct printer *p, const struct state *s, uint32_t nr, struct str *out)
{
	_cleanup_answer_ struct answer answer = {0};

	answer_call(p->spec, &p->bindings[s->abi], s->abi, nr, &(struct call_args){0}, &answer);
	if (answer.nwhen == 0 && answer.otherwise) {
		_cleanup_free_ char *origin = binding_origin(p->spec, answer.otherwise);

		str_addf(out, ": %s", origin);
	}
}

static void comment_test(struct printer *p, const struct state *s, const struct sock_filter *insn,
			 struct str *out)
{
	_cleanup_free_ char *name = s->holds == HOLDS_NR ? name_at(s, insn->k) : NULL;

	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (s->holds == HOLDS_ARCH && archs[i].arch == insn->k)
			str_add(out, archs[i].name);
	if (s->holds == HOLDS_NR && insn->k == X32_BIT && s->has_abi && s->abi == ABI_X86_64)
		str_add(out, "x32");
	if (!name)
		return;
	str_add(out, name);
	if (BPF_OP(insn->code) == BPF_JEQ)
		comment_call(p, s, insn->k, out);
}

static void print_program(struct printer *p)
{
	p->states = xreallocarray(NULL, p->count + 1, sizeof(*p->states));
	memset(p->states, 0, (p->count + 1) * sizeof(*p->states));
	p->states[0] = (struct state){.reached = true, .high = UINT32_MAX};
	for (size_t at = 0; at < p->count; at++) {
		const struct sock_filter *insn = &p->code[at];
		_cleanup_str_ struct str text = {0}, comment = {0};

		add_instruction(&text, insn, at);
		if (!p->states[at].reached)
			str_add(&comment, "never reached");
		else if (BPF_CLASS(insn->code) == BPF_RET)
			comment_return(p, &p->states[at], insn->k, &comment);
		else if (BPF_CLASS(insn->code) == BPF_JMP && BPF_OP(insn->code) != BPF_JA)
			comment_test(p, &p->states[at], insn, &comment);
		if (comment.len)
			str_addf(&p->out, "%5zu  %-38s # ", at, text.text);
		else
			str_addf(&p->out, "%5zu  %s", at, text.text);
		/* It has the names of files. */
		str_add_printable(&p->out, comment.len ? comment.text : "");
		str_add(&p->out, "\n");
		if (p->states[at].reached)
			follow(p, at);
	}
	free(p->states);
}

char *filter_print(const char *profile, const struct filter_spec *spec,
		   const struct filter_programs *programs)
{
	struct printer p = {.spec = spec};

	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		bindings_collect(spec, (enum abi)abi, &p.bindings[abi]);
	str_addf(&p.out, "# The seccomp filter of the profile %s, for %s.\n", profile,
		 abi_name(ABI_NATIVE));
	if (programs->count > 1)
		str_add(&p.out, "# The programs are installed in this order; the most restrictive "
				"verdict of all of them holds.\n");
	for (size_t i = 0; i < programs->count; i++) {
		p.code = programs->items[i].code;
		p.count = programs->items[i].count;
		str_addf(&p.out, "\n# program %zu of %zu: %zu instructions\n", i + 1,
			 programs->count, p.count);
		print_program(&p);
	}
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		free(p.bindings[abi].items);
	return str_steal(&p.out);
}
