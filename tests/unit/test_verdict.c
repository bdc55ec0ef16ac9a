/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Proof without running: for every system call number of every ABI, and arguments around those that
 * the rules speak of, the compiled program, the rules asked one by one, and what explain looks up
 * agree; for each profile that sbox comes with, and for generated ones.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <linux/audit.h>

#include "base/path.h"
#include "plan/build.h"
#include "seccomp/compile.h"
#include "seccomp/verdict.h"
#include "unit/bpf.h"
#include "unit/filters.h"
#include "unit/profile_dir.h"
#include "unit/tuples.h"

/* What the lookup says of a call all of whose arguments are known. */
static uint32_t looked_up(const struct filter_spec *spec, const struct bindings *bindings,
			  enum abi abi, unsigned nr, const uint64_t args[6])
{
	struct call_args known = {.known = 0x3f};
	_cleanup_answer_ struct answer answer = {0};

	memcpy(known.values, args, sizeof(known.values));
	answer_call(spec, bindings, abi, nr, &known, &answer);
	cr_assert_eq(answer.nwhen, 0);
	return answer.verdict;
}

/* Whether the verdict is one of those that the lookup names when it knows no argument. */
static bool foretold(const struct answer *answer, uint32_t verdict)
{
	for (size_t i = 0; i < answer->nwhen; i++)
		if (binding_verdict(answer->when[i]) == verdict)
			return true;
	return answer->verdict == verdict;
}

static bool let_in(const struct filter_spec *spec, enum abi abi)
{
	return abi == ABI_NATIVE || (abi == ABI_X86 && spec->allow_x86) ||
	       (abi == ABI_X32 && spec->allow_x32);
}

static void check_number(const struct filter *f, const struct bindings *bindings,
			 const struct way *way, uint32_t nr, const char *what)
{
	_cleanup_answer_ struct answer unknown = {0};
	bool explained = let_in(&f->spec, way->abi) && !(nr & X32_BIT);
	struct tuples t;

	make_tuples(&t, bindings, nr);
	if (explained)
		answer_call(&f->spec, bindings, way->abi, nr, &(struct call_args){0}, &unknown);
	for (size_t i = 0; i < t.count; i++) {
		struct seccomp_data data = {.nr = (int)(nr | way->bit), .arch = way->arch};
		uint32_t have, want;

		memcpy(data.args, t.args[i], sizeof(data.args));
		have = bpf_verdict(&f->programs, &data);
		want = spec_verdict(&f->spec, &data);
		cr_assert_eq(have, want, "%s: arch %x nr %u args %llx %llx: 0x%x, not 0x%x", what,
			     way->arch, nr, (unsigned long long)data.args[0],
			     (unsigned long long)data.args[1], have, want);
		if (!explained)
			continue;
		cr_assert_eq(looked_up(&f->spec, bindings, way->abi, nr, t.args[i]), want,
			     "%s: %s nr %u is explained otherwise", what, abi_name(way->abi), nr);
		cr_assert(foretold(&unknown, want), "%s: %s nr %u is explained in part", what,
			  abi_name(way->abi), nr);
	}
}

static void check_everything(const struct filter *f, const char *what)
{
	for (size_t w = 0; w < ways_count; w++) {
		struct bindings bindings;

		bindings_collect(&f->spec, ways[w].abi, &bindings);
		for (uint32_t nr = 0; nr <= 600; nr++)
			check_number(f, &bindings, &ways[w], nr, what);
		for (size_t i = 0; i < wild_count; i++)
			check_number(f, &bindings, &ways[w], wild[i], what);
		free(bindings.items);
	}
}

static void check_profile(const char *name, const char *arch)
{
	static const char dirs[] = TEST_SRCDIR "/profiles";
	const char *const path[] = {dirs, NULL};
	const struct profile_option option = {"-o", "seccomp", "arch", arch};
	_cleanup_strv_ struct strv mistakes = {0};
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_err_ struct err *err = NULL;
	_cleanup_plan_ struct plan *plan = xzalloc(sizeof(*plan));
	struct filter f = {0};

	plan->arena = arena_new();
	cr_assert_eq(profile_load(path, &name, 1, &option, 1, &mistakes, &profile, &err), 0,
		     "%s: %s", name, mistakes.count ? mistakes.items[0] : err->text);
	cr_assert_eq(build_seccomp(plan, profile, &(struct host_kernel){6, 1}, &err), 0, "%s: %s",
		     name, err ? err->text : "");
	f.spec = plan->filter;
	cr_assert_eq(filter_compile(&f.spec, &f.programs, &err), 0, "%s: %s", name,
		     err ? err->text : "");
	check_everything(&f, name);
	filter_programs_free(&f.programs);
}

Test(verdict, of_every_shipped_profile, .timeout = 300)
{
	DIR *dir = opendir(TEST_SRCDIR "/profiles");
	unsigned count = 0;

	cr_assert(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		_cleanup_free_ char *name = NULL;

		if (!str_ends(entry->d_name, ".ini"))
			continue;
		name = xstrndup(entry->d_name, strlen(entry->d_name) - strlen(".ini"));
		check_profile(name, "native");
		if (ABI_NATIVE == ABI_X86_64)
			check_profile(name, "x86 x32");
		count++;
	}
	closedir(dir);
	cr_expect(count > 5, "%u profiles", count);
}

Test(verdict, of_generated_profiles, .timeout = 300)
{
	uint32_t state = 20261124;

	for (int round = 0; round < 40; round++) {
		_cleanup_str_ struct str lines = {0};
		_cleanup_filter_ struct filter f = {0};

		random_spec(&lines, &state);
		filter_make(&f, lines.text);
		check_everything(&f, lines.text);
	}
}

static struct answer ask(const struct filter *f, struct bindings *bindings, const char *name)
{
	struct answer answer;

	bindings_collect(&f->spec, ABI_NATIVE, bindings);
	answer_call(&f->spec, bindings, ABI_NATIVE, (unsigned)syscall_number(name, ABI_NATIVE),
		    &(struct call_args){0}, &answer);
	return answer;
}

Test(verdict, names_the_rule_that_wins)
{
	static const struct {
		const char *lines, *call;
		int line; /* 0: the default */
		const char *group;
		size_t conditions;
	} table[] = {
		{"deny = ptrace @debug", "ptrace", 1, NULL, 0},
		{"deny = @debug\nlog = ptrace", "ptrace", 1, "@debug", 0},
		{"deny = ptrace\ndeny = ptrace", "ptrace", 2, NULL, 0},
		{"deny = ptrace:EIO\nkill = @debug", "ptrace", 2, "@debug", 0},
		{"deny = ptrace", "read", 0, NULL, 0},
		{"log = socket\ndeny = socket(0 == {1, 2})", "socket", 1, NULL, 2},
		{"deny = socket\ndeny = socket(0 == 1)", "socket", 1, NULL, 0},
		{"deny = socket:EIO\nallow = socket(0 == 1)", "socket", 1, NULL, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_filter_ struct filter f = {0};
		_cleanup_answer_ struct answer answer = {0};
		struct bindings bindings;
		const struct filter_rule *rule;

		filter_make(&f, table[i].lines);
		answer = ask(&f, &bindings, table[i].call);
		rule = answer.otherwise ? answer.otherwise->rule : NULL;
		cr_expect_eq(rule ? (int)rule->loc.line : 0, table[i].line, "%s", table[i].lines);
		cr_expect_eq(answer.nwhen, table[i].conditions, "%s", table[i].lines);
		if (table[i].group)
			cr_expect(rule && rule->group && streq(rule->group, table[i].group));
		free(bindings.items);
	}
}
