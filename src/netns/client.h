/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The DHCP clients that an uplink can use, and how each is run. */
#ifndef NETNS_CLIENT_H
#define NETNS_CLIENT_H

#include "base/err.h"
#include "base/str.h"

enum dhcp_client { DHCP_AUTO, DHCP_DHCPCD, DHCP_UDHCPC, DHCP_DHCLIENT };

#define DHCP_FORM "auto, dhcpcd, udhcpc or dhclient"

/* -1 with EXIT_USAGE when the text is none of DHCP_FORM. */
int client_parse(const char *text, enum dhcp_client *out, struct err **err);
const char *client_name(enum dhcp_client client);

/*
 * Finds the program in /usr/sbin, /usr/bin, /sbin and /bin; DHCP_AUTO becomes the first of
 * dhcpcd, udhcpc, dhclient that is there. *path has its symlinks resolved, since those through /etc
 * lead nowhere in the client's root; the caller frees it.
 */
int client_find(enum dhcp_client *client, char **path, struct err **err);

/*
 * The command line, and the configuration file that goes with it at CLIENT_CONFIG ("" for none),
 * for running it in the foreground on `interface` in the root that confine.c builds.
 */
void client_command(enum dhcp_client client, const char *interface, struct strv *argv,
		    struct str *config);

/* The signal that makes it give the lease back and end. */
int client_stop_signal(enum dhcp_client client);

/* Paths inside that root. The hook's base name tells it which client calls. */
#define CLIENT_CONFIG    "/etc/dhcp-client.conf"
#define CLIENT_HOOK_DIR  "/hook"
#define CLIENT_LEASE_DIR "/lease"

#endif
