/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for the phone: with progress, an end, and an ear for INT and TERM. */
#ifndef NETNS_WAIT_H
#define NETNS_WAIT_H

#include <stdint.h>

#include "base/err.h"
#include "netns/client.h"
#include "netns/lease.h"
#include "netns/nl.h"

struct wait {
	const char *name;      /* the uplink */
	const char *interface; /* its name in the namespace */
	struct nl *inside;     /* a socket there, for questions */
	struct nl *events;     /* another one, for reports (link_watch()) */
	int signals;           /* a signalfd of INT, TERM and HUP */
	uint64_t began, deadline;
};

/* A signalfd of the signals that main() blocked; -1 on failure. */
int wait_signals(struct err **err);

/* -1, with 128 + the signal as exit code, when one of them has come. */
int wait_check(int signals, struct err **err);

/* Until the interface can carry packets. */
int wait_carrier(const struct wait *w, struct err **err);

/*
 * Until the lease directory `dir` holds a lease. `supervisor` is the socket with its reports, or -1
 * when an earlier up started it.
 */
int wait_lease(const struct wait *w, int dir, int supervisor, enum dhcp_client client,
	       struct lease *lease, struct err **err);

#endif
