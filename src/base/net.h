/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names and addresses of networks, as text: nothing here asks a network. */
#ifndef BASE_NET_H
#define BASE_NET_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the kernel would take it as an interface's name; '%' is left out, for it is a scope. */
bool net_is_interface(const char *text);
#define NET_INTERFACE_FORM "1 to 15 characters without blanks, '/' and ':'"

/*
 * Whether the first `len` bytes are a domain: dot-separated labels of A-Z a-z 0-9 - and _, each 1
 * to 63 bytes that neither begin nor end with '-', NET_DOMAIN_MAX in all. No final dot.
 */
bool net_is_domain(const char *text, size_t len);
enum { NET_DOMAIN_MAX = 253 };

/* AF_INET, AF_INET6, or 0 for what is no numeric address, inet_pton(3); a scope is none. */
int net_family(const char *text);

/* Of what net_family() accepts: one of this machine's own, 127.0.0.0/8 or ::1. */
bool net_is_loopback(const char *text);

/*
 * Whether a server elsewhere can have the address: it is not unspecified, loopback, multicast or
 * reserved, nor one of a link (fe80::/10), which means nothing without an interface.
 */
bool net_is_server(const char *text);

#endif
