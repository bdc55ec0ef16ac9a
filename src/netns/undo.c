/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/undo.h"

#include <ctype.h>
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
#include "netns/lease_dir.h"
#include "netns/link.h"
#include "netns/nl.h"
#include "netns/paths.h"
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
	if (process_end(pidfd, CLIENT_PATIENCE) < 0) {
		if (errno != ETIMEDOUT)
			return err_set(err, errno, "end the DHCP client (process %d)", (int)pid);
		/* It runs no more, but the kernel has it wait for whatever the owner put into its
		 * pid namespace, until the parents of that reap it: pid_namespaces(7). */
		log_warning("the DHCP client's supervisor (process %d) is killed, but a program "
			    "of %s keeps it from ending",
			    (int)pid, state->owner.name);
	}
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
	if (link_return(inside, here, link->index, netns, state->interface, &state->before) == 0)
		return 0;
	if (errno != EEXIST)
		return nl_fail(inside, err, "give %s back", state->interface);
	if (free_name(here, state->interface, name, sizeof(name), err) < 0)
		return -1;
	if (link_return(inside, here, link->index, netns, name, &state->before) < 0)
		return nl_fail(inside, err, "give %s back as %s", state->interface, name);
	log_warning("the interface %s comes back as %s: another one has taken its name",
		    state->interface, name);
	return 0;
}

/*
 * Whether it is the interface that was moved in. The owner can make others there, with its name
 * and number, but only virtual ones, which have a kind. Of the same kind as a virtual one that was
 * moved in, the number has to do.
 */
static bool is_ours(const struct link_info *link, const struct state *state)
{
	return !(link->flags & IFF_LOOPBACK) && streq(link->kind, state->before.kind) &&
	       (!*link->kind || link->index == state->ifindex);
}

int undo_link(const struct state *state, int netns, struct err **err)
{
	_cleanup_nl_ struct nl *inside = NULL;
	struct link_info link;
	int found;

	if (!*state->interface)
		return 0; /* none was moved in yet */
	inside = nl_new_in(netns, err);
	if (!inside)
		return -1;
	found = link_find(inside, state->inside, &link, err);
	/* Killed between move and rename, or renamed by the owner. */
	if (found == 0 || (found > 0 && !is_ours(&link, state)))
		found = link_find_index(inside, state->ifindex, &link, err);
	if (found < 0)
		return -1;
	if (found == 0 || !is_ours(&link, state))
		return 0;
	return move_back(inside, &link, state, err);
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
	if (lease_dir_remove(name, dir, &next) < 0)
		keep_first(&first, &next);
	if (!first)
		return 0;
	if (err) {
		err_free(*err);
		*err = first;
	}
	return -1;
}
