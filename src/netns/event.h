/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the DHCP clients tell their script, in one form. */
#ifndef NETNS_EVENT_H
#define NETNS_EVENT_H

#include <stdbool.h>

#include "netns/client.h"
#include "netns/lease.h"

enum event_kind {
	EVENT_NONE,   /* nothing that changes a lease */
	EVENT_LEASE4, /* an IPv4 lease, new or the same again */
	EVENT_LOST4,
	EVENT_ROUTER, /* a router advertisement, with its DNS servers */
	EVENT_LEASE6, /* DHCPv6 */
	EVENT_LOST6,
	EVENT_LOST, /* everything: the link is gone, or the client ends */
};

struct event {
	enum event_kind kind;
	char reason[24]; /* in capitals, as dhcpcd and dhclient spell them */
	char interface[IF_NAMESIZE];
	struct lease_part part;
};

/*
 * Reads an event from the environment (`get` is getenv() but in tests) and, for udhcpc, its first
 * argument (else NULL). An unknown reason is EVENT_NONE. -1 when the interface's name is not one.
 */
int event_read(enum dhcp_client client, const char *argument,
	       const char *(*get)(const char *variable), struct event *out);

/* Brings a lease up to date. False when the event changes nothing. */
bool event_apply(const struct event *event, struct lease *lease);

#endif
