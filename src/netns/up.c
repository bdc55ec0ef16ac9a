/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * `sbox netns up`: what is missing is made, step by step, each written down before it is taken:
 *
 *	1. record      root's state file, the owner's lease directory
 *	2. namespace   made by a child that is the owner; then pinned by root
 *	3. interface   moved in, set up
 *	4. carrier     waited for
 *	5. client      the supervisor starts confined, its pid is recorded, the client runs
 *	6. lease       waited for
 *
 * A failure or a signal undoes what this call did; after a SIGKILL the record says what is left.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "netns/clock.h"
#include "netns/create.h"
#include "netns/elsewhere.h"
#include "netns/link.h"
#include "netns/nl.h"
#include "netns/paths.h"
#include "netns/pin.h"
#include "netns/process.h"
#include "netns/state.h"
#include "netns/supervise.h"
#include "netns/undo.h"
#include "netns/verbs.h"
#include "netns/wait.h"

struct up {
	const struct settings *set;
	const char *name;
	int dir, lock;      /* the uplink's directory and its lock */
	int signals, lease; /* a signalfd; the lease directory */
	int supervisor;     /* its reports; -1 when an earlier call started it */
	struct pin pin;     /* .fd is the namespace once there is one */
	struct state state;
	uint64_t began, deadline;
	bool kept; /* the namespace was there before this call */
};

static void up_close(struct up *u)
{
	const int fds[] = {u->supervisor, u->lease, u->signals, u->dir, u->lock};

	pin_close(&u->pin);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

static int fill_state(struct up *u, struct err **err)
{
	const struct settings *set = u->set;
	struct state *s = &u->state;

	*s = (struct state){.client = set->client};
	if (!set->interface)
		return err_set(
			err, 0,
			"which interface? Use --interface IF, or interface = IF in " CONFIG_DIR
			"/%s.ini",
			u->name);
	if (!set->owner)
		return err_set(err, 0,
			       "whose uplink is %s to be? Use --owner USER, or owner = "
			       "USER in " CONFIG_DIR "/%s.ini",
			       u->name, u->name);
	if (owner_find(set->owner, &s->owner, err) < 0)
		return -1;
	snprintf(s->interface, sizeof(s->interface), "%s", set->interface);
	snprintf(s->inside, sizeof(s->inside), "%s", set->inside ? set->inside : set->interface);
	if (streq(s->inside, "lo"))
		return err_set(err, 0,
			       "lo is the loopback interface, which each namespace has of "
			       "its own");
	return 0;
}

/* Finds the interface here and refuses what can't be moved; fills in what the way back needs. */
static int check_interface(struct up *u, struct err **err)
{
	_cleanup_nl_ struct nl *nl = nl_new(err);
	const char *why;
	struct link_info link;
	int found;

	if (!nl)
		return -1;
	found = link_find(nl, u->state.interface, &link, err);
	if (found < 0)
		return -1;
	if (!found)
		return elsewhere_explain(u->name, u->state.interface, err);
	why = link_immovable(&link, "/sys/class/net");
	if (why)
		return err_set(err, 0, "%s %s", u->state.interface, why);
	u->state.ifindex = link.index;
	u->state.mtu = link.mtu;
	return 0;
}

static int make_lease_directory(struct up *u, struct err **err)
{
	if (mkdirat(u->dir, LEASE_DIR, 0755) < 0 && errno != EEXIST)
		return err_set(err, errno, "create the lease directory");
	u->lease = openat(u->dir, LEASE_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (u->lease < 0)
		return err_set(err, errno, "open the lease directory");
	if (fchown(u->lease, u->state.owner.uid, u->state.owner.gid) < 0)
		return err_set(err, errno, "give the lease directory to %s", u->state.owner.name);
	return 0;
}

static int make_namespace(struct up *u, struct err **err)
{
	if (netns_create(&u->state.owner, &u->pin.fd, err) < 0)
		return -1;
	if (pin_identify(u->pin.fd, &u->pin, err) < 0)
		return -1;
	u->pin.kind = PIN_NETNS;
	u->state.netns = u->pin.ino;
	if (!undo_pin_matches(&u->pin, &u->state))
		return err_set(err, 0, "the new namespace doesn't belong to %s",
			       u->state.owner.name);
	if (state_write(u->dir, &u->state, err) < 0)
		return -1;
	return pin_create(u->name, u->pin.fd, err);
}

static int move_interface(struct up *u, struct err **err)
{
	_cleanup_nl_ struct nl *here = nl_new(err);
	struct state *s = &u->state;
	struct link_info link;

	if (!here)
		return -1;
	log_note("moving %s to the namespace %s of %s", s->interface, u->name, s->owner.name);
	if (link_move(here, s->ifindex, u->pin.fd, s->inside, 0) == 0)
		return 0;
	if (errno == EEXIST)
		return err_set(err, errno, "move %s: the namespace has another interface %s",
			       s->interface, s->inside);
	if (errno == EINVAL && link_find(here, s->interface, &link, NULL) > 0)
		return nl_fail_(here, EINVAL, err,
				"the kernel doesn't move %s (a %s) to another namespace",
				s->interface, *link.kind ? link.kind : "physical device");
	return nl_fail(here, err, "move %s to the namespace", s->interface);
}

static int start_client(struct up *u, struct err **err)
{
	_cleanup_free_ char *lease = xasprintf("%s/%s/%s", STATE_DIR, u->name, LEASE_DIR);
	_cleanup_free_ char *path = NULL;
	struct state *s = &u->state;
	pid_t pid;

	if (client_find(&s->client, &path, err) < 0)
		return -1;
	if (supervisor_start(&(struct supervisor_spec){.owner = s->owner,
						       .netns = u->pin.fd,
						       .lease = lease,
						       .client = s->client,
						       .path = path,
						       .interface = s->inside},
			     &pid, &u->supervisor, err) < 0)
		return -1;
	s->pid = pid;
	if (process_start_time(pid, &s->start_time) < 0)
		return err_set(err, errno, "look at the DHCP client's supervisor");
	if (state_write(u->dir, s, err) < 0)
		return -1;
	return supervisor_go(u->supervisor, err);
}

/* Steps 4 to 6; `fresh` when the client has to be started. */
static int wait_for_uplink(struct up *u, bool fresh, struct lease *lease, struct err **err)
{
	_cleanup_nl_ struct nl *inside = nl_new_in(u->pin.fd, err);
	_cleanup_nl_ struct nl *events = inside ? nl_new_in(u->pin.fd, err) : NULL;
	struct wait w = {.name = u->name,
			 .interface = u->state.inside,
			 .inside = inside,
			 .events = events,
			 .signals = u->signals,
			 .began = u->began,
			 .deadline = u->deadline};
	struct link_info link;
	int found;

	if (!events || link_watch(events, err) < 0)
		return -1;
	found = link_find(inside, u->state.inside, &link, err);
	if (found < 0)
		return -1;
	if (!found)
		return err_set(err, 0, "the interface %s went away", u->state.inside);
	if (link_set_up(inside, &link, true, err) < 0 || wait_carrier(&w, err) < 0)
		return -1;
	if (fresh) {
		if (start_client(u, err) < 0)
			return -1;
		log_note("asking for a lease (%s)", client_name(u->state.client));
	} else {
		log_note("waiting for the lease (%s)", client_name(u->state.client));
	}
	return wait_lease(&w, u->lease, u->supervisor, u->state.client, lease, err);
}

static void announce(const struct up *u, const char *how, const struct lease *lease)
{
	_cleanup_str_ struct str text = {0};

	lease_describe(lease, &text);
	log_note("%s%s: %s", u->name, how, text.text);
	if (lease->v4.ndns + lease->v6.ndns == 0)
		log_warning("the network named no DNS server: names won't resolve in %s", u->name);
}

static int steps(struct up *u, struct lease *lease, struct err **err)
{
	/* Looked for first: without it everything else would be in vain. */
	_cleanup_free_ char *path = NULL;

	if (client_find(&u->state.client, &path, err) < 0 || check_interface(u, err) < 0)
		return -1;
	if (state_write(u->dir, &u->state, err) < 0 || make_lease_directory(u, err) < 0 ||
	    wait_check(u->signals, err) < 0)
		return -1;
	if (!u->kept && make_namespace(u, err) < 0)
		return -1;
	if (wait_check(u->signals, err) < 0 || move_interface(u, err) < 0)
		return -1;
	if (wait_for_uplink(u, true, lease, err) < 0)
		return -1;
	u->state.up = true;
	return state_write(u->dir, &u->state, err);
}

/* What a failed call leaves as it found it: a namespace that was there stays, without interface. */
static void undo_steps(struct up *u)
{
	_cleanup_err_ struct err *err = NULL;
	int result;

	if (u->kept) {
		result = undo_client(&u->state, &err);
		if (undo_link(&u->state, u->pin.fd, &err) < 0)
			result = -1;
		u->state.up = true;
		if (state_write(u->dir, &u->state, &err) < 0)
			result = -1;
	} else {
		result = undo_all(u->name, u->dir, &u->state, &err);
		if (result == 0)
			result = state_remove(u->name, u->dir, &err);
	}
	if (result < 0)
		log_warning("not everything could be undone: %s; run `sbox netns down %s`",
			    err ? err->text : "failed", u->name);
}

static int bring_up(struct up *u, struct err **err)
{
	struct lease lease;

	if (steps(u, &lease, err) < 0) {
		undo_steps(u);
		return -1;
	}
	announce(u, "", &lease);
	return 0;
}

/* Whether what is asked for agrees with what is there. */
static int compare(const struct up *u, const struct state *old, struct err **err)
{
	struct owner owner;

	if (u->set->interface && !streq(u->set->interface, old->interface))
		return err_set(err, 0, "%s is up on %s, not %s; run `sbox netns down %s` first",
			       u->name, old->interface, u->set->interface, u->name);
	if (!u->set->owner)
		return 0;
	if (owner_find(u->set->owner, &owner, err) < 0)
		return -1;
	if (owner.uid != old->owner.uid)
		return err_set(err, 0,
			       "%s belongs to %s, not to %s; run `sbox netns down %s` first",
			       u->name, old->owner.name, owner.name, u->name);
	return 0;
}

static int wait_again(struct up *u, struct err **err)
{
	struct lease lease;

	u->lease = openat(u->dir, LEASE_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (u->lease < 0)
		return err_set(err, errno, "open the lease directory");
	lease_read(u->lease, &lease);
	if (!lease_is_bound(&lease, true) && wait_for_uplink(u, false, &lease, err) < 0)
		return -1;
	announce(u, " is already up", &lease);
	return 0;
}

/* There is a namespace: everything, or something less, is there too. */
static int bring_back(struct up *u, struct err **err)
{
	_cleanup_nl_ struct nl *inside = nl_new_in(u->pin.fd, err);
	struct state *s = &u->state;
	struct link_info link;
	int found;

	if (!inside || compare(u, s, err) < 0)
		return -1;
	found = link_find(inside, s->inside, &link, err);
	if (found < 0)
		return -1;
	if (found && process_is_alive(s->pid, s->start_time))
		return wait_again(u, err);
	log_note("%s is there, but %s; starting again", u->name,
		 found ? "its DHCP client has ended" : "its interface is gone");
	if (undo_client(s, err) < 0 || (found && undo_link(s, u->pin.fd, err) < 0))
		return -1;
	u->kept = true;
	if (u->set->client_set)
		s->client = u->set->client;
	return bring_up(u, err);
}

/* Makes room where an earlier up was killed or somebody took the pin away. */
static int clear_remains(struct up *u, struct err **err)
{
	log_note("cleaning up what %s left of %s",
		 u->state.up ? "the loss of its namespace" : "an interrupted start", u->name);
	if (undo_all(u->name, u->dir, &u->state, err) < 0)
		return err_prefix(err, "clean up %s", u->name);
	if (state_forget(u->dir, err) < 0)
		return -1;
	pin_close(&u->pin);
	return pin_inspect(u->name, &u->pin, err);
}

static int decide(struct up *u, struct err **err)
{
	int known = state_read(u->dir, &u->state, err);

	if (known < 0 || pin_inspect(u->name, &u->pin, err) < 0)
		return -1;
	if (known && u->state.up && undo_pin_matches(&u->pin, &u->state))
		return bring_back(u, err);
	if (known && clear_remains(u, err) < 0)
		return -1;
	if (u->pin.kind == PIN_NETNS)
		return err_set(err, 0,
			       "a network namespace %s exists already and isn't sbox's; `ip netns "
			       "delete %s` removes it",
			       u->name, u->name);
	if (u->pin.kind == PIN_STALE) {
		log_note("removing the stale pin %s/%s", PIN_DIR, u->name);
		if (pin_remove(u->name, err) < 0)
			return -1;
	}
	if (fill_state(u, err) < 0)
		return -1;
	return bring_up(u, err);
}

/* An uplink that never came to be leaves no directory. */
static void forget_empty(struct up *u)
{
	struct state state;

	if (state_read(u->dir, &state, NULL) == 0)
		(void)state_remove(u->name, u->dir, NULL);
}

int verb_up(const struct settings *settings, struct err **err)
{
	__attribute__((cleanup(up_close))) struct up u = {.set = settings,
							  .name = settings->name,
							  .dir = -1,
							  .lock = -1,
							  .signals = -1,
							  .lease = -1,
							  .supervisor = -1,
							  .pin = {.fd = -1}};
	uint64_t timeout = settings->timeout ? settings->timeout : TIMEOUT_DEFAULT;

	u.began = clock_now();
	u.deadline = u.began + timeout;
	u.signals = wait_signals(err);
	if (u.signals < 0)
		return -1;
	u.lock = state_lock(u.name, u.deadline, &u.dir, err);
	if (u.lock < 0)
		return wait_check(u.signals, err), -1;
	if (decide(&u, err) < 0) {
		forget_empty(&u);
		return -1;
	}
	return 0;
}
