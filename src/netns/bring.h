/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The steps to an uplink, each written down before it is taken, for the verbs that take them: up,
 * run and attach. What a verb did is undone when it fails.
 */
#ifndef NETNS_BRING_H
#define NETNS_BRING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "netns/pin.h"
#include "netns/settings.h"
#include "netns/state.h"

struct bring {
	const struct settings *set;
	const char *name;
	int dir, lock;      /* the uplink's directory and its lock */
	int signals, lease; /* a signalfd; the lease directory */
	int supervisor;     /* its reports; -1 when an earlier call started it */
	struct pin pin;     /* .fd is the namespace once there is one */
	struct state state;
	bool made, started, moved; /* by this call: namespace, supervisor, interface */
};

/* Takes the lock, waiting for it until `deadline` (clock_now()). */
int bring_open(struct bring *b, const struct settings *set, uint64_t deadline, struct err **err);
void bring_close(struct bring *b);
#define _cleanup_bring_ __attribute__((cleanup(bring_close)))
#define BRING_INIT                                                                                 \
	{                                                                                          \
		.dir = -1, .lock = -1, .signals = -1, .lease = -1, .supervisor = -1,               \
		.pin = {.fd = -1 }                                                                 \
	}

/*
 * What is there: 1 the uplink's namespace, which agrees with what is asked for; 0 nothing, remains
 * of an earlier call having been cleared away; -1 something that is in the way.
 */
int bring_look(struct bring *b, struct err **err);

/* Fills in the record of a new uplink from the settings. */
int bring_plan(struct bring *b, struct err **err);
/* Record, lease directory, namespace and pin; the record says that it is up at last. */
int bring_make(struct bring *b, struct err **err);
/* The same for one that is there: opens its lease directory. */
int bring_reopen(struct bring *b, struct err **err);

/* Whether the interface is in the namespace; -1 on failure. */
int bring_has_interface(const struct bring *b, struct err **err);
/*
 * Finds the interface that is asked for among the host's and records it. 0 when there is none, with
 * an error that says so.
 */
int bring_find(struct bring *b, struct err **err);
/* Moves it in; the supervisor sees it there and sets it up. */
int bring_move(struct bring *b, struct err **err);

/* Whether the supervisor that the record names is alive. */
bool bring_is_tended(const struct bring *b);
/* Starts one, in place of one that has ended. */
int bring_start(struct bring *b, struct err **err);

/* Undoes what this call did, for a call that failed. */
void bring_undo(struct bring *b);

/* An uplink that never came to be leaves no directory. */
void bring_forget_empty(struct bring *b);

#endif
