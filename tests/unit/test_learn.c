/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From records to lines, and lines into a profile. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/str.h"
#include "learn/learn_grants.h"
#include "base/interpreter.h"
#include "learn/learn_seccomp.h"
#include "unit/lines.h"

static void saw(struct record *record, const char *name)
{
	record->calls[ABI_NATIVE][syscall_number(name, ABI_NATIVE)] = 1;
}

Test(names, each_once_and_found_again)
{
	_cleanup_names_ struct names names = {0};
	bool is_new;
	char text[16];

	cr_assert_eq(names_find(&names, "a"), SIZE_MAX);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 1000; i++) {
			snprintf(text, sizeof(text), "/n/%u", i);
			cr_assert_eq(names_add(&names, text, &is_new), i);
			cr_assert_eq(is_new, round == 0);
		}
	}
	cr_assert_eq(names.count, 1000);
	cr_assert_eq(names_find(&names, "/n/999"), 999);
	cr_assert_eq(names_find(&names, "/n/1000"), SIZE_MAX);
}

Test(names, all_directories_above)
{
	_cleanup_names_ struct names names = {0};

	names_add_above(&names, "/a/b/c");
	names_add_above(&names, "/a/d/e");
	names_add_above(&names, "/f");
	cr_assert_eq(names.count, 3);
	cr_assert_neq(names_find(&names, "/a"), SIZE_MAX);
	cr_assert_neq(names_find(&names, "/a/b"), SIZE_MAX);
	cr_assert_neq(names_find(&names, "/a/d"), SIZE_MAX);
}

Test(lines, what_a_terminal_gets)
{
	static const char *const texts[][2] = {
		{"", ""},
		{"a \xc3\xa9", "a \xc3\xa9"},
		{"\x1b]0;x\x07\n", "?]0;x??"},
		{"\xc2\x9b"
		 "31m\x7f",
		 "?31m?"},
		{"a\xe2\x80\xae\x9b"
		 "b",
		 "a??b"},
	};
	char text[32];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		snprintf(text, sizeof(text), "%s", texts[i][0]);
		lines_make_printable(text);
		cr_expect_str_eq(text, texts[i][1], "number %zu: %s", i, text);
	}
}

Test(grants, a_path_with_a_control_character_makes_no_line)
{
	struct grants grants = {0};
	_cleanup_lines_ struct lines lines = {0};

	grants_add(&grants,
		   "/p/a\xc2\x9b"
		   "31m",
		   GRANT_READ, true, false, NULL);
	grants_add(&grants, "/p/a\xc3\xa9", GRANT_READ, true, false, NULL);
	grants_drop_unwritten(&grants, "/home/me", &lines);
	grants_lines(&grants, "/home/me", &lines);
	assert_values(&lines, "filesystem", "ro", "/p/a\xc3\xa9");
	grants_free(&grants);
}

/* Comparing each with each would take minutes. */
Test(grants, many_places, .timeout = 20)
{
	enum { MANY = 100000 };
	struct grants grants = {0};
	_cleanup_lines_ struct lines lines = {0};
	char path[32];

	for (unsigned i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), "/p/%u/%u", i / 100, i);
		grants_add(&grants, path, GRANT_PLACE, true, false, NULL);
	}
	grants_add(&grants, "/p/7", GRANT_PLACE, true, false, NULL);
	grants_fold(&grants, -1, NULL, NULL);
	grants_lines(&grants, "/home/me", &lines);
	cr_assert_eq(lines.count, MANY);
	grants_free(&grants);
}

Test(record, an_argument_once)
{
	_cleanup_record_ struct record record = {.root = -1, .mount_namespace = -1};

	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < 100; i++)
			record_argument(&record, 16, 1, i);
	record_argument(&record, 16, 0, 1);
	cr_assert_eq(record.narguments, 101);
	cr_assert_eq(record.arguments[7].value, 7);
}

Test(seccomp, groups_where_they_are_shorter)
{
	_cleanup_record_ struct record record = {.root = -1, .mount_namespace = -1};
	_cleanup_lines_ struct lines lines = {0};
	struct err *err = NULL;

	saw(&record, "read");
	saw(&record, "write");
	saw(&record, "close");
	saw(&record, "getpid"); /* implied */
	saw(&record, "uname");
	cr_assert_eq(seccomp_lines(&record, false, &lines, &err), 0);
	assert_values(&lines, "seccomp", "default", "errno");
	assert_values(&lines, "seccomp", "allow", "@basic-io uname");
	assert_values(&lines, "seccomp", "exempt", "");
}

Test(seccomp, two_calls_are_no_group)
{
	_cleanup_record_ struct record record = {.root = -1, .mount_namespace = -1};
	_cleanup_lines_ struct lines lines = {0};
	struct err *err = NULL;

	saw(&record, "preadv2");
	saw(&record, "pwritev2");
	cr_assert_eq(seccomp_lines(&record, false, &lines, &err), 0);
	assert_values(&lines, "seccomp", "allow", "preadv2 pwritev2");
}

Test(seccomp, what_the_baseline_denies)
{
	_cleanup_record_ struct record record = {.root = -1, .mount_namespace = -1};
	_cleanup_lines_ struct lines lines = {0};
	struct err *err = NULL;

	saw(&record, "ptrace");
	saw(&record, "mount");
	saw(&record, "socket");
	saw(&record, "clone3");
	record_argument(&record, (unsigned)syscall_number("socket", ABI_NATIVE), 0, AF_INET);
	cr_assert_eq(seccomp_lines(&record, false, &lines, &err), 0);
	assert_values(&lines, "seccomp", "allow", "clone clone3 mount ptrace socket");
	assert_values(&lines, "seccomp", "exempt", "ptrace");
	assert_values(&lines, "seccomp", NULL,
		      "used, and denied by the baseline all the same: mount|used, and in need of a "
		      "capability, which nothing in a sandbox has: mount");
	lines_free(&lines);
	record_argument(&record, (unsigned)syscall_number("socket", ABI_NATIVE), 0, AF_ALG);
	record.user_namespace = true;
	cr_assert_eq(seccomp_lines(&record, false, &lines, &err), 0);
	assert_values(&lines, "seccomp", "exempt", "ptrace socket");
	assert_values(&lines, "namespaces", "nested", "yes");
}

static void address(struct record *record, const char *text, unsigned port, bool loopback,
		    bool bound)
{
	const struct address_use use = {
		.family = AF_INET,
		.port = port,
		.loopback = loopback,
		.connected = !bound,
		.bound = bound,
	};

	record_address(record, text, &use);
}

Test(network, none_host)
{
	_cleanup_record_ struct record record = {.root = -1, .mount_namespace = -1};
	_cleanup_lines_ struct lines lines = {0};

	/* Asking for any port says nothing to anybody. */
	address(&record, "127.0.0.1:0", 0, true, true);
	network_lines(&record, &lines);
	assert_values(&lines, "network", "mode", "none");
	lines_free(&lines);
	address(&record, "127.0.0.1:80", 80, true, false);
	network_lines(&record, &lines);
	assert_values(&lines, "network", "mode", "host");
	assert_values(&lines, "network", NULL, "connected or sent to: 127.0.0.1:80");
}

static char *merge(const struct lines *lines, const char *text)
{
	_cleanup_strv_ struct strv left = {0};
	struct err *err = NULL;
	char *merged = lines_merge(lines, "file.ini", text, strlen(text), &left, &err);

	cr_assert_not_null(merged, "%s", err ? err->text : "");
	return merged;
}

#define assert_merged(lines, text, expected)                                                       \
	do {                                                                                       \
		_cleanup_free_ char *once_ = merge(lines, text), *twice_ = merge(lines, once_);    \
		cr_assert_str_eq(once_, expected, "%s", once_);                                    \
		cr_assert_str_eq(twice_, once_, "%s", twice_);                                     \
	} while (0)

Test(merge, adds_at_the_ends_of_sections_and_keeps_the_rest)
{
	_cleanup_lines_ struct lines lines = {0};

	lines_add(&lines, "filesystem", "ro", "/srv/new");
	lines_add(&lines, "filesystem", "ro", "/srv/a/b");
	lines_add(&lines, "filesystem", "rw", "~/x");
	lines_add(&lines, "seccomp", "allow", "@basic-io uname ptrace");
	lines_add(&lines, "network", "mode", "host");
	lines_add(&lines, "desktop", "wayland", "auto");
	lines_note(&lines, "network", "a comment is not merged");
	assert_merged(&lines,
		      "# top\n[network]\n  mode=none\n\n[filesystem]\n; mine\nro = -/srv/a\n"
		      "rw = ${HOME}/x\n# end\n[seccomp]\nallow = uname @basic-io\n",
		      "# top\n[network]\n  mode= host\n\n[filesystem]\n; mine\nro = -/srv/a\n"
		      "rw = ${HOME}/x\nro = /srv/new\n# end\n[seccomp]\nallow = uname @basic-io\n"
		      "allow = ptrace\n\n[desktop]\nwayland = auto\n");
}

Test(merge, a_file_without_a_final_newline)
{
	_cleanup_lines_ struct lines lines = {0};

	lines_add(&lines, "filesystem", "ro", "/a");
	assert_merged(&lines, "[filesystem]\nro = /b", "[filesystem]\nro = /b\nro = /a\n");
	assert_merged(&lines, "", "\n[filesystem]\nro = /a\n");
}

Test(merge, what_is_used_is_no_longer_hidden_and_what_is_shown_not_hidden)
{
	_cleanup_lines_ struct lines lines = {0};
	_cleanup_strv_ struct strv left = {0};
	const char *text = "[filesystem]\nrw = /w\nhide = -/w/a\nhide = -/w/b\nro = /w/c/d\n";
	struct err *err = NULL;
	_cleanup_free_ char *merged = NULL;

	lines_add(&lines, "filesystem", "ro", "/w/a/f");
	lines_add(&lines, "filesystem", "hide", "-/w/c");
	merged = lines_merge(&lines, "file.ini", text, strlen(text), &left, &err);
	cr_assert_str_eq(merged, "[filesystem]\nrw = /w\nhide = -/w/b\nro = /w/c/d\n", "%s",
			 merged);
	cr_assert_eq(left.count, 1);
	cr_assert(str_starts(left.items[0], "file.ini:3: hide = -/w/a is taken out"));
}

Test(merge, memory_covers_nothing_that_is_shown)
{
	static const char *const shown[] = {"rw = /run", "rw = /run/me", "ro = -/x:/run/me",
					    "tmpfs = /run/me:mode=0700", "overlay-dir = /run/me"};
	_cleanup_lines_ struct lines lines = {0};

	lines_add(&lines, "filesystem", "tmpfs", "/run/me");
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		_cleanup_free_ char *text = xasprintf("[filesystem]\n%s\n", shown[i]);

		assert_merged(&lines, text, text);
	}
	assert_merged(&lines, "[filesystem]\nrw = /run/me/f\n",
		      "[filesystem]\nrw = /run/me/f\ntmpfs = /run/me\n");
}

Test(merge, what_somebody_chose_stays)
{
	_cleanup_lines_ struct lines lines = {0};
	_cleanup_strv_ struct strv left = {0};
	const char *text = "[network]\nmode = host\n[seccomp]\ndefault = kill\nbaseline = no\n";
	struct err *err = NULL;
	_cleanup_free_ char *merged = NULL;

	lines_add(&lines, "network", "mode", "none");
	lines_add(&lines, "seccomp", "default", "errno");
	lines_add(&lines, "seccomp", "exempt", "ptrace");
	merged = lines_merge(&lines, "file.ini", text, strlen(text), &left, &err);
	cr_assert_str_eq(merged, text, "%s", merged);
	cr_assert_eq(left.count, 1);
	cr_assert_str_eq(left.items[0], "file.ini:4: default = kill stays; the command used errno");
}

Test(merge, calls_that_the_file_denies_are_told)
{
	_cleanup_record_ struct record record = {.root = -1, .mount_namespace = -1};
	_cleanup_lines_ struct lines lines = {0};
	_cleanup_strv_ struct strv left = {0};
	struct err *err = NULL;
	_cleanup_free_ char *merged = NULL;

	saw(&record, "mount");
	saw(&record, "umount2");
	saw(&record, "socket");
	saw(&record, "ptrace");
	cr_assert_eq(seccomp_lines(&record, false, &lines, &err), 0);
	merged = merge_left(&lines,
			    "[seccomp]\ndefault = errno\nallow = mount umount2 socket ptrace\n"
			    "exempt = ptrace\ndeny = chroot @mount:ENOSYS\n"
			    "deny = socket(0 == AF_ALG) bpf\nkill = ptrace\n",
			    &left);
	cr_assert_eq(left.count, 2, "%s", left.items ? left.items[0] : "");
	cr_assert_str_eq(left.items[0], "file.ini:5: deny = chroot @mount:ENOSYS stays; the "
					"command used mount, umount2");
	cr_assert_str_eq(left.items[1], "file.ini:7: kill = ptrace stays; the command used ptrace");
}

Test(merge, no_exemption_lifts_what_somebody_denied)
{
	_cleanup_lines_ struct lines lines = {0};
	_cleanup_strv_ struct strv left = {0};
	_cleanup_free_ char *merged = NULL;

	strv_add(&lines.calls, "ptrace");
	strv_add(&lines.calls, "socket");
	strv_add(&lines.calls, "mbind");
	strv_add(&lines.calls, "bpf");
	lines_add(&lines, "seccomp", "exempt", "mbind ptrace socket");
	merged = merge_left(&lines,
			    "[seccomp]\ndeny = @debug bpf(0 == 5)\ndeny = socket(0 == AF_ALG)\n",
			    &left);
	cr_assert_str_eq(merged,
			 "[seccomp]\ndeny = @debug bpf(0 == 5)\ndeny = socket(0 == AF_ALG)\n"
			 "exempt = mbind\n",
			 "%s", merged);
	cr_assert_eq(left.count, 2, "%zu", left.count);
	cr_assert(str_ends(left.items[0], "stays; the command used ptrace"), "%s", left.items[0]);
	cr_assert(str_ends(left.items[1], "stays; the command used socket"), "%s", left.items[1]);
	strv_free(&left);
	left = (struct strv){0};
	/* What it exempts itself is no longer denied. */
	free(merged);
	merged = merge_left(&lines, "[seccomp]\nexempt = ptrace\ndeny = ptrace\n", &left);
	cr_assert_eq(left.count, 0);
}

Test(merge, switches_that_are_on_are_alike)
{
	_cleanup_lines_ struct lines lines = {0};
	_cleanup_strv_ struct strv left = {0};
	const char *text = "[desktop]\nwayland = yes\ngpu = true\nx11 = no\n";
	_cleanup_free_ char *merged = NULL;

	lines_add(&lines, "desktop", "wayland", "auto");
	lines_add(&lines, "desktop", "gpu", "yes");
	lines_add(&lines, "desktop", "x11", "auto");
	merged = merge_left(&lines, text, &left);
	cr_assert_str_eq(merged, "[desktop]\nwayland = yes\ngpu = true\nx11 = auto\n", "%s",
			 merged);
	cr_assert_eq(left.count, 0);
}

Test(merge, what_a_directory_of_the_file_shows_is_not_hidden_later)
{
	_cleanup_lines_ struct lines lines = {0};
	_cleanup_strv_ struct strv left = {0};
	const char *text = "[filesystem]\nrw = ~/w\nhide = -~/w/a\nhide = -~/w/b\n";
	_cleanup_free_ char *merged = NULL;

	/* The run used ~/w/a/f and made something in ~/w, which shows both. */
	lines.home = xstrdup("/home/me");
	names_add_above(&lines.touched, "/home/me/w/a/f");
	lines_add(&lines, "filesystem", "rw", "~/w");
	lines_add(&lines, "filesystem", "rw", "~/v");
	lines_add(&lines, "filesystem", "hide", "-~/w/used-before");
	lines_add(&lines, "filesystem", "hide", "-~/w/a/g");
	lines_add(&lines, "filesystem", "hide", "-~/v/f");
	merged = merge_left(&lines, text, &left);
	cr_assert_str_eq(merged,
			 "[filesystem]\nrw = ~/w\nhide = -~/w/b\nrw = ~/v\nhide = -~/w/a/g\n"
			 "hide = -~/v/f\n",
			 "%s", merged);
	cr_assert_eq(left.count, 1);
	cr_assert(str_starts(left.items[0], "file.ini:3: hide = -~/w/a is taken out"));
}

Test(merge, no_profile)
{
	_cleanup_lines_ struct lines lines = {0};
	_cleanup_strv_ struct strv left = {0};
	_cleanup_err_ struct err *err = NULL;

	cr_assert_null(lines_merge(&lines, "file.ini", "key\n", 4, &left, &err));
	cr_assert_eq(err->exit_code, EXIT_PROFILE);
	cr_assert(str_starts(err->text, "file.ini:1: "));
}

static bool interpreter(const void *data, size_t len, char *out, size_t size)
{
	char path[] = "/tmp/test-learn.XXXXXX";
	_cleanup_close_ int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	unlink(path);
	cr_assert_eq(write(fd, data, len), (ssize_t)len);
	return interpreter_of(fd, out, size);
}

Test(interpreter, scripts)
{
	static const struct {
		const char *text;
		const char *expected; /* NULL: none */
	} cases[] = {
		{"#!/bin/sh\n", "/bin/sh"},
		{"#! \t/usr/bin/env python3\nx", "/usr/bin/env"},
		{"#!/no/newline", "/no/newline"},
		{"#!\n/bin/sh", NULL},
		{"#!relative\n", NULL},
		{"#!", NULL},
		{"", NULL},
		{"text", NULL},
		{"\177ELF", NULL},
	};
	char out[64];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool found = interpreter(cases[i].text, strlen(cases[i].text), out, sizeof(out));

		cr_assert_eq(found, cases[i].expected != NULL, "%s", cases[i].text);
		if (found)
			cr_assert_str_eq(out, cases[i].expected);
	}
}

Test(interpreter, of_a_program)
{
	_cleanup_close_ int fd = open("/usr/bin/env", O_RDONLY | O_CLOEXEC);
	char out[256];

	cr_assert(interpreter_of(fd, out, sizeof(out)));
	cr_assert_not_null(strstr(out, "ld-linux"), "%s", out);
	cr_assert_not(interpreter_of(fd, out, 4));
}
