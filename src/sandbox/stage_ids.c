/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* User namespaces: joining an uplink's, and the id maps of the sandbox's own ones. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <linux/magic.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "sandbox/stages.h"

static int write_proc(struct child *child, const char *name, const char *text)
{
	_cleanup_close_ int fd = openat(child->host_proc, name, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return child_fail_on(child, name, "open", errno);
	/* The kernel takes a map in one write only. */
	if (write(fd, text, strlen(text)) < 0)
		return child_fail_on(child, name, "write", errno);
	return 0;
}

/* Until the mapper has written this process's maps. What is wrong there it has reported. */
static int wait_for_mapper(struct child *child)
{
	char byte;
	ssize_t len;

	do
		len = recv(child->maps[1], &byte, 1, 0);
	while (len < 0 && errno == EINTR);
	if (len != 1)
		return child_fail_on(child, "the mapper", "wait", len < 0 ? errno : ECONNRESET);
	return 0;
}

int child_write_maps(struct child *child, const struct id_maps *maps)
{
	if (write_proc(child, "self/setgroups", "deny") < 0 ||
	    write_proc(child, "self/uid_map", maps->uid) < 0 ||
	    write_proc(child, "self/gid_map", maps->gid) < 0)
		return -1;
	return 0;
}

int stage_join(struct child *child)
{
	/* The user namespace first: entering the network namespace takes the powers it gives. */
	if (setns(child->userns, CLONE_NEWUSER) < 0)
		return child_fail_on(child, "the uplink's user namespace", "setns", errno);
	if (setns(child->netns, CLONE_NEWNET) < 0)
		return child_fail_on(child, "the uplink's network namespace", "setns", errno);
	return 0;
}

int stage_ids(struct child *child)
{
	const struct plan *plan = child->plan;
	struct statfs fs;

	child->host_proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (child->host_proc < 0)
		return child_fail_on(child, "/proc", "open", errno);
	/* What is written below goes to the kernel only if this is really procfs. */
	if (fstatfs(child->host_proc, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return child_fail_on(child, "/proc is not a procfs", "statfs", EINVAL);
	if (child->maps[0] >= 0)
		close(child->maps[0]);
	if (plan->ids.own_userns &&
	    (plan->ids.sub ? wait_for_mapper(child) : child_write_maps(child, &plan->ids.maps)) < 0)
		return -1;
	if (child_new_time(child) < 0)
		return -1;
	if (plan->net.pasta.argv) {
		close(child->attach[0]);
		if (send(child->attach[1], "", 1, MSG_NOSIGNAL) != 1)
			return child_fail_on(child, "the keeper of pasta", "send", errno);
	}
	return 0;
}

int stage_attach(struct child *child)
{
	const struct plan_net *net = &child->plan->net;
	char byte;
	ssize_t len;

	if (!net->pasta.argv)
		return 0;
	/* ping(8) by sockets that need no capability, icmp(7). */
	if (write_proc(child, "sys/net/ipv4/ping_group_range", net->ping_groups) < 0)
		return -1;
	do
		len = recv(child->attach[1], &byte, 1, 0);
	while (len < 0 && errno == EINTR);
	/* What is wrong with pasta the keeper has reported. */
	if (len != 1)
		return child_fail_on(child, "pasta", "wait", len < 0 ? errno : ECONNRESET);
	close(child->attach[1]);
	return 0;
}

int stage_nest(struct child *child)
{
	const struct plan_ids *ids = &child->plan->ids;

	if (!ids->nest)
		return 0;
	if (ids->sub) {
		/* The message's sender is what counts, unix(7), SCM_CREDENTIALS. */
		if (send(child->maps[1], "", 1, MSG_NOSIGNAL) != 1)
			return child_fail_on(child, "the mapper", "send", errno);
		if (wait_for_mapper(child) < 0)
			return -1;
	} else if (child_write_maps(child, &ids->nested_maps) < 0) {
		return -1;
	}
	if (ids->max_user_namespaces >= 0) {
		char text[24];

		snprintf(text, sizeof(text), "%lld", (long long)ids->max_user_namespaces);
		if (write_proc(child, "sys/user/max_user_namespaces", text) < 0)
			return -1;
	}
	return 0;
}
