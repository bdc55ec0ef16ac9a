/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/filters.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "plan/build_filter.h"
#include "seccomp/compile.h"
#include "sysname/syscall.h"
#include "unit/bpf.h"

/* A key's values, as the profile reader would make them. */
struct key_values {
	const char *key;
	struct value *values;
	size_t count;
};

static int set_value(struct value *value, const char *key, char *text, struct err **err)
{
	if (streq(key, "default"))
		return action_parse(text, &value->action, &value->errnum, err);
	if (streq(key, "baseline") || streq(key, "nested"))
		return num_bool(text, &value->flag, err);
	if (streq(key, "arch")) {
		value->words = xreallocarray(NULL, 2, sizeof(*value->words));
		value->words[0] = xstrdup(text);
		value->words[1] = NULL;
		return 0;
	}
	return rules_parse(text, &value->rules, &value->nrules, err);
}

static struct key_values *find_key(struct key_values *keys, size_t nkeys, const char *key)
{
	for (size_t i = 0; i < nkeys; i++)
		if (streq(keys[i].key, key))
			return &keys[i];
	fprintf(stderr, "no key %s\n", key);
	abort();
}

static void free_values(struct key_values *keys, size_t nkeys)
{
	for (size_t i = 0; i < nkeys; i++) {
		for (size_t k = 0; k < keys[i].count; k++) {
			struct value *value = &keys[i].values[k];

			rules_free(value->rules, value->nrules);
			if (value->words)
				free(value->words[0]);
			free(value->words);
		}
		free(keys[i].values);
	}
}

static int read_lines(char *text, struct key_values *keys, size_t nkeys, struct err **err)
{
	unsigned number = 0;
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *equal = strstr(line, " = ");
		struct key_values *key;
		struct value *value;

		*equal = '\0';
		key = find_key(keys, nkeys, line);
		value = array_grow(&key->values, &key->count);
		value->loc = (struct loc){"test", ++number};
		if (set_value(value, line, equal + 3, err) < 0)
			return -1;
	}
	return 0;
}

int spec_build(struct arena *arena, const char *lines, struct filter_spec *spec, struct err **err)
{
	struct key_values keys[] = {{"default"}, {"baseline"}, {"nested"}, {"allow"}, {"log"},
				    {"deny"},    {"kill"},     {"exempt"}, {"arch"}};
	_cleanup_free_ char *text = xstrdup(lines);
	int status = read_lines(text, keys, ARRAY_SIZE(keys), err);

	if (status == 0) {
		struct seccomp_keys in = {
			.default_action = keys[0].values,
			.baseline = keys[1].count && keys[1].values[0].flag,
			.nested = keys[2].count && keys[2].values[0].flag,
			.allow = {keys[3].values, keys[3].count},
			.log = {keys[4].values, keys[4].count},
			.deny = {keys[5].values, keys[5].count},
			.kill = {keys[6].values, keys[6].count},
			.exempt = {keys[7].values, keys[7].count},
			.arch = {keys[8].values, keys[8].count},
		};

		status = seccomp_build_filter(arena, &in, spec, err);
	}
	free_values(keys, ARRAY_SIZE(keys));
	return status;
}

static uint32_t verdict_of(enum rule_action action, int errnum)
{
	static const uint32_t values[] = {
		[ACTION_ALLOW] = SECCOMP_RET_ALLOW,
		[ACTION_LOG] = SECCOMP_RET_LOG,
		[ACTION_ERRNO] = SECCOMP_RET_ERRNO,
		[ACTION_KILL] = SECCOMP_RET_KILL_PROCESS,
	};

	return values[action] | (action == ACTION_ERRNO ? (uint32_t)errnum : 0);
}

/* i386's registers have 32 bits; of x32's, some calls take no more. */
enum registers { REGISTERS_64, REGISTERS_32, REGISTERS_COMPAT };

static bool compare_holds(const struct compare *c, const char *sizes, const __u64 *args,
			  enum registers registers)
{
	unsigned bits = sizes ? 8 * (unsigned)(sizes[c->arg] - '0') : 64;
	uint64_t cut = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;

	/* A negative number is one of 32 bits there. */
	if (registers != REGISTERS_64 && bits == 64 && (int64_t)c->value < 0 &&
	    (int64_t)c->value >= INT32_MIN)
		cut = UINT32_MAX;
	uint64_t a = args[c->arg] & cut & c->mask, b = c->value & cut;

	if (registers == REGISTERS_COMPAT)
		a &= UINT32_MAX;

	switch (c->op) {
	case COMPARE_EQ:
		return a == b;
	case COMPARE_NE:
		return a != b;
	case COMPARE_LT:
		return a < b;
	case COMPARE_LE:
		return a <= b;
	case COMPARE_GT:
		return a > b;
	case COMPARE_GE:
		return a >= b;
	}
	abort();
}

static bool rule_holds(const struct filter_rule *rule, const __u64 *args, enum registers registers)
{
	const char *sizes = syscall_arg_sizes(rule->name);

	for (size_t i = 0; rule->when && i < rule->when->count; i++)
		if (!compare_holds(&rule->when->compares[i], sizes, args, registers))
			return false;
	return true;
}

/* What socketcall's and ipc's first argument selects. */
static const char *const socket_parts[] = {
	NULL,          "socket",     "bind",    "connect",  "listen",  "accept",   "getsockname",
	"getpeername", "socketpair", "sendto",  "recvfrom", "sendto",  "recvfrom", "shutdown",
	"setsockopt",  "getsockopt", "sendmsg", "recvmsg",  "accept4", "recvmmsg", "sendmmsg",
};
static const char *const ipc_parts[] = {
	NULL, "semop", "semget", "semctl", "semtimedop", NULL,     NULL,     NULL, NULL,
	NULL, NULL,    "msgsnd", "msgrcv", "msgget",     "msgctl", NULL,     NULL, NULL,
	NULL, NULL,    NULL,     "shmat",  "shmdt",      "shmget", "shmctl",
};

/* Whether the i386 call `called` is the rule's under another name. */
static bool x86_alias(const char *rule, const char *called)
{
	static const char *const pairs[][2] = {
		{"mmap", "mmap2"},         {"umount2", "umount"},    {"newfstatat", "fstatat64"},
		{"lseek", "_llseek"},      {"select", "_newselect"}, {"getrlimit", "ugetrlimit"},
		{"settimeofday", "stime"},
	};
	size_t len = strlen(rule);

	if (syscall_number(called, ABI_X86_64) >= 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		if (streq(pairs[i][0], rule) && streq(pairs[i][1], called))
			return true;
	return str_starts(called, rule) &&
	       (streq(called + len, "32") || streq(called + len, "64") ||
		streq(called + len, "_time64"));
}

static bool has_number(const char *name, enum abi abi, unsigned nr)
{
	int number = syscall_number(name, abi);

	return number >= 0 && (unsigned)number == nr;
}

/* Whether the condition is about arguments that the i386 call has elsewhere; of random_spec()'s
 * calls. */
static bool moved(const struct filter_rule *rule, const char *called)
{
	for (size_t i = 0; called && rule->when && i < rule->when->count; i++)
		if (rule->reach == REACH_ALIKE &&
		    ((streq(called, "clone") && rule->when->compares[i].arg >= 3) ||
		     (streq(called, "chown") && rule->when->compares[i].arg >= 1) ||
		     (streq(called, "_llseek") && rule->when->compares[i].arg >= 1)))
			return true;
	return false;
}

/* Whether a rule whose condition can't be seen holds: not if it would let something in. */
static bool holds_blindly(const struct filter_spec *spec, const struct filter_rule *rule,
			  const char *called)
{
	bool let_in = spec->default_action <= ACTION_LOG;

	for (size_t i = 0; i < spec->nrules && !let_in; i++)
		let_in = !spec->rules[i].when && spec->rules[i].action <= ACTION_LOG &&
			 (streq(spec->rules[i].name, rule->name) ||
			  streq(spec->rules[i].name, called));
	return rule->action >= ACTION_ERRNO || (rule->action == ACTION_LOG && let_in);
}

/* `called` is libseccomp's name for the number, or NULL. */
static bool matches_x86(const struct filter_spec *spec, const struct filter_rule *rule, unsigned nr,
			const char *called, const struct seccomp_data *data)
{
	uint64_t call = data->args[0] & 0xffffffff;
	uint64_t part = data->args[0] & 0xffff;
	const char *selected = NULL;

	if (called && streq(called, "socketcall") && call < ARRAY_SIZE(socket_parts))
		selected = socket_parts[call];
	if (called && streq(called, "ipc") && part < ARRAY_SIZE(ipc_parts))
		selected = ipc_parts[part];
	if (selected && streq(selected, rule->name))
		return !rule->when || holds_blindly(spec, rule, called);
	if (rule->when && called && (streq(called, "mmap") || streq(called, "select")) &&
	    streq(called, rule->name))
		return holds_blindly(spec, rule, called);
	return (has_number(rule->name, ABI_X86, nr) || (called && x86_alias(rule->name, called))) &&
	       (moved(rule, called) ? holds_blindly(spec, rule, called)
				    : rule_holds(rule, data->args, REGISTERS_32));
}

static bool matches(const struct filter_spec *spec, const struct filter_rule *rule, enum abi abi,
		    unsigned nr, const char *called, const struct seccomp_data *data)
{
	if (abi == ABI_X86)
		return matches_x86(spec, rule, nr, called, data);
	return has_number(rule->name, abi, nr) &&
	       rule_holds(rule, data->args,
			  abi == ABI_X32 && nr >= 512 ? REGISTERS_COMPAT : REGISTERS_64);
}

/* Whether `a` goes before `b`, which stands earlier in the spec. */
static bool beats(const struct filter_rule *a, const struct filter_rule *b)
{
	int rank_a = a->baseline ? 0 : a->group ? 1 : 2;
	int rank_b = b->baseline ? 0 : b->group ? 1 : 2;

	return a->action != b->action ? a->action > b->action : rank_a >= rank_b;
}

static bool unassigned(enum abi abi, unsigned nr)
{
	for (const struct syscall_gap *gap = syscall_gaps(abi); gap->last; gap++)
		if (nr >= gap->first && nr <= gap->last)
			return true;
	return nr > syscall_highest(abi);
}

uint32_t spec_verdict(const struct filter_spec *spec, const struct seccomp_data *data)
{
	const uint32_t enosys = SECCOMP_RET_ERRNO | ENOSYS;
	const struct filter_rule *best = NULL;
	_cleanup_free_ char *name = NULL;
	unsigned nr = (unsigned)data->nr;
	enum abi abi = ABI_NATIVE;

	if (ABI_NATIVE == ABI_AARCH64) {
		/* It has no other ABI that could be let in. */
		if (data->arch != AUDIT_ARCH_AARCH64)
			return SECCOMP_RET_KILL_PROCESS;
	} else if (data->arch == AUDIT_ARCH_I386) {
		abi = ABI_X86;
		if (!spec->allow_x86)
			return enosys;
		name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86, (int)nr);
	} else if (data->arch != AUDIT_ARCH_X86_64) {
		return SECCOMP_RET_KILL_PROCESS;
	} else if (nr >= X32_BIT) {
		abi = ABI_X32;
		if (!spec->allow_x32)
			return enosys;
		nr &= ~X32_BIT;
	}
	for (size_t i = 0; i < spec->nrules; i++)
		if (matches(spec, &spec->rules[i], abi, nr, name, data) &&
		    (!best || beats(&spec->rules[i], best)))
			best = &spec->rules[i];
	if (best)
		return verdict_of(best->action, best->errnum);
	return unassigned(abi, nr) ? enosys : verdict_of(spec->default_action, spec->default_errno);
}

uint32_t rng(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* A random rule about one of a few calls. */
static void random_rule(struct str *s, uint32_t *state)
{
	static const char *const names[] = {"ioctl",     "socket",  "clone",   "prctl",
					    "mmap",      "read",    "mseal",   "chown",
					    "statmount", "connect", "semget",  "personality",
					    "chmod",     "unshare", "seccomp", "lseek"};
	static const char *const ops[] = {"==", "!=", "<", "<=", ">", ">="};
	const char *name = names[rng(state) % ARRAY_SIZE(names)];
	const char *sizes = syscall_arg_sizes(name);
	size_t nargs = strlen(sizes);
	unsigned conditions = rng(state) % 4;

	str_addf(s, " %s", name);
	for (unsigned i = 0; i < conditions; i++) {
		unsigned arg = rng(state) % nargs;
		bool wide = sizes[arg] == '8' && rng(state) % 2;
		const char *op = ops[rng(state) % ARRAY_SIZE(ops)];
		unsigned long long high = wide ? (unsigned long long)(rng(state) % 3) << 32 : 0;

		str_addf(s, "%s%u ", i ? ", " : "(", arg);
		if (rng(state) % 3 == 0)
			str_addf(s, "& 0x%llx %s 0x%llx", high | 7, op, high | rng(state) % 8);
		else if (rng(state) % 8 == 0)
			str_addf(s, "%s -%u", op, 1 + rng(state) % 3);
		else
			str_addf(s, "%s 0x%llx", op, high | rng(state) % 5);
	}
	if (conditions)
		str_add(s, ")");
}

void random_spec(struct str *lines, uint32_t *state)
{
	static const char *const defaults[] = {"allow", "log", "errno:EIO", "kill"};
	static const char *const actions[] = {"allow", "log", "deny", "kill"};
	static const char *const errnos[] = {"", ":EACCES", ":ENOSYS"};
	unsigned nrules = 1 + rng(state) % 12;

	str_addf(lines, "default = %s\nbaseline = %s", defaults[rng(state) % 4],
		 rng(state) % 4 ? "no" : "yes");
	if (rng(state) % 2 && ABI_NATIVE == ABI_X86_64)
		str_add(lines, "\narch = x86\narch = x32");
	for (unsigned i = 0; i < nrules; i++) {
		unsigned action = rng(state) % 4;

		str_addf(lines, "\n%s =", actions[action]);
		random_rule(lines, state);
		if (action == 2)
			str_add(lines, errnos[rng(state) % 3]);
	}
}

void filter_make(struct filter *f, const char *lines)
{
	_cleanup_err_ struct err *err = NULL;

	f->arena = arena_new();
	cr_assert_eq(spec_build(f->arena, lines, &f->spec, &err), 0, "%s: %s", lines,
		     err ? err->text : "");
	cr_assert_eq(filter_compile(&f->spec, &f->programs, &err), 0, "%s: %s", lines,
		     err ? err->text : "");
	cr_assert(f->programs.count >= 1);
	for (size_t i = 0; i < f->programs.count; i++) {
		const char *refusal =
			bpf_refusal(f->programs.items[i].code, f->programs.items[i].count);

		cr_assert(!refusal, "%s: %s", lines, refusal);
	}
}

void filter_free(struct filter *f)
{
	filter_programs_free(&f->programs);
	arena_free(f->arena);
}
