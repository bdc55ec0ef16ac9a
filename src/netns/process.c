/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/sys.h"

/* proc(5): the name in parentheses may hold anything, so fields count from the last one. */
static int read_stat(pid_t pid, char *status, pid_t *parent, uint64_t *start)
{
	_cleanup_free_ char *data = NULL;
	char path[32], *p, *save = NULL;
	_cleanup_close_ int fd = -1;
	size_t len;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || io_read_all(fd, 8192, &data, &len) < 0)
		return -1;
	p = strrchr(data, ')');
	if (!p || p[1] != ' ') {
		errno = EINVAL;
		return -1;
	}
	p = strtok_r(p + 1, " ", &save); /* field 3 */
	*status = p ? *p : '?';
	for (int field = 3; p && field < 22; field++) {
		p = strtok_r(NULL, " ", &save);
		if (p && field == 3)
			*parent = (pid_t)strtol(p, NULL, 10);
	}
	if (!p) {
		errno = EINVAL;
		return -1;
	}
	*start = strtoull(p, NULL, 10);
	return 0;
}

int process_start_time(pid_t pid, uint64_t *out)
{
	pid_t parent;
	char status;

	return read_stat(pid, &status, &parent, out);
}

pid_t process_parent(pid_t pid)
{
	pid_t parent = 0;
	uint64_t start;
	char status;

	return read_stat(pid, &status, &parent, &start) < 0 ? 0 : parent;
}

int process_open(pid_t pid, uint64_t start_time)
{
	_cleanup_close_ int pidfd = -1;
	uint64_t start;
	pid_t parent;
	char status;

	if (pid <= 0)
		return -1;
	pidfd = sys_pidfd_open(pid, 0);
	/* Compared after opening: from here on the descriptor can't become another process. */
	if (pidfd < 0 || read_stat(pid, &status, &parent, &start) < 0 || start != start_time ||
	    status == 'Z' || status == 'X')
		return -1;
	return steal_fd(&pidfd);
}

bool process_is_alive(pid_t pid, uint64_t start_time)
{
	uint64_t start;
	pid_t parent;
	char status;

	if (pid <= 0)
		return false;
	if (read_stat(pid, &status, &parent, &start) == 0)
		return start == start_time && status != 'Z' && status != 'X';
	return kill(pid, 0) < 0 && errno == EPERM;
}

static bool has_ended(int pidfd, int milliseconds)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};

	return poll(&p, 1, milliseconds) > 0;
}

int process_end(int pidfd, int patience)
{
	if (has_ended(pidfd, 0))
		return 0;
	if (patience > 0 && sys_pidfd_send_signal(pidfd, SIGTERM) == 0 &&
	    has_ended(pidfd, patience))
		return 0;
	if (sys_pidfd_send_signal(pidfd, SIGKILL) < 0 && errno != ESRCH)
		return -1;
	if (has_ended(pidfd, 5000))
		return 0;
	errno = ETIMEDOUT;
	return -1;
}
