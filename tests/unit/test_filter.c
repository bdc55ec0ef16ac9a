/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>

#include "base/str.h"
#include "unit/filters.h"

static struct filter_spec built(struct arena *arena, const char *lines)
{
	_cleanup_err_ struct err *err = NULL;
	struct filter_spec spec = {0};

	cr_assert_eq(spec_build(arena, lines, &spec, &err), 0, "%s: %s", lines,
		     err ? err->text : "");
	return spec;
}

/* How many rules of the spec are about the call. */
static size_t count(const struct filter_spec *spec, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < spec->nrules; i++)
		n += streq(spec->rules[i].name, name);
	return n;
}

static const struct filter_rule *find(const struct filter_spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->nrules; i++)
		if (streq(spec->rules[i].name, name))
			return &spec->rules[i];
	return NULL;
}

static void expect_error(const char *lines, const char *message)
{
	_cleanup_err_ struct err *err = NULL;
	struct arena *arena = arena_new();
	struct filter_spec spec;

	cr_expect_eq(spec_build(arena, lines, &spec, &err), -1, "%s", lines);
	cr_expect(err && strstr(err->text, message), "\"%s\" is not in \"%s\"", message,
		  err ? err->text : "");
	cr_expect(err && err->exit_code == EXIT_PROFILE);
	arena_free(arena);
}

Test(build, rules_carry_where_they_come_from)
{
	struct arena *arena = arena_new();
	struct filter_spec spec = built(arena, "deny = read\nlog = @swap write");
	const struct filter_rule *rule = find(&spec, "swapon");

	cr_expect_eq(spec.nrules, 4);
	cr_assert(rule);
	cr_expect(rule->action == ACTION_LOG && !rule->baseline && rule->loc.line == 2);
	cr_expect_str_eq(rule->group, "@swap");
	rule = find(&spec, "read");
	cr_expect(rule->action == ACTION_ERRNO && rule->errnum == EPERM && !rule->group &&
		  rule->loc.line == 1);
	arena_free(arena);
}

Test(build, errnos_of_groups_and_members)
{
	struct arena *arena = arena_new();
	struct filter_spec spec = built(arena, "deny = @mount:EACCES read:ENOSYS");

	cr_expect_eq(find(&spec, "mount")->errnum, EACCES);
	cr_expect_eq(find(&spec, "fsopen")->errnum, ENOSYS, "a member's own errno stays");
	cr_expect_eq(find(&spec, "read")->errnum, ENOSYS);
	arena_free(arena);
}

Test(build, sets_become_rules)
{
	struct arena *arena = arena_new();
	struct filter_spec spec = built(arena, "deny = ioctl(1 == {1, 2, 3})");

	cr_expect_eq(spec.nrules, 3);
	cr_expect_eq(spec.rules[2].when->compares[0].value, 3);
	arena_free(arena);
}

Test(build, baseline_is_on_and_marked)
{
	struct arena *arena = arena_new();
	struct filter_spec spec = built(arena, "baseline = yes");

	cr_expect(find(&spec, "ptrace") && find(&spec, "ptrace")->baseline);
	cr_expect(find(&spec, "clone") && find(&spec, "mount") && find(&spec, "chroot"));
	cr_expect_eq(find(&spec, "clone3")->errnum, ENOSYS);
	cr_expect(find(&spec, "clone3")->baseline);
	spec = built(arena, "baseline = no");
	cr_expect_eq(spec.nrules, 0);
	arena_free(arena);
}

Test(build, nested_takes_out_what_user_namespaces_need)
{
	struct arena *arena = arena_new();
	struct filter_spec spec = built(arena, "baseline = yes\nnested = yes");

	for (const char *const *name =
		     (const char *const[]){"clone", "clone3", "unshare", "setns", "chroot", "mount",
					   "umount2", "pivot_root", NULL};
	     *name; name++)
		cr_expect_eq(count(&spec, *name), 0, "%s", *name);
	for (const char *const *name = (const char *const[]){"fsopen", "open_tree", "ptrace",
							     "ioctl", "socket", NULL};
	     *name; name++)
		cr_expect(count(&spec, *name) > 0, "%s", *name);
	/* The profile's own denial stays. */
	spec = built(arena, "baseline = yes\nnested = yes\ndeny = chroot");
	cr_expect_eq(count(&spec, "chroot"), 1);
	arena_free(arena);
}

Test(build, exempt_takes_out_of_baseline_and_denies)
{
	struct arena *arena = arena_new();
	struct filter_spec spec =
		built(arena,
		      "baseline = yes\nexempt = ptrace\ndeny = ptrace @keyring\nexempt = @keyring");

	cr_expect_eq(count(&spec, "ptrace"), 0);
	cr_expect_eq(count(&spec, "keyctl"), 0);
	cr_expect(count(&spec, "process_vm_readv") > 0);
	cr_expect_eq(spec.nexempts, 2);
	cr_expect(spec.exempts[0].used && spec.exempts[0].loc.line == 2);

	/* A group's exemption takes out its own conditions, not other denials of the call. */
	spec = built(arena, "baseline = yes\ndeny = ioctl(1 == TCGETS)\nexempt = @tty-inject");
	cr_expect_eq(count(&spec, "ioctl"), 1);
	/* A name takes out all. */
	spec = built(arena, "baseline = yes\ndeny = ioctl(1 == TCGETS)\nexempt = ioctl");
	cr_expect_eq(count(&spec, "ioctl"), 0);
	/* A kill is not a denial. */
	spec = built(arena, "baseline = yes\nkill = ptrace\nexempt = ptrace");
	cr_expect_eq(count(&spec, "ptrace"), 1);
	/* With the baseline off its exemptions have nothing to do and do no harm. */
	spec = built(arena, "baseline = no\nexempt = ptrace");
	cr_expect_eq(spec.nrules, 0);
	arena_free(arena);
}

Test(build, exempt_that_does_nothing_is_an_error)
{
	expect_error("baseline = yes\nexempt = read", "test:2: exempt = read has no effect");
	expect_error("baseline = yes\nexempt = @timer", "test:2: exempt = @timer has no effect");
	expect_error("kill = read\nexempt = read", "test:2: exempt = read has no effect");
	expect_error("baseline = yes\nexempt = ioctl(1 == TIOCSTI)", "only the names");
	expect_error("baseline = yes\nexempt = ptrace:EPERM", "only the names");
}

Test(build, clone3_goes_with_clone)
{
	struct arena *arena = arena_new();
	struct filter_spec spec = built(arena, "deny = clone(0 & CLONE_NEWNET != 0)");
	const struct filter_rule *rule = find(&spec, "clone3");

	cr_assert(rule);
	cr_expect(rule->action == ACTION_ERRNO && rule->errnum == ENOSYS && !rule->when &&
		  rule->loc.line == 1);
	/* Killing for a flag must not kill whoever starts a thread. */
	spec = built(arena, "kill = @namespaces");
	rule = find(&spec, "clone3");
	cr_expect(rule && rule->action == ACTION_ERRNO && rule->errnum == ENOSYS);
	/* Nothing is denied for a log. */
	spec = built(arena, "log = clone(0 & CLONE_NEWNET != 0)");
	cr_expect(find(&spec, "clone3") && find(&spec, "clone3")->action == ACTION_LOG);
	/* The profile's own word goes first, and the exemption. */
	spec = built(arena, "deny = @namespaces clone3:EPERM");
	cr_expect_eq(count(&spec, "clone3"), 1);
	cr_expect_eq(find(&spec, "clone3")->errnum, EPERM);
	spec = built(arena, "deny = @namespaces\nexempt = clone3");
	cr_expect_eq(count(&spec, "clone3"), 0);
	spec = built(arena, "default = errno\nallow = clone");
	cr_expect_eq(find(&spec, "clone3")->errnum, ENOSYS);
	spec = built(arena, "default = errno\nlog = clone(0 & CLONE_NEWUSER == 0)");
	cr_expect_eq(find(&spec, "clone3")->errnum, ENOSYS, "a permission for some flags");
	cr_expect_eq(find(&spec, "clone3")->action, ACTION_ERRNO);
	spec = built(arena, "default = errno\nlog = clone(0 & CLONE_NEWUSER == 0)\nallow = clone3");
	cr_expect(find(&spec, "clone3")->action == ACTION_ALLOW && count(&spec, "clone3") == 2,
		  "logged, as its own line allows it");
	spec = built(arena, "default = errno\nallow = clone clone3");
	cr_expect_eq(find(&spec, "clone3")->action, ACTION_ALLOW);
	arena_free(arena);
}

Test(build, allow_list_implies_what_starts_a_program)
{
	struct arena *arena = arena_new();

	for (const char *const *lines =
		     (const char *const[]){"default = errno:ENOSYS", "default = kill", NULL};
	     *lines; lines++) {
		struct filter_spec spec = built(arena, *lines);

		for (const char *const *name =
			     (const char *const[]){"execve", "exit_group", "write", "sendto",
						   "sendmsg", "mmap", "rt_sigreturn", "uretprobe",
						   NULL};
		     *name; name++) {
			cr_assert(find(&spec, *name), "%s", *name);
			cr_expect_eq(find(&spec, *name)->action, ACTION_ALLOW);
		}
		cr_expect_eq(count(&spec, "openat"), 0);
	}
	cr_expect_eq(built(arena, "default = log").nrules, 0);
	arena_free(arena);
}

Test(build, mistakes_name_their_line)
{
	expect_error("deny = read\ndeny = execve", "test:2: without execve");
	expect_error("kill = @default", "test:1: without execve");
	expect_error("log = read:EPERM", "test:1: log takes no errno");
	expect_error("arch = arm", "test:1: unknown arch \"arm\"");
}

Test(build, arch)
{
	struct arena *arena = arena_new();
	struct filter_spec spec = built(arena, "arch = native");

	cr_expect(!spec.allow_x86 && !spec.allow_x32);
#if defined(__x86_64__)
	spec = built(arena, "arch = x86");
	cr_expect(spec.allow_x86 && !spec.allow_x32);
	spec = built(arena, "arch = native\narch = x32");
	cr_expect(!spec.allow_x86 && spec.allow_x32);
#else
	expect_error("arch = x86", "does not exist");
#endif
	arena_free(arena);
}

Test(build, defaults)
{
	struct arena *arena = arena_new();
	struct filter_spec spec = built(arena, "default = errno");

	cr_expect(spec.default_action == ACTION_ERRNO && spec.default_errno == EPERM &&
		  spec.default_loc.line == 1);
	spec = built(arena, "deny = read");
	cr_expect_eq(spec.default_action, ACTION_ALLOW);
	arena_free(arena);
}
