/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* What the caller had: SIG_DFL, or SIG_IGN. */
static void (*size_limit_before)(int);

void io_size_limit_fails(void)
{
	size_limit_before = signal(SIGXFSZ, SIG_IGN);
}

void io_size_limit_kills(void)
{
	signal(SIGXFSZ, size_limit_before);
}

int io_write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int io_read_all(int fd, size_t max, char **data, size_t *len)
{
	_cleanup_free_ char *buf = NULL;
	size_t used = 0, capacity = 0;

	for (;;) {
		ssize_t n;

		if (used + 1 >= capacity) {
			capacity = capacity ? capacity * 2 : 4096;
			buf = xreallocarray(buf, capacity, 1);
		}
		n = read(fd, buf + used, capacity - used - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		used += (size_t)n;
		if (used > max) {
			errno = EFBIG;
			return -1;
		}
	}
	buf[used] = '\0';
	*len = used;
	*data = steal_ptr(&buf);
	return 0;
}

int io_read_file(int dirfd, const char *path, size_t max, char **data, size_t *len,
		 struct err **err)
{
	_cleanup_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return err_set(err, errno, "open %s", path);
	if (io_read_all(fd, max, data, len) < 0)
		return err_set(err, errno, "read %s", path);
	return 0;
}

int io_write_atomic(int dirfd, const char *path, const void *data, size_t len, mode_t mode,
		    struct err **err)
{
	_cleanup_free_ char *temporary = xasprintf("%s.new-%ld", path, (long)getpid());
	_cleanup_close_ int fd = -1;

	/* A file of this name can only be left over from a crashed process with our pid. */
	unlinkat(dirfd, temporary, 0);
	fd = openat(dirfd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return err_set(err, errno, "create %s", temporary);
	if (fchmod(fd, mode) < 0 || io_write_all(fd, data, len) < 0 ||
	    renameat(dirfd, temporary, dirfd, path) < 0) {
		int saved = errno;

		unlinkat(dirfd, temporary, 0);
		return err_set(err, saved, "write %s", path);
	}
	return 0;
}

int io_mkdirs(const char *path, mode_t mode, struct err **err)
{
	_cleanup_free_ char *copy = xstrdup(path);
	struct stat st;

	for (char *slash = strchr(copy + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		if (mkdir(copy, mode) < 0 && errno != EEXIST)
			return err_set(err, errno, "create directory %s", copy);
		if (!slash)
			break;
		*slash = '/';
	}
	if (stat(path, &st) < 0)
		return err_set(err, errno, "stat %s", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(err, ENOTDIR, "%s", path);
	return 0;
}
