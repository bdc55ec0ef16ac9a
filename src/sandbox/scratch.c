/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox/scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/mem.h"

int scratch_attach(struct child *child, const char *name, int *fd, const char **op)
{
	static const struct mnt_option options[] = {{"mode", "0700"}, {NULL, NULL}};
	_cleanup_close_ int mount_fd = -1, at = -1;

	if (*fd >= 0)
		return 0;
	mount_fd = mnt_new("tmpfs", options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, op);
	if (mount_fd < 0)
		return -1;
	*op = "mkdir";
	if (mkdirat(child->root.fd, name, 0700) < 0)
		return -1;
	*op = "openat";
	at = openat(child->root.fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (at < 0 || mnt_attach(mount_fd, at, op) < 0)
		return -1;
	*fd = steal_fd(&mount_fd);
	return 0;
}

int scratch_detach(struct child *child, const char *name, int *fd, const char **op)
{
	char path[32];

	if (*fd < 0)
		return 0;
	/* By descriptor: nobody's symlink or mount is in the way. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", *fd);
	*op = "umount2";
	if (umount2(path, MNT_DETACH) < 0)
		return -1;
	close(*fd);
	*fd = -1;
	*op = "rmdir";
	return unlinkat(child->root.fd, name, AT_REMOVEDIR);
}
