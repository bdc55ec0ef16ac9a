/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"
#include "netns/paths.h"

int pin_identify(int fd, struct pin *pin, struct err **err)
{
	_cleanup_close_ int userns = -1;
	struct stat own, st;
	uid_t owner;

	if (fstat(fd, &st) < 0)
		return err_set(err, errno, "stat the namespace");
	pin->ino = st.st_ino;
	pin->nested = false;
	pin->owner = 0;
	userns = ioctl(fd, NS_GET_USERNS);
	if (userns < 0 && errno == EPERM)
		return 0; /* an ancestor's: ioctl_ns(2) */
	if (userns < 0)
		return err_set(err, errno, "look up the namespace's user namespace");
	if (fstat(userns, &st) < 0 || stat("/proc/self/ns/user", &own) < 0)
		return err_set(err, errno, "compare user namespaces");
	if (st.st_ino == own.st_ino)
		return 0;
	if (ioctl(userns, NS_GET_OWNER_UID, &owner) < 0)
		return err_set(err, errno, "look up the namespace's owner");
	pin->nested = true;
	pin->owner = owner;
	return 0;
}

int pin_inspect(const char *name, struct pin *pin, struct err **err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", PIN_DIR, name);
	_cleanup_close_ int fd = -1;
	struct statfs fs;
	struct stat st;
	int type;

	*pin = (struct pin){.kind = PIN_ABSENT, .fd = -1};
	/* Not O_PATH, for the ioctls below; not blocking, should someone have put a FIFO there. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0 && errno == EACCES) {
		/* `ip netns add` leaves its mount points with mode 0. */
		pin->kind = PIN_STALE;
		return 0;
	}
	if (fd < 0)
		return err_set(err, errno, "open %s", path);
	if (fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0)
		return err_set(err, errno, "stat %s", path);
	if (fs.f_type != NSFS_MAGIC_NUMBER) {
		if (!S_ISREG(st.st_mode) || st.st_size != 0)
			return err_set(err, 0,
				       "%s is neither a namespace nor what a lost one "
				       "leaves; remove it",
				       path);
		pin->kind = PIN_STALE;
		return 0;
	}
	type = ioctl(fd, NS_GET_NSTYPE);
	if (type != CLONE_NEWNET)
		return err_set(err, 0, "%s holds a namespace that is no network namespace", path);
	if (pin_identify(fd, pin, err) < 0)
		return err_prefix(err, "%s", path);
	pin->kind = PIN_NETNS;
	pin->fd = steal_fd(&fd);
	return 0;
}

void pin_close(struct pin *pin)
{
	if (pin->fd >= 0)
		close(pin->fd);
	pin->fd = -1;
}

/*
 * The directory, locked as ip-netns(8) does it while it becomes a mount. Anybody can hold that
 * lock, so that it is waited for for five seconds at most.
 */
static int lock_directory(struct err **err)
{
	_cleanup_close_ int dir = open(PIN_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (dir < 0)
		return err_set(err, errno, "open %s", PIN_DIR);
	for (int tries = 0; tries < 50 && flock(dir, LOCK_EX | LOCK_NB) < 0; tries++)
		nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
	return steal_fd(&dir);
}

static int make_shared(struct err **err)
{
	_cleanup_close_ int lock = -1;

	if (mount("", PIN_DIR, "none", MS_SHARED | MS_REC, NULL) == 0)
		return 0;
	/* EINVAL: it is no mount point yet. */
	if (errno != EINVAL)
		return err_set(err, errno, "make %s a shared mount", PIN_DIR);
	lock = lock_directory(err);
	if (lock < 0)
		return -1;
	/* Unless it has become one meanwhile. */
	if (mount("", PIN_DIR, "none", MS_SHARED | MS_REC, NULL) == 0)
		return 0;
	if (mount(PIN_DIR, PIN_DIR, "none", MS_BIND | MS_REC, NULL) < 0)
		return err_set(err, errno, "make %s a mount point", PIN_DIR);
	if (mount("", PIN_DIR, "none", MS_SHARED | MS_REC, NULL) < 0)
		return err_set(err, errno, "make %s a shared mount", PIN_DIR);
	return 0;
}

int pin_create(const char *name, int netns, struct err **err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", PIN_DIR, name);
	_cleanup_free_ char *source = xasprintf("/proc/self/fd/%d", netns);
	_cleanup_close_ int file = -1;

	if (io_mkdirs(PIN_DIR, 0755, err) < 0)
		return -1;
	if (make_shared(err) < 0)
		return -1;
	/* Never over what is there: mounting on another's pin would hide it. */
	file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0);
	if (file < 0)
		return err_set(err, errno, "create %s", path);
	if (mount(source, path, "none", MS_BIND, NULL) < 0) {
		int saved = errno;

		unlink(path);
		return err_set(err, saved, "pin the namespace at %s", path);
	}
	return 0;
}

int pin_remove(const char *name, struct err **err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", PIN_DIR, name);

	/* EINVAL: not a mount point, a stale pin. */
	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL && errno != ENOENT &&
	    errno != ENOTDIR)
		return err_set(err, errno, "unmount %s", path);
	if (unlink(path) < 0 && errno != ENOENT && errno != ENOTDIR)
		return err_set(err, errno, "remove %s", path);
	return 0;
}
