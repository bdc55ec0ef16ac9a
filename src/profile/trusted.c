/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/path.h"
#include "base/str.h"
#include "profile/ini.h"

/* `type` is what the component must be, S_IFDIR or S_IFREG; `path` leads to it. */
static int check_component(const char *path, const struct stat *st, mode_t type, struct err **err)
{
	if (S_ISLNK(st->st_mode))
		return err_set(err, 0, "%s: a symbolic link, which root doesn't follow here", path);
	if ((st->st_mode & S_IFMT) != type)
		return err_set(err, 0, "%s: not a %s", path,
			       type == S_IFDIR ? "directory" : "regular file");
	if (st->st_uid != 0)
		return err_set(err, 0, "%s: belongs to uid %u and not to root", path,
			       (unsigned)st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return err_set(err, 0, "%s: its group or others may write to it (mode %04o)", path,
			       (unsigned)(st->st_mode & 07777));
	return 0;
}

/*
 * Opens component `name` of the directory `dir`. A directory is opened with O_PATH; a file is
 * looked at first, and since only root can change a directory that has passed, it stays what it is.
 */
static int open_component(int dir, const char *name, const char *path, mode_t type,
			  struct err **err)
{
	int flags = type == S_IFDIR ? O_PATH : O_RDONLY | O_NONBLOCK | O_NOCTTY;
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_set(err, errno, "open %s", path);
	if (check_component(path, &st, type, err) < 0)
		return -1;
	fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(err, errno, "open %s", path);
	if (check_component(path, &st, type, err) < 0)
		return -1;
	return steal_fd(&fd);
}

int trusted_read(const char *path, char **data, size_t *len, struct err **err)
{
	_cleanup_free_ char *clean = path_clean(path);
	_cleanup_close_ int dir = -1, fd = -1;
	char *name;

	if (!clean || streq(clean, "/"))
		return err_set(err, 0, "\"%s\" is not an absolute path of a file without \"..\"",
			       path);
	dir = open_component(AT_FDCWD, "/", "/", S_IFDIR, err);
	name = clean + 1;
	for (char *slash; dir >= 0 && (slash = strchr(name, '/')); name = slash + 1) {
		int next;

		*slash = '\0';
		next = open_component(dir, name, clean, S_IFDIR, err);
		close(dir);
		dir = next;
		*slash = '/';
	}
	if (dir < 0)
		return -1;
	fd = open_component(dir, name, clean, S_IFREG, err);
	if (fd < 0)
		return -1;
	if (io_read_all(fd, INI_FILE_MAX, data, len) < 0)
		return err_set(err, errno, "read %s", clean);
	return 0;
}
