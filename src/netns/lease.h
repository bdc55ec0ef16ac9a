/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a DHCP client learnt from the network, which is hostile: every value passes one of the
 * checks here, both when the hook takes it from the client's environment and when status.json,
 * which belongs to the owner, is read back. What doesn't pass counts as not said.
 */
#ifndef NETNS_LEASE_H
#define NETNS_LEASE_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum {
	LEASE_ADDRESSES_MAX = 4,
	LEASE_ROUTERS_MAX = 3,
	LEASE_DNS_MAX = 3,    /* MAXNS of resolv.h: the C library uses no more */
	LEASE_SEARCH_MAX = 6, /* what resolvers before glibc 2.26 took */
	LEASE_DOMAIN_MAX = 253,
	LEASE_MTU_MIN = 576, /* RFC 791: what every host must take */
	LEASE_MTU_MAX = 9216,
	/* An IPv6 address, '%' and an interface. */
	LEASE_ADDRESS_LEN = INET6_ADDRSTRLEN + IF_NAMESIZE,
};

struct lease_address {
	char text[LEASE_ADDRESS_LEN];
	unsigned prefix;
};

/* One family's part. */
struct lease_part {
	size_t naddresses, nrouters, ndns, nsearch;
	struct lease_address addresses[LEASE_ADDRESSES_MAX];
	char routers[LEASE_ROUTERS_MAX][LEASE_ADDRESS_LEN];
	char dns[LEASE_DNS_MAX][LEASE_ADDRESS_LEN];
	char search[LEASE_SEARCH_MAX][LEASE_DOMAIN_MAX + 1];
	unsigned mtu;       /* 0: not said */
	uint32_t seconds;   /* the lease's length; 0: not said, LEASE_FOREVER: without end */
	uint32_t renewal;   /* after how many of them the client asks again; 0: not said */
	uint32_t rebinding; /* and asks whichever server answers; 0: not said */
	int64_t obtained;   /* when the hook got it, in seconds of CLOCK_BOOTTIME; 0: not said */
};

#define LEASE_FOREVER UINT32_MAX /* RFC 2131, 3.3 */

struct lease {
	char reason[24]; /* the client's word for its last event, "" before the first */
	struct lease_part v4, v6;
};

/*
 * Checks: the result is written only when the text passes. An address must be one that a host or a
 * router may have: not unspecified, loopback, multicast, broadcast or mapped. `family` is AF_INET
 * or AF_INET6.
 */
bool lease_address(const char *text, int family, char *out, size_t size);
/* Dot-separated labels of A-Z a-z 0-9 - and _, each 1 to 63 bytes, 253 in all. */
bool lease_domain(const char *text, char *out, size_t size);
/* A prefix length (up to 32 or 128), or for AF_INET a netmask like 255.255.255.0. */
bool lease_prefix(const char *text, int family, unsigned *out);
bool lease_mtu(const char *text, unsigned *out);

/* Each appends those words of the blank-separated `text` that pass, until the part is full. */
void lease_add_routers(struct lease_part *part, const char *text, int family);
/* `scope` is put behind link-local addresses, which mean nothing without their interface. */
void lease_add_dns(struct lease_part *part, const char *text, int family, const char *scope);
void lease_add_search(struct lease_part *part, const char *text);
void lease_add_address(struct lease_part *part, const char *address, const char *prefix,
		       int family);

/* An address to use and, unless `v6_is_enough`, an IPv4 one. */
bool lease_is_bound(const struct lease *lease, bool v6_is_enough);

/* resolv.conf(5) for the lease; `scope` names the interface in its comment. */
void lease_resolv_conf(const struct lease *lease, const char *interface, struct str *out);

/* The times of a lease, in seconds of CLOCK_BOOTTIME; without an end all but `obtained` are 0. */
struct lease_times {
	int64_t obtained, renewal, rebinding, expiry;
};

/*
 * False when the part holds no lease, or the client named no length. Where it named no renewal or
 * rebinding time, half and seven eighths of the length, as in RFC 2131, 4.4.5.
 */
bool lease_times(const struct lease_part *part, struct lease_times *out);

/*
 * Whether the time of the IPv4 address is over at `now` (CLOCK_BOOTTIME) and there is no IPv6 one,
 * whose times change with each advertisement and are the kernel's to keep.
 */
bool lease_has_expired(const struct lease *lease, int64_t now);

/* "192.168.42.17/24 via 192.168.42.129, DNS 192.168.42.129" */
void lease_describe(const struct lease *lease, struct str *out);

/* As the members "ipv4" and "ipv6" of a JSON object, and back. */
struct json_object;
void lease_to_json(const struct lease *lease, struct json_object *o);
void lease_from_json(struct json_object *o, struct lease *out);

/*
 * Reads status.json of the lease directory `dir`: whatever the owner put there is either a lease
 * that passes the checks, or an empty one. Follows no symlink and doesn't block.
 */
void lease_read(int dir, struct lease *out);

/*
 * Writes status.json and resolv.conf in place, since a sandbox holds the file itself: a reader sees
 * the old or the new text, which may be followed by empty lines for a moment. The DNS servers come
 * first: who sees the lease in status.json also finds them.
 */
int lease_write(int dir, const struct lease *lease, const char *interface, struct err **err);

#endif
