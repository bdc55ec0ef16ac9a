/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Watches one network interface of the host for the moment in which it can't be used any more. */
#ifndef SANDBOX_LINK_WATCH_H
#define SANDBOX_LINK_WATCH_H

#include <net/if.h>
#include <stdbool.h>

struct link_watch {
	int fd; /* readable when link_watch_lost() has something to look at */
	unsigned index;
	char name[IF_NAMESIZE];
	bool v4, v6; /* families of which it had addresses when the watch began */
};

/* Subscribes to the interface's events, rtnetlink(7). 0, or -1 and errno. */
int link_watch_open(struct link_watch *watch, const char *name, unsigned index);

/*
 * Takes the events that have come in. NULL when the interface is as it was; else what became of it,
 * as the end of a sentence: it was removed, renamed, set down, or has lost its carrier or all its
 * addresses of a family. An address that another one of its family replaces is no loss. When events
 * were lost, or `all` is set, its state is looked at instead.
 */
const char *link_watch_lost(struct link_watch *watch, bool all);

#endif
