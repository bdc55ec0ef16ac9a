/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A filter that asks in place of denying: for every number of every ABI it asks exactly where the
 * filter itself gives an errno, or allows a call that is asked for as well, and else agrees with
 * it.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"
#include "seccomp/ask.h"
#include "seccomp/compile.h"
#include "sysname/syscall.h"
#include "unit/bpf.h"
#include "unit/filters.h"

static const char *const also_names[] = {"openat", "open",  "connect", "execve",
					 "ioctl",  "mkdir", "read",    "openat"};
enum { ALSO = ARRAY_SIZE(also_names) };

struct asking {
	int also[ALSO];
	bool asked[ALSO];
	struct filter_programs programs;
};

static void asking_make(struct asking *a, const struct filter *f)
{
	struct filter_program *last;
	const char *refusal;

	for (size_t i = 0; i < ALSO; i++)
		a->also[i] = syscall_number(also_names[i], ABI_NATIVE);
	a->programs = f->programs;
	last = &a->programs.items[a->programs.count - 1];
	filter_ask(&f->spec, &f->programs, a->also, ALSO, a->asked, last);
	refusal = bpf_refusal(last->code, last->count);
	cr_assert(!refusal, "%s", refusal);
}

static void asking_free(struct asking *a)
{
	free(a->programs.items[a->programs.count - 1].code);
}

static bool is_asked(const struct asking *a, const struct seccomp_data *data)
{
	for (size_t i = 0; i < ALSO; i++)
		if (data->arch == AUDIT_ARCH_NATIVE && data->nr == a->also[i] && a->asked[i])
			return true;
	return false;
}

static void expect(const struct filter *f, const struct asking *a, const struct seccomp_data *data,
		   const char *what)
{
	uint32_t verdict = bpf_verdict(&f->programs, data), now = bpf_verdict(&a->programs, data);
	uint32_t want = verdict;

	if ((verdict & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO)
		want = SECCOMP_RET_USER_NOTIF;
	if (is_asked(a, data)) {
		cr_assert_eq(verdict, SECCOMP_RET_ALLOW, "%s: nr %d is asked for", what, data->nr);
		want = SECCOMP_RET_USER_NOTIF;
	}
	/* What an earlier program denies stays as it is. */
	if (a->programs.count > 1 && now == verdict)
		return;
	cr_assert_eq(now, want, "%s: arch %x nr %x: 0x%x, not 0x%x", what, data->arch,
		     (unsigned)data->nr, now, want);
}

static void expect_all(const struct filter *f, const char *what)
{
	static const uint32_t archs[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64, 0};
	static const uint64_t values[] = {0, 1, 38, 0x5412, UINT32_MAX, UINT64_MAX};
	struct asking a;

	asking_make(&a, f);
	for (size_t i = 0; i < ARRAY_SIZE(archs) * 2 * 602; i++) {
		struct seccomp_data data = {.arch = archs[i / (2 * 602)]};
		unsigned nr = (unsigned)(i % 602);

		data.nr = (int)(nr == 601 ? UINT32_MAX : nr | (i / 602 % 2 ? X32_BIT : 0));
		for (size_t v = 0; v < ARRAY_SIZE(values); v++) {
			data.args[0] = values[v];
			data.args[1] = values[(v + 3) % ARRAY_SIZE(values)];
			expect(f, &a, &data, what);
		}
	}
	asking_free(&a);
}

Test(ask, asks_where_the_filter_denies)
{
	static const char *const specs[] = {
		"baseline = yes",
		"default = allow\ndeny = openat connect(0 == 3) mkdir:ENOENT\nlog = open",
		"default = errno:EIO\nallow = openat open(1 == 0) execve",
		"default = kill\nallow = openat\ndeny = open",
#if defined(__x86_64__)
		"default = log\ndeny = @mount\nkill = connect\narch = x86\narch = x32",
#endif
	};

	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		_cleanup_filter_ struct filter f = {0};

		filter_make(&f, specs[i]);
		expect_all(&f, specs[i]);
	}
}

Test(ask, asks_where_generated_filters_deny)
{
	uint32_t state = 20250311;

	for (int round = 0; round < 60; round++) {
		_cleanup_str_ struct str lines = {0};
		_cleanup_filter_ struct filter f = {0};

		random_spec(&lines, &state);
		filter_make(&f, lines.text);
		expect_all(&f, lines.text);
	}
}

/* A call may only go on unseen by the filter when no argument of it matters. */
Test(ask, calls_with_conditions_are_left_alone)
{
	_cleanup_filter_ struct filter f = {0};
	struct asking a;

	filter_make(&f,
		    "deny = openat(1 == 5)\nlog = connect\nkill = execve(0 == 0)\ndeny = mkdir");
	asking_make(&a, &f);
	cr_expect_not(a.asked[0], "openat has a condition");
	cr_expect_eq(a.asked[1], a.also[1] >= 0, "open is allowed, where it exists");
	cr_expect_not(a.asked[2], "connect is logged");
	cr_expect_not(a.asked[3], "execve may kill");
	cr_expect(a.asked[4], "ioctl is allowed");
	cr_expect_not(a.asked[5], "mkdir is denied");
	asking_free(&a);
}

/* Where the kernel's limit of instructions leaves no room, nothing else is asked for. */
Test(ask, no_room)
{
	static const char *const names[] = {"prctl", "fcntl", "socket", "kill", "madvise"};
	_cleanup_str_ struct str lines = {0};
	_cleanup_filter_ struct filter f = {0};
	size_t before = 0;
	struct asking a;

	/* As many values as one program holds: those of the last call are found out. */
	for (int values = 1; values <= 256; values++) {
		struct filter bigger = {0};

		lines.len = 0;
		str_add(&lines, "default = errno:EIO\nallow = openat open");
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			str_addf(&lines, "\nallow = %s(0 == {", names[i]);
			for (int k = 0; k < (i + 1 < ARRAY_SIZE(names) ? 200 : values); k++)
				str_addf(&lines, "%s%d", k ? "," : "", 2 * k);
			str_add(&lines, "})");
		}
		filter_make(&bigger, lines.text);
		if (bigger.programs.count > 1) {
			filter_free(&bigger);
			break;
		}
		if (f.arena)
			filter_free(&f);
		f = bigger;
		before = f.programs.items[0].count;
	}
	cr_assert_gt(before, BPF_MAXINSNS - 8);
	asking_make(&a, &f);
	cr_expect_eq(a.programs.items[0].count, before);
	for (size_t i = 0; i < ALSO; i++)
		cr_expect_not(a.asked[i]);
	asking_free(&a);
}
