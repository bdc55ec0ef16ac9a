/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/calls.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

enum { ERRNO_MAX = 4095 }; /* include/linux/err.h */

uint32_t action_verdict(enum rule_action action, int errnum)
{
	switch (action) {
	case ACTION_ALLOW:
		return SECCOMP_RET_ALLOW;
	case ACTION_LOG:
		return SECCOMP_RET_LOG;
	case ACTION_ERRNO:
		return SECCOMP_RET_ERRNO |
		       (uint32_t)(errnum > 0 && errnum <= ERRNO_MAX ? errnum : EPERM);
	case ACTION_KILL:
		break;
	}
	return SECCOMP_RET_KILL_PROCESS;
}

bool abi_let_in(const struct filter_spec *spec, enum abi abi)
{
	return abi == ABI_NATIVE || (abi == ABI_X86 && spec->allow_x86) ||
	       (abi == ABI_X32 && spec->allow_x32);
}

static void bind_rule(struct bindings *b, enum abi abi, unsigned nr, const char *name,
		      const struct conjunction *when, const struct filter_rule *rule, size_t index)
{
	*array_grow(&b->items, &b->count) = (struct binding){abi, nr, name, when, rule, index};
}

/* include/uapi/linux/net.h and include/uapi/linux/ipc.h; ipc's number has a version above 16 bits.
 */
#define PART(name, whole, mask, number)                                                            \
	{                                                                                          \
		name, whole,                                                                       \
		{                                                                                  \
			(struct compare[]){{0, COMPARE_EQ, mask, number}}, 1                       \
		}                                                                                  \
	}
#define SOCKET(name, number) PART(name, "socketcall", UINT32_MAX, number)
#define IPC(name, number)    PART(name, "ipc", 0xffff, number)
static const struct call_part parts[] = {
	SOCKET("socket", 1),      SOCKET("bind", 2),        SOCKET("connect", 3),
	SOCKET("listen", 4),      SOCKET("accept", 5),      SOCKET("getsockname", 6),
	SOCKET("getpeername", 7), SOCKET("socketpair", 8),  SOCKET("send", 9),
	SOCKET("sendto", 9),      SOCKET("recv", 10),       SOCKET("recvfrom", 10),
	SOCKET("sendto", 11),     SOCKET("recvfrom", 12),   SOCKET("shutdown", 13),
	SOCKET("setsockopt", 14), SOCKET("getsockopt", 15), SOCKET("sendmsg", 16),
	SOCKET("recvmsg", 17),    SOCKET("accept4", 18),    SOCKET("recvmmsg", 19),
	SOCKET("sendmmsg", 20),   IPC("semop", 1),          IPC("semget", 2),
	IPC("semctl", 3),         IPC("semtimedop", 4),     IPC("msgsnd", 11),
	IPC("msgrcv", 12),        IPC("msgget", 13),        IPC("msgctl", 14),
	IPC("shmat", 21),         IPC("shmdt", 22),         IPC("shmget", 23),
	IPC("shmctl", 24),
};

/* Other names that i386 has for a call, besides the common suffixes. */
static const struct {
	const char *name;
	const char *variant;
} variants[] = {
	{"mmap", "mmap2"},         {"umount2", "umount"},    {"newfstatat", "fstatat64"},
	{"lseek", "_llseek"},      {"select", "_newselect"}, {"getrlimit", "ugetrlimit"},
	{"settimeofday", "stime"},
};
static const char *const suffixes[] = {"32", "64", "_time64"};

/* The i386 calls of these names take a pointer to their arguments. */
static bool in_memory(const char *name)
{
	return streq(name, "mmap") || streq(name, "select");
}

/*
 * The i386 calls whose arguments, from one to another, are not those that x86_64's call of the same
 * name has, or that of which they are a variant: 64 bits in two halves, which also move what
 * follows them, another order, fewer, or an id of 16 bits.
 */
static const struct {
	const char *name;
	unsigned first, last;
} differing[] = {
	{"_llseek", 1, 5},   {"chown", 1, 2},           {"clone", 3, 4},
	{"fadvise64", 1, 5}, {"fallocate", 2, 5},       {"fanotify_mark", 2, 5},
	{"fchown", 1, 2},    {"fstatfs64", 1, 5},       {"ftruncate64", 1, 5},
	{"lchown", 1, 2},    {"lookup_dcookie", 0, 5},  {"pread64", 3, 5},
	{"preadv", 3, 4},    {"preadv2", 3, 4},         {"pwrite64", 3, 5},
	{"pwritev", 3, 4},   {"pwritev2", 3, 4},        {"readahead", 1, 5},
	{"setfsgid", 0, 0},  {"setfsuid", 0, 0},        {"setgid", 0, 0},
	{"setregid", 0, 1},  {"setresgid", 0, 2},       {"setresuid", 0, 2},
	{"setreuid", 0, 1},  {"setuid", 0, 0},          {"statfs64", 1, 5},
	{"stime", 0, 5},     {"sync_file_range", 1, 5}, {"truncate64", 1, 5},
	{"umount", 1, 5},
};

/* Whether the i386 call `called` has all that the rule's condition compares where the rule says. */
static bool is_seen(const struct filter_rule *rule, const char *called)
{
	size_t row = 0;

	if (!rule->when || in_memory(called))
		return !rule->when;
	/* What a file says of a call is meant for each ABI's own arguments. */
	if (rule->reach != REACH_ALIKE || syscall_number(rule->name, ABI_X86_64) < 0)
		return true;
	while (row < ARRAY_SIZE(differing) && !streq(differing[row].name, called))
		row++;
	for (size_t i = 0; row < ARRAY_SIZE(differing) && i < rule->when->count; i++)
		if (rule->when->compares[i].arg >= differing[row].first &&
		    rule->when->compares[i].arg <= differing[row].last)
			return false;
	return true;
}

/*
 * Whether a rule holds of i386's `called`, which hides what the rule compares: a restriction does,
 * always. To log is a permission where nothing else lets the call in.
 */
static bool holds_unseen(const struct filter_spec *spec, const struct filter_rule *rule,
			 const char *called)
{
	if (rule->action != ACTION_LOG || spec->default_action < ACTION_ERRNO)
		return rule->action != ACTION_ALLOW;
	for (size_t i = 0; i < spec->nrules; i++)
		if (!spec->rules[i].when && spec->rules[i].action <= ACTION_LOG &&
		    (streq(spec->rules[i].name, rule->name) || streq(spec->rules[i].name, called)))
			return true;
	return false;
}

/* The rule for i386's call `called`. */
static void bind_x86_call(struct bindings *b, const struct filter_spec *spec, const char *called,
			  size_t index)
{
	const struct filter_rule *rule = &spec->rules[index];
	int nr = syscall_number(called, ABI_X86);

	if (nr < 0)
		return;
	if (is_seen(rule, called))
		bind_rule(b, ABI_X86, (unsigned)nr, rule->name, rule->when, rule, index);
	else if (holds_unseen(spec, rule, called))
		bind_rule(b, ABI_X86, (unsigned)nr, rule->name, NULL, rule, index);
}

static void bind_x86_variant(struct bindings *b, const struct filter_spec *spec,
			     const char *variant, size_t index)
{
	/* getdents64 beside getdents is a call of its own, for x86_64 has both as well. */
	if (syscall_number(variant, ABI_X86_64) < 0)
		bind_x86_call(b, spec, variant, index);
}

static void bind_x86(struct bindings *b, const struct filter_spec *spec, size_t index)
{
	const struct filter_rule *rule = &spec->rules[index];

	bind_x86_call(b, spec, rule->name, index);
	for (size_t i = 0; i < ARRAY_SIZE(suffixes) && rule->reach == REACH_ALIKE; i++) {
		char name[64];

		if ((size_t)snprintf(name, sizeof(name), "%s%s", rule->name, suffixes[i]) <
		    sizeof(name))
			bind_x86_variant(b, spec, name, index);
	}
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++)
		if (rule->reach == REACH_ALIKE && streq(variants[i].name, rule->name))
			bind_x86_variant(b, spec, variants[i].variant, index);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		int nr;

		if (!streq(parts[i].name, rule->name) || rule->reach == REACH_NAME ||
		    (rule->when && !holds_unseen(spec, rule, parts[i].whole)))
			continue;
		nr = syscall_number(parts[i].whole, ABI_X86);
		if (nr >= 0)
			bind_rule(b, ABI_X86, (unsigned)nr, parts[i].whole, &parts[i].select, rule,
				  index);
	}
}

static void bind_all(struct bindings *b, const struct filter_spec *spec, enum abi abi)
{
	for (size_t i = 0; i < spec->nrules; i++) {
		const struct filter_rule *rule = &spec->rules[i];
		int nr = syscall_number(rule->name, abi);

		if (abi == ABI_X86)
			bind_x86(b, spec, i);
		else if (nr >= 0)
			bind_rule(b, abi, (unsigned)nr, rule->name, rule->when, rule, i);
	}
}

/* By number, then the most restrictive rule first. Among rules that differ in their errno alone,
 * the one that names its call goes before one out of a group, that before the baseline's, and a
 * later one before an earlier one. */
static int by_precedence(const void *pa, const void *pb)
{
	const struct binding *a = pa, *b = pb;

	if (a->nr != b->nr)
		return a->nr < b->nr ? -1 : 1;
	if (a->rule->action != b->rule->action)
		return a->rule->action > b->rule->action ? -1 : 1;
	if (a->rule->baseline != b->rule->baseline)
		return a->rule->baseline ? 1 : -1;
	if (!a->rule->group != !b->rule->group)
		return a->rule->group ? 1 : -1;
	if (a->index != b->index)
		return a->index > b->index ? -1 : 1;
	return 0;
}

uint32_t binding_verdict(const struct binding *b)
{
	return action_verdict(b->rule->action, b->rule->errnum);
}

/* Whether x32's call goes to a compat function of the kernel's, which takes 32 bits of a register
 * for a long or a pointer, but 64 for the offset in a file: those from 512 on. */
static bool is_compat(const struct binding *b, unsigned arg)
{
	return b->abi == ABI_X32 && b->nr >= 512 &&
	       !(arg == 3 && (str_starts(b->name, "preadv") || str_starts(b->name, "pwritev")));
}

struct compare binding_compare(const struct binding *b, size_t index)
{
	struct compare c = b->when->compares[index];
	uint64_t seen = bpf_arg_mask(syscall_arg_sizes(b->name), c.arg);
	bool compat = is_compat(b, c.arg);

	if ((compat || b->abi == ABI_X86) && c.value >= -(UINT64_C(1) << 31))
		seen &= UINT32_MAX;
	c.value &= seen;
	/* What is left of a value above 32 bits is never equal then. */
	c.mask &= compat ? seen & UINT32_MAX : seen;
	return c;
}

struct decision calls_decide(const struct binding *b, size_t n, uint32_t fallback)
{
	struct decision d = {.items = b, .verdict = fallback};

	/* What follows a rule that always holds is never reached. */
	while (d.count < n && b[d.count].when)
		d.count++;
	if (d.count < n) {
		d.otherwise = &b[d.count];
		d.verdict = binding_verdict(d.otherwise);
	}
	while (d.count > 0 && binding_verdict(&b[d.count - 1]) == d.verdict)
		d.count--;
	return d;
}

/* One call from its `n` bindings in order of precedence. */
static struct call make_call(enum abi abi, const struct binding *b, size_t n, uint32_t fallback)
{
	struct decision d = calls_decide(b, n, fallback);
	struct call call = {.abi = abi, .nr = b->nr, .name = b->name, .verdict = d.verdict};

	call.simple = d.count == 0;
	for (size_t i = 0; i < d.count; i++) {
		struct compare *cut = NULL;
		size_t count = 0;

		while (count < b[i].when->count) {
			struct compare one = binding_compare(&b[i], count);

			*array_grow(&cut, &count) = one;
		}
		bpf_rule(&call.code, cut, count, binding_verdict(&b[i]));
		free(cut);
	}
	bpf_return(&call.code, call.verdict);
	return call;
}

const struct call_part *call_parts(size_t *count)
{
	*count = ARRAY_SIZE(parts);
	return parts;
}

void bindings_collect(const struct filter_spec *spec, enum abi abi, struct bindings *out)
{
	*out = (struct bindings){0};
	bind_all(out, spec, abi);
	if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), by_precedence);
}

void calls_collect(const struct filter_spec *spec, enum abi abi, struct call **calls, size_t *count)
{
	uint32_t fallback = action_verdict(spec->default_action, spec->default_errno);
	struct bindings all;

	bindings_collect(spec, abi, &all);
	for (size_t i = 0, n; i < all.count; i += n) {
		struct call call;

		for (n = 1; i + n < all.count && all.items[i + n].nr == all.items[i].nr;)
			n++;
		call = make_call(abi, &all.items[i], n, fallback);
		if (call.simple && call.verdict == fallback)
			bpf_free(&call.code);
		else
			*array_grow(calls, count) = call;
	}
	free(all.items);
}

void calls_free(struct call *calls, size_t count)
{
	for (size_t i = 0; i < count; i++)
		bpf_free(&calls[i].code);
	free(calls);
}
