/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program looks at the architecture, then at the number by binary search, then at the arguments:
 *
 *	native ABI     number in a gap or above the highest: ENOSYS
 *	               call with rules about its arguments, or too new for libseccomp: its own code
 *	               any other: on to libseccomp's program, which holds the unconditional rules
 *	foreign ABI    let in: the same, with nothing left to libseccomp; else ENOSYS
 *	anything else  the process is killed
 *
 * libseccomp gets no rule about arguments. It would let an unconditional one swallow it, takes one
 * comparison per argument, and knows no "(argument & mask) != value".
 */
#include "seccomp/compile.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"
#include "seccomp/bpf.h"
#include "seccomp/calls.h"
#include "seccomp/simple.h"
#include "sysname/syscall.h"

enum {
	LIBSECCOMP_MAX = 150,
	MAIN = 0,
	PROGRAMS_MAX = ARRAY_SIZE(((struct filter_programs *)0)->items)
};

struct compiler {
	const struct filter_spec *spec;
	uint32_t fallback;
	struct call *calls;
	size_t ncalls;
	struct simple_rule *simple;
	size_t nsimple;
	struct bpf libseccomp;                     /* the end of the main program */
	struct bpf enosys, allow, otherwise, pass; /* single instructions to go to */
};

static void compiler_free(struct compiler *c)
{
	calls_free(c->calls, c->ncalls);
	free(c->simple);
	bpf_free(&c->libseccomp);
	bpf_free(&c->enosys);
	bpf_free(&c->allow);
	bpf_free(&c->otherwise);
	bpf_free(&c->pass);
}

/*
 * Leaves to libseccomp the native calls that it knows with one verdict each, if they aren't many:
 * its time grows with the square of their number, from 0.1 ms for the baseline to more than 1 ms
 * for an allow list of 400, where the search here takes a tenth.
 */
static void split_simple(struct compiler *c)
{
	size_t kept = 0;

	if (c->ncalls > LIBSECCOMP_MAX)
		return;
	for (size_t i = 0; i < c->ncalls; i++) {
		struct call *call = &c->calls[i];

		if (call->abi == ABI_NATIVE && call->simple && syscall_in_libseccomp(call->name)) {
			*array_grow(&c->simple, &c->nsimple) =
				(struct simple_rule){(int)call->nr, call->verdict};
			bpf_free(&call->code);
			continue;
		}
		c->calls[kept++] = *call;
	}
	c->ncalls = kept;
}

static int by_abi_and_number(const void *key, const void *element)
{
	const struct call *a = key, *b = element;

	if (a->abi != b->abi)
		return a->abi < b->abi ? -1 : 1;
	return a->nr < b->nr ? -1 : a->nr > b->nr;
}

/* Where `abi`'s number `nr` goes to in a program. */
static const struct bpf *target(const struct compiler *c, enum abi abi, unsigned program,
				uint32_t nr, const struct bpf *otherwise)
{
	const struct call key = {.abi = abi, .nr = nr};
	const struct call *call =
		c->ncalls ? bsearch(&key, c->calls, c->ncalls, sizeof(*c->calls), by_abi_and_number)
			  : NULL;

	if (call)
		return call->program == program ? &call->code : &c->allow;
	if (program != MAIN)
		return otherwise;
	return syscall_assigned(abi, nr) ? otherwise : &c->enosys;
}

/* Whether it comes to the same to go to `a` or to `b`. */
static bool same_target(const struct bpf *a, const struct bpf *b)
{
	return a->count == b->count && memcmp(a->code, b->code, a->count * sizeof(*a->code)) == 0;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Loads the number and goes to what is to be done with it; `otherwise` for what no rule is about.
 */
static void emit_abi(const struct compiler *c, struct bpf *b, enum abi abi, unsigned program,
		     const struct bpf *otherwise)
{
	struct bpf_range *ranges = NULL;
	uint32_t *firsts = NULL;
	size_t nranges = 0, nfirsts = 0;

	/* The numbers at which the target may change. */
	*array_grow(&firsts, &nfirsts) = 0;
	*array_grow(&firsts, &nfirsts) = syscall_highest(abi) + 1;
	for (const struct syscall_gap *gap = syscall_gaps(abi); gap->last; gap++) {
		*array_grow(&firsts, &nfirsts) = gap->first;
		*array_grow(&firsts, &nfirsts) = gap->last + 1;
	}
	for (size_t i = 0; i < c->ncalls; i++) {
		if (c->calls[i].abi != abi)
			continue;
		*array_grow(&firsts, &nfirsts) = c->calls[i].nr;
		*array_grow(&firsts, &nfirsts) = c->calls[i].nr + 1;
	}
	qsort(firsts, nfirsts, sizeof(*firsts), by_value);
	for (size_t i = 0; i < nfirsts; i++) {
		const struct bpf *to = target(c, abi, program, firsts[i], otherwise);

		if (nranges == 0 || !same_target(ranges[nranges - 1].target, to))
			*array_grow(&ranges, &nranges) = (struct bpf_range){firsts[i], to};
	}
	bpf_search(b, ranges, nranges);
	free(ranges);
	free(firsts);
}

#if defined(__x86_64__)
/* A foreign ABI's code, from its number in the accumulator on. */
static void emit_foreign(const struct compiler *c, struct bpf *b, enum abi abi, bool let_in,
			 unsigned program)
{
	if (let_in)
		emit_abi(c, b, abi, program, program == MAIN ? &c->otherwise : &c->allow);
	else
		bpf_append(b, program == MAIN ? &c->enosys : &c->allow);
}
#endif

static void emit_native(const struct compiler *c, struct bpf *b, unsigned program)
{
	bpf_load_nr(b);
#if defined(__x86_64__)
	_cleanup_bpf_ struct bpf x32 = {0};

	if (c->spec->allow_x32)
		bpf_and(&x32, ~X32_BIT);
	emit_foreign(c, &x32, ABI_X32, c->spec->allow_x32, program);
	bpf_if_at_least(b, X32_BIT, &x32);
#endif
	emit_abi(c, b, ABI_NATIVE, program, program == MAIN ? &c->pass : &c->allow);
}

static void emit_program(const struct compiler *c, struct bpf *b, unsigned program)
{
	_cleanup_bpf_ struct bpf native = {0};

	bpf_load_arch(b);
	emit_native(c, &native, program);
	bpf_if_equal(b, AUDIT_ARCH_NATIVE, &native);
#if defined(__x86_64__)
	_cleanup_bpf_ struct bpf x86 = {0};

	bpf_load_nr(&x86);
	emit_foreign(c, &x86, ABI_X86, c->spec->allow_x86, program);
	bpf_if_equal(b, AUDIT_ARCH_I386, &x86);
#endif
	bpf_return(b, SECCOMP_RET_KILL_PROCESS);
	bpf_land(b);
	if (program == MAIN)
		bpf_append(b, &c->libseccomp);
}

/*
 * Moves the largest call out of a program into the next one. What decides on seccomp(2) and
 * prctl(2) stays in the main program, which is installed last: it may deny them.
 */
static int move_largest(struct compiler *c, unsigned program, struct err **err)
{
	struct call *largest = NULL;

	for (size_t i = 0; i < c->ncalls; i++) {
		struct call *call = &c->calls[i];

		if (call->program == program && !call->simple && !streq(call->name, "seccomp") &&
		    !streq(call->name, "prctl") &&
		    (!largest || call->code.count > largest->code.count))
			largest = call;
	}
	if (!largest || largest->code.count > BPF_MAXINSNS / 2 || program + 1 == PROGRAMS_MAX)
		return err_set(err, 0,
			       "the seccomp rules%s%s are too many for the kernel's limit of %d "
			       "instructions",
			       largest ? " for " : "", largest ? largest->name : "", BPF_MAXINSNS);
	largest->program = program + 1;
	return 0;
}

/* Makes one program, leaving to the next ones what it has no room for. */
static int fit_program(struct compiler *c, struct bpf *b, unsigned program, struct err **err)
{
	emit_program(c, b, program);
	while (b->count > BPF_MAXINSNS) {
		bpf_free(b);
		if (move_largest(c, program, err) < 0)
			return -1;
		emit_program(c, b, program);
	}
	return 0;
}

static bool in_use(const struct compiler *c, unsigned program)
{
	for (size_t i = 0; i < c->ncalls; i++)
		if (c->calls[i].program == program)
			return true;
	return program == MAIN;
}

static int compile(struct compiler *c, struct filter_programs *out, struct err **err)
{
	calls_collect(c->spec, ABI_NATIVE, &c->calls, &c->ncalls);
	if (ABI_NATIVE == ABI_X86_64 && c->spec->allow_x86)
		calls_collect(c->spec, ABI_X86, &c->calls, &c->ncalls);
	if (ABI_NATIVE == ABI_X86_64 && c->spec->allow_x32)
		calls_collect(c->spec, ABI_X32, &c->calls, &c->ncalls);
	split_simple(c);
	if (simple_compile(&c->libseccomp, c->fallback, c->simple, c->nsimple, err) < 0)
		return -1;
	for (unsigned program = MAIN; program < PROGRAMS_MAX && in_use(c, program); program++) {
		struct bpf b = {0};

		if (fit_program(c, &b, program, err) < 0)
			return -1;
		/* The main program comes last. */
		memmove(&out->items[1], &out->items[0], out->count * sizeof(out->items[0]));
		out->items[0] = (struct filter_program){b.code, b.count};
		out->count++;
	}
	return 0;
}

int filter_compile(const struct filter_spec *spec, struct filter_programs *out, struct err **err)
{
	__attribute__((cleanup(compiler_free))) struct compiler c = {
		.spec = spec,
		.fallback = action_verdict(spec->default_action, spec->default_errno),
	};

	*out = (struct filter_programs){0};
	bpf_return(&c.enosys, SECCOMP_RET_ERRNO | ENOSYS);
	bpf_return(&c.allow, SECCOMP_RET_ALLOW);
	bpf_return(&c.otherwise, c.fallback);
	bpf_pass(&c.pass);
	if (compile(&c, out, err) < 0) {
		filter_programs_free(out);
		return -1;
	}
	return 0;
}

void filter_programs_free(struct filter_programs *programs)
{
	for (size_t i = 0; i < programs->count; i++)
		free(programs->items[i].code);
	*programs = (struct filter_programs){0};
}
