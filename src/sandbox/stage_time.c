/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A time namespace of the sandbox's own; time_namespaces(7), Linux 5.6. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sys.h"
#include "sandbox/stages.h"

enum { SECOND = 1000000000 };

/* Nanoseconds of a clock; 64 bits of them are 292 years. */
static int64_t now(clockid_t clock)
{
	struct timespec ts = {0};

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * SECOND + ts.tv_nsec;
}

/* What this process's own namespace adds already: offsets count from the first namespace. */
static int read_offsets(struct child *child, int64_t *monotonic, int64_t *boot)
{
	_cleanup_close_ int fd =
		openat(child->host_proc, "self/timens_offsets", O_RDONLY | O_CLOEXEC);
	char text[128];
	long long seconds[2], nanoseconds[2];
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (len < 0)
		return child_fail_on(child, "timens_offsets", "read", errno);
	text[len] = '\0';
	if (sscanf(text, "monotonic %lld %lld boottime %lld %lld", &seconds[0], &nanoseconds[0],
		   &seconds[1], &nanoseconds[1]) != 4)
		return child_fail_on(child, "timens_offsets", "parse", EINVAL);
	*monotonic = seconds[0] * SECOND + nanoseconds[0];
	*boot = seconds[1] * SECOND + nanoseconds[1];
	return 0;
}

/* "CLOCK SECONDS NANOSECONDS\n", the latter not negative. */
static void add_offset(char *out, size_t size, const char *clock, int64_t offset)
{
	int64_t seconds = offset / SECOND, rest = offset % SECOND;

	if (rest < 0) {
		seconds--;
		rest += SECOND;
	}
	snprintf(out + strlen(out), size - strlen(out), "%s %lld %lld\n", clock, (long long)seconds,
		 (long long)rest);
}

static int write_offsets(struct child *child, const char *text)
{
	_cleanup_close_ int fd =
		openat(child->host_proc, "self/timens_offsets", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return child_fail_on(child, "timens_offsets", "open", errno);
	if (write(fd, text, strlen(text)) < 0)
		return child_fail_on(child, "timens_offsets", "write", errno);
	return 0;
}

int child_new_time(struct child *child)
{
	int64_t start = child->plan->uptime * 1000, monotonic = 0, boot = 0;
	_cleanup_close_ int fd = -1;
	char text[128] = "";

	if (!child->plan->new_time)
		return 0;
	if (unshare(CLONE_NEWTIME) < 0)
		return child_fail_on(child, "a time namespace", "unshare", errno);
	if (read_offsets(child, &monotonic, &boot) < 0)
		return -1;
	add_offset(text, sizeof(text), "monotonic", start + monotonic - now(CLOCK_MONOTONIC));
	add_offset(text, sizeof(text), "boottime", start + boot - now(CLOCK_BOOTTIME));
	/* Once a process is in it they can't be changed. */
	if (write_offsets(child, text) < 0)
		return -1;
	/* unshare(2) is for children, and the one that becomes the application shares memory with
	 * this process, so that it would be left out: this one enters first. */
	fd = openat(child->host_proc, "self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return child_fail_on(child, "the time namespace", "open", errno);
	if (setns(fd, CLONE_NEWTIME) < 0)
		return child_fail_on(child, "the time namespace", "setns", errno);
	return 0;
}
