/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files that root may act on. Each test stands in a root directory of its own, a tmpfs in a mount
 * namespace, so that every component of a path can be made as the test wants it.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/io.h"
#include "base/str.h"
#include "profile/ini.h"
#include "profile/trusted.h"

/* Runs in a child, where Criterion's own checks have no place. */
static void check(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "# %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	check(fd >= 0 && io_write_all(fd, text, strlen(text)) == 0, path);
	close(fd);
}

static void enter_root(void)
{
	_cleanup_free_ char *uid = xasprintf("0 %u 1", (unsigned)geteuid());
	_cleanup_free_ char *gid = xasprintf("0 %u 1", (unsigned)getegid());
	bool root = geteuid() == 0;

	umask(022);
	check(unshare(CLONE_NEWNS | (root ? 0 : CLONE_NEWUSER)) == 0, "unshare");
	if (!root) {
		put("/proc/self/setgroups", "deny");
		put("/proc/self/uid_map", uid);
		put("/proc/self/gid_map", gid);
	}
	check(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "make / private");
	check(mount("tmpfs", "/tmp", "tmpfs", 0, "mode=755") == 0, "mount tmpfs");
	check(chroot("/tmp") == 0 && chdir("/") == 0, "chroot");
	check(mkdir("/etc", 0755) == 0 && mkdir("/etc/sbox", 0755) == 0, "mkdir");
	put("/etc/sbox/x.ini", "[a]\n");
}

static void passes(const char *path)
{
	_cleanup_err_ struct err *err = NULL;
	_cleanup_free_ char *data = NULL;
	size_t len = 0;

	check(trusted_read(path, &data, &len, &err) == 0, err ? err->text : "no error");
	check(len == 4 && streq(data, "[a]\n"), "the content");
}

static void fails(const char *path, const char *part)
{
	_cleanup_err_ struct err *err = NULL;
	char *data = NULL;
	size_t len = 0;

	check(trusted_read(path, &data, &len, &err) == -1, path);
	check(!data, "no data");
	check(err && strstr(err->text, part), err ? err->text : part);
	check(err->exit_code == EXIT_SETUP, "the exit code");
}

/* The test's body in a child of its own; what it prints says what went wrong. */
static void in_own_root(void (*body)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		alarm(30);
		enter_root();
		body();
		_exit(0);
	}
	cr_assert_gt(pid, 0);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status 0x%x", (unsigned)status);
}

static void good_files(void)
{
	passes("/etc/sbox/x.ini");
	passes("//etc/./sbox//x.ini");
	check(chmod("/etc/sbox/x.ini", 0400) == 0, "chmod");
	passes("/etc/sbox/x.ini");
	check(chmod("/etc", 01755) == 0, "chmod");
	passes("/etc/sbox/x.ini");
}

Test(trusted, good_files)
{
	in_own_root(good_files);
}

static void no_paths(void)
{
	fails("etc/sbox/x.ini", "not an absolute path");
	fails("/etc/../etc/sbox/x.ini", "not an absolute path");
	fails("", "not an absolute path");
	fails("/", "not an absolute path");
	fails("/etc/sbox/none.ini", "open /etc/sbox/none.ini: No such file");
	fails("/none/sbox/x.ini", "open /none: No such file");
}

Test(trusted, no_paths)
{
	in_own_root(no_paths);
}

static void writable_by_others(void)
{
	static const char *const components[] = {"/", "/etc", "/etc/sbox", "/etc/sbox/x.ini"};
	static const mode_t bits[] = {0020, 0002};

	for (size_t i = 0; i < ARRAY_SIZE(components); i++)
		for (size_t b = 0; b < ARRAY_SIZE(bits); b++) {
			_cleanup_free_ char *part =
				xasprintf("%s: its group or others may write", components[i]);
			struct stat st;

			check(stat(components[i], &st) == 0, "stat");
			check(chmod(components[i], (st.st_mode & 07777) | bits[b]) == 0, "chmod");
			fails("/etc/sbox/x.ini", part);
			/* A sticky directory keeps what is root's, but lets others add to it. */
			check(chmod(components[i], (st.st_mode & 07777) | bits[b] | 01000) == 0,
			      "chmod");
			if (i < 2)
				passes("/etc/sbox/x.ini");
			else
				fails("/etc/sbox/x.ini", part);
			check(chmod(components[i], st.st_mode & 07777) == 0, "chmod");
		}
	passes("/etc/sbox/x.ini");
}

Test(trusted, writable_by_others)
{
	in_own_root(writable_by_others);
}

static void somebody_elses(void)
{
	static const char *const components[] = {"/", "/etc", "/etc/sbox", "/etc/sbox/x.ini"};

	for (size_t i = 0; i < ARRAY_SIZE(components); i++) {
		_cleanup_free_ char *part =
			xasprintf("%s: belongs to uid 1 and not to root", components[i]);

		check(chown(components[i], 1, 1) == 0, "chown");
		fails("/etc/sbox/x.ini", part);
		check(chown(components[i], 0, 0) == 0, "chown");
	}
	passes("/etc/sbox/x.ini");
}

Test(trusted, somebody_elses)
{
	if (geteuid() != 0)
		cr_skip_test("only root can give a file to somebody else");
	in_own_root(somebody_elses);
}

static void symbolic_links(void)
{
	check(symlink("x.ini", "/etc/sbox/link.ini") == 0, "symlink");
	check(symlink("sbox", "/etc/link") == 0, "symlink");
	fails("/etc/sbox/link.ini", "/etc/sbox/link.ini: a symbolic link");
	fails("/etc/link/x.ini", "/etc/link: a symbolic link");
}

Test(trusted, symbolic_links)
{
	in_own_root(symbolic_links);
}

static void no_regular_files(void)
{
	_cleanup_free_ char *big = xmalloc(INI_FILE_MAX + 2);

	check(mkfifo("/etc/sbox/fifo", 0600) == 0, "mkfifo");
	fails("/etc/sbox/fifo", "/etc/sbox/fifo: not a regular file");
	fails("/etc/sbox", "/etc/sbox: not a regular file");
	fails("/etc/sbox/x.ini/y", "/etc/sbox/x.ini: not a directory");
	memset(big, '\n', INI_FILE_MAX + 1);
	big[INI_FILE_MAX + 1] = '\0';
	put("/etc/sbox/big", big);
	fails("/etc/sbox/big", "read /etc/sbox/big: File too large");
}

Test(trusted, no_regular_files)
{
	in_own_root(no_regular_files);
}
