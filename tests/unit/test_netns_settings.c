/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line and the configuration files of sbox-netns. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/str.h"
#include "netns/settings.h"

#define TEXTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static int parse_args(struct settings *s, struct err **err, const char *const *words)
{
	struct strv v = {0};
	int result;

	strv_add(&v, "sbox-netns");
	for (; *words; words++)
		strv_add(&v, *words);
	result = settings_from_args((int)v.count, v.items, s, err);
	strv_free(&v);
	return result;
}

Test(settings, command_line)
{
	_cleanup_settings_ struct settings s = {0};
	_cleanup_free_ char *command = NULL;

	cr_assert_eq(parse_args(&s, NULL,
				TEXTS("up", "phone", "--interface", "usb0", "--timeout", "5",
				      "--dhcp=udhcpc", "-o", "anna")),
		     0);
	cr_assert_eq(s.verb, VERB_UP);
	cr_assert_str_eq(s.name, "phone");
	cr_assert_eq(s.timeout, 5000000u);
	cr_assert_eq(s.client, DHCP_UDHCPC);
	command = settings_command(&s);
	cr_assert_str_eq(command, "sbox netns up phone --interface usb0 --owner anna --dhcp udhcpc "
				  "--timeout 5000ms");
}

Test(settings, wrong_command_lines)
{
	const char *const *const lines[] = {
		TEXTS("up"),
		TEXTS("up", "-phone"),
		TEXTS("up", "a", "b"),
		TEXTS("down", "a", "--json"),
		TEXTS("list", "a"),
		TEXTS("up", "a", "--timeout", "999ms"),
		TEXTS("up", "a", "--timeout", "2h"),
		TEXTS("up", "a", "--interface", "usb%d"),
		TEXTS("up", "a", "--owner", ""),
		TEXTS("sideways", "a"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_settings_ struct settings s = {0};
		_cleanup_err_ struct err *err = NULL;

		cr_expect_eq(parse_args(&s, &err, lines[i]), -1, "line %zu", i);
		cr_expect(err && err->exit_code == EXIT_USAGE, "line %zu", i);
	}
}

static int parse_config(const char *text, struct settings *s, struct strv *mistakes,
			struct err **err)
{
	return settings_from_text("x.ini", text, strlen(text), s, mistakes, err);
}

Test(settings, file_fills_in_what_the_command_line_left_open)
{
	_cleanup_settings_ struct settings s = {.interface = xstrdup("usb1")};
	_cleanup_strv_ struct strv mistakes = {0};

	cr_assert_eq(parse_config("[uplink]\r\ninterface = usb0\nname = phone0\nowner = anna\n"
				  "dhcp = dhclient\ntimeout = 1min",
				  &s, &mistakes, NULL),
		     0);
	cr_assert_str_eq(s.interface, "usb1");
	cr_assert_str_eq(s.inside, "phone0");
	cr_assert_str_eq(s.owner, "anna");
	cr_assert_eq(s.client, DHCP_DHCLIENT);
	cr_assert_eq(s.timeout, 60000000u);
}

Test(settings, every_mistake_of_a_file_is_named)
{
	_cleanup_settings_ struct settings s = {0};
	_cleanup_strv_ struct strv mistakes = {0};
	_cleanup_err_ struct err *err = NULL;

	cr_assert_eq(parse_config("[uplink]\nintreface = usb0\nname = a b\ntimeout = never\n"
				  "owner = a\nowner = b\ndhcp =\n[uplnk]\nowner = c\n",
				  &s, &mistakes, &err),
		     -1);
	cr_assert_eq(err->exit_code, EXIT_PROFILE);
	cr_assert_eq(mistakes.count, 6u);
	cr_assert_str_eq(mistakes.items[0],
			 "x.ini:2: unknown key \"intreface\"; did you mean \"interface\"?");
	cr_assert(str_starts(mistakes.items[1], "x.ini:3: name = a b: "));
	cr_assert(str_starts(mistakes.items[2], "x.ini:4: timeout: "));
	cr_assert_str_eq(mistakes.items[3],
			 "x.ini:6: \"owner\" is set again; it was set in line 5");
	cr_assert(str_starts(mistakes.items[4], "x.ini:7: \"\" is no DHCP client"));
	cr_assert(str_starts(mistakes.items[5], "x.ini:9: unknown section [uplnk]"));
	cr_assert_null(s.owner, "a file with mistakes set something");
}
