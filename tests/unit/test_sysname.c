/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "base/str.h"
#include "sysname/group.h"
#include "sysname/names.h"
#include "sysname/rule.h"
#include "sysname/syscall.h"

static struct rule parsed(const char *text)
{
	_cleanup_err_ struct err *err = NULL;
	struct rule rule = {0};

	cr_assert_eq(rule_parse(text, &rule, &err), 0, "%s", err ? err->text : "");
	return rule;
}

/* Every rule that fails leaves *out alone and says the exit code of a wrong text. */
static void expect_error(const char *text, const char *message)
{
	_cleanup_err_ struct err *err = NULL;
	struct rule rule = {.errnum = 77};

	cr_assert_eq(rule_parse(text, &rule, &err), -1, "\"%s\" was accepted", text);
	cr_expect(err && strstr(err->text, message), "\"%s\": \"%s\" is not in \"%s\"", text,
		  message, err ? err->text : "");
	cr_expect(err && strstr(err->text, text), "\"%s\" is not quoted in \"%s\"", text,
		  err ? err->text : "");
	cr_expect(err && err->exit_code == EXIT_USAGE);
	cr_expect(rule.errnum == 77 && !rule.name, "\"%s\" wrote a result", text);
}

Test(syscall, numbers_of_every_abi)
{
	static const struct {
		const char *name;
		int numbers[ABI_COUNT];
	} table[] = {
		{"read", {[ABI_X86_64] = 0, [ABI_X86] = 3, [ABI_X32] = 0, [ABI_AARCH64] = 63}},
		{"execve", {59, 11, 520, 221}},
		{"open", {2, 5, 2, -1}},
		{"mmap2", {-1, 192, -1, -1}},
		{"socket", {41, 359, 41, 198}},
		{"accept", {43, -1, 43, 202}},
		{"socketcall", {-1, 102, -1, -1}},
		{"shmget", {29, 395, 29, 194}},
		{"uretprobe", {335, -1, -1, -1}},
		{"process_madvise", {440, 440, 440, 440}},
		{"fchmodat2", {452, 452, 452, 452}},
		{"map_shadow_stack", {453, 453, -1, 453}},
		{"statmount", {457, 457, 457, 457}},
		{"mseal", {462, 462, 462, 462}},
		{"open_tree_attr", {467, 467, 467, 467}},
		{"listns", {470, 470, 470, 470}},
		{"nothing", {-1, -1, -1, -1}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		for (int abi = 0; abi < ABI_COUNT; abi++)
			cr_expect_eq(syscall_number(table[i].name, (enum abi)abi),
				     table[i].numbers[abi], "%s on %s is %d", table[i].name,
				     abi_name((enum abi)abi),
				     syscall_number(table[i].name, (enum abi)abi));
	cr_expect_eq(syscall_number("openat2", ABI_NATIVE), SYS_openat2);
}

Test(syscall, known_wherever_one_abi_has_it)
{
	for (const char *const *name =
		     (const char *const[]){"read", "mmap2", "socketcall", "statmount", "uretprobe",
					   "umount", "rtas", "listxattrat", NULL};
	     *name; name++)
		cr_expect(syscall_known(*name), "%s", *name);
	cr_expect(!syscall_known("readd") && !syscall_known("") && !syscall_known("@debug"));
}

/* A gap must not hide a call, and a number without a call must be in a gap: else a kernel that
 * fills it would be let through. x32 has further holes, where x86_64 alone has a call. */
Test(syscall, gaps_are_where_no_call_is)
{
	static const uint32_t arch[ABI_COUNT] = {SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32,
						 SCMP_ARCH_AARCH64};
	const struct scmp_version *version = seccomp_version();

	for (int abi = 0; abi < ABI_COUNT; abi++) {
		const struct syscall_gap *gap = syscall_gaps((enum abi)abi);
		unsigned x32 = abi == ABI_X32 ? X32_BIT : 0;

		for (unsigned nr = 0; nr < 440; nr++) {
			_cleanup_free_ char *name =
				seccomp_syscall_resolve_num_arch(arch[abi], (int)(nr | x32));
			bool known = name || (abi == ABI_X86_64 && (nr == 335 || nr == 336));

			while (gap->last && nr > gap->last)
				gap++;
			if (gap->last && nr >= gap->first)
				cr_expect(!known || version->minor > 5, "%s %u is %s",
					  abi_name((enum abi)abi), nr, name);
			else if (abi != ABI_X32)
				cr_expect(known, "%s %u", abi_name((enum abi)abi), nr);
		}
	}
}

Test(syscall, argument_sizes)
{
	cr_expect_str_eq(syscall_arg_sizes("ioctl"), "448");
	cr_expect_str_eq(syscall_arg_sizes("socket"), "444");
	cr_expect_str_eq(syscall_arg_sizes("clone"), "48888");
	cr_expect_str_eq(syscall_arg_sizes("chmod"), "82");
	cr_expect_str_eq(syscall_arg_sizes("getpid"), "");
	cr_expect_str_eq(syscall_arg_sizes("accept"), "488", "the table's first row");
	cr_expect_str_eq(syscall_arg_sizes("writev"), "888", "the table's last row");
	cr_expect_null(syscall_arg_sizes("nothing"));
}

Test(names, errno_both_ways)
{
	cr_expect_eq(errno_number("EPERM"), EPERM);
	cr_expect_eq(errno_number("EAFNOSUPPORT"), EAFNOSUPPORT);
	cr_expect_eq(errno_number("EWOULDBLOCK"), EAGAIN);
	cr_expect_eq(errno_number("EOPNOTSUPP"), EOPNOTSUPP);
	cr_expect_eq(errno_number("ENOTSUP"), EOPNOTSUPP);
	cr_expect_eq(errno_number("EHWPOISON"), EHWPOISON);
	cr_expect_eq(errno_number("eperm"), 0);
	cr_expect_eq(errno_number("1"), 0);
	cr_expect_eq(errno_number(""), 0);
	cr_expect_str_eq(errno_name(ENOSYS), "ENOSYS");
	cr_expect_null(errno_name(0));
	cr_expect_null(errno_name(4000));
	cr_expect_str_eq(errno_nearest("EACESS"), "EACCES");
}

Test(names, constants)
{
	uint64_t value = 0;

	cr_expect_eq(constant_value("TIOCSTI", &value), 0);
	cr_expect_eq(value, TIOCSTI);
	cr_expect_eq(constant_value("AF_NETLINK", &value), 0);
	cr_expect_eq(value, AF_NETLINK);
	cr_expect_eq(constant_value("CLONE_NEWUSER", &value), 0);
	cr_expect_eq(value, 0x10000000);
	cr_expect_eq(constant_value("AT_FDCWD", &value), 0);
	cr_expect_eq(value, (uint32_t)AT_FDCWD, "a negative constant is one of 32 bits");
	cr_expect_eq(constant_value("AF_NOTHING", &value), -1);
	cr_expect_str_eq(constant_nearest("AF_INTE"), "AF_INET");
}

Test(rule, plain_forms)
{
	struct rule rule = parsed("mount");

	cr_expect_str_eq(rule.name, "mount");
	cr_expect(rule.errnum == 0 && rule.nalternatives == 0 && !rule.condition);
	rule_clear(&rule);
	rule = parsed("ptrace:EACCES");
	cr_expect_eq(rule.errnum, EACCES);
	rule_clear(&rule);
	rule = parsed("@af-rare:EPERM");
	cr_expect_str_eq(rule.name, "@af-rare");
	rule_clear(&rule);
}

Test(rule, conditions)
{
	struct rule rule = parsed("ioctl(1 == TIOCSTI):ENOTTY");

	cr_assert(rule.nalternatives == 1 && rule.alternatives[0].count == 1);
	cr_expect_eq(rule.errnum, ENOTTY);
	cr_expect(rule.alternatives[0].compares[0].arg == 1 &&
		  rule.alternatives[0].compares[0].op == COMPARE_EQ &&
		  rule.alternatives[0].compares[0].mask == UINT64_MAX &&
		  rule.alternatives[0].compares[0].value == TIOCSTI);
	rule_clear(&rule);

	rule = parsed("clone(0 & CLONE_NEWUSER|0x20000 != 0)");
	cr_expect_eq(rule.alternatives[0].compares[0].mask, 0x10020000);
	cr_expect_eq(rule.alternatives[0].compares[0].op, COMPARE_NE);
	rule_clear(&rule);

	rule = parsed("prctl(0 >= 3, 0 < 010,1 == 0xffffffffffffffff)");
	cr_assert_eq(rule.alternatives[0].count, 3);
	cr_expect_eq(rule.alternatives[0].compares[1].value, 8, "octal as in C");
	cr_expect_eq(rule.alternatives[0].compares[2].value, UINT64_MAX);
	rule_clear(&rule);
}

Test(rule, sets_make_alternatives)
{
	struct rule rule = parsed("socket(0 == {AF_UNIX,AF_INET}, 1 == {1, 2, 3})");

	cr_assert_eq(rule.nalternatives, 6);
	for (size_t i = 0; i < 6; i++) {
		cr_assert_eq(rule.alternatives[i].count, 2);
		cr_expect_eq(rule.alternatives[i].compares[0].value, i < 3 ? 1u : 2u);
		cr_expect_eq(rule.alternatives[i].compares[1].value, i % 3 + 1);
	}
	rule_clear(&rule);

	/* None of the members: one alternative in which each is unequal. */
	rule = parsed("socket(0 != {AF_UNIX, AF_INET}, 1 != 3)");
	cr_assert_eq(rule.nalternatives, 1);
	cr_assert_eq(rule.alternatives[0].count, 3);
	rule_clear(&rule);
}

Test(rule, negative_values_are_cut_to_the_argument)
{
	struct rule rule = parsed("setpriority(1 == -1)");

	cr_expect_eq(rule.alternatives[0].compares[0].value, UINT32_MAX);
	rule_clear(&rule);
	rule = parsed("mremap(1 == -2)");
	cr_expect_eq(rule.alternatives[0].compares[0].value, UINT64_MAX - 1);
	rule_clear(&rule);
}

Test(rule, mistakes_name_the_nearest)
{
	expect_error("mont", "did you mean \"mount\"?");
	expect_error("statmont", "did you mean \"statmount\"?");
	expect_error("@debgu", "did you mean \"@debug\"?");
	expect_error("mount:EPREM", "did you mean \"EPERM\"?");
	expect_error("ioctl(1 == TIOCSTY)", "did you mean \"TIOCSTI\"?");
	expect_error("zzzzzzzzzzzz", "unknown system call \"zzzzzzzzzzzz\"");
}

Test(rule, mistakes_in_the_form)
{
	expect_error("", "the end");
	expect_error("@", "unknown group");
	expect_error(":EPERM", "name of a system call");
	expect_error("mount:", "unknown errno \"\"");
	expect_error("mount:EPERM:EPERM", "should have ended before :EPERM");
	expect_error("mount EPERM", "should have ended");
	expect_error("ioctl(", "the end");
	expect_error("ioctl()", "argument's number");
	expect_error("ioctl(1 == 1", "\")\" or \",\"");
	expect_error("ioctl(1 == 1))", "should have ended before )");
	expect_error("ioctl(1 == 1)x", "should have ended before x");
	expect_error("ioctl(1 == 1,)", "argument's number");
	expect_error("ioctl(6 == 1)", "0 to 5");
	expect_error("ioctl(10 == 1)", "0 to 5");
	expect_error("ioctl(x == 1)", "0 to 5, not x");
	expect_error("ioctl(3 == 1)", "no argument 3");
	expect_error("getpid(0 == 1)", "no argument 0");
	expect_error("ioctl(1 = 1)", "== != < <= > >=");
	expect_error("ioctl(1 & == 1)", "a number or constant");
	expect_error("ioctl(1 & 3 1)", "== != < <= > >=");
	expect_error("ioctl(1 == )", "a number or constant");
	expect_error("ioctl(1 == 1|)", "a number or constant");
	expect_error("ioctl(1 == 08)", "not a number");
	expect_error("ioctl(1 == 0x)", "not a number");
	expect_error("ioctl(1 == 12ab)", "not a number");
	expect_error("ioctl(1 == -)", "unknown constant");
	expect_error("ioctl(2 == 18446744073709551616)", "not a number");
	expect_error("ioctl(2 == -9223372036854775809)", "not a number");
	expect_error("ioctl(1 == {})", "a number or constant");
	expect_error("ioctl(1 == {1, 2)", "\"}\" or \",\"");
	expect_error("ioctl(1 < {1, 2})", "only follow == or !=");
	expect_error("@debug(0 == 1)", "a group takes no conditions");
	expect_error("ioctl(1 & 3 == 4)", "never 0x4");
}

/* A value that can't occur would make a rule that never holds. */
Test(rule, values_must_fit_the_argument)
{
	expect_error("ioctl(1 == 0x100005412)", "32 bits");
	expect_error("socket(0 == -2147483649)", "32 bits");
	expect_error("chmod(1 == 0x10000)", "16 bits");
	expect_error("ioctl(1 & 0x100000000 != 0)", "32 bits");
}

Test(rule, limits)
{
	_cleanup_str_ struct str text = {0};

	str_add(&text, "ioctl(1 == {");
	for (int i = 0; i < 300; i++)
		str_addf(&text, "%s%d", i ? "," : "", i);
	str_add(&text, "})");
	expect_error(text.text, "at most 256");
	str_free(&text);
	str_add(&text, "prctl(1 == {1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17}, "
		       "2 == {1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16})");
	expect_error(text.text, "more than 256 combinations");
	str_free(&text);
	str_add(&text, "prctl(0 == 1");
	for (int i = 0; i < 70; i++)
		str_add(&text, ", 1 != 7");
	str_add(&text, ")");
	expect_error(text.text, "more than 64 comparisons");
	str_free(&text);
	for (int i = 0; i < 200; i++)
		str_add(&text, "a");
	expect_error(text.text, "too long");
}

Test(rule, format_is_what_parses)
{
	static const struct {
		const char *text, *canonical;
	} table[] = {
		{"mount", "mount"},
		{"@debug:EACCES", "@debug:EACCES"},
		{"ioctl(1=={TIOCSTI,TIOCLINUX}):EACCES", "ioctl(1 == {TIOCSTI, TIOCLINUX}):EACCES"},
		{"clone( 0&CLONE_NEWUSER | CLONE_NEWNET!=0 )",
		 "clone(0 & CLONE_NEWUSER|CLONE_NEWNET != 0)"},
		{"prctl(0 <= 5,1\t>= -1, 2 < 0x10,3 > 077)",
		 "prctl(0 <= 5, 1 >= -1, 2 < 0x10, 3 > 077)"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct rule rule = parsed(table[i].text);
		_cleanup_free_ char *once = rule_format(&rule);
		_cleanup_free_ char *twice = NULL;

		cr_expect_str_eq(once, table[i].canonical);
		rule_clear(&rule);
		rule = parsed(once);
		twice = rule_format(&rule);
		cr_expect_str_eq(twice, once);
		rule_clear(&rule);
	}
}

Test(rule, conjunction_format_is_a_condition)
{
	struct rule rule = parsed("clone(0 & CLONE_NEWUSER != 0, 0 <= 7)");
	_cleanup_free_ char *text = conjunction_format(&rule.alternatives[0]);

	cr_expect_str_eq(text, "0 & 0x10000000 != 0x0, 0 <= 0x7");
	rule_clear(&rule);
}

Test(rules, split_on_blanks_outside_parentheses)
{
	struct rule *rules = NULL;
	size_t count = 0;

	cr_assert_eq(rules_parse("  read\twrite:EIO  ioctl(1 == { 1, 2 }, 0 == 3) @debug ", &rules,
				 &count, NULL),
		     0);
	cr_assert_eq(count, 4);
	cr_expect_str_eq(rules[2].name, "ioctl");
	cr_expect_eq(rules[2].nalternatives, 2);
	cr_expect_str_eq(rules[3].name, "@debug");
	rules_free(rules, count);

	cr_assert_eq(rules_parse("", &rules, &count, NULL), 0);
	cr_expect_eq(count, 0);
	rules_free(rules, count);
	cr_expect_eq(rules_parse("read wirte mount", &rules, &count, NULL), -1);
	cr_expect_eq(rules_parse("ioctl (1 == 1)", &rules, &count, NULL), -1);
}

Test(action, forms)
{
	static const struct {
		const char *text;
		enum rule_action action;
		int errnum;
	} good[] = {
		{"allow", ACTION_ALLOW, 0}, {"log", ACTION_LOG, 0},
		{"errno", ACTION_ERRNO, 0}, {"errno:ENOSYS", ACTION_ERRNO, ENOSYS},
		{"kill", ACTION_KILL, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		enum rule_action action = ACTION_ALLOW;
		int errnum = 77;

		cr_expect_eq(action_parse(good[i].text, &action, &errnum, NULL), 0);
		cr_expect(action == good[i].action && errnum == good[i].errnum, "%s", good[i].text);
	}
	for (const char *const *bad = (const char *const[]){"", "Allow", "allow:EPERM",
							    "kill:", "errno:", "errno:EPREM",
							    "deny", "errnoo", ":EPERM", NULL};
	     *bad; bad++) {
		_cleanup_err_ struct err *err = NULL;
		enum rule_action action;
		int errnum;

		cr_expect_eq(action_parse(*bad, &action, &errnum, &err), -1, "%s", *bad);
		cr_expect(err && err->exit_code == EXIT_USAGE);
	}
}

Test(group, every_group_expands_to_known_calls)
{
	for (size_t i = 0; i < ngroups; i++) {
		_cleanup_err_ struct err *err = NULL;
		struct group_rule *rules;
		size_t count;

		cr_assert_eq(group_expand(&groups[i], &rules, &count, &err), 0, "%s",
			     err ? err->text : "");
		cr_expect(count > 0, "%s is empty", groups[i].name);
		cr_expect_eq(group_find(groups[i].name), &groups[i], "%s stands twice",
			     groups[i].name);
		group_rules_free(rules, count);
	}
	cr_expect_null(group_find("@nothing"));
	cr_expect_str_eq(group_nearest("@moun"), "@mount");
}

/* The rule of `name` in the group, or NULL. */
static const struct group_rule *member(const struct group_rule *rules, size_t count,
				       const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (streq(rules[i].rule.name, name))
			return &rules[i];
	return NULL;
}

static const char *const baseline_denied[] = {
	"mount",
	"umount2",
	"pivot_root",
	"chroot",
	"open_tree",
	"move_mount",
	"fsopen",
	"fsconfig",
	"fsmount",
	"fspick",
	"mount_setattr",
	"open_tree_attr",
	"statmount",
	"listmount",
	"ptrace",
	"process_vm_readv",
	"pidfd_getfd",
	"bpf",
	"perf_event_open",
	"userfaultfd",
	"io_uring_setup",
	"keyctl",
	"add_key",
	"request_key",
	"init_module",
	"kexec_load",
	"reboot",
	"swapon",
	"clock_settime",
	"iopl",
	"mbind",
	"setns",
	"unshare",
	"clone",
	"ioctl",
	"socket",
	"syslog",
	"acct",
	"quotactl",
	"open_by_handle_at",
	"kcmp",
	"uselib",
	"lsm_get_self_attr",
	"sethostname",
};
static const char *const programs_need[] = {
	"execve",
	"fork",
	"vfork",
	"clone3",
	"openat",
	"openat2",
	"statx",
	"prctl",
	"seccomp",
	"landlock_create_ruleset",
	"memfd_create",
	"mseal",
	"uretprobe",
	"personality",
	"mprotect",
	"rseq",
	"fchmodat2",
	"getrandom",
	"setxattr",
	"file_getattr",
	"sched_setaffinity",
};

Test(group, baseline_has_what_it_must_and_not_what_programs_need)
{
	struct group_rule *rules;
	size_t count;

	cr_assert_eq(group_expand(group_find("@baseline"), &rules, &count, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(baseline_denied); i++)
		cr_expect(member(rules, count, baseline_denied[i]), "%s", baseline_denied[i]);
	for (size_t i = 0; i < ARRAY_SIZE(programs_need); i++)
		cr_expect(!member(rules, count, programs_need[i]), "%s", programs_need[i]);
	/* What programs probe for and do without. */
	cr_expect_eq(member(rules, count, "fsopen")->rule.errnum, ENOSYS);
	cr_expect_eq(member(rules, count, "io_uring_setup")->rule.errnum, ENOSYS);
	cr_expect_eq(member(rules, count, "uselib")->rule.errnum, ENOSYS);
	cr_expect_eq(member(rules, count, "socket")->rule.errnum, EAFNOSUPPORT);
	cr_expect_eq(member(rules, count, "mount")->rule.errnum, 0);
	cr_expect_str_eq(member(rules, count, "ptrace")->group->name, "@debug");
	group_rules_free(rules, count);
}

/* Texts made of the grammar's own pieces in any order: each parses to something that formats to a
 * text that parses, or fails with a message; the sanitizers see the rest. */
Test(rule, random_texts)
{
	static const char *const pieces[] = {
		"ioctl",
		"mount",
		"@debug",
		"@",
		"(",
		")",
		"{",
		"}",
		",",
		":",
		"|",
		"&",
		"==",
		"!=",
		"<",
		"<=",
		">",
		">=",
		"=",
		"!",
		" ",
		"\t",
		"0",
		"1",
		"5",
		"6",
		"-1",
		"0x",
		"0xffffffffffffffffff",
		"TIOCSTI",
		"EPERM",
		"18446744073709551615",
		"-",
		"\x80",
		"AF_UNIX",
		"ioctl(1 == ",
		"socket(0 != {",
		"%s%n",
	};
	unsigned seed = 12345;
	unsigned accepted = 0;

	for (int round = 0; round < 20000; round++) {
		_cleanup_err_ struct err *err = NULL;
		_cleanup_str_ struct str text = {0};
		struct rule rule;
		unsigned n;

		seed = seed * 1103515245 + 12345;
		n = 1 + (seed >> 16) % 12;
		for (unsigned i = 0; i < n; i++) {
			seed = seed * 1103515245 + 12345;
			str_add(&text, pieces[(seed >> 16) % ARRAY_SIZE(pieces)]);
		}
		if (rule_parse(text.text, &rule, &err) == 0) {
			_cleanup_free_ char *once = rule_format(&rule);
			struct rule again = parsed(once);
			_cleanup_free_ char *twice = rule_format(&again);

			cr_assert_str_eq(once, twice);
			rule_clear(&again);
			rule_clear(&rule);
			accepted++;
		} else {
			cr_assert(err && *err->text);
		}
	}
	cr_expect(accepted > 100, "only %u of the texts were rules", accepted);
}
