/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/io.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "profile/ini.h"

/*
 * What a component must be. Of a sticky directory others can neither rename nor remove what is
 * root's, unlink(2), and what they add isn't root's: so it may stand above a directory. Right above
 * the file it may not, for there a hard link to some other file of root's could be added.
 */
enum component { DIRECTORY_ABOVE, DIRECTORY_OF_FILE, THE_FILE };

/* `path` leads to the component. */
static int check_component(const char *path, const struct stat *st, enum component component,
			   struct err **err)
{
	mode_t type = component == THE_FILE ? S_IFREG : S_IFDIR;
	bool kept = component == DIRECTORY_ABOVE && (st->st_mode & S_ISVTX);

	if (S_ISLNK(st->st_mode))
		return err_set(err, 0, "%s: a symbolic link, which root doesn't follow here", path);
	if ((st->st_mode & S_IFMT) != type)
		return err_set(err, 0, "%s: not a %s", path,
			       type == S_IFDIR ? "directory" : "regular file");
	if (st->st_uid != 0)
		return err_set(err, 0, "%s: belongs to uid %u and not to root", path,
			       (unsigned)st->st_uid);
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) && !kept)
		return err_set(err, 0, "%s: its group or others may write to it (mode %04o)", path,
			       (unsigned)(st->st_mode & 07777));
	return 0;
}

/*
 * Opens component `name` of the directory `dir`. A directory is opened with O_PATH; a file is
 * looked at first, and since only root can change a directory that has passed, it stays what it is.
 */
static int open_component(int dir, const char *name, const char *path, enum component component,
			  struct err **err)
{
	int flags = component != THE_FILE ? O_PATH : O_RDONLY | O_NONBLOCK | O_NOCTTY;
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_set(err, errno, "open %s", path);
	if (check_component(path, &st, component, err) < 0)
		return -1;
	fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(err, errno, "open %s", path);
	if (check_component(path, &st, component, err) < 0)
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
	name = clean + 1;
	dir = open_component(AT_FDCWD, "/", "/",
			     strchr(name, '/') ? DIRECTORY_ABOVE : DIRECTORY_OF_FILE, err);
	for (char *slash; dir >= 0 && (slash = strchr(name, '/')); name = slash + 1) {
		int next;

		*slash = '\0';
		next = open_component(dir, name, clean,
				      strchr(slash + 1, '/') ? DIRECTORY_ABOVE : DIRECTORY_OF_FILE,
				      err);
		close(dir);
		dir = next;
		*slash = '/';
	}
	if (dir < 0)
		return -1;
	fd = open_component(dir, name, clean, THE_FILE, err);
	if (fd < 0)
		return -1;
	if (io_read_all(fd, INI_FILE_MAX, data, len) < 0)
		return err_set(err, errno, "read %s", clean);
	return 0;
}

/* Whether every uid of the system is mapped here, so that stat(2) tells each owner. */
static bool owners_are_known(void)
{
	_cleanup_close_ int fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *map = NULL;
	unsigned inside, outside, count;
	size_t len;

	return fd >= 0 && io_read_all(fd, 4096, &map, &len) == 0 &&
	       sscanf(map, "%u %u %u", &inside, &outside, &count) == 3 && count == UINT32_MAX;
}

static bool called_sudo(uid_t uid)
{
	const char *text = getenv("SUDO_UID");
	int64_t caller;

	return text && num_int(text, 0, UINT32_MAX - 1, &caller, NULL) == 0 && caller == uid;
}

/* With a list the group's bits are the most that anyone whom it names has, acl(5). */
static bool has_acl(int fd)
{
	return fgetxattr(fd, "system.posix_acl_access", NULL, 0) > 0;
}

int trusted_profile(const char *path, int fd, const struct stat *st, struct err **err)
{
	const uid_t overflow = 65534; /* how owners look who aren't mapped, user_namespaces(7) */

	if ((st->st_mode & S_IWOTH) ||
	    ((st->st_mode & S_IWGRP) && (st->st_gid != 0 || has_acl(fd))))
		return err_set_code(err, EXIT_PROFILE, 0,
				    "%s: others may write to it, so root takes no orders from it "
				    "(chmod go-w mends that)",
				    path);
	if (st->st_uid == 0 || called_sudo(st->st_uid) ||
	    (st->st_uid == overflow && !owners_are_known()))
		return 0;
	return err_set_code(err, EXIT_PROFILE, 0,
			    "%s: belongs to uid %u, so root takes no orders from it", path,
			    (unsigned)st->st_uid);
}
