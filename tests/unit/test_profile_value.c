/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <criterion/criterion.h>

#include "base/str.h"
#include "profile/schema.h"
#include "profile/variable.h"

/* Parses into *value, which the caller clears; -1 leaves the message in a static buffer. */
static const char *mistake;

static int parse(enum key_id key, const char *text, struct value *value)
{
	static char message[2048];
	_cleanup_err_ struct err *err = NULL;
	struct value untouched;
	int r;

	memset(&untouched, 0x5a, sizeof(untouched));
	memcpy(value, &untouched, sizeof(untouched));
	r = value_parse(&schema[key], text, value, &err);
	cr_assert_eq(r < 0, err != NULL);
	if (r < 0) {
		cr_assert_eq(memcmp(value, &untouched, sizeof(untouched)), 0,
			     "a failed parse of \"%s\" wrote its result", text);
		snprintf(message, sizeof(message), "%s", err->text);
		mistake = message;
		return -1;
	}
	cr_assert_eq(value->key, (int)key);
	cr_assert_str_eq(value->text, text);
	return 0;
}

/* Whether the text ends with the part in front of the last '$'. */
static bool ends(const char *text, const char *part)
{
	size_t len = strlen(part) - 1, whole = strlen(text);

	return whole >= len && strncmp(text + whole - len, part, len) == 0;
}

static void refused(enum key_id key, const char *text, const char *part)
{
	struct value value;

	cr_assert_eq(parse(key, text, &value), -1, "%s = %s passed", schema[key].name, text);
	cr_expect(*text == '\0' || strstr(mistake, text) || strlen(text) > 60,
		  "the message doesn't quote \"%s\": %s", text, mistake);
	if (*part && part[strlen(part) - 1] == '$')
		cr_expect(ends(mistake, part), "no \"%s\" in: %s", part, mistake);
	else
		cr_expect(strstr(mistake, part), "no \"%s\" in: %s", part, mistake);
}

static void number(enum key_id key, const char *text, int64_t expected)
{
	struct value value;

	cr_assert_eq(parse(key, text, &value), 0, "%s", mistake);
	cr_expect_eq(value.number, expected);
	value_clear(&value);
}

/* Expects the parts of a path value; NULL for one that isn't there. */
static void path(enum key_id key, const char *text, bool optional, const char *source,
		 const char *dest)
{
	struct value value;

	cr_assert_eq(parse(key, text, &value), 0, "%s", mistake);
	cr_expect_eq(value.path.optional, optional);
	cr_expect_eq(value.path.source == NULL, source == NULL);
	cr_expect_eq(value.path.dest == NULL, dest == NULL);
	if (source && value.path.source)
		cr_expect_str_eq(value.path.source, source);
	if (dest && value.path.dest)
		cr_expect_str_eq(value.path.dest, dest);
	value_clear(&value);
}

Test(value, every_type_refuses_nothing)
{
	for (size_t i = 0; i < KEY_COUNT; i++)
		refused((enum key_id)i, "", "missing");
}

Test(value, every_default_parses)
{
	for (size_t i = 0; i < KEY_COUNT; i++) {
		struct value value;

		if (!schema[i].def || i == KEY_ENV_KEEP)
			continue;
		cr_assert_eq(parse((enum key_id)i, schema[i].def, &value), 0, "%s", mistake);
		value_clear(&value);
	}
}

Test(value, choices)
{
	number(KEY_NET_MODE, "none", 0);
	number(KEY_NET_MODE, "host", 1);
	number(KEY_NET_MODE, "netns", NETWORK_NETNS);
	number(KEY_NET_MODE, "pasta", NETWORK_PASTA);
	refused(KEY_NET_MODE, "Host", "did you mean \"host\"?");
	refused(KEY_NET_MODE, "everything", "not one of none|host|netns|pasta");
	refused(KEY_NET_MODE, "none|host", "not one of");
	refused(KEY_NET_MODE, "no", "did you mean \"none\"?");
	refused(KEY_NET_MODE, "hots", "did you mean \"host\"?");
	/* Two edits make anything of a short word. */
	refused(KEY_EXEC_TTY, "yes", "is not one of inherit|new|none$");
	refused(KEY_LANDLOCK_MODE, "on", "is not one of auto|off|require$");
	refused(KEY_FS_BASE, "hostro", "|PATH; did you mean \"host-ro\"?$");
	number(KEY_FS_BASE, "minimal", BASE_MINIMAL);
	number(KEY_FS_BASE, "host-ro", BASE_HOST_RO);
	number(KEY_FS_BASE, "none", BASE_NONE);
	refused(KEY_FS_BASE, "nothing", "not one of minimal|host-ro|none");
	refused(KEY_FS_BASE, "srv/root",
		"not one of minimal|host-ro|none|PATH; a PATH begins with /, ~/ or a ${VARIABLE}$");
	refused(KEY_FS_BASE, "PATH", "not an absolute path");
	refused(KEY_FS_BASE, "/srv/../root", "\"..\"");
	path(KEY_FS_BASE, "/srv/a\\:b", false, "/srv/a:b", NULL);
	number(KEY_FS_BASE, "~/tree", BASE_PATH);
}

Test(value, overlay)
{
	struct value value;

	number(KEY_FS_OVERLAY, "no", OVERLAY_NO);
	number(KEY_FS_OVERLAY, "tmp", OVERLAY_TMP);
	number(KEY_FS_OVERLAY, "/srv/upper", OVERLAY_PATH);
	cr_assert_eq(parse(KEY_FS_OVERLAY, "persist:web.1", &value), 0);
	cr_assert_eq(value.number, OVERLAY_PERSIST);
	cr_assert_str_eq(value.name, "web.1");
	value_clear(&value);
	refused(KEY_FS_OVERLAY, "persist:", "NAME takes");
	refused(KEY_FS_OVERLAY, "persist:../x", "NAME takes");
	refused(KEY_FS_OVERLAY, "upper", "not one of no|tmp|");
	refused(KEY_FS_OVERLAY, "foo", "|PATH; a PATH begins with /, ~/ or a ${VARIABLE}$");
	refused(KEY_FS_OVERLAY, "PATH", "not an absolute path");
	refused(KEY_FS_OVERLAY, "/a/../b", "\"..\"");
}

Test(value, home)
{
	struct value value;

	number(KEY_FS_HOME, "private", HOME_PRIVATE);
	number(KEY_FS_HOME, "tmpfs", HOME_TMPFS);
	number(KEY_FS_HOME, "host-ro", HOME_HOST_RO);
	number(KEY_FS_HOME, "host", HOME_HOST);
	cr_assert_eq(parse(KEY_FS_HOME, "persist:web.1", &value), 0);
	cr_assert_eq(value.number, HOME_PERSIST);
	cr_assert_str_eq(value.name, "web.1");
	value_clear(&value);
	refused(KEY_FS_HOME, "persist:", "NAME takes");
	refused(KEY_FS_HOME, "persist:../x", "NAME takes");
	refused(KEY_FS_HOME, "persist", "not one of");
}

Test(value, numbers_sizes_times)
{
	number(KEY_NS_UID, "0", 0);
	number(KEY_NS_UID, "4294967294", 4294967294);
	refused(KEY_NS_UID, "4294967295", "0 to 4294967294");
	refused(KEY_NS_UID, "-1", "0 to");
	number(KEY_NS_NESTED, "no", 0);
	number(KEY_NS_NESTED, "yes", -1);
	number(KEY_NS_NESTED, "17", 17);
	refused(KEY_NS_NESTED, "0", "from 1 up");
	refused(KEY_NS_NESTED, "true", "no|yes|N");
	number(KEY_LIMIT_NOFILE, "1024", 1024);
	number(KEY_LIMIT_FSIZE, "128M", INT64_C(128) << 20);
	number(KEY_LIMIT_CORE, "infinity", VALUE_INFINITY);
	refused(KEY_LIMIT_CORE, "-1", "infinity");
	number(KEY_LIMIT_CPUTIME, "5s", 5000000);
	refused(KEY_LIMIT_CPUTIME, "1500ms", "not whole seconds");
	refused(KEY_LIMIT_CPUTIME, "5 s", "not a time");
	refused(KEY_PROFILE_VERSION, "2", "is not 1, the only one there is$");
}

Test(value, names)
{
	struct value value;

	cr_assert_eq(parse(KEY_NET_NETNS, "phone", &value), 0);
	value_clear(&value);
	refused(KEY_NET_NETNS, "../phone", "not a name");
	refused(KEY_NET_NETNS, "a b", "not a name");
	refused(KEY_NS_HOSTNAME, "-x", "not a name");
}

Test(value, interfaces)
{
	struct value value;

	cr_assert_eq(parse(KEY_NET_UPLINK, "enx0123456789ab", &value), 0);
	value_clear(&value);
	refused(KEY_NET_UPLINK, "enx0123456789abc", "1 to 15 characters");
	refused(KEY_NET_UPLINK, "usb0 usb1", "without blanks");
	refused(KEY_NET_UPLINK, "../usb0", "not an interface's name");
	refused(KEY_NET_UPLINK, "usb0%x", "not an interface's name");
	refused(KEY_NET_UPLINK, "..", "not an interface's name");
}

Test(value, dns_servers_and_domains)
{
	struct value value;

	cr_assert_eq(parse(KEY_NET_DNS, "192.0.2.1 2001:db8::1", &value), 0);
	cr_expect_str_eq(value.words[0], "192.0.2.1");
	cr_expect_str_eq(value.words[1], "2001:db8::1");
	cr_expect_null(value.words[2]);
	value_clear(&value);
	refused(KEY_NET_DNS, "lease 192.0.2.1", "lease stands alone");
	refused(KEY_NET_DNS, "dns.example", "not a numeric address");
	refused(KEY_NET_DNS, "192.0.2.1:53", "not a numeric address");
	refused(KEY_NET_DNS, "fe80::1%usb0", "not a numeric address");
	refused(KEY_NET_DNS, "fe80::1", "a server can't have this address");
	refused(KEY_NET_DNS, "0.0.0.0", "a server can't have this address");
	refused(KEY_NET_DNS, "224.0.0.251", "a server can't have this address");
	refused(KEY_NET_SEARCH, "example..org", "not a name");
	refused(KEY_NET_SEARCH, "-x.org", "not a name");
	refused(KEY_NET_SEARCH, "a/b", "not a name");
	refused(KEY_NET_HOSTS, "db 192.0.2.1", "begins with a numeric address");
	refused(KEY_NET_HOSTS, "192.0.2.1", "has no name");
	refused(KEY_NET_HOSTS, "192.0.2.1 db 192.0.2.2", "one address");
	refused(KEY_NET_HOSTS, "#db", "not a name");
}

Test(value, ports)
{
	struct value value;

	cr_assert_eq(parse(KEY_LANDLOCK_TCP_BIND, "0\t8080", &value), 0);
	cr_expect_str_eq(value.words[0], "0");
	cr_expect_str_eq(value.words[1], "8080");
	cr_expect_null(value.words[2]);
	value_clear(&value);
	cr_assert_eq(parse(KEY_LANDLOCK_TCP_CONNECT, "none", &value), 0);
	value_clear(&value);
	refused(KEY_LANDLOCK_TCP_CONNECT, "0", "not a whole number from 1 to 65535");
	refused(KEY_LANDLOCK_TCP_CONNECT, "65536", "not a whole number from 1 to 65535");
	refused(KEY_LANDLOCK_TCP_BIND, "-1", "not a whole number from 0 to 65535");
	refused(KEY_LANDLOCK_TCP_BIND, "http", "not a whole number");
	refused(KEY_LANDLOCK_TCP_BIND, "80-90", "not a whole number");
	refused(KEY_LANDLOCK_TCP_CONNECT, "none 80", "none stands alone");
}

static void published(const char *text, const char *address, unsigned outside, unsigned inside)
{
	struct value value;

	cr_assert_eq(parse(KEY_NET_PUBLISH, text, &value), 0, "%s", mistake);
	cr_expect_str_eq(value.name, address);
	cr_expect_eq(value.ports.outside, outside);
	cr_expect_eq(value.ports.inside, inside);
	value_clear(&value);
}

Test(value, published_ports)
{
	published("127.0.0.1:5455:5432", "127.0.0.1", 5455, 5432);
	published("[::1]:1:65535", "::1", 1, 65535);
	published("0.0.0.0:80:8080", "0.0.0.0", 80, 8080);
	refused(KEY_NET_PUBLISH, "5455:5432", "belong to it");
	refused(KEY_NET_PUBLISH, "5455", "belong to it");
	refused(KEY_NET_PUBLISH, ":5455:5432", "not a numeric address");
	refused(KEY_NET_PUBLISH, "localhost:5455:5432", "not a numeric address");
	refused(KEY_NET_PUBLISH, "::1:5455:5432", "in brackets");
	refused(KEY_NET_PUBLISH, "[127.0.0.1]:5455:5432", "brackets are for IPv6");
	refused(KEY_NET_PUBLISH, "[]:5455:5432", "brackets are for IPv6");
	refused(KEY_NET_PUBLISH, "[:5455:5432", "not a numeric address");
	refused(KEY_NET_PUBLISH, "127.0.0.1%lo:5455:5432", "not a numeric address");
	refused(KEY_NET_PUBLISH, "127.0.0.1:0:5432", "1 to 65535");
	refused(KEY_NET_PUBLISH, "127.0.0.1:5455:65536", "1 to 65535");
	refused(KEY_NET_PUBLISH, "127.0.0.1:5455-5460:5432", "1 to 65535");
	refused(KEY_NET_PUBLISH, "127.0.0.1:5455,1:5432", "1 to 65535");
}

Test(value, binds)
{
	path(KEY_FS_RO, "/usr", false, "/usr", NULL);
	path(KEY_FS_RO, "-/usr:/opt", true, "/usr", "/opt");
	path(KEY_FS_RO, "~/x:~/y", false, "~/x", "~/y");
	path(KEY_FS_RO, "${HOME}/a b:${XDG_RUNTIME_DIR}", false, "${HOME}/a b",
	     "${XDG_RUNTIME_DIR}");
	/* ':' is literal behind a backslash, a backslash behind another, and alone */
	path(KEY_FS_RO, "/a\\:b:/c\\:d", false, "/a:b", "/c:d");
	path(KEY_FS_RO, "/a\\\\:/b", false, "/a\\", "/b");
	path(KEY_FS_RO, "/dev/x\\x2dy", false, "/dev/x\\x2dy", NULL);
	path(KEY_FS_RO, "/a\\", false, "/a\\", NULL);
	path(KEY_FS_RO, "/...", false, "/...", NULL);
	path(KEY_FS_RO, "/x/$USER", false, "/x/$USER", NULL);
	refused(KEY_FS_RO, "usr", "not an absolute path");
	refused(KEY_FS_RO, "./usr", "not an absolute path");
	refused(KEY_FS_RO, "~", "not an absolute path");
	refused(KEY_FS_RO, "~joe/x", "not an absolute path");
	refused(KEY_FS_RO, "--/usr", "not an absolute path");
	refused(KEY_FS_RO, "$HOME/x", "${HOME} with braces");
	refused(KEY_FS_RO, "${USER}/x", "not an absolute path");
	refused(KEY_FS_RO, "/usr/../etc", "\"..\"");
	refused(KEY_FS_RO, "/usr/..", "\"..\"");
	refused(KEY_FS_RO, "${HOME}/../x", "\"..\"");
	refused(KEY_FS_RO, "/usr:", "empty");
	refused(KEY_FS_RO, ":/usr", "empty");
	refused(KEY_FS_RO, "-", "empty");
	refused(KEY_FS_RO, "/a:b", "not an absolute path");
	refused(KEY_FS_RO, "/a:b",
		"[:DEST]; behind ':' stands DEST, and a literal one is written \"\\:\"$");
	refused(KEY_FS_RO, "/a:/../b", "[:DEST]$");
	refused(KEY_FS_RO, "/a:/b:/c", "too many ':'");
	refused(KEY_FS_RO, "/a:/b/../c", "\"..\"");
	refused(KEY_FS_RO, "${HOM}/x", "did you mean ${HOME}?");
	refused(KEY_FS_RO, "/x/${NO_SUCH_THING}", "unknown variable ${NO_SUCH_THING}");
	refused(KEY_FS_RO, "/x/${HOME", "no closing }");
	refused(KEY_FS_RO, "/x/${}", "unknown variable");
}

Test(value, single_paths)
{
	path(KEY_EXEC_WORKDIR, "/a:b", false, "/a:b", NULL);
	path(KEY_EXEC_WORKDIR, "/a\\:b", false, "/a:b", NULL);
	refused(KEY_EXEC_WORKDIR, "-/a", "not an absolute path");
	path(KEY_FS_HIDE, "-/a", true, "/a", NULL);
	path(KEY_FS_HIDE, "/a:/b", false, "/a:/b", NULL);
	path(KEY_FS_SYMLINK, "../run:/var/run", false, "../run", "/var/run");
	path(KEY_FS_SYMLINK, "a\\:b:/c", false, "a:b", "/c");
	refused(KEY_FS_SYMLINK, "/a", "behind ':'");
	refused(KEY_FS_SYMLINK, ":/a", "target is empty");
	refused(KEY_FS_SYMLINK, "/a:b", "not an absolute path");
	refused(KEY_FS_SYMLINK, "${X}:/b", "unknown variable");
}

Test(value, tmpfs)
{
	struct value value;

	cr_assert_eq(parse(KEY_FS_TMPFS, "/x:size=4M,mode=1777", &value), 0, "%s", mistake);
	cr_assert_str_eq(value.path.source, "/x");
	cr_assert_eq(value.path.size, UINT64_C(4) << 20);
	cr_assert_eq(value.path.mode, 01777u);
	value_clear(&value);
	cr_assert_eq(parse(KEY_FS_TMPFS, "/x:noexec,size=1K", &value), 0);
	cr_assert(value.path.noexec);
	value_clear(&value);
	cr_assert_eq(parse(KEY_FS_TMPFS, "/x\\:y:mode=700", &value), 0);
	cr_assert_str_eq(value.path.source, "/x:y");
	cr_assert_eq(value.path.size, 0u);
	value_clear(&value);
	path(KEY_FS_TMPFS, "/x", false, "/x", NULL);
	refused(KEY_FS_TMPFS, "/x:", "size=SIZE");
	refused(KEY_FS_TMPFS, "/x:size=4M,", "size=SIZE");
	refused(KEY_FS_TMPFS, "/x:size=0", "size is 0");
	refused(KEY_FS_TMPFS, "/x,noexec", "a colon stands before the first option");
	refused(KEY_FS_TMPFS, "/x,mode=700:size=1", "a colon stands before the first option");
	path(KEY_FS_TMPFS, "/x,y", false, "/x,y", NULL);
	refused(KEY_FS_TMPFS, "/x:size=1,size=2", "twice");
	refused(KEY_FS_TMPFS, "/x:mode=9", "octal");
	refused(KEY_FS_TMPFS, "/x:mode=0", "mode 0");
	refused(KEY_FS_TMPFS, "/x:uid=0", "size=SIZE, mode=MODE and noexec");
	refused(KEY_FS_TMPFS, "/x:noexec,noexec", "twice");
	refused(KEY_FS_TMPFS, "-/x", "not an absolute path");
}

static void content(const char *text, const char *dest, const char *expected)
{
	struct value value;

	cr_assert_eq(parse(KEY_FS_FILE, text, &value), 0, "%s", mistake);
	cr_expect(value.path.inline_text);
	cr_expect_str_eq(value.path.dest, dest);
	cr_expect_str_eq(value.path.source, expected);
	value_clear(&value);
}

Test(value, files)
{
	path(KEY_FS_FILE, "-/etc/hosts:/etc/hosts", true, "/etc/hosts", "/etc/hosts");
	path(KEY_FS_FILE, "/a:/b=c", false, "/a", "/b=c");
	path(KEY_FS_FILE, "/a\\=b:/c", false, "/a=b", "/c");
	content("/etc/x=", "/etc/x", "");
	content("/etc/x=a:b=c", "/etc/x", "a:b=c");
	content("/etc/x=one\\ntwo\\tthree\\\\n", "/etc/x", "one\ntwo\tthree\\n");
	content("/a\\:b=c", "/a:b", "c");
	content("/a\\=b=c", "/a=b", "c");
	content("/a=${X} ../", "/a", "${X} ../");
	refused(KEY_FS_FILE, "/a", "behind ':'");
	refused(KEY_FS_FILE, "a=b", "not an absolute path");
	refused(KEY_FS_FILE, "/a=\\x", "backslash");
	refused(KEY_FS_FILE, "/a=b\\", "backslash");
	refused(KEY_FS_FILE, "/a/../b=c", "\"..\"");
}

Test(value, environment)
{
	struct value value;

	cr_assert_eq(parse(KEY_ENV_SET, "A_1=x=${HOME} y", &value), 0, "%s", mistake);
	cr_assert_str_eq(value.name, "A_1");
	cr_assert_str_eq(value_env_text(&value), "x=${HOME} y");
	value_clear(&value);
	cr_assert_eq(parse(KEY_ENV_SET, "A=", &value), 0);
	cr_assert_str_eq(value_env_text(&value), "");
	value_clear(&value);
	refused(KEY_ENV_SET, "A", "'='");
	refused(KEY_ENV_SET, "=x", "name");
	refused(KEY_ENV_SET, "1A=x", "no variable's name (letters, digits, _)");
	refused(KEY_ENV_SET, "A B=x", "name");
	refused(KEY_ENV_SET, "A=${HOMR}", "did you mean ${HOME}?");
	cr_assert_eq(parse(KEY_ENV_KEEP, "LC_*", &value), 0);
	value_clear(&value);
	refused(KEY_ENV_KEEP, "*", "not a variable's name");
	refused(KEY_ENV_KEEP, "A*B", "not a variable's name");
	refused(KEY_ENV_KEEP, "A=b", "not a variable's name");
}

Test(value, words)
{
	struct value value;

	cr_assert_eq(parse(KEY_PROFILE_MATCH, "firefox \t firefox-esr", &value), 0);
	cr_assert_str_eq(value.words[0], "firefox");
	cr_assert_str_eq(value.words[1], "firefox-esr");
	cr_assert_null(value.words[2]);
	value_clear(&value);
	refused(KEY_PROFILE_MATCH, "/usr/bin/firefox", "without its directory");
	cr_assert_eq(parse(KEY_SECCOMP_ARCH, "x86 x32", &value), 0);
	value_clear(&value);
	refused(KEY_SECCOMP_ARCH, "x87", "did you mean \"x86\"?");
}

Test(value, rules_and_actions)
{
	struct value value;

	cr_assert_eq(parse(KEY_SECCOMP_DENY, "ptrace:ENOSYS @mount ioctl(1 == TIOCSTI)", &value), 0,
		     "%s", mistake);
	cr_assert_eq(value.nrules, 3u);
	cr_assert_str_eq(value.rules[1].name, "@mount");
	value_clear(&value);
	cr_assert_eq(parse(KEY_SECCOMP_DEFAULT, "errno:ENOSYS", &value), 0);
	cr_assert_eq(value.action, ACTION_ERRNO);
	value_clear(&value);
	refused(KEY_SECCOMP_DENY, "ptrac", "ptrace");
	refused(KEY_SECCOMP_DEFAULT, "deny", "deny");
	cr_assert_eq(parse(KEY_SECCOMP_KILL, "ptrace:EPERM", &value), -1);
	cr_assert(strstr(mistake, "only deny takes an errno"));
	cr_assert_eq(parse(KEY_SECCOMP_EXEMPT, "ioctl(1 == TIOCSTI)", &value), -1);
	cr_assert(strstr(mistake, "no conditions"));
}

Test(variable, pieces)
{
	const char *cursor = "a${HOME}$x${UID}";
	_cleanup_str_ struct str out = {0};
	struct variable_part part;

	while (variable_next(&cursor, &part))
		str_addf(&out, "%c%.*s|", part.is_variable ? '$' : '"', (int)part.len, part.text);
	cr_assert_str_eq(out.text, "\"a|$HOME|\"$x|$UID|");
}

Test(variable, every_name_checks)
{
	for (const char *const *name = variable_names(); *name; name++) {
		_cleanup_free_ char *text = xasprintf("x${%s}y", *name);

		cr_expect_eq(variable_check(text, NULL), 0);
	}
}

Test(schema, rows_are_whole)
{
	for (size_t i = 0; i < KEY_COUNT; i++) {
		cr_expect_eq(schema[i].id, (enum key_id)i);
		cr_expect(schema[i].words && *schema[i].words);
		cr_expect(str_ends(schema[i].doc, "."));
		cr_expect_eq(schema_find(schema[i].section, schema[i].name), &schema[i]);
		/* Sections are contiguous: the dump prints each once. */
		if (i > 0 && !streq(schema[i].section, schema[i - 1].section))
			for (size_t k = 0; k + 1 < i; k++)
				cr_expect_str_neq(schema[k].section, schema[i].section);
	}
	cr_expect_null(schema_find("exec", "netns"));
	cr_expect_str_eq(schema_nearest_section("filesytem"), "filesystem");
	cr_expect_str_eq(schema_nearest_key("exec", "workdri"), "workdir");
	cr_expect_null(schema_nearest_key("exec", "zzzzzz"));
}
