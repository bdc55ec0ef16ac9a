/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line and the configuration files of sbox-netns. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "netns/device.h"
#include "netns/settings.h"
#include "netns/tuning.h"

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
	cr_assert_eq(settings_timeout(&s), 5000000u);
	cr_assert_eq(settings_client(&s), DHCP_UDHCPC);
	command = settings_command(&s);
	cr_assert_str_eq(command, "sbox netns up phone --interface usb0 --owner anna --dhcp udhcpc "
				  "--timeout 5");
}

Test(settings, status_takes_a_name_or_none)
{
	_cleanup_settings_ struct settings one = {0}, all = {0}, list = {0};

	cr_assert_eq(parse_args(&one, NULL, TEXTS("status", "phone", "-w")), 0);
	cr_assert_str_eq(one.name, "phone");
	cr_assert(one.watch && !one.json);
	cr_assert_eq(parse_args(&all, NULL, TEXTS("status", "--json")), 0);
	cr_assert_eq(all.verb, VERB_STATUS);
	cr_assert_null(all.name);
	cr_assert(all.json && !all.watch);
	cr_assert_eq(parse_args(&list, NULL, TEXTS("list", "--json")), 0);
	cr_assert(list.json);
}

Test(settings, wrong_command_lines)
{
	const char *const *const lines[] = {
		TEXTS("up"),
		TEXTS("up", "-phone"),
		TEXTS("up", "a", "b"),
		TEXTS("down", "a", "--json"),
		TEXTS("list", "a"),
		TEXTS("list", "--watch"),
		TEXTS("status", "a", "b"),
		TEXTS("up", "a", "--watch"),
		TEXTS("up", "a", "--timeout", "999ms"),
		TEXTS("up", "a", "--timeout", "2h"),
		TEXTS("up", "a", "--interface", "usb%d"),
		TEXTS("up", "a", "--owner", ""),
		TEXTS("up", "a", "--owner", "a b"),
		TEXTS("up", "a", "--dhcp", "x"),
		TEXTS("up", "a", "--set", "ttl"),
		TEXTS("up", "a", "--set", "tll=65"),
		TEXTS("up", "a", "--set", "ttl=256"),
		TEXTS("up", "a", "-i", "usb0", "--set", "interface=usb0"),
		TEXTS("down", "a", "--set", "ttl=65"),
		TEXTS("match"),
		TEXTS("match", "a/b"),
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
	_cleanup_settings_ struct settings s = {.text = {[SET_INTERFACE] = xstrdup("usb1")}};
	_cleanup_strv_ struct strv mistakes = {0};

	cr_assert_eq(parse_config("[uplink]\r\ninterface = usb0\nname = phone0\nowner = anna\n"
				  "dhcp = dhclient\ntimeout = 1min",
				  &s, &mistakes, NULL),
		     0);
	cr_assert_str_eq(s.text[SET_INTERFACE], "usb1");
	cr_assert_str_eq(s.text[SET_INSIDE], "phone0");
	cr_assert_str_eq(s.text[SET_OWNER], "anna");
	cr_assert_eq(settings_client(&s), DHCP_DHCLIENT);
	cr_assert_eq(settings_timeout(&s), 60000000u);
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
	cr_assert(str_starts(mistakes.items[2], "x.ini:4: timeout = never: "));
	cr_assert_str_eq(mistakes.items[3],
			 "x.ini:6: \"owner\" is set again; it was set in line 5");
	cr_assert(str_starts(mistakes.items[4], "x.ini:7: dhcp = : auto, dhcpcd"));
	cr_assert(str_starts(mistakes.items[5], "x.ini:9: unknown section [uplnk]"));
	cr_assert_null(s.text[SET_OWNER], "a file with mistakes set something");
}

Test(settings, values_of_each_key)
{
	static const struct {
		enum setting setting;
		const char *good[3], *bad[6];
	} keys[] = {
		{SET_DRIVER, {"tether", "rndis_host cdc_ncm"}, {"", "a/b", "a;b"}},
		{SET_SERIAL, {"R58M123", "0000:00:14.0"}, {"", "a b", "$(x)"}},
		{SET_PATH, {"pci-0000:00:14.0-usb-0:6:1.0", "1-6"}, {"", "a b", "../x"}},
		{SET_MAC,
		 {"02:00:5e:10:00:01", "AA:bb:cc:dd:ee:ff"},
		 {"02:00", "2:0:5e:10:0:1", "02:00:5e:10:00:01:02"}},
		{SET_OWNER, {"anna", "1000"}, {"", "a b", "a;b"}},
		{SET_DHCP, {"none", "udhcpc"}, {"", "pump"}},
		{SET_ADDRESS,
		 {"192.0.2.7/24", "192.0.2.7/24 2001:db8::7/64"},
		 {"192.0.2.7", "192.0.2.7/33", "127.0.0.1/8", "x/24", "192.0.2.7/0"}},
		{SET_GATEWAY, {"192.0.2.1", "192.0.2.1 fe80::1"}, {"", "0.0.0.0", "192.0.2.1 x"}},
		{SET_DNS,
		 {"192.0.2.53", "2001:db8::53 192.0.2.53"},
		 {"", "fe80::1", "a.b", "1.1.1.1 1.1.1.2 1.1.1.3 1.1.1.4"}},
		{SET_SEARCH, {"example.org", "a.example b.example"}, {"", "a..b", "-a"}},
		{SET_MTU, {"1400", "576"}, {"", "575", "9217", "1e3"}},
		{SET_TTL, {"65", "255"}, {"", "0", "256", "-1"}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		_cleanup_settings_ struct settings s = {0};

		for (const char *const *text = keys[i].good; *text; text++)
			cr_expect_eq(settings_set(&s, keys[i].setting, *text, NULL), 0, "%s = %s",
				     setting_key(keys[i].setting), *text);
		for (const char *const *text = keys[i].bad; *text; text++)
			cr_expect_eq(settings_set(&s, keys[i].setting, *text, NULL), -1,
				     "%s = \"%s\"", setting_key(keys[i].setting), *text);
	}
}

Test(settings, what_the_configuration_decides_about_the_link)
{
	_cleanup_settings_ struct settings s = {0};
	_cleanup_strv_ struct strv mistakes = {0};
	_cleanup_free_ char *text = NULL;
	struct lease lease = {.v4 = {.ndns = 1, .dns = {"10.0.0.1"}, .mtu = 1500}};
	struct tuning t, again;

	cr_assert_eq(parse_config("[uplink]\naddress = 192.0.2.7/24 2001:db8::7/64\n"
				  "gateway = 192.0.2.1\ndns = 2001:db8::53 192.0.2.53\n"
				  "search = example.org\nmtu = 1400\nttl = 65\n",
				  &s, &mistakes, NULL),
		     0);
	cr_assert_eq(settings_client(&s), DHCP_NONE, "fixed addresses and DHCP");
	settings_tuning(&s, &t);
	text = tuning_to_text(&t);
	tuning_from_text(text, &again);
	cr_assert_eq(memcmp(&t, &again, sizeof(t)), 0, "%s", text);
	cr_assert_str_eq(t.fixed.v4.addresses[0].text, "192.0.2.7");
	cr_assert_eq(t.fixed.v6.addresses[0].prefix, 64u);
	tuning_override(&t, &lease);
	cr_assert_str_eq(lease.v4.dns[0], "192.0.2.53");
	cr_assert_str_eq(lease.v6.dns[0], "2001:db8::53");
	cr_assert_str_eq(lease.v4.search[0], "example.org");
	cr_assert_eq(lease.v4.mtu, 1400u);
	cr_assert_eq(lease.v4.naddresses, 0u, "fixed addresses don't mix with a lease's");
}

Test(device, matches_what_is_said_and_never_nothing)
{
	const struct device d = {.name = "usb0",
				 .aliases = {[4] = "enx02005e100001"},
				 .driver = "cdc_ncm",
				 .serial = "R58M",
				 .path = "pci-0000:00:14.0-usb-0:6:1.0",
				 .port = "1-6",
				 .mac = "02:00:5e:10:00:01"};
	static const struct {
		enum setting setting;
		const char *text;
		bool match;
	} rows[] = {
		{SET_INTERFACE, "usb0", true},
		{SET_INTERFACE, "usb1", false},
		{SET_INTERFACE, "enx02005e100001", true},
		{SET_DRIVER, "tether", true},
		{SET_DRIVER, "rndis_host cdc_ncm", true},
		{SET_DRIVER, "e1000", false},
		{SET_SERIAL, "R58M", true},
		{SET_SERIAL, "R58", false},
		{SET_PATH, "1-6", true},
		{SET_PATH, "1-7", false},
		{SET_PATH, "pci-0000:00:14.0-usb-0:6:1.0", true},
		{SET_MAC, "02:00:5E:10:00:01", true},
	};
	_cleanup_settings_ struct settings all = {0}, none = {0};

	cr_assert(!device_matches(&d, &none));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_settings_ struct settings s = {0};

		cr_assert_eq(settings_set(&s, rows[i].setting, rows[i].text, NULL), 0);
		cr_expect_eq(device_matches(&d, &s), rows[i].match, "%s = %s",
			     setting_key(rows[i].setting), rows[i].text);
	}
	settings_set(&all, SET_DRIVER, "tether", NULL);
	settings_set(&all, SET_SERIAL, "other", NULL);
	cr_assert(!device_matches(&d, &all), "one of two is not enough");
}

Test(tuning, a_new_namespace_keeps_nothing_of_the_host_that_lets_others_through)
{
	static const char *const files[] = {"/proc/sys/net/ipv4/ip_forward",
					    "/proc/sys/net/ipv4/conf/all/route_localnet",
					    "/proc/sys/net/ipv4/conf/default/route_localnet",
					    "/proc/sys/net/ipv6/conf/all/forwarding"};
	char value;

	if (unshare(geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWNET | CLONE_NEWUSER) < 0)
		cr_skip_test("no network namespace");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		int fd = open(files[i], O_WRONLY | O_CLOEXEC);

		if (fd < 0)
			cr_skip_test("can't write %s", files[i]);
		cr_assert_eq(write(fd, "1", 1), 1);
		close(fd);
	}
	cr_assert_eq(tuning_new_namespace(NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		int fd = open(files[i], O_RDONLY | O_CLOEXEC);

		cr_assert_eq(read(fd, &value, 1), 1);
		cr_expect_eq(value, '0', "%s is %c", files[i], value);
		close(fd);
	}
}
