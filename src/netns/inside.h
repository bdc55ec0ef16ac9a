/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel says of an uplink's namespace: the interface, its addresses, the routes. */
#ifndef NETNS_INSIDE_H
#define NETNS_INSIDE_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "netns/door.h"

/* The namespace is its owner's, who may put any number of things there. */
enum { INSIDE_ADDRESSES_MAX = 32, INSIDE_ROUTES_MAX = 64, INSIDE_LINKS_MAX = 32 };

struct inside_address {
	int family;
	char text[INET6_ADDRSTRLEN];
	unsigned prefix;
};

/* One hop of it: a route with several is several of these. */
struct inside_route {
	int family;
	char destination[INET6_ADDRSTRLEN + 4]; /* "default" or ADDRESS/PREFIX */
	char gateway[INET6_ADDRSTRLEN];         /* "" on the link itself */
	int device;                             /* an interface's index, 0: none */
	char device_name[IF_NAMESIZE];
	const char *kind; /* "unicast", "unreachable", ... of ip-route(8) */
	uint32_t table, metric;
};

struct inside {
	bool found; /* the interface is there */
	int index;
	char mac[3 * 6]; /* "" where it has none of six bytes */
	char driver[32]; /* "" where the kernel doesn't say */
	bool up, carrier;
	uint32_t mtu;
	uint64_t received, sent; /* bytes */
	size_t naddresses, nroutes;
	struct inside_address addresses[INSIDE_ADDRESSES_MAX]; /* of the interface */
	struct inside_route routes[INSIDE_ROUTES_MAX];         /* of all tables but "local" */
	bool more; /* there are more addresses or routes than fit */
};

/* All names are printable ASCII. `interface` is the uplink's name in the namespace. */
int inside_read(const struct visit *visit, const char *interface, struct inside *out,
		struct err **err);

/* Has every change of what inside_read() tells, but the counters, reported on visit->events. */
int inside_watch(const struct visit *visit, struct err **err);

#endif
