/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/undo.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "netns/link.h"
#include "netns/nl.h"
#include "netns/paths.h"
#include "netns/priv.h"
#include "netns/process.h"

enum { CLIENT_PATIENCE = 1500 }; /* milliseconds for giving the lease back */

bool undo_pin_matches(const struct pin *pin, const struct state *state)
{
	return pin->kind == PIN_NETNS && pin->nested && state->netns != 0 &&
	       pin->ino == state->netns && pin->owner == state->owner.uid;
}

int undo_client(struct state *state, struct err **err)
{
	_cleanup_close_ int pidfd = process_open(state->pid, state->start_time);
	pid_t pid = state->pid;

	state->pid = 0;
	if (pidfd < 0)
		return 0;
	if (process_end(pidfd, CLIENT_PATIENCE) < 0)
		return err_set(err, errno, "end the DHCP client (process %d)", (int)pid);
	waitpid(pid, NULL, WNOHANG); /* when it is our own child */
	return 0;
}

/* The first of STEM0, STEM1, ... that nobody bears here. */
static int free_name(struct nl *here, const char *old, char *out, size_t size, struct err **err)
{
	size_t stem = strlen(old);
	struct link_info link;

	while (stem > 0 && isdigit((unsigned char)old[stem - 1]))
		stem--;
	if (stem > IF_NAMESIZE - 5)
		stem = IF_NAMESIZE - 5; /* room for three digits */
	for (unsigned i = 0; i < 1000; i++) {
		int found;

		snprintf(out, size, "%.*s%u", (int)stem, old, i);
		found = link_find(here, out, &link, err);
		if (found <= 0)
			return found;
	}
	return err_set(err, EEXIST, "find a name for %s", old);
}

/*
 * Renamed before it moves: the kernel announces an interface that arrives with a new name under the
 * old one first, and by the time that udev asks whose that is, it is nobody's; so that what manages
 * networks on the host would take it. Where the name can't be had in here, the move brings it.
 */
static int move_as(struct nl *inside, const struct link_info *link, int netns, const char *name,
		   uint32_t mtu)
{
	if (!streq(link->name, name))
		(void)link_rename(inside, link, name, NULL);
	return link_move(inside, link->index, netns, name, mtu);
}

static int move_back(struct nl *inside, const struct link_info *link, const struct state *state,
		     struct err **err)
{
	_cleanup_close_ int netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	_cleanup_nl_ struct nl *here = nl_new(err);
	char name[IF_NAMESIZE];

	if (!here)
		return -1;
	if (netns < 0)
		return err_set(err, errno, "open /proc/self/ns/net");
	if (move_as(inside, link, netns, state->interface, state->mtu) == 0)
		return 0;
	if (errno != EEXIST)
		return nl_fail(inside, err, "give %s back", state->interface);
	if (free_name(here, state->interface, name, sizeof(name), err) < 0)
		return -1;
	if (move_as(inside, link, netns, name, state->mtu) < 0)
		return nl_fail(inside, err, "give %s back as %s", state->interface, name);
	log_warning("the interface %s comes back as %s: another one has taken its name",
		    state->interface, name);
	return 0;
}

int undo_link(const struct state *state, int netns, struct err **err)
{
	_cleanup_nl_ struct nl *inside = nl_new_in(netns, err);
	struct link_info link;
	int found;

	if (!inside)
		return -1;
	found = link_find(inside, state->inside, &link, err);
	/* Killed between move and rename, or renamed by the owner. */
	if (found == 0 && state->ifindex)
		found = link_find_index(inside, state->ifindex, &link, err);
	if (found < 0)
		return -1;
	if (found == 0 || (link.flags & IFF_LOOPBACK))
		return 0;
	return move_back(inside, &link, state, err);
}

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* Depth-first, by descriptor: no name that the owner put there leads anywhere else. */
static int remove_content(int dirfd, unsigned depth)
{
	__attribute__((cleanup(close_dir))) DIR *dir = fdopendir(dirfd);
	const struct dirent *entry;
	int result = 0;

	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;
		int sub;

		if (streq(name, ".") || streq(name, "..") || unlinkat(dirfd, name, 0) == 0)
			continue;
		sub = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (depth == 0 || sub < 0 || remove_content(sub, depth - 1) < 0 ||
		    unlinkat(dirfd, name, AT_REMOVEDIR) < 0)
			result = -1;
	}
	return result;
}

static int empty_lease(void *context)
{
	int dir = openat(*(const int *)context, LEASE_DIR,
			 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (dir < 0)
		return errno == ENOENT ? 0 : -1;
	return remove_content(dir, 16);
}

/* As the owner, for the content is his: root only takes the empty directory away. */
static int remove_lease(int dir, const struct owner *owner, struct err **err)
{
	priv_run_as(owner, empty_lease, &dir);
	if (unlinkat(dir, LEASE_DIR, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return err_set(err, errno, "remove the lease directory");
	return 0;
}

/* The namespace by its pin, or where that was removed, by the client in it. */
static int open_netns(const struct pin *pin, const struct state *state)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/ns/net", (int)state->pid);
	_cleanup_close_ int pidfd = -1, fd = -1;
	struct stat st;

	if (undo_pin_matches(pin, state))
		return fcntl(pin->fd, F_DUPFD_CLOEXEC, 3);
	pidfd = process_open(state->pid, state->start_time);
	if (pidfd < 0)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_ino != state->netns)
		return -1;
	return steal_fd(&fd);
}

static void keep_first(struct err **err, struct err **next)
{
	if (!*err)
		*err = steal_ptr(next);
	err_free(*next);
	*next = NULL;
}

int undo_all(const char *name, int dir, struct state *state, struct err **err)
{
	_cleanup_pin_ struct pin pin = {.fd = -1};
	_cleanup_close_ int netns = -1;
	_cleanup_err_ struct err *next = NULL;
	struct err *first = NULL;

	if (pin_inspect(name, &pin, &next) < 0)
		keep_first(&first, &next);
	netns = open_netns(&pin, state);
	if (undo_client(state, &next) < 0)
		keep_first(&first, &next);
	if (netns >= 0 && undo_link(state, netns, &next) < 0)
		keep_first(&first, &next);
	/* With the interface still in it, the pin is the only way to reach it. */
	if (!first && (undo_pin_matches(&pin, state) || pin.kind == PIN_STALE) &&
	    pin_remove(name, &next) < 0)
		keep_first(&first, &next);
	if (!first && pin.kind == PIN_NETNS && !undo_pin_matches(&pin, state))
		log_warning("%s/%s is left alone: it holds another namespace than the uplink's",
			    PIN_DIR, name);
	if (remove_lease(dir, &state->owner, &next) < 0)
		keep_first(&first, &next);
	if (!first)
		return 0;
	if (err) {
		err_free(*err);
		*err = first;
	}
	return -1;
}
