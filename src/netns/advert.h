/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DNS in router advertisements (RFC 8106), for clients that leave IPv6 to the kernel: it sets
 * addresses and routes itself and hands on only these options, as RTM_NEWNDUSEROPT.
 */
#ifndef NETNS_ADVERT_H
#define NETNS_ADVERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netns/lease.h"

struct nlmsghdr;

struct advert {
	struct lease_part part; /* its DNS servers and search domains alone */
	uint64_t until;         /* microseconds of clock_now() when they end; 0: there are none */
};

/* Takes a message of the kernel's about the interface `index`; false when it changes nothing. */
bool advert_take(const struct nlmsghdr *msg, int index, const char *interface, uint64_t now,
		 struct advert *advert);

/*
 * The options themselves: RDNSS replaces the servers, DNSSL the domains; a lifetime of 0 takes them
 * away. What is malformed ends the reading. The network is hostile: sizes are checked, and each
 * value as lease.h says.
 */
bool advert_parse(const uint8_t *options, size_t len, const char *interface, uint64_t now,
		  struct advert *advert);

#endif
