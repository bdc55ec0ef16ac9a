/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/lease_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "netns/paths.h"

enum { MOUNTS_MAX = 1024 }; /* that the owner may have put on top: fusermount(1) lets users */

/* All directories of the path are root's: it can't be led elsewhere. */
static char *path_of(const char *name)
{
	return xasprintf("%s/%s/%s", STATE_DIR, name, LEASE_DIR);
}

int lease_dir_make(const char *name, int dir, const struct owner *owner, struct err **err)
{
	_cleanup_free_ char *path = path_of(name);
	_cleanup_free_ char *options = xasprintf("size=2m,nr_inodes=64,mode=0755,uid=%u,gid=%u",
						 (unsigned)owner->uid, (unsigned)owner->gid);

	if (mkdirat(dir, LEASE_DIR, 0755) < 0 && errno != EEXIST)
		return err_set(err, errno, "create the lease directory");
	if (mount("sbox-lease", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options) < 0)
		return err_set(err, errno, "mount the lease directory of %s", owner->name);
	return 0;
}

int lease_dir_remove(const char *name, int dir, struct err **err)
{
	_cleanup_free_ char *path = path_of(name);

	for (int i = 0; i < MOUNTS_MAX; i++) {
		if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
			break; /* EINVAL: nothing is mounted there any more */
	}
	if (unlinkat(dir, LEASE_DIR, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return err_set(err, errno, "remove the lease directory");
	return 0;
}
