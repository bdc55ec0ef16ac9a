/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/advert.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <netinet/icmp6.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum {
	OPTION_RDNSS = 25, /* RFC 8106, 5.1 */
	OPTION_DNSSL = 31, /* 5.2 */
	OPTION_HEAD = 8,   /* type, length in units of 8 bytes, 2 reserved, 4 of lifetime */
	ADDRESS = 16,
};

static uint32_t lifetime_of(const uint8_t *option)
{
	uint32_t seconds;

	memcpy(&seconds, option + 4, sizeof(seconds));
	return ntohl(seconds);
}

static void take_servers(const uint8_t *option, size_t len, const char *interface,
			 struct lease_part *part)
{
	part->ndns = 0;
	if (lifetime_of(option) == 0)
		return;
	for (size_t at = OPTION_HEAD; at + ADDRESS <= len; at += ADDRESS) {
		char text[INET6_ADDRSTRLEN];

		if (inet_ntop(AF_INET6, option + at, text, sizeof(text)))
			lease_add_dns(part, text, AF_INET6, interface);
	}
}

/* Names in the form of RFC 1035, 3.1: labels with their length in front, ended by an empty one. */
static void take_domains(const uint8_t *option, size_t len, struct lease_part *part)
{
	_cleanup_str_ struct str name = {0};

	part->nsearch = 0;
	if (lifetime_of(option) == 0)
		return;
	for (size_t at = OPTION_HEAD; at < len;) {
		size_t label = option[at++];

		if (label == 0) {
			/* Behind the last name come zeros to the next unit. */
			if (name.len)
				lease_add_search(part, name.text);
			str_free(&name);
			continue;
		}
		if (label > 63 || at + label > len || name.len > LEASE_DOMAIN_MAX)
			return;
		if (memchr(option + at, '.', label) || memchr(option + at, ' ', label) ||
		    memchr(option + at, '\0', label))
			return;
		if (name.len)
			str_add(&name, ".");
		str_add_len(&name, (const char *)option + at, label);
		at += label;
	}
}

bool advert_parse(const uint8_t *options, size_t len, const char *interface, uint64_t now,
		  struct advert *advert)
{
	bool changed = false;
	uint32_t seconds = 0;

	while (len >= 2) {
		size_t size = (size_t)options[1] * 8;

		if (size < OPTION_HEAD || size > len)
			break;
		if (options[0] == OPTION_RDNSS) {
			take_servers(options, size, interface, &advert->part);
			changed = true;
		} else if (options[0] == OPTION_DNSSL) {
			take_domains(options, size, &advert->part);
			changed = true;
		}
		if (changed && lifetime_of(options) > seconds)
			seconds = lifetime_of(options);
		options += size;
		len -= size;
	}
	if (changed)
		advert->until = advert->part.ndns + advert->part.nsearch
					? now + (uint64_t)seconds * 1000000u
					: 0;
	return changed;
}

bool advert_take(const struct nlmsghdr *msg, int index, const char *interface, uint64_t now,
		 struct advert *advert)
{
	struct nduseroptmsg head;
	size_t len;

	if (msg->nlmsg_type != RTM_NEWNDUSEROPT || msg->nlmsg_len < NLMSG_LENGTH(sizeof(head)))
		return false;
	memcpy(&head, NLMSG_DATA(msg), sizeof(head));
	len = msg->nlmsg_len - NLMSG_LENGTH(sizeof(head));
	if (head.nduseropt_family != AF_INET6 || head.nduseropt_ifindex != index ||
	    head.nduseropt_icmp_type != ND_ROUTER_ADVERT)
		return false;
	if (head.nduseropt_opts_len < len)
		len = head.nduseropt_opts_len;
	return advert_parse((const uint8_t *)NLMSG_DATA(msg) + sizeof(head), len, interface, now,
			    advert);
}
