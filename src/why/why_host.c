/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "why/why_host.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "why/why_links.h"

static bool is_slow(const char *type)
{
	static const char *const slow[] = {"autofs", "nfs",  "nfs4",      "cifs",  "smb3",
					   "afs",    "ceph", "glusterfs", "lustre"};

	for (size_t i = 0; i < ARRAY_SIZE(slow); i++)
		if (streq(type, slow[i]))
			return true;
	/* fuseblk is a disk's, as a rule. */
	return streq(type, "fuse") || str_starts(type, "fuse.");
}

void host_mounts_read(struct host_mounts *mounts)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	*mounts = (struct host_mounts){0};
	while (file && getline(&line, &size, file) > 0) {
		_cleanup_free_ char *path = NULL, *type = NULL;
		const char *dash = strstr(line, " - ");

		/* ID PARENT DEVICE ROOT PATH ... - TYPE SOURCE OPTIONS */
		if (dash && sscanf(line, "%*s %*s %*s %*s %ms", &path) == 1 &&
		    sscanf(dash, " - %ms", &type) == 1) {
			path_unescape(path);
			*array_grow(&mounts->items, &mounts->count) =
				(struct host_mount){steal_ptr(&path), is_slow(type)};
		}
	}
}

void host_mounts_free(struct host_mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++)
		free(mounts->items[i].path);
	free(mounts->items);
}

bool host_is_quick(const struct host_mounts *mounts, const char *path)
{
	const struct host_mount *found = NULL;

	for (size_t i = 0; i < mounts->count; i++) {
		const struct host_mount *mount = &mounts->items[i];

		if (path_below(path, mount->path) &&
		    (!found || strlen(mount->path) >= strlen(found->path)))
			found = mount;
	}
	/* Of two at one place the later covers the other. */
	return !found || !found->slow;
}

static bool is_quick(const void *context, const char *path)
{
	return host_is_quick(context, path);
}

char *host_has(const struct host_mounts *mounts, const char *path)
{
	_cleanup_close_ int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *real = links_follow(root, path, false, is_quick, mounts);

	if (real && faccessat(AT_FDCWD, real, R_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0)
		return real;
	free(real);
	return NULL;
}
