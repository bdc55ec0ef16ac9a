/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/lease_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include "base/mem.h"

int lease_watch(int dir)
{
	_cleanup_close_ int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	_cleanup_free_ char *path = xasprintf("/proc/self/fd/%d", dir);

	if (fd < 0 || inotify_add_watch(fd, path, IN_MODIFY | IN_CREATE) < 0)
		return -1;
	return steal_fd(&fd);
}
