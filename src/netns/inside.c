/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/inside.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/mem.h"
#include "base/str.h"

enum { TRIES = 4 }; /* while the kernel says that a list changed under the reader's hands */

struct links {
	size_t count;
	struct {
		int index;
		char name[IF_NAMESIZE];
	} items[INSIDE_LINKS_MAX];
};

struct reader {
	const char *interface;
	int family; /* asked for: a kernel without IPv6 answers with what it has */
	struct inside *out;
	struct links links;
};

static void format_mac(const struct nlattr *attr, char out[3 * 6])
{
	const unsigned char *b = nla_data(attr);

	if (nla_len(attr) == 6)
		snprintf(out, 3 * 6, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4],
			 b[5]);
}

/* What the kernel's struct is longer by, or shorter, is its business. */
static void read_counters(const struct nlattr *attr, struct inside *out)
{
	struct rtnl_link_stats64 stats = {0};
	size_t len = (size_t)nla_len(attr);

	memcpy(&stats, nla_data(attr), len < sizeof(stats) ? len : sizeof(stats));
	out->received = stats.rx_bytes;
	out->sent = stats.tx_bytes;
}

static int take_link(struct nl_msg *msg, void *context)
{
	struct reader *r = context;
	struct nlmsghdr *head = nlmsg_hdr(msg);
	const struct ifinfomsg *info = nlmsg_data(head);
	struct nlattr *attrs[IFLA_MAX + 1];
	struct inside *out = r->out;
	char name[IF_NAMESIZE];

	if (head->nlmsg_type != RTM_NEWLINK ||
	    nlmsg_parse(head, sizeof(*info), attrs, IFLA_MAX, NULL) < 0 || !attrs[IFLA_IFNAME])
		return NL_OK;
	nla_strlcpy(name, attrs[IFLA_IFNAME], sizeof(name));
	if (r->links.count < INSIDE_LINKS_MAX) {
		r->links.items[r->links.count].index = info->ifi_index;
		programs_clean(r->links.items[r->links.count].name, IF_NAMESIZE, name);
		r->links.count++;
	}
	if (!streq(name, r->interface))
		return NL_OK;
	out->found = true;
	out->index = info->ifi_index;
	out->up = (info->ifi_flags & IFF_UP) != 0;
	out->carrier = (info->ifi_flags & IFF_RUNNING) != 0;
	if (attrs[IFLA_MTU])
		out->mtu = nla_get_u32(attrs[IFLA_MTU]);
	if (attrs[IFLA_ADDRESS])
		format_mac(attrs[IFLA_ADDRESS], out->mac);
	if (attrs[IFLA_STATS64])
		read_counters(attrs[IFLA_STATS64], out);
	return NL_OK;
}

/* Addresses come with their own length: one of another is left out. */
static bool read_address(const struct nlattr *attr, int family, char *out, size_t size)
{
	int len = family == AF_INET ? 4 : 16;

	return attr && nla_len(attr) == len &&
	       inet_ntop(family, nla_data(attr), out, (socklen_t)size) != NULL;
}

static int take_address(struct nl_msg *msg, void *context)
{
	struct reader *r = context;
	struct nlmsghdr *head = nlmsg_hdr(msg);
	const struct ifaddrmsg *info = nlmsg_data(head);
	struct nlattr *attrs[IFA_MAX + 1];
	struct inside *out = r->out;
	struct inside_address *a;

	if (head->nlmsg_type != RTM_NEWADDR ||
	    nlmsg_parse(head, sizeof(*info), attrs, IFA_MAX, NULL) < 0 || !out->found ||
	    info->ifa_index != (unsigned)out->index || info->ifa_family != r->family)
		return NL_OK;
	if (out->naddresses == INSIDE_ADDRESSES_MAX) {
		out->more = true;
		return NL_OK;
	}
	a = &out->addresses[out->naddresses];
	/* IFA_LOCAL is the own end of a point-to-point link, and absent for IPv6 elsewhere. */
	if (!read_address(attrs[IFA_LOCAL] ? attrs[IFA_LOCAL] : attrs[IFA_ADDRESS],
			  info->ifa_family, a->text, sizeof(a->text)))
		return NL_OK;
	a->family = info->ifa_family;
	a->prefix = info->ifa_prefixlen;
	out->naddresses++;
	return NL_OK;
}

static const char *route_kind(unsigned type)
{
	static const char *const kinds[] = {
		[RTN_UNSPEC] = "unspec",
		[RTN_UNICAST] = "unicast",
		[RTN_LOCAL] = "local",
		[RTN_BROADCAST] = "broadcast",
		[RTN_ANYCAST] = "anycast",
		[RTN_MULTICAST] = "multicast",
		[RTN_BLACKHOLE] = "blackhole",
		[RTN_UNREACHABLE] = "unreachable",
		[RTN_PROHIBIT] = "prohibit",
		[RTN_THROW] = "throw",
		[RTN_NAT] = "nat",
	};

	return type < ARRAY_SIZE(kinds) ? kinds[type] : "unknown";
}

static void add_hop(struct inside *out, const struct inside_route *route, const struct nlattr *via,
		    int device)
{
	struct inside_route *hop;

	if (out->nroutes == INSIDE_ROUTES_MAX) {
		out->more = true;
		return;
	}
	hop = &out->routes[out->nroutes++];
	*hop = *route;
	hop->device = device;
	(void)read_address(via, route->family, hop->gateway, sizeof(hop->gateway));
}

static void add_hops(struct inside *out, const struct inside_route *route, struct nlattr *multipath)
{
	struct rtnexthop *hop = nla_data(multipath);
	int left = nla_len(multipath);

	for (; RTNH_OK(hop, left); left -= RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop)) {
		struct nlattr *attrs = (struct nlattr *)RTNH_DATA(hop);
		int len = (int)hop->rtnh_len - (int)RTNH_LENGTH(0);

		add_hop(out, route, nla_find(attrs, len, RTA_GATEWAY), hop->rtnh_ifindex);
	}
}

static int take_route(struct nl_msg *msg, void *context)
{
	struct reader *r = context;
	struct nlmsghdr *head = nlmsg_hdr(msg);
	const struct rtmsg *info = nlmsg_data(head);
	struct nlattr *attrs[RTA_MAX + 1];
	struct inside_route route = {0};
	char address[INET6_ADDRSTRLEN];

	if (head->nlmsg_type != RTM_NEWROUTE ||
	    nlmsg_parse(head, sizeof(*info), attrs, RTA_MAX, NULL) < 0 ||
	    info->rtm_family != r->family || (info->rtm_flags & RTM_F_CLONED))
		return NL_OK;
	route.family = info->rtm_family;
	route.kind = route_kind(info->rtm_type);
	route.table = attrs[RTA_TABLE] ? nla_get_u32(attrs[RTA_TABLE]) : info->rtm_table;
	if (route.table == RT_TABLE_LOCAL)
		return NL_OK;
	if (attrs[RTA_PRIORITY])
		route.metric = nla_get_u32(attrs[RTA_PRIORITY]);
	if (read_address(attrs[RTA_DST], route.family, address, sizeof(address)))
		snprintf(route.destination, sizeof(route.destination), "%s/%u", address,
			 info->rtm_dst_len);
	else
		snprintf(route.destination, sizeof(route.destination), "default");
	if (attrs[RTA_MULTIPATH])
		add_hops(r->out, &route, attrs[RTA_MULTIPATH]);
	else
		add_hop(r->out, &route, attrs[RTA_GATEWAY],
			attrs[RTA_OIF] ? (int)nla_get_u32(attrs[RTA_OIF]) : 0);
	return NL_OK;
}

static void name_devices(struct reader *r)
{
	for (size_t i = 0; i < r->out->nroutes; i++) {
		struct inside_route *route = &r->out->routes[i];

		if (route->device)
			snprintf(route->device_name, sizeof(route->device_name), "#%d",
				 route->device);
		for (size_t j = 0; j < r->links.count; j++) {
			if (r->links.items[j].index == route->device)
				memcpy(route->device_name, r->links.items[j].name, IF_NAMESIZE);
		}
	}
}

/* By ioctl(2): a sysfs of that namespace is not at hand. */
static void read_driver(int sock, const char *interface, struct inside *out)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
	struct ifreq request = {0};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
	request.ifr_data = (void *)&info;
	if (ioctl(sock, SIOCETHTOOL, &request) < 0)
		return;
	info.driver[sizeof(info.driver) - 1] = '\0';
	programs_clean(out->driver, sizeof(out->driver), info.driver);
}

/* 0, or 1 when something changed in between, so that the lists may lack something. */
static int read_lists(const struct visit *visit, struct reader *r, struct err **err)
{
	/* Links first: the others refer to them. */
	static const struct {
		int type, family;
		nl_recvmsg_msg_cb_t take;
	} lists[] = {
		{RTM_GETLINK, AF_UNSPEC, take_link},   {RTM_GETADDR, AF_INET, take_address},
		{RTM_GETADDR, AF_INET6, take_address}, {RTM_GETROUTE, AF_INET, take_route},
		{RTM_GETROUTE, AF_INET6, take_route},
	};
	int changed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		r->family = lists[i].family;
		if (nl_list(visit->nl, lists[i].type, lists[i].family, lists[i].take, r) == 0)
			continue;
		if (errno != EINTR)
			return nl_fail(visit->nl, err, "look at the interface %s", r->interface);
		changed = 1;
	}
	return changed;
}

int inside_read(const struct visit *visit, const char *interface, struct inside *out,
		struct err **err)
{
	/* Its owner can keep it changing; then what was seen has to do. */
	for (int tries = 0; tries < TRIES; tries++) {
		struct reader r = {.interface = interface, .out = out};
		int result;

		*out = (struct inside){0};
		result = read_lists(visit, &r, err);
		if (result < 0)
			return -1;
		name_devices(&r);
		if (result == 0)
			break;
	}
	if (out->found)
		read_driver(visit->sock, interface, out);
	return 0;
}

int inside_watch(const struct visit *visit, struct err **err)
{
	int result =
		nl_socket_add_memberships(nl_socket(visit->events), RTNLGRP_LINK,
					  RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
					  RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_NONE);

	if (result < 0)
		return err_set(err, nl_errno(visit->events, result), "watch the namespace");
	return 0;
}
