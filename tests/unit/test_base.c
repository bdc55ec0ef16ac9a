/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/allow.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/loc.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"

Test(num, int_accepts_only_whole_numbers_in_range)
{
	int64_t n = 77;

	cr_assert_eq(num_int("-5", -10, 10, &n, NULL), 0);
	cr_assert_eq(n, -5);
	for (const char *const *bad = (const char *const[]){"", "-", "+1", " 1", "1 ", "0x1", "11",
							    "99999999999999999999", NULL};
	     *bad; bad++) {
		_cleanup_err_ struct err *err = NULL;

		cr_expect_eq(num_int(*bad, -10, 10, &n, &err), -1, "\"%s\" passed", *bad);
		cr_expect(err && strstr(err->text, "-10 to 10"), "no range in the message");
	}
	cr_assert_eq(n, -5, "a failed parse wrote its result");
}

Test(num, size_units_and_overflow)
{
	uint64_t n;

	cr_assert_eq(num_size("128M", &n, NULL), 0);
	cr_assert_eq(n, UINT64_C(128) << 20);
	cr_assert_eq(num_size("8388607T", &n, NULL), 0);
	cr_assert_eq(num_size("8388608T", &n, NULL), -1);
	cr_assert_eq(num_size("1m", &n, NULL), -1);
	cr_assert_eq(num_size("1MB", &n, NULL), -1);
	cr_assert_eq(num_size("-1", &n, NULL), -1);
	cr_assert_eq(num_size("", &n, NULL), -1);
}

Test(num, time_units)
{
	uint64_t n;

	cr_assert_eq(num_time("5", &n, NULL), 0);
	cr_assert_eq(n, 5000000u);
	cr_assert_eq(num_time("2min", &n, NULL), 0);
	cr_assert_eq(n, 120000000u);
	cr_assert_eq(num_time("5 s", &n, NULL), -1);
	cr_assert_eq(num_time("300000000d", &n, NULL), -1);
}

Test(num, mode_and_bool)
{
	unsigned mode;
	bool flag;

	cr_assert_eq(num_mode("1777", &mode, NULL), 0);
	cr_assert_eq(mode, 01777u);
	cr_assert_eq(num_mode("888", &mode, NULL), -1);
	cr_assert_eq(num_mode("17777", &mode, NULL), -1);
	cr_assert_eq(num_bool("off", &flag, NULL), 0);
	cr_assert_not(flag);
	cr_assert_eq(num_bool("YES", &flag, NULL), -1);
}

Test(path, clean)
{
	char *p = path_clean("//usr/./lib//x/");

	cr_assert_str_eq(p, "/usr/lib/x");
	free(p);
	p = path_clean("/");
	cr_assert_str_eq(p, "/");
	free(p);
	cr_assert_null(path_clean("usr"));
	cr_assert_null(path_clean("/usr/../etc"));
	p = path_clean("/usr/..x");
	cr_assert_str_eq(p, "/usr/..x");
	free(p);
}

Test(path, below_and_depth)
{
	cr_assert(path_below("/usr/lib", "/usr"));
	cr_assert(path_below("/usr", "/usr"));
	cr_assert_not(path_below("/usrlocal", "/usr"));
	cr_assert(path_below("/usr", "/"));
	cr_assert_eq(path_depth("/"), 0u);
	cr_assert_eq(path_depth("/usr/lib"), 2u);
}

Test(path, octal_escapes_are_taken_out)
{
	static const char *const cases[][2] = {
		{"/plain", "/plain"},
		{"/a\\040b\\011\\134c", "/a b\t\\c"},
		{"/\\303\\244", "/\303\244"},
		/* None of the kernel's. */
		{"/a\\04", "/a\\04"},
		{"/a\\048", "/a\\048"},
		{"/a\\0x0", "/a\\0x0"},
		{"/a\\400", "/a\\400"},
		{"/a\\", "/a\\"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *path = xstrdup(cases[i][0]);

		path_unescape(path);
		cr_expect_str_eq(path, cases[i][1]);
	}
}

Test(str, what_a_terminal_gets)
{
	static const char *const texts[][2] = {
		{"a b\\", "a b\\"},
		{"\x1b[31m\n\x7f", "\\x1b[31m\\x0a\\x7f"},
		{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
		{"\xc2\x9b"
		 "31m",
		 "\\xc2\\x9b31m"},
		{"\x9b"
		 "31m",
		 "\\x9b31m"},
		{"c\xe2\x80\xaetxt", "c\\xe2\\x80\\xaetxt"},
		{"\xc0\x9b\xed\xa0\x80\xe2\x82", "\\xc0\\x9b\\xed\\xa0\\x80\\xe2\\x82"},
		{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_str_ struct str s = {0};

		str_add_printable(&s, texts[i][0]);
		cr_assert_str_eq(s.text, texts[i][1], "number %zu", i);
	}
}

Test(str, control_characters)
{
	static const char *const with[] = {"a\n",      "\x1b",     "a\x7f",
					   "\xc2\x80", "\xc2\x9f", "\x9b\t"};
	static const char *const without[] = {"",     "a b",          "\xc2\xa0",
					      "\x9b", "\xe2\x80\xae", "\xc2"};

	for (size_t i = 0; i < ARRAY_SIZE(with); i++)
		cr_expect(str_has_control(with[i]), "number %zu", i);
	for (size_t i = 0; i < ARRAY_SIZE(without); i++)
		cr_expect_not(str_has_control(without[i]), "number %zu", i);
}

Test(json, what_a_terminal_gets)
{
	_cleanup_json_ struct json_object *object = json_object_new_object(), *back = NULL;
	static const char text[] = "a\x1b\n\x7f\xc2\x9b\xe2\x80\xae\xc3\xa9/";
	_cleanup_free_ char *out = NULL;
	struct json_object *member;

	json_object_object_add(object, "k", json_object_new_string(text));
	out = json_print(object);
	cr_assert_str_eq(out, "{\n  \"k\":\"a\\u001b\\n\\u007f\\u009b\\u202e\xc3\xa9/\"\n}");
	back = json_tokener_parse(out);
	cr_assert(json_object_object_get_ex(back, "k", &member));
	cr_assert_str_eq(json_object_get_string(member), text, "it means the same");
}

Test(json, printed_as_utf8)
{
	_cleanup_json_ struct json_object *object = json_object_new_string("a\xff\xc3\xa9\xc3");
	_cleanup_free_ char *out = json_print(object);

	cr_expect_str_eq(out, "\"a\\ufffd\xc3\xa9\\ufffd\"");
}

Test(str, distance_and_names)
{
	cr_assert_eq(str_distance("netns", "netsn", 3), 1u);
	cr_assert_eq(str_distance("ro", "rw", 3), 1u);
	cr_assert_eq(str_distance("abc", "xyz", 2), 3u, "limit + 1 when too far");
	cr_assert(str_is_name("phone0.x-y_Z"));
	for (const char *const *bad =
		     (const char *const[]){
			     "", ".x", "-x", "a/b", "a b", "a\n",
			     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			     NULL};
	     *bad; bad++)
		cr_expect_not(str_is_name(*bad), "\"%s\" passed", *bad);
}

Test(err, context_and_errno)
{
	_cleanup_err_ struct err *err = NULL;

	cr_assert_eq(err_set(&err, 2, "open %s", "/x"), -1);
	err_prefix(&err, "ro = /x");
	err_append(&err, " (web.ini:3)");
	cr_assert_str_eq(err->text, "ro = /x: open /x: No such file or directory (web.ini:3)");
	cr_assert_eq(err->exit_code, EXIT_SETUP);
}

Test(mem, array_growth_keeps_elements)
{
	size_t n = 0;
	int *items = NULL;
	struct strv v = {0};

	for (int i = 0; i < 1000; i++) {
		*array_grow(&items, &n) = i;
		strv_add(&v, "x");
	}
	for (int i = 0; i < 1000; i++)
		cr_assert_eq(items[i], i);
	cr_assert_eq(v.count, 1000u);
	cr_assert_null(v.items[1000]);
	strv_free(&v);
	free(items);
}

Test(arena, many_sizes)
{
	struct arena *arena = arena_new();

	for (size_t size = 1; size < 9000; size += 37) {
		char *p = arena_alloc(arena, size);

		for (size_t i = 0; i < size; i++)
			cr_assert_eq(p[i], 0);
		memset(p, 0xff, size);
	}
	arena_free(arena);
}

Test(loc, text)
{
	cr_assert_str_eq(loc_text(&(struct loc){"web.ini", 31}), "web.ini:31");
	cr_assert_str_eq(loc_text(&(struct loc){"--ro", 0}), "--ro");
	cr_assert_str_eq(loc_text(&(struct loc){0}), "default");
}

/* What the filter answered to calls on and off the list, as bits. */
static int filtered(int allowed_fd)
{
	const struct allowed_call calls[] = {
		{.name = "exit_group"},      {.name = "getppid"},
		{.name = "no_such_call"},    {"write", 0, ALLOW_INT, (uint64_t)allowed_fd},
		{"write", 0, ALLOW_INT, 77},
	};
	int seen = 0;

	if (allow_only(calls, ARRAY_SIZE(calls), NULL) < 0)
		return 0;
	seen |= getppid() > 0 ? 1 : 0;
	seen |= write(allowed_fd, "x", 1) == 1 ? 2 : 0;
	seen |= write(77, "x", 1) < 0 && errno == EBADF ? 4 : 0;
	seen |= write(78, "x", 1) < 0 && errno == ENOSYS ? 8 : 0;
	seen |= getpgid(0) < 0 && errno == ENOSYS ? 16 : 0;
	return seen;
}

Test(allow, only_what_the_table_says_is_left)
{
	/* As in the launcher, whose filters set it. */
	cr_assert_eq(seccomp_api_set(3), 0);
	for (int fd = 1; fd <= 2; fd++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			_exit(dup2(open("/dev/null", O_WRONLY), fd) == fd ? filtered(fd) : 0);
		cr_assert_eq(waitpid(pid, &status, 0), pid);
		cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 31, "%x", status);
	}
}
