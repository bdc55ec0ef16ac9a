/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the configuration decides about an uplink's link, whatever the network says. */
#ifndef NETNS_TUNING_H
#define NETNS_TUNING_H

#include "base/err.h"
#include "netns/lease.h"

struct tuning {
	unsigned mtu;       /* 0: the lease's or the interface's own */
	unsigned ttl;       /* 0: the kernel's own */
	struct lease fixed; /* addresses, routers, DNS servers and search domains */
};

/* As JSON text, and back; whatever is wrong in the text counts as not said. */
char *tuning_to_text(const struct tuning *tuning);
void tuning_from_text(const char *text, struct tuning *out);

/*
 * Puts the configured MTU, DNS servers and search domains in place of the lease's. Fixed addresses
 * stay apart: they come with DHCP_NONE.
 */
void tuning_override(const struct tuning *tuning, struct lease *lease);

/*
 * Puts right what the caller's new namespace took over from the host (IPv6's part where
 * net.core.devconf_inherit_init_net says so): forwarding, which would make the phone a neighbour's
 * router, and route_localnet, which lets the network reach what is bound to 127.0.0.1.
 */
int tuning_new_namespace(struct err **err);

/*
 * Sets MTU, TTL and hop limit of the interface, and that its routes are dead without a carrier, so
 * that a connection fails at once. A router advertisement changes the hop limit (RFC 4861, 6.3.4):
 * the kernel is told to leave it (accept_ra_min_hop_limit), and it is set anew after an event of a
 * client that handles advertisements itself. For uid 0 of the uplink's user namespace.
 */
int tuning_apply(const struct tuning *tuning, const char *interface, struct err **err);

#endif
