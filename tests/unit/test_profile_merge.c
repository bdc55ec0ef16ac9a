/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How files and options become one profile, and what they may not say together. */
#include <criterion/criterion.h>

#include "base/str.h"
#include "unit/profile_dir.h"

/* The texts of a list, each followed by '|'; the caller frees. */
static char *list_text(const struct profile *profile, enum key_id key)
{
	const struct value *values;
	struct str out = {0};
	size_t count;

	profile_list(profile, key, &values, &count);
	for (size_t i = 0; i < count; i++)
		str_addf(&out, "%s|", values[i].text);
	return str_steal(&out);
}

static void expect_list(const struct profile *profile, enum key_id key, const char *expected)
{
	_cleanup_free_ char *text = list_text(profile, key);

	cr_expect_str_eq(text, expected);
}

static void expect_text(const struct profile *profile, enum key_id key, const char *expected,
			const char *place)
{
	const struct value *value = profile_get(profile, key);

	cr_assert_not_null(value, "%s is unset", schema[key].name);
	cr_expect_str_eq(value->text, expected);
	cr_expect(str_ends(loc_text(&value->loc), place), "%s is not %s", loc_text(&value->loc),
		  place);
}

#define OPTION(label, section, key, value)                                                         \
	(struct profile_option)                                                                    \
	{                                                                                          \
		label, section, key, value                                                         \
	}

Test(merge, an_empty_profile_has_the_defaults)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;

	profile_dir_make(&dir);
	profile = profile_dir_load_text(&dir, "");
	cr_assert_not_null(profile);
	expect_text(profile, KEY_NET_MODE, "none", "default");
	cr_assert_eq(profile_number(profile, KEY_NET_MODE), 0);
	cr_assert(profile_flag(profile, KEY_SECCOMP_BASELINE));
	cr_assert(profile_flag(profile, KEY_EXEC_DIE_WITH_PARENT));
	cr_assert_null(profile_get(profile, KEY_EXEC_COMMAND));
	cr_assert_null(profile_text(profile, KEY_EXEC_COMMAND));
	cr_assert_null(profile_get(profile, KEY_FS_RO), "a list is no scalar");
	expect_list(profile, KEY_FS_RO, "");
	expect_list(profile, KEY_ENV_KEEP, "PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LC_*|TZ|");
	cr_assert_str_eq(profile_name(profile), "t");
	cr_assert_eq(profile_files(profile)->count, 1u);
}

Test(merge, no_profile_at_all)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;

	profile_dir_make(&dir);
	profile = profile_dir_load(&dir, "", NULL, 0);
	cr_assert_not_null(profile);
	cr_assert_str_eq(profile_name(profile), "sbox");
	cr_assert_eq(profile_files(profile)->count, 0u);
}

Test(merge, includes_come_before_the_file)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;

	profile_dir_make(&dir);
	profile_dir_write(&dir, "a.ini", "[filesystem]\nro = /a\nhome = tmpfs\nbase = none\n");
	profile_dir_write(&dir, "sub/b.ini",
			  "[filesystem]\nro = /b\nhome = host\n"
			  "[profile]\ninclude = ./c.ini\n");
	profile_dir_write(&dir, "sub/c.ini", "[filesystem]\nro = /c\n");
	profile_dir_write(&dir, "t.ini",
			  "[filesystem]\nro = /t\nbase = host-ro\n"
			  "[profile]\ninclude = a\ninclude = sub/b.ini\n");
	profile = profile_dir_load(&dir, "t", NULL, 0);
	cr_assert_not_null(profile);
	expect_list(profile, KEY_FS_RO, "/a|/c|/b|/t|");
	expect_text(profile, KEY_FS_HOME, "host", "sub/b.ini:3");
	expect_text(profile, KEY_FS_BASE, "host-ro", "t.ini:3");
	cr_assert_eq(profile_files(profile)->count, 4u);
	cr_assert(str_ends(profile_files(profile)->items[0], "/t.ini"));
	expect_list(profile, KEY_PROFILE_INCLUDE, "");
}

Test(merge, later_profiles_and_options_win)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;
	struct profile_option options[] = {
		OPTION("-o", "filesystem", "home", "  private "),
		OPTION("--ro", "filesystem", "ro", "/o"),
		OPTION("--home", "filesystem", "home", "tmpfs"),
	};

	profile_dir_make(&dir);
	profile_dir_write(&dir, "a.ini",
			  "[filesystem]\nro = /a\nhome = host\nproc = pid-only\n"
			  "[profile]\ndescription = A\nmatch = prog\n");
	profile_dir_write(&dir, "b.ini",
			  "[filesystem]\nro = /b\nhome = host-ro\n"
			  "[profile]\ndescription = B\nmatch = other\n");
	profile = profile_dir_load(&dir, "a b", NULL, 0);
	cr_assert_not_null(profile);
	expect_list(profile, KEY_FS_RO, "/a|/b|");
	expect_text(profile, KEY_FS_HOME, "host-ro", "b.ini:3");
	expect_text(profile, KEY_FS_PROC, "pid-only", "a.ini:4");
	/* The first one's own keys are the merged profile's. */
	expect_text(profile, KEY_PROFILE_DESCRIPTION, "A", "a.ini:6");
	expect_list(profile, KEY_PROFILE_MATCH, "prog|");
	profile_free(profile);
	profile = profile_dir_load(&dir, "a b", options, ARRAY_SIZE(options));
	cr_assert_not_null(profile);
	expect_list(profile, KEY_FS_RO, "/a|/b|/o|");
	expect_text(profile, KEY_FS_HOME, "tmpfs", "--home");
}

Test(merge, own_keys_are_not_inherited)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;

	profile_dir_make(&dir);
	profile_dir_write(&dir, "a.ini", "[profile]\ndescription = A\nmatch = prog\nversion = 1\n");
	profile = profile_dir_load_text(&dir, "[profile]\ninclude = a\n");
	cr_assert_not_null(profile);
	cr_assert_null(profile_get(profile, KEY_PROFILE_DESCRIPTION));
	expect_list(profile, KEY_PROFILE_MATCH, "");
	expect_text(profile, KEY_PROFILE_VERSION, "1", "a.ini:4");
}

Test(merge, an_empty_assignment_resets_a_list)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;
	struct profile_option reset = OPTION("-o", "filesystem", "ro", "");

	profile_dir_make(&dir);
	profile_dir_write(&dir, "a.ini", "[filesystem]\nro = /a\n[environment]\nset = A=1\n");
	profile_dir_write(&dir, "t.ini",
			  "[profile]\ninclude = a\n"
			  "[filesystem]\nro =\nro = /t\nrw = /x\nrw =\n"
			  "[environment]\nkeep =\nkeep = FOO BAR_*\n");
	profile = profile_dir_load(&dir, "t", NULL, 0);
	cr_assert_not_null(profile);
	expect_list(profile, KEY_FS_RO, "/t|");
	expect_list(profile, KEY_FS_RW, "");
	expect_list(profile, KEY_ENV_KEEP, "FOO|BAR_*|");
	expect_list(profile, KEY_ENV_SET, "A=1|");
	profile_free(profile);
	profile = profile_dir_load(&dir, "t", &reset, 1);
	cr_assert_not_null(profile);
	expect_list(profile, KEY_FS_RO, "");
}

Test(merge, a_restriction_cannot_be_reset)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	struct profile_option reset = OPTION("-o", "seccomp", "kill", "");

	profile_dir_make(&dir);
	cr_assert_null(profile_dir_load_text(&dir, "[seccomp]\ndeny = ptrace\ndeny =\nlog =\n"
						   "kill =\n[filesystem]\nhide =\n"));
	cr_assert_eq(dir.errors.count, 4u);
	cr_expect(errors_have(&dir.errors, "t.ini:3:", "[seccomp] deny can't be reset", "exempt",
			      NULL));
	/* No exempt lifts a kill. */
	cr_expect(!errors_have(&dir.errors, "t.ini:5:", "exempt", NULL));
	cr_expect(errors_have(&dir.errors, "t.ini:7:", "[filesystem] hide can't be reset", NULL));
	profile_dir_write(&dir, "t.ini", "[seccomp]\nkill = ptrace\n");
	cr_assert_null(profile_dir_load(&dir, "t", &reset, 1));
	cr_expect(errors_have(&dir.errors, "-o: [seccomp] kill can't be reset", NULL));
}

Test(merge, the_order_of_allow_and_deny_is_kept_apart)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;

	profile_dir_make(&dir);
	profile_dir_write(&dir, "a.ini", "[seccomp]\ndeny = ptrace:ENOSYS\n");
	profile = profile_dir_load_text(&dir, "[profile]\ninclude = a\n[seccomp]\nallow = ptrace\n"
					      "deny = mount\n");
	cr_assert_not_null(profile);
	expect_list(profile, KEY_SECCOMP_DENY, "ptrace:ENOSYS|mount|");
	expect_list(profile, KEY_SECCOMP_ALLOW, "ptrace|");
}

Test(merge, a_scalar_twice_in_one_file)
{
	_cleanup_profile_dir_ struct profile_dir dir;

	profile_dir_make(&dir);
	cr_assert_null(profile_dir_load_text(
		&dir, "[filesystem]\nhome = tmpfs\n[exec]\nargv0 = x\n[filesystem]\nhome = tmpfs\n"
		      "[profile]\ndescription = a\ndescription = b\n"));
	cr_assert_eq(dir.errors.count, 2u);
	cr_expect(errors_have(&dir.errors, "t.ini:6: [filesystem] home is set twice", "t.ini:2",
			      NULL));
	cr_expect(errors_have(&dir.errors, "t.ini:9: [profile] description is set twice", "t.ini:8",
			      NULL));
}

Test(merge, a_scalar_needs_a_value)
{
	_cleanup_profile_dir_ struct profile_dir dir;

	profile_dir_make(&dir);
	cr_assert_null(profile_dir_load_text(&dir, "[filesystem]\nhome =\n"));
	cr_expect(errors_have(&dir.errors, "t.ini:2: [filesystem] home", "missing", NULL));
}

Test(merge, a_file_that_comes_twice)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;

	profile_dir_make(&dir);
	profile_dir_write(&dir, "base.ini",
			  "[filesystem]\nro = /base\nhome = tmpfs\n"
			  "[environment]\nset = A=1\n");
	profile_dir_write(&dir, "a.ini", "[profile]\ninclude = base\n[filesystem]\nhome = host\n");
	profile_dir_write(&dir, "b.ini", "[profile]\ninclude = base\n[filesystem]\nro = /b\n");
	profile = profile_dir_load(&dir, "a b base", NULL, 0);
	cr_assert_not_null(profile);
	expect_list(profile, KEY_FS_RO, "/base|/b|");
	expect_list(profile, KEY_ENV_SET, "A=1|");
	expect_text(profile, KEY_FS_HOME, "tmpfs", "base.ini:3");
	cr_assert_eq(profile_files(profile)->count, 3u);
}

/* The network's mode and netns, from files and options. */
static struct profile *network(struct profile_dir *dir, const char *base, const char *text,
			       const struct profile_option *options, size_t noptions)
{
	_cleanup_free_ char *all = xasprintf("[profile]\ninclude = base\n[network]\n%s", text);
	_cleanup_free_ char *below = xasprintf("[network]\n%s", base);

	profile_dir_write(dir, "base.ini", below);
	profile_dir_write(dir, "t.ini", all);
	return profile_dir_load(dir, "t", options, noptions);
}

static void expect_network(struct profile_dir *dir, struct profile *profile, const char *mode,
			   const char *netns)
{
	_cleanup_profile_ struct profile *owned = profile;
	const char *is;

	cr_assert_not_null(owned, "%s", dir->errors.count ? dir->errors.items[0] : "");
	cr_expect_str_eq(profile_text(owned, KEY_NET_MODE), mode);
	is = profile_text(owned, KEY_NET_NETNS);
	cr_expect_eq(is == NULL, netns == NULL);
	if (is && netns)
		cr_expect_str_eq(is, netns);
}

Test(check, netns_implies_its_mode)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;
	struct profile_option none = OPTION("--no-network", "network", "mode", "none");
	struct profile_option host = OPTION("-o", "network", "mode", "host");
	struct profile_option netns = OPTION("--netns", "network", "netns", "phone");
	struct profile_option both[] = {none, netns}, reverse[] = {netns, none};

	profile_dir_make(&dir);
	profile = network(&dir, "", "netns = p\n", NULL, 0);
	cr_assert_not_null(profile);
	expect_text(profile, KEY_NET_MODE, "netns", "t.ini:4");
	cr_expect_eq(profile_number(profile, KEY_NET_MODE), 2);
	expect_network(&dir, network(&dir, "", "netns = p\nmode = netns\n", NULL, 0), "netns", "p");
	/* what a later file's netns says holds against an earlier file's mode */
	expect_network(&dir, network(&dir, "mode = host\n", "netns = p\n", NULL, 0), "netns", "p");
	/* the command line wins either way, and its own last word */
	expect_network(&dir, network(&dir, "netns = p\n", "", &none, 1), "none", NULL);
	expect_network(&dir, network(&dir, "", "netns = p\n", &host, 1), "host", NULL);
	expect_network(&dir, network(&dir, "", "mode = none\n", &netns, 1), "netns", "phone");
	expect_network(&dir, network(&dir, "", "mode = host\n", &netns, 1), "netns", "phone");
	expect_network(&dir, network(&dir, "", "netns = p\n", &netns, 1), "netns", "phone");
	expect_network(&dir, network(&dir, "", "", both, 2), "netns", "phone");
	expect_network(&dir, network(&dir, "", "", reverse, 2), "none", NULL);
}

Test(check, netns_against_another_mode)
{
	_cleanup_profile_dir_ struct profile_dir dir;

	profile_dir_make(&dir);
	cr_assert_null(network(&dir, "", "netns = p\nmode = none\n", NULL, 0));
	cr_expect(errors_have(&dir.errors, "t.ini:5: mode = none contradicts netns = p", "t.ini:4",
			      NULL));
	cr_assert_null(network(&dir, "", "mode = host\nnetns = p\n", NULL, 0));
	cr_expect(errors_have(&dir.errors, "t.ini:5: netns = p contradicts mode = host", "t.ini:4",
			      NULL));
	cr_assert_null(network(&dir, "netns = p\n", "mode = none\n", NULL, 0));
	cr_expect(errors_have(&dir.errors, "t.ini:4: mode = none contradicts netns = p",
			      "base.ini:2", NULL));
	cr_assert_null(network(&dir, "", "mode = netns\n", NULL, 0));
	cr_expect(errors_have(&dir.errors, "t.ini:4:", "netns = NAME is missing", NULL));
}

Test(check, uplink_implies_its_mode)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;
	struct profile_option none = OPTION("--no-network", "network", "mode", "none");
	struct profile_option pasta = OPTION("-o", "network", "mode", "pasta");
	struct profile_option netns = OPTION("--netns", "network", "netns", "phone");
	struct profile_option uplink = OPTION("--uplink", "network", "uplink", "usb0");
	struct profile_option both[] = {netns, uplink};

	profile_dir_make(&dir);
	profile = network(&dir, "mode = host\n", "uplink = usb1\n", NULL, 0);
	cr_assert_not_null(profile);
	expect_text(profile, KEY_NET_MODE, "pasta", "t.ini:4");
	cr_expect_eq(profile_number(profile, KEY_NET_MODE), NETWORK_PASTA);
	/* of two networks the later layer's, and the other is gone */
	expect_network(&dir, network(&dir, "netns = p\n", "uplink = usb1\n", NULL, 0), "pasta",
		       NULL);
	expect_network(&dir, network(&dir, "uplink = usb1\n", "netns = p\n", NULL, 0), "netns",
		       "p");
	expect_network(&dir, network(&dir, "", "uplink = usb1\nmode = pasta\n", &netns, 1), "netns",
		       "phone");
	expect_network(&dir, network(&dir, "", "netns = p\n", &uplink, 1), "pasta", NULL);
	expect_network(&dir, network(&dir, "", "", both, 2), "pasta", NULL);
	expect_network(&dir, network(&dir, "uplink = usb1\n", "", &none, 1), "none", NULL);
	expect_network(&dir, network(&dir, "uplink = usb1\n", "netns = p\n", &none, 1), "none",
		       NULL);
	cr_assert_null(network(&dir, "", "uplink = usb0\nnetns = p\n", NULL, 0));
	cr_expect(errors_have(&dir.errors, "t.ini:5: netns = p contradicts uplink = usb0",
			      "t.ini:4", NULL));
	cr_assert_null(network(&dir, "", "mode = pasta\n", NULL, 0));
	cr_expect(errors_have(&dir.errors, "t.ini:4:", "uplink = INTERFACE is missing", NULL));
	cr_assert_null(network(&dir, "netns = p\n", "", &pasta, 1));
	cr_expect(errors_have(&dir.errors, "-o", "uplink = INTERFACE is missing", NULL));
}

Test(check, the_command_line_takes_a_network_with_what_belongs_to_it)
{
	static const char text[] = "uplink = usb0\npublish = 127.0.0.1:1:2\ndns = lease\n"
				   "search = x\nhosts = ::1 y\n";
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL, *joined = NULL;
	struct profile_option none = OPTION("--no-network", "network", "mode", "none");
	struct profile_option netns = OPTION("--netns", "network", "netns", "phone");

	profile_dir_make(&dir);
	profile = network(&dir, "", text, &none, 1);
	cr_assert_not_null(profile);
	expect_list(profile, KEY_NET_PUBLISH, "");
	expect_list(profile, KEY_NET_DNS, "");
	expect_list(profile, KEY_NET_SEARCH, "");
	expect_list(profile, KEY_NET_HOSTS, "::1 y|");
	joined = network(&dir, "", text, &netns, 1);
	cr_assert_not_null(joined);
	expect_list(joined, KEY_NET_PUBLISH, "");
	expect_list(joined, KEY_NET_DNS, "lease|");
}

static void contradicts(const char *text, const char *message, const char *other)
{
	_cleanup_profile_dir_ struct profile_dir dir;

	profile_dir_make(&dir);
	cr_assert_null(profile_dir_load_text(&dir, text));
	cr_expect_eq(dir.errors.count, 1u);
	cr_expect(errors_have(&dir.errors, message, other, NULL));
}

Test(check, contradictions_name_both_lines)
{
	contradicts("[namespaces]\nuts = host\nhostname = x\n",
		    "t.ini:3: hostname = x contradicts uts = host", "t.ini:2");
	contradicts("[namespaces]\nuid = 0\nuser = host\n",
		    "t.ini:3: user = host contradicts uid = 0", "t.ini:2");
	contradicts("[namespaces]\ngid = 0\nuser = host\n",
		    "t.ini:3: user = host contradicts gid = 0", "t.ini:2");
	contradicts("[namespaces]\nuser = host\n[network]\nnetns = p\n",
		    "t.ini:4: netns = p contradicts user = host", "t.ini:2");
	contradicts("[namespaces]\nuser = host\n[network]\nuplink = usb0\n",
		    "t.ini:4: uplink = usb0 contradicts user = host", "t.ini:2");
	contradicts("[exec]\nnew-session = yes\ntty = new\n",
		    "t.ini:3: tty = new contradicts new-session = yes", "t.ini:2");
	contradicts("[exec]\ntty = inherit\nnew-session = yes\n",
		    "t.ini:3: new-session = yes contradicts tty = inherit", "t.ini:2");
	contradicts("[exec]\ntty = none\nnew-session = no\n",
		    "t.ini:3: new-session = no contradicts tty = none", "t.ini:2");
	contradicts("[network]\nmode = none\ndns = 192.0.2.1\n",
		    "t.ini:3: dns = 192.0.2.1 contradicts mode = none", "t.ini:2");
	contradicts("[network]\nsearch = x\n",
		    "t.ini:2: search = x has no use with mode = none, the default", "network");
	contradicts("[network]\nmode = host\ndns = lease\n",
		    "t.ini:3: dns = lease contradicts mode = host", "t.ini:2");
	contradicts("[network]\nnetns = p\ndns = lease\ndns = 2001:db8::2\n",
		    "t.ini:4: dns = 2001:db8::2 contradicts dns = lease", "t.ini:3");
	contradicts("[network]\nnetns = p\ndns = 192.0.2.1 192.0.2.2\ndns = 192.0.2.3 192.0.2.4\n",
		    "t.ini:4: dns = 192.0.2.3 192.0.2.4: resolv.conf has room for 3", "it is 4");
	contradicts("[network]\nnetns = p\npublish = 127.0.0.1:1:2\n",
		    "t.ini:3: publish = 127.0.0.1:1:2 contradicts mode = netns", "t.ini:2");
	contradicts("[network]\nuplink = x\npublish = 127.0.0.1:1:2\npublish = [::1]:1:3\n",
		    "t.ini:4: publish = [::1]:1:3 contradicts publish = 127.0.0.1:1:2", "t.ini:3");
	contradicts("[network]\nuplink = x\nshare = no\n",
		    "t.ini:3: share = no contradicts mode = pasta", "t.ini:2");
	contradicts("[exec]\narg = x\n", "t.ini:2: arg = x has no command", "command");
	contradicts("[environment]\nset = A=1\nset = A=2\n",
		    "t.ini:3: set = A=2 contradicts set = A=1", "t.ini:2");
	contradicts("[environment]\nunset = B A\nset = A=2\n",
		    "t.ini:3: set = A=2 contradicts unset = A", "t.ini:2");
	contradicts("[environment]\nkeep = A\nunset = A\n",
		    "t.ini:3: unset = A contradicts keep = A", "t.ini:2");
}

Test(check, a_later_layer_says_what_becomes_of_a_variable)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;
	struct profile_option options[] = {
		OPTION("-o", "environment", "set", "F=3"),
		OPTION("-o", "environment", "set", "F=4"),
	};

	profile_dir_make(&dir);
	profile_dir_write(&dir, "a.ini",
			  "[environment]\nset = A=1\nset = B=1\nset = C=1\n"
			  "unset = D LANG\nkeep = E\nset = F=1\n");
	profile_dir_write(&dir, "t.ini",
			  "[profile]\ninclude = a\n[environment]\nset = A=2\n"
			  "unset = B\nkeep = D\nunset = E\nset = F=2\n");
	profile = profile_dir_load(&dir, "t", options, ARRAY_SIZE(options));
	cr_assert_not_null(profile);
	expect_list(profile, KEY_ENV_SET, "C=1|A=2|F=4|");
	expect_list(profile, KEY_ENV_UNSET, "LANG|B|E|");
	expect_list(profile, KEY_ENV_KEEP, "PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LC_*|TZ|D|");
}

Test(merge, options_are_checked_as_files_are)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	static char big[5000];
	struct profile_option options[] = {
		OPTION("-o", "filesytem", "ro", "/"),
		OPTION("-o", "filesystem", "roo", "/"),
		OPTION("-o", "exec", "netns", "x"),
		OPTION("--home", "filesystem", "home", "hosst"),
		OPTION("-o", "profile", "include", "web"),
		OPTION("-o", "environment", "set", "A=b\nset = C=d"),
		OPTION("-o", "exec", "argv0", big),
	};

	profile_dir_make(&dir);
	memset(big, 'x', sizeof(big) - 1);
	cr_assert_null(profile_dir_load(&dir, "", options, ARRAY_SIZE(options)));
	cr_assert_eq(dir.errors.count, ARRAY_SIZE(options));
	cr_expect(
		errors_have(&dir.errors, "-o: unknown section [filesytem]", "[filesystem]?", NULL));
	cr_expect(errors_have(&dir.errors, "-o: unknown key \"roo\"", "\"ro\"?", NULL));
	cr_expect(errors_have(&dir.errors, "\"netns\" in [exec]", "belongs to [network]", NULL));
	cr_expect(errors_have(&dir.errors, "--home: [filesystem] home", "did you mean \"host\"?",
			      NULL));
	cr_expect(errors_have(&dir.errors, "not on the command line", NULL));
	cr_expect(errors_have(&dir.errors, "control character 0x0a", NULL));
	cr_expect(errors_have(&dir.errors, "too long", NULL));
}
