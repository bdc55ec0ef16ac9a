/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/str.h"
#include "profile/ini.h"
#include "unit/profile_dir.h"

/* What the reader told, as lines "LINE [SECTION] KEY=VALUE" and "LINE [SECTION]". */
static void tell_key(void *context, const char *section, const char *key, const char *value,
		     unsigned line)
{
	str_addf(context, "%u [%s] %s=%s\n", line, section, key, value);
}

static void tell_section(void *context, const char *section, unsigned line)
{
	str_addf(context, "%u [%s]\n", line, section);
}

static int read_bytes(const char *data, size_t len, struct str *told, struct strv *errors)
{
	return ini_read("f", data, len, tell_key, told, errors);
}

static void expect_read(const char *text, const char *expected)
{
	_cleanup_str_ struct str told = {0};
	_cleanup_strv_ struct strv errors = {0};

	cr_expect_eq(read_bytes(text, strlen(text), &told, &errors), 0, "\"%s\": %s", text,
		     errors.count ? errors.items[0] : "");
	cr_expect_str_eq(told.text ? told.text : "", expected);
	cr_expect_eq(errors.count, 0);
}

Test(ini, keys_values_and_lines)
{
	expect_read("", "");
	expect_read("\n\n", "");
	expect_read("[a]\nk = v\n\n[b]\nx=y z\n", "2 [a] k=v\n5 [b] x=y z\n");
	expect_read("[a]\nk = v", "2 [a] k=v\n");
	expect_read("[a]\r\nk = v\r\n\r\n[b]\r\nx = y\r\n", "2 [a] k=v\n5 [b] x=y\n");
	expect_read("[a]\nk =\nl =   \n", "2 [a] k=\n3 [a] l=\n");
	expect_read("\xef\xbb\xbf[a]\nk = v\n", "2 [a] k=v\n");
	expect_read("[a]\nk = v\n[a]\nk = w\n", "2 [a] k=v\n4 [a] k=w\n");
}

Test(ini, what_inih_alone_would_misread)
{
	/* an inline comment, an indented line, a ':' that comes first, comment characters inside */
	expect_read("[a]\nk = v ; w # x\n", "2 [a] k=v ; w # x\n");
	expect_read("[a]\nk = v\n  l = w\n\tm = x\n", "2 [a] k=v\n3 [a] l=w\n4 [a] m=x\n");
	expect_read("[a]\nk = /x:/y=z\n", "2 [a] k=/x:/y=z\n");
	expect_read("  # c\n\t; c = d\n #[x]\n [a] \n k = v\n", "5 [a] k=v\n");
	expect_read("[a]\nk = [b]\nl = #x\n", "2 [a] k=[b]\n3 [a] l=#x\n");
	expect_read("[a]\nk = a\\\nl = b\n", "2 [a] k=a\\\n3 [a] l=b\n");
}

Test(ini, sections_are_told_too)
{
	static const char text[] = "[empty]\n[a]\nk = v\n";
	_cleanup_str_ struct str told = {0};
	_cleanup_strv_ struct strv errors = {0};

	cr_assert_eq(ini_read_sections("f", text, strlen(text), tell_section, tell_key, &told,
				       &errors),
		     0);
	cr_assert_str_eq(told.text, "1 [empty]\n2 [a]\n3 [a] k=v\n");
}

struct bad {
	const char *text;
	const char *mistake; /* the whole of it, "f:LINE: ..." */
	const char *told;    /* what is read in spite of it */
};

static const struct bad bad[] = {
	{"[a\nk = v\n", "f:1: \"[a\" has no closing ]", ""},
	{"[a]\nk = v\n[b\nl = w\n", "f:3: \"[b\" has no closing ]", "2 [a] k=v\n"},
	{"[]\nk = v\n", "f:1: the section has no name", ""},
	{"[a] x\nk = v\n", "f:1: \"[a] x\" has something behind the ]", ""},
	{"[a b]\n", "f:1: \"a b\" is no section's name: it takes A-Z a-z 0-9 _ . -", ""},
	{"k = v\n", "f:1: \"k\" stands before the first [section]", ""},
	{"[a]\nk\n", "f:2: \"k\" has no '=': the form is KEY = VALUE", ""},
	{"[a]\nk: v\n", "f:2: \"k: v\" has no '=': the form is KEY = VALUE", ""},
	{"[a]\nk: v = w\n", "f:2: \"k: v\" is no key's name: it takes A-Z a-z 0-9 _ . -", ""},
	{"[a]\n = v\nl = w\n", "f:2: the key has no name", "3 [a] l=w\n"},
	{"[a]\nk = \x1b[1m\n", "f:2: the control character 0x1b", ""},
	{"[a]\nk = a\rb\n", "f:2: the control character 0x0d", ""},
	{"[a]\n# \x7f\n", "f:2: the control character 0x7f", ""},
	{"\xef\xbb\xbf\xef\xbb\xbf[a]\n",
	 "f:1: \"\xef\xbb\xbf[a]\" has no '=': the form is KEY = VALUE", ""},
};

Test(ini, mistakes)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_str_ struct str told = {0};
		_cleanup_strv_ struct strv errors = {0};

		cr_expect_eq(read_bytes(bad[i].text, strlen(bad[i].text), &told, &errors), -1);
		cr_assert_eq(errors.count, 1, "\"%s\"", bad[i].text);
		cr_expect_str_eq(errors.items[0], bad[i].mistake);
		cr_expect_str_eq(told.text ? told.text : "", bad[i].told);
	}
}

Test(ini, all_mistakes_are_found)
{
	static const char text[] = "k = v\n[a\n[b]\nx\n= y\nok = 1\n";
	_cleanup_str_ struct str told = {0};
	_cleanup_strv_ struct strv errors = {0};

	cr_assert_eq(read_bytes(text, strlen(text), &told, &errors), -1);
	cr_assert_eq(errors.count, 4);
	cr_assert(str_starts(errors.items[0], "f:1: "));
	cr_assert(str_starts(errors.items[1], "f:2: "));
	cr_assert(str_starts(errors.items[2], "f:4: "));
	cr_assert(str_starts(errors.items[3], "f:5: "));
	cr_assert_str_eq(told.text, "6 [b] ok=1\n");
}

Test(ini, nul_bytes)
{
	static const char text[] = "[a]\nk = v\0w\nl = x\0\n[b\0]\nm = y\n";
	_cleanup_str_ struct str told = {0};
	_cleanup_strv_ struct strv errors = {0};

	cr_assert_eq(read_bytes(text, sizeof(text) - 1, &told, &errors), -1);
	cr_assert_eq(errors.count, 3);
	cr_assert_str_eq(errors.items[0], "f:2: a NUL byte");
	cr_assert_str_eq(errors.items[1], "f:3: a NUL byte");
	cr_assert_str_eq(errors.items[2], "f:4: a NUL byte");
	cr_assert_null(told.text, "a key of the broken section went into the one before");
}

/* A value of `len` bytes that ends as a line of its own would begin. */
static char *hostile_value(size_t len)
{
	static const char tail[] = "allow=everything";
	char *value = xmalloc(len + 1);

	memset(value, 'A', len);
	memcpy(value + len - strlen(tail), tail, strlen(tail));
	value[len] = '\0';
	return value;
}

Test(ini, the_tail_of_a_long_value_is_no_line)
{
	for (size_t len = 16; len <= INI_LINE_MAX - strlen("k = "); len++) {
		_cleanup_free_ char *value = hostile_value(len);
		_cleanup_free_ char *text = xasprintf("[seccomp]\nk = %s\nl = w\n", value);
		_cleanup_free_ char *expected =
			xasprintf("2 [seccomp] k=%s\n3 [seccomp] l=w\n", value);

		expect_read(text, expected);
	}
}

Test(ini, an_overlong_line_is_refused)
{
	_cleanup_free_ char *value = hostile_value(INI_LINE_MAX - strlen("k = ") + 1);
	const char *const forms[] = {"[a]\nk = %s\nl = w\n", "[a]\n#    %s\nl = w\n",
				     "[a]\n     %s\nl = w\n"};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		_cleanup_str_ struct str text = {0}, told = {0};
		_cleanup_strv_ struct strv errors = {0};
		const char *mark = strstr(forms[i], "%s");

		str_add_len(&text, forms[i], (size_t)(mark - forms[i]));
		str_addf(&text, "%s%s", value, mark + 2);
		cr_expect_eq(read_bytes(text.text, text.len, &told, &errors), -1);
		cr_assert_eq(errors.count, 1);
		cr_expect(str_starts(errors.items[0], "f:2: 409"));
		cr_expect_str_eq(told.text, "3 [a] l=w\n");
	}
}

Test(ini, names_up_to_48_bytes)
{
	char name[INI_NAME_MAX + 2];

	for (size_t len = INI_NAME_MAX - 1; len <= INI_NAME_MAX + 1; len++) {
		_cleanup_free_ char *section = NULL, *key = NULL;
		_cleanup_str_ struct str told = {0};
		_cleanup_strv_ struct strv errors = {0};
		bool fits = len <= INI_NAME_MAX;

		memset(name, 'n', len);
		name[len] = '\0';
		section = xasprintf("[a]\nk = v\n[%s]\nk = v\n", name);
		key = xasprintf("[a]\n%s = v\nk = v\n", name);
		cr_expect_eq(read_bytes(section, strlen(section), &told, &errors), fits ? 0 : -1);
		cr_expect_eq(strstr(told.text, "4 [nnn") != NULL, fits);
		cr_expect_null(strstr(told.text, "4 [a]"));
		cr_expect_eq(read_bytes(key, strlen(key), &told, &errors), fits ? 0 : -1);
		cr_expect_eq(strstr(told.text, "2 [a] nnn") != NULL, fits);
		cr_expect_not_null(strstr(told.text, "3 [a] k=v"));
	}
}

/* Each key told must stand on the line it is said to, and nothing on that line may be left out. */
struct oracle {
	const char *const *lines;
	size_t count;
	unsigned last;
	char section[INI_NAME_MAX + 1];
};

static char *squeeze(const char *text)
{
	struct str out = {0};

	for (; *text; text++)
		if (*text != ' ' && *text != '\t')
			str_add_len(&out, text, 1);
	return str_steal(&out);
}

static void check_told(void *context, const char *section, const char *key, const char *value,
		       unsigned line)
{
	struct oracle *oracle = context;
	_cleanup_free_ char *told = xasprintf("%s = %s", key, value);
	_cleanup_free_ char *a = squeeze(told), *b = NULL;

	cr_assert_gt(line, oracle->last);
	cr_assert_leq(line, oracle->count);
	oracle->last = line;
	b = squeeze(oracle->lines[line - 1]);
	cr_assert_str_eq(a, b);
	/* The section is the last line before it that opens with a bracket. */
	for (unsigned i = line - 1; i-- > 0;) {
		_cleanup_free_ char *above = squeeze(oracle->lines[i]), *open = NULL;

		if (*above != '[')
			continue;
		open = xasprintf("[%s]", section);
		cr_assert_str_eq(above, open);
		return;
	}
	cr_assert_fail("line %u has no section", line);
}

Test(ini, whatever_the_lines_are_keys_stay_on_theirs)
{
	static const char *const pieces[] = {"[",   "]",  "a",  "bc",
					     "=",   " ",  "\t", "#",
					     ";",   ":",  "k",  "[s]",
					     " = ", "\\", "\"", "allow=everything"};
	unsigned seed = 20240607;

	for (unsigned round = 0; round < 2000; round++) {
		_cleanup_strv_ struct strv lines = {0}, errors = {0};
		_cleanup_str_ struct str text = {0};
		struct oracle oracle = {0};
		unsigned count = 1 + (unsigned)rand_r(&seed) % 12;

		for (unsigned i = 0; i < count; i++) {
			struct str line = {0};
			unsigned n = (unsigned)rand_r(&seed) % 8;

			if (rand_r(&seed) % 3 == 0)
				str_add(&line, rand_r(&seed) % 2 ? "[s]" : "key = ");
			while (n-- > 0)
				str_add(&line,
					pieces[(unsigned)rand_r(&seed) % ARRAY_SIZE(pieces)]);
			if (rand_r(&seed) % 8 == 0)
				for (unsigned pad = (unsigned)rand_r(&seed) % 400; pad > 0; pad--)
					str_add(&line, "x");
			strv_take(&lines, str_steal(&line));
			str_addf(&text, "%s\n", lines.items[i]);
		}
		oracle.lines = (const char *const *)lines.items;
		oracle.count = lines.count;
		ini_read("f", text.text, text.len, check_told, &oracle, &errors);
	}
}
