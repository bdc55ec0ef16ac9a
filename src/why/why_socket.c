/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "why/why_socket.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/str.h"

/* The inode of the socket in the network namespace of `pid`, or 0. */
static unsigned long socket_inode(pid_t pid, const char *name)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/net/unix", (int)pid);
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	char line[512];

	while (file && fgets(line, sizeof(line), file)) {
		unsigned long inode;
		int at = 0;

		line[strcspn(line, "\n")] = '\0';
		/* Num: RefCount Protocol Flags Type St Inode Path */
		if (sscanf(line, "%*s %*s %*s %*s %*s %*s %lu @%n", &inode, &at) == 1 && at > 0 &&
		    streq(line + at, name))
			return inode;
	}
	return 0;
}

/* Whether a descriptor of the process is that socket. */
static bool holds(const char *pid, unsigned long inode)
{
	_cleanup_free_ char *dir = xasprintf("/proc/%s/fd", pid);
	_cleanup_closedir_ DIR *fds = opendir(dir);
	const struct dirent *entry;
	struct stat st;

	while (fds && (entry = readdir(fds)))
		if (entry->d_name[0] != '.' && fstatat(dirfd(fds), entry->d_name, &st, 0) == 0 &&
		    S_ISSOCK(st.st_mode) && st.st_ino == inode)
			return true;
	return false;
}

static ino_t pid_namespace(const char *pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%s/ns/pid", pid);
	struct stat st;

	return stat(path, &st) == 0 ? st.st_ino : 0;
}

bool why_socket_is_outside(pid_t pid, const char *name)
{
	_cleanup_free_ char *self = xasprintf("%d", (int)pid);
	unsigned long inode = socket_inode(pid, name);
	ino_t inside = pid_namespace(self);
	_cleanup_closedir_ DIR *proc = opendir("/proc");
	const struct dirent *entry;

	if (!inode || !inside || inside == pid_namespace("self") || !proc)
		return false;
	while ((entry = readdir(proc)))
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' &&
		    pid_namespace(entry->d_name) == inside && holds(entry->d_name, inode))
			return false;
	return true;
}
