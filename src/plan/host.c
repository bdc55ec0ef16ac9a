/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/account.h"
#include "base/io.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"
#include "plan/host_closure.h"

extern char **environ;

static int real_stat(const char *path, struct stat *st)
{
	return stat(path, st);
}

static int open_straight(const char *path, int flags)
{
	return sys_openat2(AT_FDCWD, path, flags | O_PATH | O_CLOEXEC, 0, RESOLVE_NO_SYMLINKS);
}

/* Of what is at `path`. An automount is mounted for that: when the tree is cloned it will be, and
 * then something else would lie there. */
static int stat_mounted(int fd, const char *path, struct stat *st)
{
	_cleanup_close_ int mounted = -1;
	struct statfs fs;

	if (fstat(fd, st) < 0)
		return -1;
	if (!S_ISDIR(st->st_mode) || major(st->st_dev) != 0 || fstatfs(fd, &fs) < 0 ||
	    fs.f_type != AUTOFS_SUPER_MAGIC)
		return 0;
	mounted = open_straight(path, O_DIRECTORY);
	return mounted < 0 ? -1 : fstat(mounted, st);
}

static int real_identify(const char *path, struct stat *st, char **real)
{
	_cleanup_close_ int fd = open_straight(path, 0);

	*real = NULL;
	if (fd >= 0)
		return stat_mounted(fd, path, st);
	if (errno != ELOOP)
		return -1;
	*real = realpath(path, NULL);
	if (!*real)
		return -1;
	fd = open_straight(*real, 0);
	return fd < 0 ? -1 : stat_mounted(fd, *real, st);
}

static int real_lstat(const char *path, struct stat *st)
{
	return lstat(path, st);
}

/* O_NONBLOCK: a FIFO must not hang the start. */
enum { READ_FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK };

static int read_regular(int fd, char **data, size_t *len)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return -1;
	}
	return io_read_all(fd, HOST_READ_MAX, data, len);
}

static int real_read(const char *path, char **data, size_t *len)
{
	_cleanup_close_ int fd = open(path, READ_FLAGS);

	return read_regular(fd, data, len);
}

static int real_read_straight(const char *path, char **data, size_t *len)
{
	_cleanup_close_ int fd = sys_openat2(AT_FDCWD, path, READ_FLAGS, 0, RESOLVE_NO_SYMLINKS);

	return read_regular(fd, data, len);
}

static int open_inside(const char *root, const char *path, uint64_t flags)
{
	_cleanup_close_ int dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return dir < 0 ? -1
		       : sys_openat2(dir, path, flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

static int real_stat_inside(const char *root, const char *path, struct stat *st)
{
	_cleanup_close_ int fd = open_inside(root, path, O_PATH | O_CLOEXEC);

	return fd < 0 ? -1 : fstat(fd, st);
}

static int real_read_inside(const char *root, const char *path, char **data, size_t *len)
{
	_cleanup_close_ int fd = open_inside(root, path, READ_FLAGS);

	return read_regular(fd, data, len);
}

static bool real_holds_mounts(const char *path)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	bool found = false;

	while (!found && file && getline(&line, &size, file) > 0) {
		char *rest = line, *field = NULL;

		for (int i = 0; i < 5; i++)
			field = strsep(&rest, " ");
		if (!field)
			continue;
		path_unescape(field);
		found = path_below(field, path) && !streq(field, path);
	}
	return found || !file;
}

static int real_fs_type(const char *path, long *type)
{
	struct statfs st;

	if (statfs(path, &st) < 0)
		return -1;
	*type = (long)st.f_type;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **real_list(const char *path)
{
	struct strv names = {0};
	struct dirent *entry;
	_cleanup_closedir_ DIR *dir = opendir(path);

	if (!dir)
		return NULL;
	while ((entry = readdir(dir)))
		if (!streq(entry->d_name, ".") && !streq(entry->d_name, ".."))
			strv_add(&names, entry->d_name);
	if (!names.items)
		return xzalloc(sizeof(char *));
	qsort(names.items, names.count, sizeof(*names.items), compare_names);
	return names.items;
}

static char *real_realpath(const char *path)
{
	return realpath(path, NULL);
}

static int real_make_directory(const char *path, mode_t mode)
{
	_cleanup_err_ struct err *err = NULL;
	mode_t mask = umask(022);
	int result = io_mkdirs(path, mode, &err);

	umask(mask);
	if (result == 0)
		return 0;
	errno = err->errnum;
	return -1;
}

static const struct host_fs real_fs = {
	.stat = real_stat,
	.identify = real_identify,
	.lstat = real_lstat,
	.readlink = readlink,
	.read = real_read,
	.read_straight = real_read_straight,
	.list = real_list,
	.realpath = real_realpath,
	.make_directory = real_make_directory,
	.interface = if_nametoindex,
	.closure = host_closure,
	.is_elf = host_is_elf,
	.stat_inside = real_stat_inside,
	.read_inside = real_read_inside,
	.holds_mounts = real_holds_mounts,
	.fs_type = real_fs_type,
};

void host_list_free(char **names)
{
	for (char **name = names; name && *name; name++)
		free(*name);
	free(names);
}

const char *host_env(const struct host *host, const char *name)
{
	size_t len = strlen(name);

	for (char **var = host->environ; *var; var++)
		if (strncmp(*var, name, len) == 0 && (*var)[len] == '=')
			return (*var)[len + 1] ? *var + len + 1 : NULL;
	return NULL;
}

static int collect_groups(struct host *host, struct err **err)
{
	int count = getgroups(0, NULL);

	if (count < 0)
		return err_set(err, errno, "getgroups");
	host->groups = xreallocarray(NULL, (size_t)count, sizeof(*host->groups));
	count = getgroups(count, host->groups);
	if (count < 0)
		return err_set(err, errno, "getgroups");
	host->ngroups = (size_t)count;
	return 0;
}

/* Users whom base/account.h can't know go by $USER and $HOME. */
static void collect_user(struct host *host)
{
	_cleanup_strv_ struct strv passwd = {0}, group = {0};
	const char *home = host_env(host, "HOME"), *user = host_env(host, "USER");
	_cleanup_free_ char *uid = xasprintf("%u", (unsigned)host->uid);
	_cleanup_free_ char *gid = xasprintf("%u", (unsigned)host->gid);
	bool known = account_entry("/etc/passwd", ACCOUNT_ID, uid, &passwd) && passwd.count >= 7;

	if (known)
		user = passwd.items[0];
	if (user && !str_is_name(user))
		user = NULL; /* it goes into a passwd file */
	host->user = xstrdup(user ? user : uid);
	host->group = xstrdup(account_entry("/etc/group", ACCOUNT_ID, gid, &group) ? group.items[0]
										   : gid);
	host->shell = xstrdup(known && passwd.items[6][0] == '/' ? passwd.items[6] : "/bin/sh");
	if (!home || home[0] != '/')
		home = known && passwd.items[5][0] == '/' ? passwd.items[5] : "/";
	host->home = xstrdup(home);
}

static bool has_terminal(void)
{
	_cleanup_close_ int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	return tty >= 0;
}

struct host_kernel host_running_kernel(void)
{
	struct host_kernel kernel = {0};
	struct utsname name;

	if (uname(&name) == 0)
		sscanf(name.release, "%u.%u", &kernel.major, &kernel.minor);
	return kernel;
}

int host_collect(struct host *host, struct err **err)
{
	struct utsname name;

	*host = (struct host){
		.uid = getuid(),
		.gid = getgid(),
		.environ = environ,
		.fs = &real_fs,
	};
	host->terminal = has_terminal();
	host->landlock_abi = sys_landlock_abi();
	if (host->landlock_abi < 0)
		host->landlock_abi = 0;
	host->kernel = host_running_kernel();
	if (collect_groups(host, err) < 0)
		return -1;
	collect_user(host);
	host->node = xstrdup(uname(&name) == 0 ? name.nodename : "");
	host->cwd = getcwd(NULL, 0);
	if (host->cwd && host->cwd[0] != '/') { /* "(unreachable)/..." */
		free(host->cwd);
		host->cwd = NULL;
	}
	return 0;
}

void host_free(struct host *host)
{
	free(host->groups);
	free(host->user);
	free(host->group);
	free(host->home);
	free(host->shell);
	free(host->node);
	free(host->cwd);
	host_list_free(host->own_dirs);
	*host = (struct host){0};
}
