/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an interface of the host is, and whether it is the one that a configuration means. */
#ifndef NETNS_DEVICE_H
#define NETNS_DEVICE_H

#include <net/if.h>
#include <stdbool.h>

#include "netns/settings.h"

/* The drivers that `driver = tether` stands for: Android phones (two ways) and LTE sticks, iPhones.
 */
#define DEVICE_TETHER_DRIVERS "rndis_host", "cdc_ncm", "cdc_ether", "ipheth"

enum { DEVICE_ALIASES = 5 };

struct device {
	char name[IF_NAMESIZE];
	/* The names that udev has for it, ID_NET_NAME_MAC and so on: one of them is what it is
	 * called where no uplink is configured for it. */
	char aliases[DEVICE_ALIASES][IF_NAMESIZE];
	char driver[32]; /* "" where something isn't known */
	char serial[256];
	char path[256]; /* udev's ID_PATH */
	char port[64];  /* the USB device's name in sysfs, such as 1-6 */
	char mac[18];
};

/*
 * Reads what sysfs and udev's database say about the interface `name`. `get` is getenv() in a udev
 * rule, where the properties are in the environment before the database has them; else NULL. False
 * when there is no such interface.
 */
bool device_read(const char *name, const char *(*get)(const char *variable), struct device *out);

/* Whether all that the settings say about the interface holds for it; never when they say nothing.
 * A name holds when it is the interface's or one of its aliases. */
bool device_matches(const struct device *device, const struct settings *settings);

/* The first interface of the host's that matches, by number. */
bool device_find(const struct settings *settings, struct device *out);

#endif
