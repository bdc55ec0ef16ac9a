/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/programs.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/num.h"
#include "netns/process.h"

/* dhcpcd has helpers, which run hooks. */
enum { CLIENT_DEPTH = 8 };

void programs_clean(char *out, size_t size, const char *text)
{
	size_t i;

	for (i = 0; i + 1 < size && text[i]; i++)
		out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	out[i] = '\0';
}

/* The supervisor is pid 1 of a pid namespace, so that nothing of the client's gets away from it. */
static bool is_clients(pid_t pid, pid_t supervisor)
{
	for (int depth = 0; supervisor > 0 && pid > 1 && depth < CLIENT_DEPTH; depth++) {
		if (pid == supervisor)
			return true;
		pid = process_parent(pid);
	}
	return false;
}

static void add(pid_t pid, struct programs *out)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/comm", (int)pid);
	_cleanup_free_ char *name = NULL;
	struct program *program;
	size_t len;

	out->count++;
	if (out->listed == PROGRAMS_MAX)
		return;
	program = &out->items[out->listed++];
	program->pid = pid;
	if (io_read_file(AT_FDCWD, path, 64, &name, &len, NULL) < 0)
		return; /* it has just ended */
	if (len > 0 && name[len - 1] == '\n')
		name[len - 1] = '\0';
	programs_clean(program->name, sizeof(program->name), name);
}

void programs_find(ino_t netns, pid_t supervisor, struct programs *out)
{
	_cleanup_closedir_ DIR *proc = opendir("/proc");
	const struct dirent *entry;

	*out = (struct programs){0};
	while (proc && (entry = readdir(proc))) {
		_cleanup_free_ char *path = NULL;
		struct stat st;
		int64_t pid;

		if (num_int(entry->d_name, 1, INT32_MAX, &pid, NULL) < 0)
			continue;
		path = xasprintf("/proc/%d/ns/net", (int)pid);
		if (stat(path, &st) < 0 || st.st_ino != netns)
			continue;
		if (!is_clients((pid_t)pid, supervisor))
			add((pid_t)pid, out);
		else if (!out->client && process_parent((pid_t)pid) == supervisor)
			out->client = (pid_t)pid;
	}
}
