/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/learn_outside.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/mnt.h"
#include "base/str.h"
#include "base/sys.h"
#include "learn/learn_process.h"

/* Whether the list of mounts has that one, or can't be read: proc_pid_mountinfo(5). */
static bool lists(const char *path, uint64_t id, bool unreadable)
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	if (!file)
		return unreadable;
	while (getline(&line, &size, file) > 0)
		if (strtoull(line, NULL, 10) == id)
			return true;
	return ferror(file) && unreadable;
}

static bool is_inside(struct outside *outside, pid_t pid, uint64_t id)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/mountinfo", (int)pid);

	for (size_t i = 0; i < ARRAY_SIZE(outside->inside) && i < outside->next; i++)
		if (outside->inside[i] == id)
			return true;
	if (!lists(path, id, true))
		return false;
	outside->inside[outside->next++ % ARRAY_SIZE(outside->inside)] = id;
	return true;
}

bool outside_path(struct outside *outside, pid_t pid, int fd, char *out, size_t size)
{
	_cleanup_free_ char *link = fd == AT_FDCWD ? xasprintf("/proc/%d/cwd", (int)pid)
						   : xasprintf("/proc/%d/fd/%d", (int)pid, fd);
	_cleanup_close_ int there = open(link, O_PATH | O_CLOEXEC);
	const char *op;
	uint64_t id;

	return there >= 0 && mnt_id(there, &id, &op) == 0 && !is_inside(outside, pid, id) &&
	       lists("/proc/self/mountinfo", id, false) && process_directory(pid, fd, out, size);
}

static bool leads_to(int root, const char *path, const char *target)
{
	_cleanup_close_ int fd =
		sys_openat2(root, path, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0, RESOLVE_IN_ROOT);
	char text[32];
	ssize_t len = fd < 0 ? -1 : readlinkat(fd, "", text, sizeof(text) - 1);

	if (len < 0)
		return false;
	text[len] = '\0';
	return streq(text, target);
}

int outside_number(int root, const char *path, const char **rest)
{
	static const char *const streams[] = {"/dev/stdin", "/dev/stdout", "/dev/stderr"};
	static const char fds[] = "/proc/self/fd";
	const char *digits = NULL;
	size_t len;

	for (int i = 0; i < (int)ARRAY_SIZE(streams); i++) {
		_cleanup_free_ char *target = xasprintf("%s/%d", fds, i);

		*rest = path + strlen(streams[i]);
		if (str_starts(path, streams[i]) && (!**rest || **rest == '/'))
			return leads_to(root, streams[i], target) ? i : -1;
	}
	if (str_starts(path, "/proc/self/fd/"))
		digits = path + strlen("/proc/self/fd/");
	else if (str_starts(path, "/dev/fd/") && leads_to(root, "/dev/fd", fds))
		digits = path + strlen("/dev/fd/");
	len = digits ? strspn(digits, "0123456789") : 0;
	if (len == 0 || len > 6 || (digits[len] && digits[len] != '/'))
		return -1;
	*rest = digits + len;
	return atoi(digits);
}
