/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An IPv4 lease made real, for clients that leave that to their script. */
#ifndef NETNS_ADDRESS_H
#define NETNS_ADDRESS_H

#include "base/err.h"
#include "netns/lease.h"

/*
 * Gives the interface exactly the lease's IPv4 address, its MTU where one is named, and a default
 * route through its first router. A part without an address takes all of it away.
 */
int address_apply(const char *interface, const struct lease_part *part, struct err **err);

#endif
