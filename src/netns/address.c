/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/cache.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/route.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/str.h"
#include "netns/link.h"
#include "netns/nl.h"

enum { V4_LEN = sizeof(struct in_addr), V6_LEN = sizeof(struct in6_addr) };

/* The bytes of an address of either family; their number. */
static size_t to_bytes(int family, const char *text, void *out)
{
	if (inet_pton(family, text, out) != 1)
		return 0;
	return family == AF_INET ? V4_LEN : V6_LEN;
}

static int put_broadcast(struct nl_msg *msg, const struct lease_address *address,
			 const struct in6_addr *bytes)
{
	struct in_addr in;

	if (address->prefix >= 31)
		return 0;
	memcpy(&in, bytes, sizeof(in));
	in.s_addr |= htonl(UINT32_MAX >> address->prefix);
	return nla_put(msg, IFA_BROADCAST, sizeof(in), &in);
}

static int add_address(struct nl *nl, int index, int family, const struct lease_address *address,
		       struct err **err)
{
	struct ifaddrmsg info = {.ifa_family = (unsigned char)family,
				 .ifa_prefixlen = (unsigned char)address->prefix,
				 .ifa_scope = RT_SCOPE_UNIVERSE,
				 .ifa_index = (unsigned)index};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
	struct in6_addr bytes;
	size_t len = to_bytes(family, address->text, &bytes);

	if (len == 0) {
		nlmsg_free(msg);
		return err_set(err, EINVAL, "address %s", address->text);
	}
	if (!msg || nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
	    nla_put(msg, IFA_LOCAL, (int)len, &bytes) < 0 ||
	    nla_put(msg, IFA_ADDRESS, (int)len, &bytes) < 0 ||
	    (family == AF_INET && put_broadcast(msg, address, &bytes) < 0)) {
		nlmsg_free(msg);
		return err_set(err, ENOMEM, "netlink message");
	}
	if (nl_request(nl, msg) < 0)
		return nl_fail(nl, err, "set the address %s", address->text);
	return 0;
}

static bool is_kept(struct rtnl_addr *addr, const char *text, const struct lease_part *keep)
{
	for (size_t i = 0; i < keep->naddresses; i++) {
		if (streq(text, keep->addresses[i].text) &&
		    rtnl_addr_get_prefixlen(addr) == (int)keep->addresses[i].prefix)
			return true;
	}
	return false;
}

/* Removes the interface's IPv4 addresses other than the part's; their routes go too. */
static int remove_others(struct nl *nl, int index, const struct lease_part *keep, struct err **err)
{
	struct nl_cache *cache = NULL;
	int result = rtnl_addr_alloc_cache(nl_socket(nl), &cache);

	if (result < 0)
		return err_set(err, nl_errno(nl, result), "list addresses");
	result = 0;
	for (struct nl_object *o = nl_cache_get_first(cache); o && result == 0;
	     o = nl_cache_get_next(o)) {
		struct rtnl_addr *addr = (struct rtnl_addr *)o;
		struct nl_addr *local = rtnl_addr_get_local(addr);
		char text[64] = "";
		struct nl_msg *msg;

		if (rtnl_addr_get_family(addr) != AF_INET || !local ||
		    rtnl_addr_get_ifindex(addr) != index)
			continue;
		nl_addr2str(local, text, sizeof(text));
		text[strcspn(text, "/")] = '\0';
		if (is_kept(addr, text, keep))
			continue;
		if (rtnl_addr_build_delete_request(addr, 0, &msg) < 0)
			result = err_set(err, ENOMEM, "netlink message");
		/* EADDRNOTAVAIL: it went as another one's secondary. */
		else if (nl_request(nl, msg) < 0 && errno != EADDRNOTAVAIL)
			result = nl_fail(nl, err, "remove the address %s", text);
	}
	nl_cache_free(cache);
	return result;
}

/* `router` NULL: all is on the link itself. */
static int set_default_route(struct nl *nl, int index, int family, const char *router,
			     struct err **err)
{
	/* Onlink: phones hand out routers that lie outside a /32 lease. */
	struct rtmsg info = {.rtm_family = (unsigned char)family,
			     .rtm_table = RT_TABLE_MAIN,
			     .rtm_protocol = family == AF_INET ? RTPROT_DHCP : RTPROT_STATIC,
			     .rtm_scope = router ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
			     .rtm_type = RTN_UNICAST,
			     .rtm_flags = router ? RTNH_F_ONLINK : 0};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
	struct in6_addr bytes;
	size_t len = router ? to_bytes(family, router, &bytes) : 0;

	if (router && len == 0) {
		nlmsg_free(msg);
		return err_set(err, EINVAL, "router %s", router);
	}
	if (!msg || nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
	    (router && nla_put(msg, RTA_GATEWAY, (int)len, &bytes) < 0) ||
	    nla_put_u32(msg, RTA_OIF, (uint32_t)index) < 0) {
		nlmsg_free(msg);
		return err_set(err, ENOMEM, "netlink message");
	}
	if (nl_request(nl, msg) < 0)
		return nl_fail(nl, err, "set the default route%s%s", router ? " through " : "",
			       router ? router : "");
	return 0;
}

static int add_all(struct nl *nl, int index, int family, const struct lease_part *part,
		   bool on_link, struct err **err)
{
	for (size_t i = 0; i < part->naddresses; i++) {
		if (add_address(nl, index, family, &part->addresses[i], err) < 0)
			return -1;
	}
	if (part->naddresses == 0 || (part->nrouters == 0 && !on_link))
		return 0;
	return set_default_route(nl, index, family, part->nrouters ? part->routers[0] : NULL, err);
}

int address_apply(const char *interface, const struct lease_part *part, bool on_link,
		  struct err **err)
{
	_cleanup_nl_ struct nl *nl = nl_new(err);
	struct link_info link;
	int found;

	if (!nl)
		return -1;
	found = link_find(nl, interface, &link, err);
	if (found < 0)
		return -1;
	if (!found)
		return part->naddresses ? err_set(err, ENODEV, "%s", interface) : 0;
	if (remove_others(nl, link.index, part, err) < 0)
		return -1;
	if (part->naddresses && part->mtu && part->mtu != link.mtu &&
	    link_set_mtu(nl, &link, part->mtu, err) < 0)
		return -1;
	return add_all(nl, link.index, AF_INET, part, on_link, err);
}

int address_add_v6(const char *interface, const struct lease_part *part, bool on_link,
		   struct err **err)
{
	_cleanup_nl_ struct nl *nl = nl_new(err);
	struct link_info link;
	int found;

	if (!nl)
		return -1;
	found = link_find(nl, interface, &link, err);
	if (found < 0)
		return -1;
	if (!found)
		return err_set(err, ENODEV, "%s", interface);
	return add_all(nl, link.index, AF_INET6, part, on_link, err);
}

static void read_address(struct rtnl_addr *addr, int index, struct lease_part *out)
{
	struct nl_addr *local = rtnl_addr_get_local(addr);
	char text[64] = "", prefix[16];

	if (rtnl_addr_get_family(addr) != AF_INET6 || rtnl_addr_get_ifindex(addr) != index ||
	    rtnl_addr_get_scope(addr) != RT_SCOPE_UNIVERSE || !local ||
	    (rtnl_addr_get_flags(addr) & (IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_DEPRECATED)))
		return;
	nl_addr2str(local, text, sizeof(text));
	text[strcspn(text, "/")] = '\0';
	snprintf(prefix, sizeof(prefix), "%d", rtnl_addr_get_prefixlen(addr));
	lease_add_address(out, text, prefix, AF_INET6);
}

static void read_router(struct rtnl_route *route, int index, struct lease_part *out)
{
	struct nl_addr *to = rtnl_route_get_dst(route);

	if (rtnl_route_get_table(route) != RT_TABLE_MAIN || (to && nl_addr_get_prefixlen(to) != 0))
		return;
	for (int i = 0; i < rtnl_route_get_nnexthops(route); i++) {
		struct rtnl_nexthop *hop = rtnl_route_nexthop_n(route, i);
		struct nl_addr *gateway = rtnl_route_nh_get_gateway(hop);
		char text[64];

		if (!gateway || rtnl_route_nh_get_ifindex(hop) != index)
			continue;
		nl_addr2str(gateway, text, sizeof(text));
		lease_add_routers(out, text, AF_INET6);
	}
}

int address_read_v6(struct nl *nl, int index, struct lease_part *out, struct err **err)
{
	struct nl_cache *addresses = NULL, *routes = NULL;
	int result = rtnl_addr_alloc_cache(nl_socket(nl), &addresses);

	if (result < 0)
		return err_set(err, nl_errno(nl, result), "list addresses");
	for (struct nl_object *o = nl_cache_get_first(addresses); o; o = nl_cache_get_next(o))
		read_address((struct rtnl_addr *)o, index, out);
	nl_cache_free(addresses);
	result = rtnl_route_alloc_cache(nl_socket(nl), AF_INET6, 0, &routes);
	if (result < 0)
		return err_set(err, nl_errno(nl, result), "list routes");
	for (struct nl_object *o = nl_cache_get_first(routes); o; o = nl_cache_get_next(o))
		read_router((struct rtnl_route *)o, index, out);
	nl_cache_free(routes);
	return 0;
}
