/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Taking an uplink apart, from root's record alone: for down, and for an up that failed or died. */
#ifndef NETNS_UNDO_H
#define NETNS_UNDO_H

#include "base/err.h"
#include "netns/pin.h"
#include "netns/state.h"

/* Whether the pin holds the namespace that the record names. */
bool undo_pin_matches(const struct pin *pin, const struct state *state);

/* Ends the DHCP client's supervisor, which gives the lease back first where the client can. */
int undo_client(struct state *state, struct err **err);

/*
 * Moves the interface out of the namespace behind `netns` into the caller's own, under its old
 * name and MTU. Where the name is taken, the next free one like it, with a warning. An interface
 * that is no longer there was unplugged: no error.
 */
int undo_link(const struct state *state, int netns, struct err **err);

/*
 * All of it: client, interface, pin (only if it is the record's namespace) and lease directory; the
 * record itself and its directory stay. Goes on after a failure and returns the first one.
 */
int undo_all(const char *name, int dir, struct state *state, struct err **err);

#endif
