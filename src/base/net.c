/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/net.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <net/if.h>
#include <netinet/in.h>

#include "base/str.h"

bool net_is_interface(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len >= IF_NAMESIZE || streq(text, ".") || streq(text, ".."))
		return false;
	for (const char *s = text; *s; s++) {
		if (!isgraph((unsigned char)*s) || *s == '/' || *s == ':' || *s == '%')
			return false;
	}
	return true;
}

bool net_is_domain(const char *text, size_t len)
{
	size_t label = 0;

	if (len == 0 || len > NET_DOMAIN_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '.') {
			if (label == 0 || text[i - 1] == '-')
				return false;
			label = 0;
			continue;
		}
		if (!(isascii(c) && isalnum(c)) && c != '_' && !(c == '-' && label > 0))
			return false;
		if (++label > 63)
			return false;
	}
	return label > 0 && text[len - 1] != '-';
}

int net_family(const char *text)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, text, &v6) == 1 ? AF_INET6 : 0;
}

bool net_is_loopback(const char *text)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
	return inet_pton(AF_INET6, text, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool net_is_server(const char *text)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1) {
		in_addr_t host = ntohl(v4.s_addr);

		return host >> 24 != 0 && host >> 24 != IN_LOOPBACKNET && host >> 28 < 0xe;
	}
	return inet_pton(AF_INET6, text, &v6) == 1 && !IN6_IS_ADDR_UNSPECIFIED(&v6) &&
	       !IN6_IS_ADDR_LOOPBACK(&v6) && !IN6_IS_ADDR_MULTICAST(&v6) &&
	       !IN6_IS_ADDR_LINKLOCAL(&v6) && !IN6_IS_ADDR_V4MAPPED(&v6) &&
	       !IN6_IS_ADDR_V4COMPAT(&v6);
}
