/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where an uplink lives. Whoever joins one (sandbox/) relies on PIN_DIR/NAME and on
 * STATE_DIR/NAME/lease/resolv.conf; the rest is sbox-netns's own.
 *
 *	/run/netns/NAME                  the namespace, pinned as ip-netns(8) does it
 *	/run/sbox/netns/NAME             root 0755
 *	/run/sbox/netns/NAME/lock        root 0600, flock(2) of up and down
 *	/run/sbox/netns/NAME/state.json  root 0644, replaced by rename
 *	/run/sbox/netns/NAME/lease       the owner's, 0755, a small file system of its own; nothing
 *in it steers root /run/sbox/netns/NAME/lease/resolv.conf, status.json, client.log
 */
#ifndef NETNS_PATHS_H
#define NETNS_PATHS_H

#define PIN_DIR    "/run/netns"
#define STATE_DIR  "/run/sbox/netns"
#define CONFIG_DIR SBOX_SYSCONFDIR "/sbox/netns.d"

#define STATE_FILE "state.json"
#define LOCK_FILE  "lock"
#define LEASE_DIR  "lease"

/* Inside the lease directory. */
#define LEASE_RESOLV "resolv.conf"
#define LEASE_STATUS "status.json"
#define LEASE_LOG    "client.log"

#endif
