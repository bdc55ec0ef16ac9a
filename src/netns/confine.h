/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The DHCP client's confinement: it listens to a hostile network. */
#ifndef NETNS_CONFINE_H
#define NETNS_CONFINE_H

#include "base/err.h"

struct confine_spec {
	const char *lease;  /* the lease directory's path outside */
	const char *hook;   /* the hook program's path outside */
	const char *name;   /* the client's name: what the hook is called inside */
	const char *config; /* content of CLIENT_CONFIG */
	const char *tuning; /* content of CLIENT_TUNING */
};

/*
 * For pid 1 of a new pid namespace, uid 0 of the uplink's user namespace, in a mount namespace of
 * its own: builds a root with /usr read-only and nothing of the user's, pivots into it, limits
 * resources, capabilities and system calls. Everything that is executed afterwards is bound by it.
 */
int confine(const struct confine_spec *spec, struct err **err);

#endif
