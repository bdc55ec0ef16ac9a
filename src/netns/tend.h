/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the supervisor does all day: it follows the interface, and has the client run while there
 * is a carrier.
 *
 *	arrives     set up, tuned
 *	carrier     the client starts; fixed addresses are set; DNS of advertisements is taken
 *	no carrier  what was learnt is gone (dhcpcd says so itself; the others don't notice)
 *	departs     the client is ended, for the device it knew isn't there any more
 *	suspended   leases may have run out meanwhile: the client starts anew
 */
#ifndef NETNS_TEND_H
#define NETNS_TEND_H

#include "base/err.h"
#include "netns/advert.h"
#include "netns/client_run.h"
#include "netns/nl.h"
#include "netns/tuning.h"

struct tend {
	const char *interface;
	const struct tuning *tuning;
	struct client_run run;
	int lease;              /* the lease directory */
	int sock;               /* reports to whoever started the supervisor; -1 once it is gone */
	int signals;            /* a signalfd of SIGTERM and SIGCHLD */
	int clock;              /* readable when the clock on the wall was set; -1 without */
	struct nl *nl, *events; /* for questions, and for what happens */
	int index;              /* the interface's, 0 while it isn't there */
	bool carrier;
	uint64_t asleep; /* microseconds that the machine has been suspended for */
	struct advert advert;
};

/* Opens the netlink sockets and the clock. Before the filter is loaded or after: either works. */
int tend_open(struct tend *tend, struct err **err);

/* Runs until SIGTERM, at which the client gives its lease back. */
__attribute__((noreturn)) void tend_forever(struct tend *tend);

#endif
