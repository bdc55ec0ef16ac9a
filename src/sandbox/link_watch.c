/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox/link_watch.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/str.h"

static const char removed[] = "was removed";
static const char renamed[] = "was renamed";
static const char set_down[] = "was set down";
static const char no_carrier[] = "has lost its carrier";

/* Which families the interface has addresses of; a link-local one leads nowhere. -1 and errno. */
static int families(const char *name, bool *v4, bool *v6)
{
	struct ifaddrs *list;

	*v4 = *v6 = false;
	if (getifaddrs(&list) < 0)
		return -1;
	for (struct ifaddrs *a = list; a; a = a->ifa_next) {
		if (!a->ifa_addr || !streq(a->ifa_name, name))
			continue;
		if (a->ifa_addr->sa_family == AF_INET)
			*v4 = true;
		if (a->ifa_addr->sa_family == AF_INET6 &&
		    !IN6_IS_ADDR_LINKLOCAL(
			    &((struct sockaddr_in6 *)(void *)a->ifa_addr)->sin6_addr))
			*v6 = true;
	}
	freeifaddrs(list);
	return 0;
}

int link_watch_open(struct link_watch *watch, const char *name, unsigned index)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK,
				      .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
						   RTMGRP_IPV6_IFADDR};

	watch->index = index;
	snprintf(watch->name, sizeof(watch->name), "%s", name);
	watch->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (watch->fd < 0 || bind(watch->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return families(name, &watch->v4, &watch->v6);
}

static const char *lost_flags(unsigned flags)
{
	if (!(flags & IFF_UP))
		return set_down;
	return flags & IFF_RUNNING ? NULL : no_carrier;
}

static const char *lost_addresses(const struct link_watch *watch)
{
	bool v4, v6;

	if (families(watch->name, &v4, &v6) < 0)
		return "can't be asked for its addresses";
	if (watch->v4 && !v4)
		return "has lost its IPv4 address";
	return watch->v6 && !v6 ? "has lost its IPv6 addresses" : NULL;
}

static const char *lost_state(const struct link_watch *watch)
{
	struct ifreq ifr = {.ifr_flags = 0};
	const char *lost;

	if (if_nametoindex(watch->name) != watch->index)
		return removed;
	memcpy(ifr.ifr_name, watch->name, sizeof(ifr.ifr_name));
	if (ioctl(watch->fd, SIOCGIFFLAGS, &ifr) < 0)
		return removed;
	lost = lost_flags((unsigned short)ifr.ifr_flags);
	return lost ? lost : lost_addresses(watch);
}

/* The interface's name in an RTM_NEWLINK, or NULL. */
static const char *message_name(const struct nlmsghdr *header)
{
	const struct ifinfomsg *link = NLMSG_DATA(header);
	int left = (int)IFLA_PAYLOAD(header);

	for (const struct rtattr *a = IFLA_RTA(link); RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == IFLA_IFNAME)
			return RTA_DATA(a);
	return NULL;
}

static const char *lost_by_link(const struct link_watch *watch, const struct nlmsghdr *header)
{
	const struct ifinfomsg *link = NLMSG_DATA(header);
	const char *name;

	/* Other families are about a part of the interface: a bridge that it left, say. */
	if (header->nlmsg_len < NLMSG_LENGTH(sizeof(*link)) || link->ifi_family != AF_UNSPEC ||
	    link->ifi_index != (int)watch->index)
		return NULL;
	if (header->nlmsg_type == RTM_DELLINK)
		return removed;
	name = message_name(header);
	if (name && !streq(name, watch->name))
		return renamed;
	return lost_flags(link->ifi_flags);
}

static const char *lost_by(const struct link_watch *watch, const struct nlmsghdr *header)
{
	const struct ifaddrmsg *address = NLMSG_DATA(header);

	switch (header->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return lost_by_link(watch, header);
	case RTM_DELADDR:
		if (header->nlmsg_len >= NLMSG_LENGTH(sizeof(*address)) &&
		    address->ifa_index == watch->index)
			return lost_addresses(watch);
		return NULL;
	default:
		return NULL;
	}
}

const char *link_watch_lost(struct link_watch *watch, bool all)
{
	static union {
		struct nlmsghdr header;
		char bytes[32768]; /* the largest that the kernel sends, netlink(7) */
	} buffer;

	for (;;) {
		struct sockaddr_nl from;
		socklen_t from_len = sizeof(from);
		ssize_t len = recvfrom(watch->fd, &buffer, sizeof(buffer), 0,
				       (struct sockaddr *)&from, &from_len);
		const char *lost = NULL;

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0 && errno == EAGAIN)
			return all ? lost_state(watch) : NULL;
		if (len < 0) { /* ENOBUFS: there were more than it could keep */
			all = true;
			continue;
		}
		if (from.nl_pid != 0) /* not the kernel's */
			continue;
		for (struct nlmsghdr *h = &buffer.header; !lost && NLMSG_OK(h, (size_t)len);
		     h = NLMSG_NEXT(h, len))
			lost = lost_by(watch, h);
		if (lost)
			return lost;
	}
}
