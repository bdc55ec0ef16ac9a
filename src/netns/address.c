/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/cache.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "netns/link.h"
#include "netns/nl.h"

static int set_mtu(struct nl *nl, int index, unsigned mtu, struct err **err)
{
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_index = index};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_SETLINK, 0);

	if (!msg || nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
	    nla_put_u32(msg, IFLA_MTU, mtu) < 0) {
		nlmsg_free(msg);
		return err_set(err, ENOMEM, "netlink message");
	}
	if (nl_request(nl, msg) < 0)
		return nl_fail(nl, err, "set the MTU %u", mtu);
	return 0;
}

static int add_address(struct nl *nl, int index, const struct lease_address *address,
		       struct err **err)
{
	struct ifaddrmsg info = {.ifa_family = AF_INET,
				 .ifa_prefixlen = (unsigned char)address->prefix,
				 .ifa_scope = RT_SCOPE_UNIVERSE,
				 .ifa_index = (unsigned)index};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
	struct in_addr in, broadcast;

	if (inet_pton(AF_INET, address->text, &in) != 1) {
		nlmsg_free(msg);
		return err_set(err, EINVAL, "address %s", address->text);
	}
	broadcast.s_addr =
		in.s_addr | htonl(address->prefix < 31 ? UINT32_MAX >> address->prefix : 0);
	if (!msg || nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
	    nla_put(msg, IFA_LOCAL, sizeof(in), &in) < 0 ||
	    nla_put(msg, IFA_ADDRESS, sizeof(in), &in) < 0 ||
	    (address->prefix < 31 &&
	     nla_put(msg, IFA_BROADCAST, sizeof(broadcast), &broadcast) < 0)) {
		nlmsg_free(msg);
		return err_set(err, ENOMEM, "netlink message");
	}
	if (nl_request(nl, msg) < 0)
		return nl_fail(nl, err, "set the address %s", address->text);
	return 0;
}

/* Removes the interface's IPv4 addresses other than `keep` (NULL: all); their routes go too. */
static int remove_others(struct nl *nl, int index, const struct lease_address *keep,
			 struct err **err)
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
		if (keep && strcmp(text, keep->text) == 0 &&
		    rtnl_addr_get_prefixlen(addr) == (int)keep->prefix)
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

static int set_default_route(struct nl *nl, int index, const char *router, struct err **err)
{
	/* Onlink: phones hand out routers that lie outside a /32 lease. */
	struct rtmsg info = {.rtm_family = AF_INET,
			     .rtm_table = RT_TABLE_MAIN,
			     .rtm_protocol = RTPROT_DHCP,
			     .rtm_scope = RT_SCOPE_UNIVERSE,
			     .rtm_type = RTN_UNICAST,
			     .rtm_flags = RTNH_F_ONLINK};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
	struct in_addr in;

	if (inet_pton(AF_INET, router, &in) != 1) {
		nlmsg_free(msg);
		return err_set(err, EINVAL, "router %s", router);
	}
	if (!msg || nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
	    nla_put(msg, RTA_GATEWAY, sizeof(in), &in) < 0 ||
	    nla_put_u32(msg, RTA_OIF, (uint32_t)index) < 0) {
		nlmsg_free(msg);
		return err_set(err, ENOMEM, "netlink message");
	}
	if (nl_request(nl, msg) < 0)
		return nl_fail(nl, err, "set the default route through %s", router);
	return 0;
}

int address_apply(const char *interface, const struct lease_part *part, struct err **err)
{
	_cleanup_nl_ struct nl *nl = nl_new(err);
	const struct lease_address *address = part->naddresses ? &part->addresses[0] : NULL;
	struct link_info link;
	int found;

	if (!nl)
		return -1;
	found = link_find(nl, interface, &link, err);
	if (found < 0)
		return -1;
	if (!found)
		return address ? err_set(err, ENODEV, "%s", interface) : 0;
	if (remove_others(nl, link.index, address, err) < 0)
		return -1;
	if (!address)
		return 0;
	if (part->mtu && part->mtu != link.mtu && set_mtu(nl, link.index, part->mtu, err) < 0)
		return -1;
	if (add_address(nl, link.index, address, err) < 0)
		return -1;
	if (part->nrouters && set_default_route(nl, link.index, part->routers[0], err) < 0)
		return -1;
	return 0;
}
