/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/lease.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/net.h"
#include "base/num.h"

static bool usable_v4(const struct in_addr *in)
{
	uint32_t a = ntohl(in->s_addr);

	/* 0/8, 127/8, multicast, reserved and broadcast */
	return a >> 24 != 0 && a >> 24 != 127 && a >> 24 < 224;
}

static bool usable_v6(const struct in6_addr *a)
{
	return !IN6_IS_ADDR_UNSPECIFIED(a) && !IN6_IS_ADDR_LOOPBACK(a) &&
	       !IN6_IS_ADDR_MULTICAST(a) && !IN6_IS_ADDR_V4MAPPED(a) && !IN6_IS_ADDR_V4COMPAT(a);
}

bool lease_address(const char *text, int family, char *out, size_t size)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (family == AF_INET) {
		if (inet_pton(AF_INET, text, &v4) != 1 || !usable_v4(&v4))
			return false;
		return inet_ntop(AF_INET, &v4, out, (socklen_t)size) != NULL;
	}
	if (inet_pton(AF_INET6, text, &v6) != 1 || !usable_v6(&v6))
		return false;
	return inet_ntop(AF_INET6, &v6, out, (socklen_t)size) != NULL;
}

bool lease_domain(const char *text, char *out, size_t size)
{
	size_t len = strlen(text);

	if (len > 1 && text[len - 1] == '.')
		len--; /* the root, spelt out */
	if (len >= size || !net_is_domain(text, len))
		return false;
	memcpy(out, text, len);
	out[len] = '\0';
	return true;
}

bool lease_prefix(const char *text, int family, unsigned *out)
{
	struct in_addr mask;
	int64_t n;

	if (num_int(text, 1, family == AF_INET ? 32 : 128, &n, NULL) == 0) {
		*out = (unsigned)n;
		return true;
	}
	if (family == AF_INET && inet_pton(AF_INET, text, &mask) == 1) {
		uint32_t host = ~ntohl(mask.s_addr);

		if ((host & (host + 1)) != 0 || host == UINT32_MAX)
			return false; /* bits with a hole, or none */
		*out = 32u - (unsigned)__builtin_popcount(host);
		return true;
	}
	return false;
}

bool lease_mtu(const char *text, unsigned *out)
{
	int64_t n;

	if (num_int(text, LEASE_MTU_MIN, LEASE_MTU_MAX, &n, NULL) < 0)
		return false;
	*out = (unsigned)n;
	return true;
}

/* Calls `take` with each word; a copy is cut up, for environment strings are not ours. */
static void each_word(const char *text, void (*take)(void *context, const char *word),
		      void *context)
{
	_cleanup_free_ char *copy = xstrdup(text);
	char *save = NULL;

	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		take(context, word);
}

struct target {
	struct lease_part *part;
	int family;
	const char *scope;
};

static void take_router(void *context, const char *word)
{
	const struct target *t = context;
	struct lease_part *part = t->part;

	if (part->nrouters < LEASE_ROUTERS_MAX &&
	    lease_address(word, t->family, part->routers[part->nrouters], LEASE_ADDRESS_LEN))
		part->nrouters++;
}

static void take_dns(void *context, const char *word)
{
	const struct target *t = context;
	struct lease_part *part = t->part;
	char address[LEASE_ADDRESS_LEN];
	struct in6_addr v6;

	if (part->ndns == LEASE_DNS_MAX ||
	    !lease_address(word, t->family, address, sizeof(address)))
		return;
	if (t->family == AF_INET6 && inet_pton(AF_INET6, address, &v6) == 1 &&
	    IN6_IS_ADDR_LINKLOCAL(&v6)) {
		size_t len = strlen(address);

		snprintf(address + len, sizeof(address) - len, "%%%s", t->scope);
	}
	for (size_t i = 0; i < part->ndns; i++) {
		if (streq(part->dns[i], address))
			return;
	}
	snprintf(part->dns[part->ndns++], sizeof(address), "%s", address);
}

static void take_search(void *context, const char *word)
{
	const struct target *t = context;
	struct lease_part *part = t->part;
	char domain[LEASE_DOMAIN_MAX + 1];

	if (part->nsearch == LEASE_SEARCH_MAX || !lease_domain(word, domain, sizeof(domain)))
		return;
	for (size_t i = 0; i < part->nsearch; i++) {
		if (streq(part->search[i], domain))
			return;
	}
	snprintf(part->search[part->nsearch++], sizeof(domain), "%s", domain);
}

void lease_add_routers(struct lease_part *part, const char *text, int family)
{
	each_word(text, take_router, &(struct target){part, family, NULL});
}

void lease_add_dns(struct lease_part *part, const char *text, int family, const char *scope)
{
	each_word(text, take_dns, &(struct target){part, family, scope});
}

void lease_add_search(struct lease_part *part, const char *text)
{
	each_word(text, take_search, &(struct target){part, AF_UNSPEC, NULL});
}

void lease_add_address(struct lease_part *part, const char *address, const char *prefix, int family)
{
	struct lease_address *out;

	if (part->naddresses == LEASE_ADDRESSES_MAX)
		return;
	out = &part->addresses[part->naddresses];
	if (lease_prefix(prefix, family, &out->prefix) &&
	    lease_address(address, family, out->text, sizeof(out->text)))
		part->naddresses++;
}

bool lease_is_bound(const struct lease *lease, bool v6_is_enough)
{
	return lease->v4.naddresses > 0 || (v6_is_enough && lease->v6.naddresses > 0);
}

bool lease_times(const struct lease_part *part, struct lease_times *out)
{
	int64_t length = part->seconds;
	bool ordered = part->renewal < part->seconds && part->rebinding < part->seconds &&
		       (!part->rebinding || part->renewal <= part->rebinding);

	if (!part->naddresses || !part->obtained || !length)
		return false;
	*out = (struct lease_times){.obtained = part->obtained};
	if (part->seconds == LEASE_FOREVER)
		return true;
	/* What a server says in the wrong order no client can follow. */
	out->renewal = part->obtained + (ordered && part->renewal ? part->renewal : length / 2);
	out->rebinding = part->obtained +
			 (ordered && part->rebinding ? part->rebinding : length - length / 8);
	out->expiry = part->obtained + length;
	return true;
}

bool lease_has_expired(const struct lease *lease, int64_t now)
{
	struct lease_times times;

	return !lease->v6.naddresses && lease_times(&lease->v4, &times) && times.expiry &&
	       times.expiry <= now;
}

void lease_resolv_conf(const struct lease *lease, const char *interface, struct str *out)
{
	const struct lease_part *const parts[] = {&lease->v4, &lease->v6};
	unsigned servers = 0, domains = 0;

	str_addf(out, "# DNS servers that the network behind %s named\n", interface);
	for (size_t p = 0; p < ARRAY_SIZE(parts); p++) {
		for (size_t i = 0; i < parts[p]->ndns && servers < LEASE_DNS_MAX; i++, servers++)
			str_addf(out, "nameserver %s\n", parts[p]->dns[i]);
	}
	for (size_t p = 0; p < ARRAY_SIZE(parts); p++) {
		for (size_t i = 0; i < parts[p]->nsearch && domains < LEASE_SEARCH_MAX;
		     i++, domains++)
			str_addf(out, "%s%s", domains ? " " : "search ", parts[p]->search[i]);
	}
	if (domains)
		str_add(out, "\n");
}

void lease_describe(const struct lease *lease, struct str *out)
{
	const struct lease_part *const parts[] = {&lease->v4, &lease->v6};
	unsigned servers = 0;

	for (size_t p = 0; p < ARRAY_SIZE(parts); p++) {
		for (size_t i = 0; i < parts[p]->naddresses; i++)
			str_addf(out, "%s%s/%u", out->len ? ", " : "", parts[p]->addresses[i].text,
				 parts[p]->addresses[i].prefix);
		if (parts[p]->naddresses && parts[p]->nrouters)
			str_addf(out, " via %s", parts[p]->routers[0]);
	}
	if (out->len == 0)
		str_add(out, "no address");
	for (size_t p = 0; p < ARRAY_SIZE(parts); p++) {
		for (size_t i = 0; i < parts[p]->ndns; i++, servers++)
			str_addf(out, "%s%s", servers ? " " : ", DNS ", parts[p]->dns[i]);
	}
	if (!servers)
		str_add(out, ", no DNS server");
}
