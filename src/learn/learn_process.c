/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/learn_process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/mem.h"

size_t process_read(pid_t pid, uint64_t address, void *out, size_t len)
{
	struct iovec here = {.iov_base = out, .iov_len = len};
	struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = len};
	ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);

	return got > 0 ? (size_t)got : 0;
}

bool process_string(pid_t pid, uint64_t address, char *out, size_t size)
{
	enum { PAGE = 4096, FIRST = 256 };
	size_t len = 0;

	/* Not across the end of a page at once: the next one may not be there. */
	while (len < size) {
		size_t chunk = PAGE - (size_t)((address + len) & (PAGE - 1)), got;

		if (chunk > size - len)
			chunk = size - len;
		/* Most paths are short. */
		if (len == 0 && chunk > FIRST)
			chunk = FIRST;
		got = process_read(pid, address + len, out + len, chunk);
		if (got == 0)
			return false;
		if (memchr(out + len, '\0', got))
			return true;
		len += got;
	}
	return false;
}

bool process_directory(pid_t pid, int fd, char *out, size_t size)
{
	char link[48];
	ssize_t len;

	if (fd == AT_FDCWD)
		snprintf(link, sizeof(link), "/proc/%d/cwd", (int)pid);
	else
		snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)pid, fd);
	len = readlink(link, out, size - 1);
	if (len <= 0 || out[0] != '/')
		return false;
	out[len] = '\0';
	return true;
}

void process_root(pid_t pid, int listener, uint64_t id, struct record *record)
{
	_cleanup_close_ int root = -1, mounts = -1;
	char link[48];

	if (record->root >= 0)
		return;
	snprintf(link, sizeof(link), "/proc/%d/root", (int)pid);
	root = open(link, O_PATH | O_DIRECTORY | O_CLOEXEC);
	snprintf(link, sizeof(link), "/proc/%d/ns/mnt", (int)pid);
	mounts = open(link, O_RDONLY | O_CLOEXEC);
	if (root < 0 || mounts < 0 || !process_waits(listener, id))
		return;
	record->root = steal_fd(&root);
	record->mount_namespace = steal_fd(&mounts);
}

/* Whether /proc/PID/NAME is what the descriptor leads to. */
static bool is_same(pid_t pid, const char *name, int fd)
{
	struct stat here, there;
	char link[48];

	snprintf(link, sizeof(link), "/proc/%d/%s", (int)pid, name);
	return fstat(fd, &here) == 0 && stat(link, &there) == 0 && here.st_dev == there.st_dev &&
	       here.st_ino == there.st_ino;
}

bool process_elsewhere(pid_t pid, const struct record *record)
{
	return !is_same(pid, "ns/mnt", record->mount_namespace) ||
	       !is_same(pid, "root", record->root);
}

bool process_waits(int listener, uint64_t id)
{
	int result;

	/* It waits for a lock that a signal may take it away from. */
	do
		result = ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id);
	while (result < 0 && errno == EINTR);
	return result == 0;
}
