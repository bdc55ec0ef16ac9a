/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copies of "/" while the new root is mounted on it. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "base/mnt.h"
#include "base/str.h"
#include "base/sys.h"

static const char *op = "none";

/* Runs in a child, where Criterion's own checks have no place. */
static void check(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "# %s: %s: %s\n", what, op, strerror(errno));
	_exit(1);
}

static bool is_object(int fd, const struct file_id *id)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_dev == id->dev && st.st_ino == id->ino;
}

/* Mounts an empty file system on top of all that is mounted on "/". */
static int cover_slash(int slash)
{
	int fd = mnt_new("tmpfs", NULL, 0, &op);

	check(fd >= 0 && mnt_attach(fd, slash, &op) == 0, "mount on /");
	return fd;
}

static void shows(const struct mnt_root *root, const char *path, const struct file_id *id)
{
	_cleanup_close_ int tree = mnt_clone_path(root, path, id, MOUNT_ATTR_NOSUID, &op), top = -1;

	check(tree >= 0 && is_object(tree, id), path);
	/* What a look-up from outside would find there. */
	top = sys_openat2(tree, "..", O_PATH | O_CLOEXEC, 0, RESOLVE_IN_ROOT);
	check(top >= 0 && is_object(top, id), "what shows there");
}

static void refuses(const struct mnt_root *root, const char *path, const struct file_id *id)
{
	check(mnt_clone_path(root, path, id, 0, &op) < 0 && errno == ESTALE, path);
	check(streq(op, "compare source"), "the operation");
}

static void copies_of_slash(void)
{
	_cleanup_close_ int slash = -1, first = -1, second = -1, copy = -1;
	struct mnt_root root = {.parent_fd = -1}, other = {.parent_fd = -1};
	struct file_id id, wrong;
	struct stat st;

	check(unshare(CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) == 0, "unshare");
	check(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0, "make / a slave");
	slash = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	check(slash >= 0 && fstat(slash, &st) == 0, "open /");
	id = wrong = (struct file_id){st.st_dev, st.st_ino, S_IFDIR};
	wrong.ino++;

	root.fd = first = cover_slash(slash);
	shows(&root, "/", &id);
	shows(&root, "//", &id);
	refuses(&root, "/", &wrong);
	/* It can be bound from as before. */
	copy = mnt_clone(root.fd, 0, &op);
	check(copy >= 0, "a copy of the root");
	/* Another file system than the one that is left out. */
	other.fd = second = cover_slash(slash);
	shows(&root, "/", &id);
	refuses(&other, "/", &id);
}

Test(mnt, copies_of_slash)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		alarm(30);
		copies_of_slash();
		_exit(0);
	}
	cr_assert_gt(pid, 0);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status 0x%x", (unsigned)status);
}
