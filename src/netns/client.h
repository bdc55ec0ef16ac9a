/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The DHCP clients that an uplink can use, and how each is run. */
#ifndef NETNS_CLIENT_H
#define NETNS_CLIENT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* DHCP_NONE: fixed addresses, and what router advertisements add. */
enum dhcp_client { DHCP_AUTO, DHCP_DHCPCD, DHCP_UDHCPC, DHCP_DHCLIENT, DHCP_NONE };

#define DHCP_FORM "auto, dhcpcd, udhcpc, dhclient or none"

/* -1 with EXIT_USAGE when the text is none of DHCP_FORM. */
int client_parse(const char *text, enum dhcp_client *out, struct err **err);
const char *client_name(enum dhcp_client client);

/*
 * Finds the program in /usr/sbin, /usr/bin, /sbin and /bin; DHCP_AUTO becomes the first of
 * dhcpcd, udhcpc, dhclient that is there; DHCP_NONE has no program. *path has its symlinks
 * resolved, since those through /etc lead nowhere in the client's root; the caller frees it.
 */
int client_find(enum dhcp_client *client, char **path, struct err **err);

/*
 * The command line, and the configuration file that goes with it at CLIENT_CONFIG ("" for none),
 * for running it in the foreground on `interface` in the root that confine.c builds. With
 * `fixed_mtu` it doesn't ask for one.
 */
void client_command(enum dhcp_client client, const char *interface, bool fixed_mtu,
		    struct strv *argv, struct str *config);

/* Whether it handles router advertisements itself; with the others the kernel does. */
bool client_does_ipv6(enum dhcp_client client);
/* Whether the times of its leases are those of the clock on the wall. */
bool client_trusts_wall_clock(enum dhcp_client client);

/*
 * How it gives the lease back and ends: by a signal (0: not by one), or by being run once more with
 * this command line, which is empty for a signal.
 */
int client_stop_signal(enum dhcp_client client);
void client_release_command(enum dhcp_client client, const char *interface, struct strv *argv);

/* Paths inside that root. The hook's base name tells it which client calls. */
#define CLIENT_CONFIG    "/etc/dhcp-client.conf"
#define CLIENT_TUNING    "/etc/sbox-uplink.json" /* struct tuning, for the hook */
#define CLIENT_HOOK_DIR  "/hook"
#define CLIENT_LEASE_DIR "/lease"
/* Locked by whoever changes the lease. Not the lease itself, which anybody can open, and lock. */
#define CLIENT_LOCK "/run"

#endif
