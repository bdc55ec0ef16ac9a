/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/create.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "netns/link.h"
#include "netns/nl.h"
#include "netns/priv.h"
#include "netns/report.h"
#include "netns/tuning.h"

struct maps {
	char *uids, *gids;
	unsigned last_gid; /* the highest one mapped */
};

static void maps_free(struct maps *maps)
{
	free(maps->uids);
	free(maps->gids);
}

static int write_file(const char *path, const char *text, struct err **err)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set(err, errno, "open %s", path);
	/* The kernel takes these files' content in one write only. */
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		return err_set(err, errno, "write %s", path);
	return 0;
}

/* Root's part, for the owner may not map what isn't his; setgroups first: user_namespaces(7). */
static int write_maps(pid_t child, const struct maps *maps, struct err **err)
{
	_cleanup_free_ char *setgroups = xasprintf("/proc/%d/setgroups", (int)child);
	_cleanup_free_ char *uid_map = xasprintf("/proc/%d/uid_map", (int)child);
	_cleanup_free_ char *gid_map = xasprintf("/proc/%d/gid_map", (int)child);

	if (write_file(setgroups, "deny", err) < 0 || write_file(uid_map, maps->uids, err) < 0 ||
	    write_file(gid_map, maps->gids, err) < 0)
		return -1;
	return 0;
}

/*
 * ping works without privilege for every group that exists here, as it does on most hosts; a new
 * namespace lets none. The limit of ports that need privilege stays at the kernel's 1024: below it
 * lie the DHCP client's, which a program in a sandbox must not take over.
 */
static int set_sysctls(unsigned last_gid, struct err **err)
{
	char range[32];

	snprintf(range, sizeof(range), "0 %u", last_gid);
	if (write_file("/proc/sys/net/ipv4/ping_group_range", range, err) < 0 ||
	    tuning_new_namespace(err) < 0)
		return -1;
	return 0;
}

static int raise_loopback(struct err **err)
{
	_cleanup_nl_ struct nl *nl = nl_new(err);
	struct link_info lo;
	int found;

	if (!nl)
		return -1;
	found = link_find(nl, "lo", &lo, err);
	if (found < 0)
		return -1;
	if (!found)
		return err_set(err, ENODEV, "lo");
	return link_set_up(nl, &lo, true, err);
}

static int child_unshare(const struct owner *owner, struct err **err)
{
	if (priv_become(owner, true, err) < 0)
		return -1;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) {
		int saved = errno;

		err_set(err, saved, "create a user and network namespace for %s", owner->name);
		if (saved == ENOSPC || saved == EUSERS)
			err_append(err, " (see sysctl user.max_user_namespaces and "
					"user.max_net_namespaces)");
		else if (saved == EPERM)
			err_append(err, " (user namespaces are forbidden here: see sysctl "
					"kernel.unprivileged_userns_clone and "
					"kernel.apparmor_restrict_unprivileged_userns)");
		return -1;
	}
	return 0;
}

static void child_main(const struct owner *owner, unsigned last_gid, int sock)
{
	_cleanup_err_ struct err *err = NULL;
	_cleanup_close_ int net = -1;
	char go;

	if (child_unshare(owner, &err) < 0) {
		report_error(sock, err);
		_exit(1);
	}
	report_send(sock, REPORT_READY, 0, -1, "");
	if (recv(sock, &go, 1, 0) != 1)
		_exit(1); /* the parent is gone */
	net = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (net < 0)
		err_set(&err, errno, "open /proc/self/ns/net");
	if (net < 0 || raise_loopback(&err) < 0 || set_sysctls(last_gid, &err) < 0) {
		report_error(sock, err);
		_exit(1);
	}
	report_send(sock, REPORT_NETNS, 0, net, "");
	_exit(0);
}

static int parent_main(pid_t child, const struct maps *maps, int sock, int *fd, struct err **err)
{
	struct report report;
	int got = report_receive(sock, &report, NULL, err);

	if (got > 0) {
		if (write_maps(child, maps, err) < 0)
			return -1;
		if (send(sock, "g", 1, MSG_NOSIGNAL) != 1)
			return err_set(err, errno, "write to a child process");
		got = report_receive(sock, &report, fd, err);
	}
	if (got < 0)
		return -1;
	if (got == 0 || *fd < 0)
		return err_set(err, 0, "the process that makes the namespace was killed");
	return 0;
}

int netns_create(const struct owner *owner, int *fd, struct err **err)
{
	__attribute__((cleanup(maps_free))) struct maps maps = {0};
	_cleanup_close_ int ours = -1, theirs = -1;
	int pair[2], result;
	unsigned last_uid;
	pid_t child;

	*fd = -1;
	maps.uids = owner_id_map(owner, "/etc/subuid", owner->uid, &last_uid);
	maps.gids = owner_id_map(owner, "/etc/subgid", owner->gid, &maps.last_gid);
	if (report_pair(pair, err) < 0)
		return -1;
	ours = pair[0];
	theirs = pair[1];
	/* It becomes the owner, who can stop it. */
	if (report_patience(ours, err) < 0)
		return -1;
	child = fork();
	if (child < 0)
		return err_set(err, errno, "fork");
	if (child == 0) {
		close(steal_fd(&ours));
		child_main(owner, maps.last_gid, theirs);
	}
	close(steal_fd(&theirs));
	result = parent_main(child, &maps, ours, fd, err);
	kill(child, SIGKILL); /* it has done its work, or won't do it any more */
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return result;
}
