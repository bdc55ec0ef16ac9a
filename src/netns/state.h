/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Root's record of an uplink: enough to undo everything that was done for it, written before each
 * step, so that a crash between two steps can be mended.
 */
#ifndef NETNS_STATE_H
#define NETNS_STATE_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "netns/client.h"
#include "netns/link.h"
#include "netns/owner.h"

struct state {
	bool up; /* false while the namespace is being made, or `up` was killed there */
	struct owner owner;
	char interface[IF_NAMESIZE]; /* its name where it came from; "": there was none yet */
	char inside[IF_NAMESIZE];    /* its name in the namespace */
	int ifindex;                 /* in the namespace, or before the move into it */
	struct link_info before;     /* kind, MTU, flags and hardware address before the move */
	ino_t netns;                 /* the namespace; 0 before there was one */
	enum dhcp_client client;
	pid_t pid;           /* of the client's supervisor; 0 before there was one */
	uint64_t start_time; /* of that process, in clock ticks since boot: proc(5), stat field 22
			      */
};

/* The directory of the uplink `name`, open; -1 with errno ENOENT and no error when it has none. */
int state_open_dir(const char *name, struct err **err);

/*
 * Takes the lock of up and down for `name`, creating its directory, and waits for another holder
 * until `deadline` (microseconds of CLOCK_MONOTONIC). *dir is the open directory; returns the
 * lock's descriptor. Fails with EINTR when a signal that is blocked in the caller is pending.
 */
int state_lock(const char *name, uint64_t deadline, int *dir, struct err **err);

/* 1 when there is a record, 0 when there is none, -1 when it can't be read. */
int state_read(int dir, struct state *out, struct err **err);
int state_write(int dir, const struct state *state, struct err **err);

/* Removes the record alone. */
int state_forget(int dir, struct err **err);

/* Removes record, lock and directory; lease/ must be gone. Called with the lock held. */
int state_remove(const char *name, int dir, struct err **err);

/* The names of all uplinks with a directory, sorted. */
struct strv;
int state_list(struct strv *names, struct err **err);

#endif
