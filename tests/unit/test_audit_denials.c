/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records of Landlock's. The way through libauparse is in tests/e2e/audit.bats. */
#include <criterion/criterion.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdlib.h>

#include "base/str.h"
#include "learn/audit_denials.h"

#define STAMP "audit(1700000000.123:456): "

enum { NOW = 1700000030 };

Test(line, records_of_landlock)
{
	/* As Linux 6.18 writes them. */
#define ACCESS "domain=1570970b3 blockers=fs.read_file path=\"/etc/hostname\" dev=\"vda\" ino=733"
#define DOMAIN                                                                                     \
	"domain=1570970b3 status=allocated mode=enforcing pid=13453 uid=1001 "                     \
	"exe=\"/usr/bin/python3.11\" comm=\"python3\""
#define FAILED "arch=c000003e syscall=257 success=no exit=-13 comm=\"python3\" key=(null)"
	static const struct {
		const char *line, *raw, *fields;
		unsigned type;
	} table[] = {
		{"type=UNKNOWN[1423] msg=" STAMP ACCESS, "UNKNOWN[1423]", ACCESS, 1423},
		{"type=LANDLOCK_ACCESS msg=" STAMP ACCESS, "UNKNOWN[1423]", ACCESS, 1423},
		{"node=a type=1423 msg=" STAMP ACCESS, "UNKNOWN[1423]", ACCESS, 1423},
		{"[12.5] audit: type=1423 " STAMP ACCESS, "UNKNOWN[1423]", ACCESS, 1423},
		{"type=UNKNOWN[1424] msg=" STAMP DOMAIN, "UNKNOWN[1424]", DOMAIN, 1424},
		{"type=LANDLOCK_DOMAIN msg=" STAMP DOMAIN, "UNKNOWN[1424]", DOMAIN, 1424},
		{"Nov 14 22:13:20 host kernel: audit: type=1424 " STAMP DOMAIN, "UNKNOWN[1424]",
		 DOMAIN, 1424},
		{"type=SYSCALL msg=" STAMP FAILED, "SYSCALL", FAILED, AUDIT_SYSCALL},
		{"[12.5] audit: type=1300 " STAMP FAILED, "SYSCALL", FAILED, AUDIT_SYSCALL},
	};
	static const char *const none[] = {
		"type=SYSCALL msg=" STAMP "arch=c000003e syscall=257 success=yes exit=3",
		"type=UNKNOWN[1425] msg=" STAMP ACCESS,
		"type=LANDLOCK_ACCESS msg=audit(11/14/23 22:13:20.123:456) : " ACCESS,
		"Nov 14 22:13:20 host alice: audit: type=1423 " STAMP ACCESS,
		"Nov 14 22:13:20 host audit[4711]: AUDIT1423 " ACCESS,
		"<13>[12.5] audit: type=1423 " STAMP ACCESS,
	};
	struct audit_line line;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_free_ char *raw =
			xasprintf("type=%s msg=" STAMP "%s", table[i].raw, table[i].fields);

		audit_line_parse(table[i].line, NOW, &line);
		cr_assert_eq(line.kind, AUDIT_LINE_RAW, "%s", table[i].line);
		cr_expect_eq(line.type, table[i].type);
		cr_expect_str_eq(line.raw, raw);
		cr_expect_str_eq(line.raw + line.fields, table[i].fields);
		audit_line_clear(&line);
	}
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		audit_line_parse(none[i], NOW, &line);
		cr_expect_eq(line.kind, AUDIT_LINE_OTHER, "%s", none[i]);
		audit_line_clear(&line);
	}
}

Test(denials, objects)
{
	static const struct {
		struct audit_object object;
		const char *text;
	} table[] = {
		{{.path = "\"/tmp/x\""}, "/tmp/x"},
		{{.path = "2F746D702F772078"}, "/tmp/w x"},
		{{.path = "006F757473696465"}, "@outside"},
		{{.path = "00"}, "@"},
		/* What isn't hexadecimal stays as it is. */
		{{.path = "2F746D7"}, "2F746D7"},
		{{.path = "2f"}, "2f"},
		{{.path = "(null)"}, "(null)"},
		{{.path = "\""}, "\""},
		{{.path = ""}, ""},
		{{.name = "\"/\""}, "/"},
		{{.comm = "\"sleep\""}, "sleep"},
		{{.address = "127.0.0.1", .port = "25"}, "127.0.0.1:25"},
		{{.address = "::1", .port = "443"}, "[::1]:443"},
		{{.port = "8080"}, "*:8080"},
		{{.address = "10.0.0.1"}, "10.0.0.1:0"},
		{{0}, NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_free_ char *text = audit_object_text(&table[i].object);

		if (table[i].text)
			cr_expect(text && streq(text, table[i].text), "%s: %s", table[i].text,
				  text);
		else
			cr_expect_null(text);
	}
}

static void deny(struct audit_table *table, const char *comm, const char *blockers,
		 const char *object, int port, uint64_t when)
{
	_cleanup_free_ char *exe = comm ? xasprintf("/bin/%s", comm) : NULL;

	audit_table_add_access(table,
			       &(struct audit_access){when, comm, exe, blockers, object, port});
}

/* A SECCOMP record of the same program. */
static void call(struct audit_table *table, const char *comm)
{
	struct audit_record record = {
		.time = 100,
		.comm = xstrdup(comm),
		.exe = xasprintf("/bin/%s", comm),
		.call = xstrdup("read"),
		.code = SECCOMP_RET_LOG,
	};

	audit_table_add(table, &record);
	audit_record_clear(&record);
}

Test(denials, counts_and_orders)
{
	_cleanup_audit_table_ struct audit_table table = {.since = 100};
	const struct audit_program *a, *b;

	call(&table, "a");
	deny(&table, "a", "fs.read_file", "/y", -1, 99);
	deny(&table, "a", "fs.read_file", "/y", -1, 300);
	deny(&table, "a", "fs.read_file", "/x", -1, 200);
	deny(&table, "a", "fs.write_file", "/x", -1, 200);
	deny(&table, "a", "fs.read_file", "/y", -1, 200);
	deny(&table, "b", "scope.signal", NULL, -1, 0);
	deny(&table, NULL, "fs.read_dir", "/", -1, 200);
	audit_table_sort(&table);
	cr_assert_eq(table.nprograms, 3);
	cr_expect_eq(table.denied, 6);
	cr_expect_eq(table.count, 1);
	cr_expect_eq(table.undated, 1);
	a = &table.programs[0];
	cr_expect_str_eq(a->name, "/bin/a");
	cr_expect_eq(a->count, 1);
	cr_expect_eq(a->denied, 4);
	cr_assert_eq(a->ndenials, 3);
	cr_expect_str_eq(a->denials[0].object, "/y");
	cr_expect_eq(a->denials[0].count, 2);
	cr_expect_eq(a->denials[0].first, 200);
	cr_expect_eq(a->denials[0].last, 300);
	cr_expect_str_eq(a->denials[1].blockers, "fs.read_file");
	cr_expect_str_eq(a->denials[2].blockers, "fs.write_file");
	b = &table.programs[1];
	cr_expect_str_eq(b->denials[0].object, "-");
	cr_expect_eq(b->denials[0].first, 0);
	cr_expect_str_eq(table.programs[2].name, "?");
}

Test(denials, of_one_name)
{
	_cleanup_audit_table_ struct audit_table table = {.comm = "a"};

	deny(&table, "a", "fs.read_file", "/x", -1, 1);
	deny(&table, "b", "fs.read_file", "/x", -1, 1);
	deny(&table, NULL, "fs.read_file", "/x", -1, 1);
	cr_expect_eq(table.denied, 1);
}

Test(denials, many, .timeout = 30)
{
	enum { MANY = 200000 };
	_cleanup_audit_table_ struct audit_table table = {0};

	for (unsigned i = 0; i < MANY; i++) {
		_cleanup_free_ char *path = xasprintf("/%u", i);

		deny(&table, "a", "fs.read_file", path, -1, 1);
	}
	audit_table_sort(&table);
	cr_expect_eq(table.programs[0].ndenials, MANY);
}

Test(denials, ports_for_a_profile)
{
	_cleanup_audit_table_ struct audit_table table = {0};
	_cleanup_strv_ struct strv connect = {0}, bind = {0};

	deny(&table, "a", "net.connect_tcp", "127.0.0.1:443", 443, 1);
	deny(&table, "a", "net.connect_tcp", "[::1]:443", 443, 1);
	deny(&table, "a", "net.connect_tcp", "[::1]:25", 25, 1);
	deny(&table, "a", "net.connect_tcp", "[::1]:8000", 8000, 1);
	deny(&table, "a", "net.connect_tcp", "127.0.0.1:0", 0, 1);
	deny(&table, "a", "net.bind_tcp", "*:0", 0, 1);
	deny(&table, "a", "fs.read_file", "/x", -1, 1);
	audit_ports(&table.programs[0], &connect, &bind);
	cr_assert_eq(connect.count, 3);
	cr_expect_str_eq(connect.items[0], "25");
	cr_expect_str_eq(connect.items[1], "443");
	cr_expect_str_eq(connect.items[2], "8000");
	cr_assert_eq(bind.count, 1);
	cr_expect_str_eq(bind.items[0], "0");
}
