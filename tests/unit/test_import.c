/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a command line of bubblewrap's to a profile's lines. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/bwrap.h"

/* What the descriptors 3 and 4 hold. */
static const char *content;
static size_t content_len;
static const char *words;
static size_t words_len;

static int read_fake(int fd, char **data, size_t *len)
{
	const char *from = fd == 3 ? content : fd == 4 ? words : NULL;

	if (!from) {
		errno = EBADF;
		return -1;
	}
	*len = fd == 3 ? content_len : words_len;
	*data = xmalloc(*len + 1);
	memcpy(*data, from, *len);
	(*data)[*len] = '\0';
	return 0;
}

static char *path_fake(int fd)
{
	if (fd == 5)
		return xstrdup("/opened/dir");
	if (fd == 6)
		return xstrdup("/tmp/gone (deleted)");
	errno = EBADF;
	return NULL;
}

static char *real_fake(const char *path)
{
	if (str_starts(path, "/var/run"))
		return xasprintf("/run%s", path + strlen("/var/run"));
	if (streq(path, "/home/me") || streq(path, "/work/a/../b") || strstr(path, "there"))
		return xstrdup(strstr(path, "..") ? "/work/b" : path);
	errno = ENOENT;
	return NULL;
}

static struct import_host host = {
	.cwd = "/work",
	.home = "/home/me",
	.read = read_fake,
	.path = path_fake,
	.real = real_fake,
};

enum { WORDS = 64 };

/* Splits a line at single blanks, behind which the command "true" comes. */
static int import_line(const char *line, struct import *out, struct err **err)
{
	_cleanup_free_ char *copy = xstrdup(line);
	const char *argv[WORDS] = {NULL};
	size_t count = 0;
	char *rest = copy;

	while (rest && count < WORDS - 2)
		argv[count++] = strsep(&rest, " ");
	argv[count] = "true";
	return bwrap_import(argv, &host, out, err);
}

static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *s = text; (s = strstr(s, line)); s++)
		if ((s == text || s[-1] == '\n') && s[len] == '\n')
			return true;
	return false;
}

/* Each line after the command line, up to NULL: is in the profile; with '!' in front, is not. */
static void check(const char *line, ...)
{
	_cleanup_import_ struct import out = {0};
	_cleanup_err_ struct err *err = NULL;
	const char *wanted;
	va_list ap;

	cr_assert_eq(import_line(line, &out, &err), 0, "%s: %s", line, err ? err->text : "");
	va_start(ap, line);
	while ((wanted = va_arg(ap, const char *))) {
		bool not = *wanted == '!';

		cr_assert_eq(has_line(out.profile, wanted + not ), !not, "%s: %s in\n%s", line,
			     wanted, out.profile);
	}
	va_end(ap);
}

static void refused(const char *line, const char *expected)
{
	_cleanup_import_ struct import out = {0};
	_cleanup_err_ struct err *err = NULL;

	cr_assert_eq(import_line(line, &out, &err), -1, "%s\n%s", line, out.profile);
	cr_assert_null(out.profile);
	cr_assert_eq(err->exit_code, EXIT_USAGE);
	cr_assert(strstr(err->text, expected), "%s: %s", line, err->text);
}

Test(import, an_empty_line_shares_and_shows_nothing)
{
	check("--", "command = true", "base = none", "hide = /proc", "hide = /dev", "hide = /tmp",
	      "pid = host", "ipc = host", "uts = host", "cgroup = host", "mode = host",
	      "clear = no", "nested = yes", "baseline = yes", NULL);
}

Test(import, namespaces)
{
	check("--unshare-all", "pid = new", "ipc = new", "uts = new", "cgroup = new", "mode = none",
	      NULL);
	check("--unshare-all --share-net", "mode = host", "pid = new", NULL);
	check("--share-net --unshare-net", "mode = none", NULL);
	check("--unshare-pid --unshare-cgroup-try", "pid = new", "cgroup = new", "ipc = host",
	      NULL);
	check("--unshare-user --disable-userns", "nested = no", NULL);
	check("--unshare-uts --hostname a --hostname b --uid 1 --gid 2", "hostname = b", "uid = 1",
	      "gid = 2", NULL);
	check("--dev-bind /dev /dev --tmpfs /dev/shm", "dev = /dev", "nested = yes", NULL);
	check("--bind /a /x --dev-bind /dev/null /x/null", "nested = no", NULL);
	check("--dev-bind /a /x --tmpfs /x/y", "nested = no", NULL);
	check("--uid 0", "uid = 0", "nested = no", "!nested = yes", NULL);
	check("--uid 0 --uid 1", "uid = 1", "nested = yes", NULL);
	host.root = true;
	check("--", "nested = no", "!nested = yes", NULL);
	host.root = false;
	check("--pidns 7", "pid = new", NULL);
	refused("--hostname a", "needs --unshare-uts");
	refused("--unshare-uts --hostname a/b", "not a name");
	refused("--uid -1", "not an id");
	refused("--uid 4294967295", "not an id");
}

Test(import, sources_and_destinations)
{
	check("--ro-bind /a /a --bind /a b --dev-bind /dev/dri /dev/dri", "ro = /a", "rw = /a:/b",
	      "dev = /dev/dri", NULL);
	check("--ro-bind-try a //b/./c/", "ro = -/work/a:/b/c", NULL);
	check("--bind a/../b /x", "rw = /work/b:/x", NULL);
	check("--bind-fd 5 /x --ro-bind-fd 5 /y", "rw = /opened/dir:/x", "ro = /opened/dir:/y",
	      NULL);
	check("--ro-bind /a:b\\c /d=e", "ro = /a\\:b\\\\c:/d=e", NULL);
	check("--dev-bind /srv /srv", "rw = /srv", NULL);
	refused("--bind c/../d /x", "find /work/c/../d");
	refused("--bind-fd 6 /x", "has no path");
	refused("--bind-fd 9 /x", "find the path of descriptor 9");
	refused("--bind /a /b/../c", "no \"..\"");
	refused("--bind  /b", "the path is empty");
	refused("--bind /a ", "the path is empty");
}

Test(import, a_later_mount_covers)
{
	check("--bind /a /x/y --tmpfs /x", "tmpfs = /x", "!rw = /a:/x/y",
	      "# --bind /a /x/y: covered by --tmpfs /x", NULL);
	check("--tmpfs /x --bind /a /x/y", "tmpfs = /x", "rw = /a:/x/y", NULL);
	check("--bind /a /x --ro-bind /b /x", "!rw = /a:/x", "ro = /b:/x", NULL);
	check("--bind /a /xy --tmpfs /x", "rw = /a:/xy", NULL);
	check("--symlink y /x --bind /a /x/z --tmpfs /y", "!rw = /a:/y/z", "tmpfs = /y", NULL);
	check("--symlink ../y /x/l --bind /a /x/l/z", "rw = /a:/y/z", NULL);
	check("--bind /a /x --tmpfs /", "!rw = /a:/x", "base = none", NULL);
	check("--bind /a /x --ro-bind / /", "!rw = /a:/x", "base = host-ro", NULL);
	/* What may be missing decides by what is there. */
	check("--tmpfs /x --bind-try /missing /x", "tmpfs = /x", "!rw = -/missing:/x", NULL);
	check("--tmpfs /x --bind-try /there /x", "!tmpfs = /x", "rw = -/there:/x", NULL);
	check("--bind-try /missing /x --dir /x", "rw = -/missing:/x", "mkdir = /x", NULL);
	refused("--symlink l /l --dir /l/x", "too many symlinks");
	refused("--tmpfs /x --symlink a /x", "by --tmpfs /x");
}

Test(import, read_only_again)
{
	check("--bind /a /x --remount-ro /x", "ro = /a:/x", NULL);
	check("--tmpfs /x --dir /x/y --remount-ro /x", "mkdir = /x", "tmpfs = /x/y", NULL);
	check("--dir /x --remount-ro /", "mkdir = /x", NULL);
	check("--bind / / --bind /a /x --remount-ro /", "home = host-ro", "ro = -/etc",
	      "rw = /a:/x", NULL);
}

Test(import, the_root_of_the_host)
{
	check("--ro-bind / /", "base = host-ro", "home = host-ro", "ro = -/tmp", "ro = -/run",
	      "!hide = /proc", NULL);
	check("--ro-bind / / --tmpfs /tmp --bind /home/me /home/me", "tmpfs = /tmp",
	      "rw = /home/me", "!home = host-ro", "!ro = -/tmp", NULL);
	check("--ro-bind / / --tmpfs /home", "!home = host-ro", "tmpfs = /home", NULL);
	check("--ro-bind / / --bind /home /home --bind /a /var", "rw = -/home/me",
	      "rw = -/a/tmp:/var/tmp", "ro = -/run", NULL);
	check("--ro-bind / / --bind / /home", "rw = -/me:/home/me", NULL);
	check("--ro-bind /tree / --ro-bind /home /home", "ro = -/home/me", NULL);
	check("--bind /home /home", "!rw = -/home/me", NULL);
	check("--dev-bind / /", "home = host", "rw = -/etc", "dev = -/dev", "rw = -/dev/shm", NULL);
	/* The host's own symlinks count where the root is the host's. */
	check("--ro-bind / / --bind /a /run/x --tmpfs /var/run", "!rw = /a:/run/x", "tmpfs = /run",
	      NULL);
	check("--tmpfs /var --bind /a /run/x --tmpfs /var/run", "rw = /a:/run/x",
	      "tmpfs = /var/run", NULL);
	check("--bind / / --dev /dev", "rw = -/var", "!dev = -/dev", NULL);
}

Test(import, a_root_from_a_directory)
{
	check("--ro-bind /there/a:b\\c /", "base = /there/a\\:b\\\\c",
	      "ro = -/there/a\\:b\\\\c/home/me:/home/me", "hide = /proc", "hide = /sys",
	      "hide = /dev", "!hide = /tmp", "!base = none", NULL);
	check("--ro-bind /tree / --dev /dev --proc /proc --tmpfs /tmp --bind /a /run/x",
	      "base = /tree", "!hide = /proc", "!hide = /dev", "hide = /sys", "tmpfs = /tmp",
	      "ro = -/tree/run:/run", "ro = -/tree/var/tmp:/var/tmp", "rw = /a:/run/x",
	      "!ro = -/tree/tmp:/tmp", NULL);
	check("--ro-bind tree / --dir /x", "base = /work/tree", "mkdir = /x", NULL);
	check("--bind /tree /", "base = /tree", "!ro = -/tree/run:/run",
	      "# --bind /tree /: the root is read-only; with overlay = tmp or overlay = persist:NAME "
	      "what is written goes elsewhere, not to the tree",
	      NULL);
	check("--bind /tree / --ro-bind / /", "base = host-ro", "!base = /tree", "!hide = /sys",
	      NULL);
	check("--ro-bind / / --ro-bind /tree /", "base = /tree", "!home = host-ro", "!ro = -/tmp",
	      NULL);
	check("--ro-bind /tree / --tmpfs /", "base = none", "!ro = -/tree/run:/run", "!hide = /sys",
	      NULL);
	check("--ro-bind /tree / --mqueue /dev/mqueue", "hide = -/dev/mqueue", NULL);
	check("--ro-bind-try /missing /", "base = none", NULL);
	check("--ro-bind-try /there /", "base = /there", NULL);
	refused("--ro-bind /${x} /", "would be a variable");
}

Test(import, overlays)
{
	check("--overlay-src /a --tmp-overlay /x", "overlay-dir = /a:/x", NULL);
	check("--overlay-src a --tmp-overlay /work/a", "overlay-dir = /work/a", NULL);
	check("--overlay-src /a --tmp-overlay /x --dir /x/y --remount-ro /x", "ro = /a:/x",
	      "mkdir = /x/y", NULL);
	check("--overlay-src /a --overlay-src /b --tmp-overlay /x", "!overlay-dir = /a:/x",
	      "!overlay-dir = /b:/x", NULL);
	check("--ro-bind / / --overlay-src /a --overlay /rw /work /x", "hide = -/x", NULL);
	refused("--overlay-src /a --tmp-overlay /", "can't be the root");
}

Test(import, directories_in_memory)
{
	check("--dir /x --dir /x/y --perms 0700 --dir /x/z", "tmpfs = /x", "mkdir = /x/y",
	      "tmpfs = /x/z:mode=0700", NULL);
	check("--perms 0711 --size 4096 --tmpfs /x", "tmpfs = /x:size=4096,mode=0711", NULL);
	check("--size 4096 --perms 0711 --tmpfs /x --tmpfs /y", "tmpfs = /x:size=4096,mode=0711",
	      "tmpfs = /y", NULL);
	check("--perms 0000 --tmpfs /x", "hide = -/x", NULL);
	check("--ro-bind /a /x --perms 0000 --tmpfs /x/y", "hide = /x/y", NULL);
	check("--ro-bind / / --perms 0000 --tmpfs /opt", "hide = /opt", NULL);
	check("--dir /x --chmod 0700 /x", "tmpfs = /x:mode=0700", NULL);
	check("--bind /a /tmp/x", "tmpfs = /tmp", "!hide = /tmp", NULL);
	check("--dir /tmp", "tmpfs = /tmp", "!hide = /tmp", NULL);
	check("--proc /proc --dev /dev", "!hide = /proc", "!hide = /dev", NULL);
	check("--bind /a /x --dir /x/y", "mkdir = /x/y", NULL);
	refused("--perms 0755 --perms 0700 --dir /x", "given twice");
	refused("--perms 8 --dir /x", "not an octal mode");
	refused("--size 0 --tmpfs /x", "not a number of bytes");
}

Test(import, content_of_descriptors)
{
	content = "a\tb\\\n";
	content_len = strlen(content);
	check("--file 3 /x=y:z", "file = /x\\=y\\:z=a\\tb\\\\\\n", NULL);
	check("--bind /a /x --ro-bind-data 3 /x/y", "file = /x/y=a\\tb\\\\\\n", NULL);
	content_len = 0;
	check("--file 3 /x", "file = /x=", NULL);
	content = "a\0b";
	content_len = 3;
	check("--file 3 /x", "!hide = -/x", NULL);
	check("--bind /a /x --file 3 /x/y", "hide = -/x/y", NULL);
	content = "blank ";
	content_len = 6;
	check("--file 3 /x", "!file = /x=blank", NULL);
	refused("--file 9 /x", "read descriptor 9: Bad file descriptor");
	refused("--file 3x /x", "not the number of a descriptor");
}

Test(import, words_of_a_descriptor)
{
	static const char good[] = "--ro-bind\0/a b\0/c\nd";
	static const char nested[] = "--args\0"
				     "4";
	static const char command[] = "--tmpfs\0/x\0true";
	static const char cut[] = "--tmpfs\0";

	words = "--tmpfs\0/x\0--dir\0/x/y\0";
	words_len = 22;
	check("--args 4 --tmpfs /z", "tmpfs = /x", "mkdir = /x/y", "tmpfs = /z", NULL);
	words = good;
	words_len = sizeof(good);
	refused("--args 4", "no control characters");
	words = nested;
	words_len = sizeof(nested);
	refused("--args 4", "nested too deep");
	words = command;
	words_len = sizeof(command);
	refused("--args 4", "a command can't come from a descriptor");
	words = cut;
	words_len = sizeof(cut) - 1;
	refused("--args 4", "--tmpfs needs DEST");
}

Test(import, environment)
{
	check("--setenv A 1 --setenv A 2 --unsetenv B --setenv C 1 --unsetenv C", "clear = no",
	      "set = A=2", "!set = A=1", "unset = B", "unset = C", NULL);
	check("--setenv A 1 --clearenv --setenv HOME /x --unsetenv B", "clear = yes", "!set = A=1",
	      "set = HOME=/x", "unset = USER", "unset = LC_*", "!unset = HOME", "!unset = B",
	      "!unset = PATH", NULL);
	check("--symlink y /x --chdir x/./z", "workdir = /x/z", "set = PWD=/x/z", NULL);
	refused("--chdir /x/../y", "without \"..\"");
	check("--chdir /x --setenv PWD /y", "workdir = /x", "set = PWD=/x", NULL);
	check("--setenv A $HOME", "set = A=$HOME", NULL);
	check("--setenv A ", "set = A=", NULL);
	refused("--setenv A ${HOME}", "would be a variable");
	refused("--setenv A ~/x", "home directory");
	refused("--setenv A=B c", "\"A=B\" is not the name of a variable");
	refused("--unsetenv A*", "not the name of a variable");
	refused("--unsetenv ", "not the name of a variable");
}

Test(import, what_is_lost_is_said)
{
	static const struct {
		const char *line;
		size_t warnings, looser;
	} cases[] = {
		{"--lock-file /x --sync-fd 3 --info-fd 3", 3, 0},
		{"--seccomp 3", 0, 1},
		{"--add-seccomp-fd 3 --add-seccomp-fd 4", 0, 2},
		{"--exec-label a --file-label b", 0, 2},
		{"--proc /x/proc", 1, 0},
		{"--remount-ro /x", 0, 1},
		{"--tmpfs /x --tmpfs /x/y --remount-ro /x/y", 0, 1},
		{"--cap-drop ALL --as-pid-1", 0, 0},
		{"--cap-add CAP_NET_RAW", 1, 0},
		{"--overlay-src /a --ro-overlay /x", 1, 0},
		{"--overlay-src /a --overlay-src /b --overlay /rw /work /x", 1, 0},
		{"--overlay-src /a --overlay-src /b --tmp-overlay /x", 1, 0},
		{"--overlay-src /a --tmp-overlay /x", 0, 0},
		{"--ro-bind /tree /", 0, 0},
		{"--bind /tree /", 1, 0},
		{"--bind /tree / --remount-ro /", 0, 0},
		{"--bind /tree / --ro-bind / /", 0, 0},
		{"--ro-bind-try /missing /", 1, 0},
		{"--uid 0", 0, 0},
		{"--mqueue /x", 1, 0},
		{"--userns 3 --userns2 4", 2, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_import_ struct import out = {0};
		_cleanup_err_ struct err *err = NULL;

		cr_assert_eq(import_line(cases[i].line, &out, &err), 0, "%s", cases[i].line);
		cr_assert_eq(out.warnings.count, cases[i].warnings, "%s", cases[i].line);
		cr_assert_eq(out.looser.count, cases[i].looser, "%s", cases[i].line);
	}
	check("--seccomp 3", "nested = no", NULL);
}

Test(import, commands)
{
	static const char *const lines[][3] = {{"sh", "-c", "a\nb"},
					       {"sh", "", NULL},
					       {"sh", " a", NULL},
					       {"sh", "a\t", NULL},
					       {" sh ", NULL, NULL}};
	static const char *const good[] = {"--", "--", "x=# y", NULL};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		const char *argv[] = {lines[i][0], lines[i][1], lines[i][2], NULL};
		_cleanup_import_ struct import out = {0};

		cr_assert_eq(bwrap_import(argv, &host, &out, NULL), 0);
		cr_assert_eq(out.warnings.count, 1);
		cr_assert_null(strstr(out.profile, "command ="));
		cr_assert_null(strstr(out.profile, "arg ="));
	}
	{
		_cleanup_import_ struct import out = {0};

		cr_assert_eq(bwrap_import(good, &host, &out, NULL), 0);
		cr_assert(has_line(out.profile, "command = --"));
		cr_assert(has_line(out.profile, "arg = x=# y"));
	}
	refused("--bogus", "no option \"--bogus\"");
	refused("--ro-bnid", "did you mean --ro-bind?");
}
