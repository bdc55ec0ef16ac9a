/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/plan_fake.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>

#include "base/io.h"
#include "base/path.h"
#include "base/str.h"

const char *const (*fake_files)[2];

/* newuidmap and newgidmap are programs where a test lists them. */
static bool is_fake_helper(const char *path)
{
	for (size_t i = 0; fake_files && fake_files[i][0]; i++)
		if (streq(path, fake_files[i][0]))
			return str_ends(path, "idmap");
	return false;
}

/* A host in which every path exists but those below /missing; /bin is a link as on Debian. */
static int fake_stat(const char *path, struct stat *st)
{
	if (str_starts(path, "/missing") || streq(path, "/libx32") || streq(path, "/lib32")) {
		errno = ENOENT;
		return -1;
	}
	*st = (struct stat){.st_dev = 7, .st_ino = strlen(path), .st_mode = S_IFDIR | 0755};
	if (str_ends(path, ".conf") || str_ends(path, ".so"))
		st->st_mode = S_IFREG | 0644;
	if (str_ends(path, ".sock"))
		st->st_mode = S_IFSOCK | 0666;
	if (str_ends(path, "/theirs/resolv.conf"))
		st->st_uid = 1000;
	if (str_starts(path, "/changes") || str_starts(path, "/home/u"))
		st->st_uid = 1000;
	if (str_ends(path, "/loose"))
		st->st_mode |= S_IWGRP;
	if (str_ends(path, "/pasta") || is_fake_helper(path))
		st->st_mode = S_IFREG | 0755;
	return 0;
}

static int fake_lstat(const char *path, struct stat *st)
{
	if (fake_stat(path, st) < 0)
		return -1;
	if (streq(path, "/bin") || streq(path, "/lnk") || streq(path, "/data/planted") ||
	    streq(path, "/etc/alternatives/x") || streq(path, "/changes/planted/usr") ||
	    streq(path, "/changes/upper/usr/upper") || streq(path, "/changes/work/usr/work"))
		st->st_mode = S_IFLNK | 0777;
	return 0;
}

static ssize_t fake_readlink(const char *path, char *buf, size_t size)
{
	const char *target = streq(path, "/lnk")            ? "data/real"
			     : streq(path, "/data/planted") ? "real"
			     : streq(path, "/bin")          ? "usr/bin"
							    : "/opt/x.so";

	cr_assert(streq(path, "/bin") || streq(path, "/lnk") || streq(path, "/data/planted") ||
		  streq(path, "/etc/alternatives/x"));
	cr_assert_gt(size, strlen(target));
	memcpy(buf, target, strlen(target));
	return (ssize_t)strlen(target);
}

static int fake_read(const char *path, char **data, size_t *len)
{
	for (size_t i = 0; fake_files && fake_files[i][0]; i++) {
		if (streq(path, fake_files[i][0])) {
			*data = xstrdup(fake_files[i][1]);
			*len = strlen(*data);
			return 0;
		}
	}
	if (str_starts(path, "/run/") || str_starts(path, "/missing") ||
	    str_ends(path, "user-dirs.dirs")) {
		errno = ENOENT;
		return -1;
	}
	*data = xstrdup("content\n");
	*len = 8;
	return 0;
}

static char **fake_list(const char *path)
{
	struct strv names = {0};

	for (size_t i = 0; fake_files && fake_files[i][0]; i++) {
		_cleanup_free_ char *dir = path_dir(fake_files[i][0]);

		if (streq(dir, path))
			strv_add(&names, path_base(fake_files[i][0]));
	}
	return names.items ? names.items : xzalloc(sizeof(char *));
}

static char *fake_realpath(const char *path)
{
	return xstrdup(path);
}

static int fake_make_directory(const char *path, mode_t mode)
{
	struct stat st;

	/* Making it would follow the link. */
	cr_assert(fake_lstat(path, &st) < 0 || !S_ISLNK(st.st_mode), "%s", path);
	(void)mode;
	cr_assert(streq(path, "/home/u/.local/share/sbox/homes/h") ||
		  str_starts(path, "/home/u/.local/share/sbox/overlays/o") ||
		  str_starts(path, "/changes"));
	return 0;
}

/* "/lnk" is a symlink to "/data/real". */
static int fake_identify(const char *path, struct stat *st, char **real)
{
	*real = str_starts(path, "/lnk") ? xasprintf("/data/real%s", path + 4) : NULL;
	return fake_stat(path, st);
}

/* "usb0" is there, and "eth0". */
static unsigned fake_interface(const char *name)
{
	return streq(name, "usb0") ? 7 : streq(name, "eth0") ? 2 : 0;
}

const char *fake_records;
size_t fake_records_len;

static int fake_closure(const char *const *items, char **data, size_t *len, struct err **err)
{
	(void)items;
	(void)err;
	cr_assert_not_null(fake_records, "a plan without closure runs no helper");
	*data = xmalloc(fake_records_len);
	memcpy(*data, fake_records, fake_records_len);
	*len = fake_records_len;
	return 0;
}

static int fake_is_elf(const char *path)
{
	return str_ends(path, ".so");
}

static int fake_stat_inside(const char *root, const char *path, struct stat *st)
{
	(void)root;
	return fake_stat(path, st);
}

static int fake_read_inside(const char *root, const char *path, char **data, size_t *len)
{
	_cleanup_free_ char *whole = path_join(root, path);

	return fake_read(whole, data, len);
}

static bool fake_holds_mounts(const char *path)
{
	return streq(path, "/mounted");
}

static int fake_fs_type(const char *path, long *type)
{
	*type = str_starts(path, "/changes/nfs") ? 0x6969
		: path_below(path, "/proc")      ? 0x9fa0
						 : 0xef53;
	return 0;
}

static const struct host_fs fake_fs = {
	.stat = fake_stat,
	.identify = fake_identify,
	.lstat = fake_lstat,
	.readlink = fake_readlink,
	.read = fake_read,
	.read_straight = fake_read,
	.list = fake_list,
	.realpath = fake_realpath,
	.make_directory = fake_make_directory,
	.interface = fake_interface,
	.closure = fake_closure,
	.is_elf = fake_is_elf,
	.stat_inside = fake_stat_inside,
	.read_inside = fake_read_inside,
	.holds_mounts = fake_holds_mounts,
	.fs_type = fake_fs_type,
};

static char home_variable[] = "HOME=/home/u",
	    path_variable[] = "PATH=/a:/b:relative:", secret_variable[] = "AWS_SECRET_KEY=x",
	    locale_variable[] = "LC_ALL=C";
static char *fake_environ[] = {home_variable, path_variable, secret_variable, locale_variable,
			       NULL};

struct host fake_host(void)
{
	static char user[] = "u", group[] = "g", home[] = "/home/u", shell[] = "/bin/sh";
	static char cwd[] = "/work", node[] = "box";

	return (struct host){.uid = 1000,
			     .gid = 100,
			     .user = user,
			     .group = group,
			     .home = home,
			     .shell = shell,
			     .node = node,
			     .cwd = cwd,
			     .environ = fake_environ,
			     .fs = &fake_fs};
}

struct plan *build_as(const struct host *host, const char *text, const char *const *argv,
		      struct err **err)
{
	static const char *const no_dirs[] = {NULL};
	/* A plan's places are its profile's, so that outlives it here. */
	static struct profile *kept[32];
	static size_t nkept;
	struct profile *profile = NULL;
	_cleanup_strv_ struct strv mistakes = {0};
	char file[] = "/tmp/sbox-plan-XXXXXX";
	_cleanup_close_ int fd = mkstemp(file);
	const char *name = file;
	struct plan *plan = NULL;

	cr_assert_eq(io_write_all(fd, text, strlen(text)), 0);
	if (profile_load(no_dirs, &name, 1, NULL, 0, &mistakes, &profile, err) < 0)
		cr_assert_fail("%s", mistakes.count ? mistakes.items[0] : (*err)->text);
	cr_assert_lt(nkept, ARRAY_SIZE(kept));
	kept[nkept++] = profile;
	plan_build(profile, host, argv, &plan, err);
	unlink(file);
	return plan;
}

struct plan *build(const char *text, struct err **err)
{
	static const char *const argv[] = {"prog", NULL};
	struct host host = fake_host();

	return build_as(&host, text, argv, err);
}

struct plan *build_ok(const char *text)
{
	_cleanup_err_ struct err *err = NULL;
	struct plan *plan = build(text, &err);

	cr_assert_not_null(plan, "%s", err ? err->text : "?");
	return plan;
}

void build_fails(const char *text, const char *expected, int exit_code)
{
	_cleanup_err_ struct err *err = NULL;
	_cleanup_plan_ struct plan *plan = build(text, &err);

	cr_assert_null(plan, "passed: %s", text);
	cr_expect(strstr(err->text, expected), "\"%s\" is not in \"%s\"", expected, err->text);
	cr_expect_eq(err->exit_code, exit_code, "%s", err->text);
}

ssize_t find(const struct plan *plan, enum step_kind kind, const char *dest)
{
	for (size_t i = 0; i < plan->nsteps; i++)
		if (plan->steps[i].kind == kind && streq(plan->steps[i].dest, dest))
			return (ssize_t)i;
	return -1;
}
