/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses made real, where no client does that itself; and the kernel's own, told. */
#ifndef NETNS_ADDRESS_H
#define NETNS_ADDRESS_H

#include "base/err.h"
#include "netns/lease.h"
#include "netns/nl.h"

/*
 * Gives the interface exactly the part's IPv4 addresses, its MTU where one is named, and a default
 * route through its first router. A part without an address takes all of it away. `on_link` sets a
 * default route without a router where none is named: for tunnels.
 */
int address_apply(const char *interface, const struct lease_part *part, bool on_link,
		  struct err **err);

/* Adds the part's IPv6 addresses and route to what router advertisements give. */
int address_add_v6(const char *interface, const struct lease_part *part, bool on_link,
		   struct err **err);

/*
 * What the kernel made of router advertisements: the interface's global IPv6 addresses that are
 * ready for use, and the routers of its default routes.
 */
int address_read_v6(struct nl *nl, int index, struct lease_part *out, struct err **err);

#endif
