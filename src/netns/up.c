/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * `sbox netns up`: what is missing is made, step by step, each written down before it is taken:
 *
 *	1. record      root's state file, the owner's lease directory
 *	2. namespace   made by a child that is the owner; then pinned by root
 *	3. supervisor  starts confined, its pid is recorded; it waits for the interface
 *	4. interface   moved in; the supervisor sets it up
 *	5. carrier     waited for; the supervisor starts the client
 *	6. lease       waited for
 *
 * A failure or a signal undoes what this call did; after a SIGKILL the record says what is left.
 */
#include <errno.h>

#include "base/log.h"
#include "base/mem.h"
#include "netns/bring.h"
#include "netns/clock.h"
#include "netns/lease.h"
#include "netns/link.h"
#include "netns/nl.h"
#include "netns/verbs.h"
#include "netns/wait.h"

struct timing {
	uint64_t began, deadline;
};

/* Steps 5 and 6. */
static int wait_for_lease(const struct bring *b, const struct timing *time, struct lease *lease,
			  struct err **err)
{
	_cleanup_nl_ struct nl *inside = nl_new_in(b->pin.fd, err);
	_cleanup_nl_ struct nl *events = inside ? nl_new_in(b->pin.fd, err) : NULL;
	struct wait w = {.name = b->name,
			 .interface = b->state.inside,
			 .inside = inside,
			 .events = events,
			 .signals = b->signals,
			 .began = time->began,
			 .deadline = time->deadline};

	if (!events || link_watch(events, err) < 0 || wait_carrier(&w, err) < 0)
		return -1;
	if (b->state.client != DHCP_NONE)
		log_note("%s a lease (%s)", b->started ? "asking for" : "waiting for",
			 client_name(b->state.client));
	return wait_lease(&w, b->lease, b->supervisor, b->state.client, lease, err);
}

static void announce(const struct bring *b, const char *how, const struct lease *lease)
{
	_cleanup_str_ struct str text = {0};

	lease_describe(lease, &text);
	log_note("%s%s: %s", b->name, how, text.text);
	if (lease->v4.ndns + lease->v6.ndns == 0)
		log_warning("%s no DNS server: names won't resolve in %s",
			    b->state.client == DHCP_NONE ? "the configuration names"
							 : "the network named",
			    b->name);
}

static int make_all(struct bring *b, const struct timing *time, struct lease *lease,
		    struct err **err)
{
	_cleanup_free_ char *path = NULL;

	/* Looked for first: without client or interface everything else would be in vain. */
	if (bring_plan(b, err) < 0 || client_find(&b->state.client, &path, err) < 0 ||
	    bring_find(b, err) <= 0)
		return -1;
	if (bring_make(b, err) < 0 || bring_start(b, err) < 0 || wait_check(b->signals, err) < 0 ||
	    bring_move(b, err) < 0 || wait_for_lease(b, time, lease, err) < 0)
		return -1;
	b->state.up = true;
	return state_write(b->dir, &b->state, err);
}

/* There is a namespace: everything, or something less, is there too. */
static int complete(struct bring *b, const struct timing *time, struct lease *lease,
		    struct err **err)
{
	int here = bring_has_interface(b, err);
	bool tended = bring_is_tended(b);

	if (here < 0 || bring_reopen(b, err) < 0)
		return -1;
	if (here && tended) {
		lease_read(b->lease, lease);
		return lease_is_bound(lease, true) ? 0 : wait_for_lease(b, time, lease, err);
	}
	log_note("%s is there, but %s; mending that", b->name,
		 tended ? "its interface is gone" : "its supervisor has ended");
	if (!here && bring_find(b, err) <= 0)
		return -1;
	if (!tended && b->set->text[SET_DHCP])
		b->state.client = settings_client(b->set);
	if (!tended && bring_start(b, err) < 0)
		return -1;
	if (!here && bring_move(b, err) < 0)
		return -1;
	return wait_for_lease(b, time, lease, err);
}

int verb_up(const struct settings *settings, struct err **err)
{
	_cleanup_bring_ struct bring b = BRING_INIT;
	struct timing time = {.began = clock_now()};
	struct lease lease;
	int there, result;

	time.deadline = time.began + settings_timeout(settings);
	if (bring_open(&b, settings, time.deadline, err) < 0)
		return -1;
	there = bring_look(&b, err);
	if (there > 0)
		result = complete(&b, &time, &lease, err);
	else
		result = there < 0 ? -1 : make_all(&b, &time, &lease, err);
	if (result < 0) {
		bring_undo(&b);
		bring_forget_empty(&b);
		return -1;
	}
	announce(&b, there && !b.moved && !b.started ? " is already up" : "", &lease);
	return 0;
}
