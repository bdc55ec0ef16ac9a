/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of logs, and what is counted. The way through libauparse is in tests/e2e/audit.bats. */
#include <criterion/criterion.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <time.h>

#include "base/str.h"
#include "learn/audit_options.h"
#include "learn/audit_prefix.h"
#include "learn/audit_table.h"

#define FIELDS                                                                                     \
	"auid=1000 uid=1000 gid=1000 ses=2 subj=unconfined pid=4711 comm=\"uname\" "               \
	"exe=\"/usr/bin/uname\" sig=0 arch=c000003e syscall=63 compat=0 ip=0x7f0a code=0x7ffc0000"
#define STAMP "audit(1700000000.123:456): "
#define RAW   "type=SECCOMP msg=" STAMP FIELDS

/* 2023-11-14 22:13:20 UTC and half a minute. */
enum { NOW = 1700000030 };

static void utc(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
}

Test(line, raw_forms, .init = utc)
{
	static const char *const lines[] = {
		RAW,
		"node=a type=1326 msg=" STAMP FIELDS,
		"type=UNKNOWN[1326] msg=" STAMP FIELDS,
		"[12345.678901] audit: type=1326 " STAMP FIELDS,
		"[Tue Nov 14 22:13:20 2023] audit: type=1326 " STAMP FIELDS,
		"kern  :notice: [12345.678901] audit: type=1326 " STAMP FIELDS,
		"[12345.678901] type=1326 " STAMP FIELDS,
		"Nov 14 22:13:20 host kernel: audit: type=1326 " STAMP FIELDS,
		"Nov 14 22:13:20 host kernel: [12345.678901] audit: type=1326 " STAMP FIELDS,
		"1700000000.123456 host kernel: audit: type=1326 " STAMP FIELDS,
		"2023-11-14T22:13:20+0000 host kernel: audit: type=1326 " STAMP FIELDS,
		"5,1234,5678901,-;audit: type=1326 " STAMP FIELDS,
		"<5>[12345.678901] audit: type=1326 " STAMP FIELDS,
		"audit: type=1326 " STAMP FIELDS,
		"[    1.500000][   T12] audit: type=1326 " STAMP FIELDS,
		"5,1234,5678901,-,caller=T12;audit: type=1326 " STAMP FIELDS,
		"2023-11-14T22:13:20,123456+00:00 audit: type=1326 " STAMP FIELDS,
		"2023-11-14T22:13:20.123456+00:00 host kernel: [1.5] audit: type=1326 " STAMP
			FIELDS,
		"<5>1 2023-11-14T22:13:20+00:00 host kernel - - -  audit: type=1326 " STAMP FIELDS,
		"<5>Nov 14 22:13:20 host kernel: audit: type=1326 " STAMP FIELDS,
		"Tue 2023-11-14 22:13:20 UTC host kernel: audit: type=1326 " STAMP FIELDS,
		"Nov 14 22:13:20.123456 host kernel: audit: type=1326 " STAMP FIELDS,
		"[12345.678901] host kernel: audit: type=1326 " STAMP FIELDS,
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct audit_line line;

		audit_line_parse(lines[i], NOW, &line);
		cr_assert_eq(line.kind, AUDIT_LINE_RAW, "%s", lines[i]);
		cr_expect_str_eq(line.raw, RAW);
		cr_expect_str_eq(line.raw + line.fields, FIELDS);
		cr_expect(!line.journal);
		audit_line_clear(&line);
	}
}

Test(line, journals_own_messages, .init = utc)
{
	static const struct {
		const char *line, *stamp;
	} table[] = {
		{"1700000000.123456 host audit[4711]: SECCOMP " FIELDS, "1700000000.000"},
		{"Nov 14 22:13:20 host audit[4711]: SECCOMP " FIELDS, "1700000000.000"},
		{"2023-11-14T22:13:20+0000 host audit[4711]: SECCOMP " FIELDS, "1700000000.000"},
		{"Tue 2023-11-14 22:13:20 UTC host audit[4711]: SECCOMP " FIELDS, "1700000000.000"},
		{"2023-11-14T23:13:20.5+01:00 host audit[4711]: SECCOMP " FIELDS, "1700000000.000"},
		{"[  171.093856] host audit[4711]: SECCOMP " FIELDS, "1.000"},
		/* There is no such time in this year yet. */
		{"Dec 24 22:13:20 host audit[4711]: SECCOMP " FIELDS, "1671920000.000"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_free_ char *raw =
			xasprintf("type=SECCOMP msg=audit(%s:0): " FIELDS, table[i].stamp);
		struct audit_line line;

		audit_line_parse(table[i].line, NOW, &line);
		cr_assert_eq(line.kind, AUDIT_LINE_RAW, "%s", table[i].line);
		cr_expect(line.journal);
		cr_expect_str_eq(line.raw, raw);
		cr_expect_str_eq(line.raw + line.fields, FIELDS);
		audit_line_clear(&line);
	}
}

Test(line, what_is_no_record)
{
	static const char *const lines[] = {
		"",
		"----",
		"time->Tue Nov 14 22:13:20 2023",
		"type=SYSCALL msg=" STAMP FIELDS,
		"type=SECCOMP msg=audit(1700000000.123:x): " FIELDS,
		"type=SECCOMP msg=audit(1700000000.1234:5): " FIELDS,
		"Nov 14 22:13:20 host evil[9]: audit: type=1326 " STAMP FIELDS,
		"Nov 14 22:13:20 host evil: kernel audit: type=1326 " STAMP FIELDS,
		"evil[9] audit: type=1326 " STAMP FIELDS,
		"Nov 14 22:13:20 host evil: audit[1]: SECCOMP " FIELDS,
		"Nov 14 22:13:20 host evil[2]: x audit[1]: SECCOMP " FIELDS,
		"Nov 14 22:13:20 host evil: kauditd_printk_skb: 23 callbacks suppressed",
		/* What a user's logger leaves in a syslog file or the journal. */
		"Nov 14 22:13:20 host alice: kernel: audit: type=1326 " STAMP FIELDS,
		"Nov 14 22:13:20 host alice[7]: kernel: [1.5] audit: type=1326 " STAMP FIELDS,
		"Nov 14 22:13:20 host alice: [1.5] audit: type=1326 " STAMP FIELDS,
		"Nov 14 22:13:20 host alice: x kernel: [1.5] audit: type=1326 " STAMP FIELDS,
		"Nov 14 22:13:20 host kernel[7]: audit: type=1326 " STAMP FIELDS,
		"2023-11-14T22:13:20.1+00:00 host alice: kernel: audit: type=1326 " STAMP FIELDS,
		"<13>1 2023-11-14T22:13:20Z host kernel - - - audit: type=1326 " STAMP FIELDS,
		"<5>1 2023-11-14T22:13:20Z host alice - - - kernel: audit: type=1326 " STAMP FIELDS,
		"<13>Nov 14 22:13:20 host kernel: audit: type=1326 " STAMP FIELDS,
		"Nov 14 22:13:20 host alice: kernel: kauditd_printk_skb: 23 callbacks suppressed",
		"Nov 14 22:13:20 host alice: kernel: audit: rate limit exceeded",
		"Nov 14 22:13:20 host alice: x systemd-journald[1]: Missed 17 kernel messages",
		/* The second line of a message in the journal. */
		"                     audit: type=1326 " STAMP FIELDS,
		"                     kernel: audit: type=1326 " STAMP FIELDS,
		/* A name of a program that has a record in it; journald adds the process. */
		"Nov 14 22:13:20 host kernel: audit: type=1326 " STAMP FIELDS "[7]: x",
		"Nov 14 22:13:20 host kernel: audit: type=1326 " STAMP "subj=x[7]: " FIELDS,
		"Nov 14 22:13:20 host kernel: audit: type=1326 " STAMP FIELDS "[7]:",
		"Nov 14 22:13:20 host audit[1]: SECCOMP " FIELDS "[7]: x",
		/* What user space writes to /dev/kmsg, and what a device calls itself. */
		"13,1234,5678901,-;audit: type=1326 " STAMP FIELDS,
		"<13>[12.5] audit: type=1326 " STAMP FIELDS,
		"user  :notice: [12.5] audit: type=1326 " STAMP FIELDS,
		"[12.5] usb 1-1: Product: x [1] audit: type=1326 " STAMP FIELDS,
		"kern  :info  : [12.5] usb 1-1: Product: [x] audit: type=1326 " STAMP FIELDS,
		"[12.5] usb 1-1: Product: kernel: audit: type=1326 " STAMP FIELDS,
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct audit_line line;

		audit_line_parse(lines[i], NOW, &line);
		cr_expect_eq(line.kind, AUDIT_LINE_OTHER, "%s", lines[i]);
		audit_line_clear(&line);
	}
}

Test(line, forms_of_journalctl)
{
	static const struct {
		const char *line, *form;
	} table[] = {
		{"{\"__CURSOR\":\"s=1\",\"MESSAGE\":\"x\"}", "json"},
		{"{\"MESSAGE\":\"x\",\"__CURSOR\":\"s=1\"}", "json"},
		{"{", "json-pretty"},
		{"data: {\"__CURSOR\":\"s=1\"}", "json-sse"},
		{"\x1e{\"__CURSOR\":\"s=1\"}", "json-seq"},
		{"__CURSOR=s=1;i=2", "export"},
		{"Tue 2023-11-14 22:13:20.123456 UTC [s=1;i=2;b=3;m=4;t=5;x=6]", "verbose"},
		{"", NULL},
		{RAW, NULL},
		{"[12345.678901] audit: type=1326 " STAMP FIELDS, NULL},
		{"1700000000.123456 host kernel: audit: type=1326 " STAMP FIELDS, NULL},
		/* Messages of users. */
		{"Nov 14 22:13:20 host alice: {\"__CURSOR\":\"s=1\"}", NULL},
		{"Nov 14 22:13:20 host alice: __CURSOR=s=1", NULL},
		{"Nov 14 22:13:20 host alice: x [s=1;i=2;b=3;m=4;t=5;x=6]", NULL},
		{"{\"a program's own\": 1}", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		const char *form = audit_prefix_journal_form(table[i].line);

		cr_expect(table[i].form ? form && streq(form, table[i].form) : !form, "%s: %s",
			  table[i].line, form ? form : "none");
	}
}

Test(line, interpreted, .init = utc)
{
	static const struct {
		const char *stamp, *fields, *comm, *exe, *call;
		enum abi abi;
		unsigned nr;
		uint32_t code;
		uint64_t time;
	} table[] = {
		{"11/14/23 22:13:20.123:456",
		 "comm=uname exe=/usr/bin/uname sig=SIG0 arch=x86_64 "
		 "syscall=uname compat=0 ip=0x7f code=log ",
		 "uname", "/usr/bin/uname", NULL, ABI_X86_64, 63, SECCOMP_RET_LOG, 1700000000123},
		{"2023-11-14 22:13:20.123:456",
		 "comm=a exe=/a sig=SIGSYS arch=i386 "
		 "syscall=getppid compat=1 ip=0x7f code=kill",
		 "a", "/a", NULL, ABI_X86, 64, SECCOMP_RET_KILL_THREAD, 1700000000123},
		{"?",
		 "comm=a exe=/a sig=SIGSYS arch=x86_64 syscall=unknown-syscall(500) compat=0 "
		 "ip=0x7f code=0x80000000",
		 "a", "/a", NULL, ABI_X86_64, 500, SECCOMP_RET_KILL_PROCESS, 0},
		{"?",
		 "comm=a exe=/a sig=SIG0 arch=x86_64 syscall=1073741863 compat=0 ip=0x7f "
		 "code=log",
		 "a", "/a", NULL, ABI_X32, 39, SECCOMP_RET_LOG, 0},
		{"?",
		 "comm=a exe=/a sig=SIG0 arch=x86_64 syscall=teleport compat=0 ip=0x7f code=log",
		 "a", "/a", "teleport", ABI_X86_64, 0, SECCOMP_RET_LOG, 0},
		/* A name and a path that mimic fields change nothing but themselves. */
		{"?",
		 "comm=x syscall=63 exe=/bin/ls sig=SIG0 exe=/real code=log sig=SIG0 "
		 "arch=x86_64 syscall=ptrace compat=0 ip=0x7f code=log",
		 "x syscall=63", "/bin/ls sig=SIG0 exe=/real code=log", NULL, ABI_X86_64, 101,
		 SECCOMP_RET_LOG, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_free_ char *text = xasprintf(
			"type=SECCOMP msg=audit(%s) : auid=unset uid=u gid=u ses=2 pid=1 %s",
			table[i].stamp, table[i].fields);
		struct audit_line line;
		const struct audit_record *r = &line.record;

		audit_line_parse(text, NOW, &line);
		cr_assert_eq(line.kind, AUDIT_LINE_INTERPRETED, "%s", text);
		cr_expect_str_eq(r->comm, table[i].comm);
		cr_expect_str_eq(r->exe, table[i].exe);
		cr_expect(r->has_abi && r->abi == table[i].abi, "%s", text);
		cr_expect_eq(r->nr, table[i].nr, "%s: %u", text, r->nr);
		cr_expect_eq(r->code, table[i].code, "%s", text);
		cr_expect_eq(r->time, table[i].time, "%s", text);
		cr_expect_eq(r->has_nr, table[i].call == NULL);
		if (table[i].call)
			cr_expect_str_eq(r->call, table[i].call);
		audit_line_clear(&line);
	}
}

Test(line, losses)
{
	static const struct {
		const char *line;
		enum audit_loss loss;
		uint64_t lost;
	} table[] = {
		{"[1.5] kauditd_printk_skb: 23 callbacks suppressed", AUDIT_LOSS_PRINTK, 23},
		{"Nov 14 22:13:20 host kernel: audit_printk_skb: 9 callbacks suppressed",
		 AUDIT_LOSS_PRINTK, 9},
		{"[1.5] audit: audit_lost=7 audit_rate_limit=0 audit_backlog_limit=64",
		 AUDIT_LOSS_LIMIT, 7},
		{"[1.5] audit: rate limit exceeded", AUDIT_LOSS_LIMIT, 0},
		{"[1.5] audit: audit_backlog=65 > audit_backlog_limit=64", AUDIT_LOSS_LIMIT, 0},
		{"[1.5] audit: kauditd hold queue overflow", AUDIT_LOSS_LIMIT, 0},
		{"Nov 14 22:13:20 host systemd-journald[1]: Missed 17 kernel messages",
		 AUDIT_LOSS_JOURNAL, 17},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct audit_line line;

		audit_line_parse(table[i].line, NOW, &line);
		cr_expect(line.kind == AUDIT_LINE_LOSS && line.loss == table[i].loss &&
				  line.lost == table[i].lost,
			  "%s", table[i].line);
		audit_line_clear(&line);
	}
}

static void add(struct audit_table *table, const char *comm, const char *call, uint64_t when)
{
	struct audit_record record = {
		.time = when,
		.comm = xstrdup(comm),
		.exe = xasprintf("/bin/%s", comm),
		.code = SECCOMP_RET_LOG,
	};

	record.nr = (uint32_t)syscall_number(call, ABI_NATIVE);
	record.has_nr = record.has_abi = true;
	record.abi = ABI_NATIVE;
	audit_table_add(table, &record);
	audit_record_clear(&record);
}

Test(table, counts_and_orders)
{
	_cleanup_audit_table_ struct audit_table table = {.since = 100};

	add(&table, "a", "read", 99);
	add(&table, "a", "read", 100);
	add(&table, "b", "openat", 300);
	add(&table, "b", "openat", 200);
	add(&table, "b", "mmap", 0);
	audit_table_sort(&table);
	cr_assert_eq(table.nprograms, 2);
	cr_expect_eq(table.count, 4);
	cr_expect_eq(table.undated, 1);
	cr_expect_str_eq(table.programs[0].name, "/bin/b");
	cr_expect_str_eq(table.programs[0].calls[0].name, "openat");
	cr_expect_eq(table.programs[0].calls[0].count, 2);
	cr_expect_eq(table.programs[0].calls[0].first, 200);
	cr_expect_eq(table.programs[0].calls[0].last, 300);
	cr_expect_eq(table.programs[0].calls[1].first, 0);
}

Test(table, names_of_more_bytes_than_the_kernel_keeps)
{
	_cleanup_audit_table_ struct audit_table table = {.comm = "gnome-shell-calendar-server"};

	add(&table, "gnome-shell-cal", "read", 1);
	add(&table, "gnome-shell-ca", "read", 1);
	cr_expect_eq(table.count, 1);
}

Test(table, losses_over_several_boots)
{
	static const uint64_t counts[] = {0, 7, 50, 0, 50, 3, 9, 0};
	struct audit_table table = {0};

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		audit_table_add_loss(&table, AUDIT_LOSS_LIMIT, counts[i]);
	audit_table_add_loss(&table, AUDIT_LOSS_PRINTK, 5);
	audit_table_add_loss(&table, AUDIT_LOSS_PRINTK, 4);
	cr_expect_eq(table.lost[AUDIT_LOSS_LIMIT], 59);
	cr_expect_eq(table.lost[AUDIT_LOSS_PRINTK], 9);
}

/* As many as somebody likes to make: a search from end to end for each took minutes. */
Test(table, many_programs_and_calls, .timeout = 30)
{
	enum { MANY = 200000 };
	_cleanup_audit_table_ struct audit_table table = {0};

	for (unsigned i = 0; i < 2 * MANY; i++) {
		struct audit_record record = {
			.time = 1,
			.comm = xstrdup("a"),
			.exe = i < MANY ? xasprintf("/%u", i) : xstrdup("/0"),
			.nr = i,
			.has_nr = true,
			.code = SECCOMP_RET_LOG,
		};

		audit_table_add(&table, &record);
		audit_record_clear(&record);
	}
	cr_expect_eq(table.nprograms, MANY);
	audit_table_sort(&table);
	cr_expect_str_eq(table.programs[0].name, "/0");
	cr_expect_eq(table.programs[0].ncalls, MANY + 1);
}

static char *joined(const struct strv *list)
{
	struct str out = {0};

	for (size_t i = 0; i < list->count; i++)
		str_addf(&out, "%s%s", i ? " " : "", list->items[i]);
	return str_steal(&out);
}

Test(table, lists_for_a_profile)
{
	static const char *const calls[] = {"execve",  "mlock",      "mlock2", "mlockall",
					    "munlock", "munlockall", "chown",  "swapon"};
	_cleanup_audit_table_ struct audit_table table = {0};
	_cleanup_audit_lists_ struct audit_lists lists = {0};
	_cleanup_free_ char *allowed = NULL, *denied = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		add(&table, "a", calls[i], 1);
	/* What the profile says already is left out. */
	table.programs[0].calls[6].says = AUDIT_SAYS_ALLOWED;
	table.programs[0].calls[6].verdict = xstrdup("allowed");
	table.programs[0].calls[7].says = AUDIT_SAYS_DENIED;
	table.programs[0].calls[7].lift = AUDIT_LIFT_ALLOW;
	table.programs[0].calls[7].verdict = xstrdup("denied");
	audit_profile_lists(&table.programs[0], &lists);
	allowed = joined(&lists.allow);
	denied = joined(&lists.deny);
	cr_expect_str_eq(allowed, "swapon @memlock", "%s", allowed);
	cr_expect_str_eq(denied, "chown @memlock", "%s", denied);
	cr_expect_eq(lists.exempt.count + lists.change.count + lists.partly.count, 0);
}

/* Without a profile: most have the baseline, and an allow line doesn't lift what it denies. */
Test(table, calls_of_the_baseline_need_an_exemption)
{
	static const char *const calls[] = {"ptrace", "uname", "mount", "socket", "read"};
	_cleanup_audit_table_ struct audit_table table = {0};
	_cleanup_audit_lists_ struct audit_lists lists = {0};
	_cleanup_free_ char *allowed = NULL, *exempt = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		add(&table, "a", calls[i], 1);
	audit_profile_lists(&table.programs[0], &lists);
	allowed = joined(&lists.allow);
	exempt = joined(&lists.exempt);
	cr_expect_str_eq(allowed, "mount ptrace read socket uname", "%s", allowed);
	/* Of a socket it denies some families alone. */
	cr_expect_str_eq(exempt, "mount ptrace", "%s", exempt);
}

Test(table, lines_that_lift_denials)
{
	static const struct {
		const char *call, *place;
		unsigned lift;
	} calls[] = {
		{"mount", "default", AUDIT_LIFT_EXEMPT | AUDIT_LIFT_ALLOW},
		{"mkdir", "x.ini:3", AUDIT_LIFT_CHANGE},
		{"chown", "x.ini:4", AUDIT_LIFT_CHANGE},
		{"chmod", "x.ini:3", AUDIT_LIFT_CHANGE},
		{"execve", "x.ini:2", AUDIT_LIFT_ALLOW},
	};
	_cleanup_audit_table_ struct audit_table table = {0};
	_cleanup_audit_lists_ struct audit_lists lists = {0};
	_cleanup_free_ char *allowed = NULL, *exempt = NULL, *change = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		struct audit_call *call;

		add(&table, "a", calls[i].call, 1);
		call = &table.programs[0].calls[i];
		call->says = AUDIT_SAYS_DENIED;
		call->verdict = xstrdup("denied");
		call->place = xstrdup(calls[i].place);
		call->lift = calls[i].lift;
	}
	audit_profile_lists(&table.programs[0], &lists);
	allowed = joined(&lists.allow);
	exempt = joined(&lists.exempt);
	change = joined(&lists.change);
	/* What an allow list implies is not left out where it is denied all the same. */
	cr_expect_str_eq(allowed, "execve mount", "%s", allowed);
	cr_expect_str_eq(exempt, "mount", "%s", exempt);
	cr_expect_str_eq(change, "x.ini:3 (chmod mkdir) x.ini:4 (chown)", "%s", change);
	cr_expect_eq(lists.deny.count, 0);
}

#if defined(__x86_64__)
Test(table, calls_of_other_abis)
{
	static const struct {
		enum abi abi;
		unsigned nr;
	} calls[] = {{ABI_X86, 21}, {ABI_AARCH64, 21}, {ABI_X86_64, 9999}};
	_cleanup_audit_table_ struct audit_table table = {0};
	_cleanup_audit_lists_ struct audit_lists lists = {0};
	_cleanup_free_ char *arch = NULL, *allowed = NULL, *denied = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		struct audit_record record = {
			.comm = xstrdup("a"),
			.nr = calls[i].nr,
			.has_nr = true,
			.abi = calls[i].abi,
			.has_abi = true,
		};

		audit_table_add(&table, &record);
		audit_record_clear(&record);
		cr_expect_eq(audit_unreachable(&table.programs[0].calls[i]) != NULL, i > 0);
	}
	audit_profile_lists(&table.programs[0], &lists);
	arch = joined(&lists.arch);
	allowed = joined(&lists.allow);
	denied = joined(&lists.deny);
	cr_expect_str_eq(arch, "x86");
	cr_expect_str_eq(allowed, "mount");
	cr_expect_str_eq(denied, "mount");
}
#endif

Test(options, times, .init = utc)
{
	static const struct {
		const char *text;
		uint64_t seconds;
	} table[] = {
		{"@1700000000", 1700000000},
		{"30s", NOW - 30},
		{"2h", NOW - 7200},
		{"today", 1699920000},
		{"yesterday", 1699833600},
		{"2023-11-14", 1699920000},
		{"2023-11-14 22:13", 1699999980},
		{"2023-11-14 22:13:20", 1700000000},
	};
	static const char *const wrong[] = {"",      "x",          "@",
					    "@-1",   "2023-13-01", "2023-11-14 25:00",
					    "-5min", "5 parsecs"};
	uint64_t ms;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		cr_assert_eq(audit_time_parse(table[i].text, NOW, &ms, NULL), 0, "%s",
			     table[i].text);
		cr_expect_eq(ms, table[i].seconds * 1000, "%s", table[i].text);
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		_cleanup_err_ struct err *err = NULL;

		cr_expect_eq(audit_time_parse(wrong[i], NOW, &ms, &err), -1, "%s", wrong[i]);
		cr_expect(err && err->exit_code == EXIT_USAGE);
	}
}
