/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/link.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/route/link.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"

static int find(struct nl *nl, int index, const char *name, struct link_info *out, struct err **err)
{
	struct rtnl_link *link = NULL;
	const struct nl_addr *address;
	const char *kind;
	int result = rtnl_link_get_kernel(nl_socket(nl), index, name, &link);

	if (result < 0) {
		int errnum = nl_errno(nl, result);

		if (errnum == ENODEV)
			return 0;
		if (name)
			return err_set(err, errnum, "look up the interface %s", name);
		return err_set(err, errnum, "look up interface number %d", index);
	}
	*out = (struct link_info){.index = rtnl_link_get_ifindex(link),
				  .mtu = rtnl_link_get_mtu(link),
				  .flags = rtnl_link_get_flags(link)};
	out->carrier = (out->flags & IFF_RUNNING) != 0;
	snprintf(out->name, sizeof(out->name), "%s", rtnl_link_get_name(link));
	address = rtnl_link_get_addr(link);
	if (address && nl_addr_get_len(address) == 6)
		nl_addr2str(address, out->mac, sizeof(out->mac));
	kind = rtnl_link_get_type(link);
	snprintf(out->kind, sizeof(out->kind), "%s", kind ? kind : "");
	rtnl_link_put(link);
	return 1;
}

int link_find(struct nl *nl, const char *name, struct link_info *out, struct err **err)
{
	return find(nl, 0, name, out, err);
}

int link_find_index(struct nl *nl, int index, struct link_info *out, struct err **err)
{
	return find(nl, index, NULL, out, err);
}

static bool is_wireless(const struct link_info *link, const char *sysfs_net)
{
	_cleanup_free_ char *number = xasprintf("%s/%s/ifindex", sysfs_net, link->name);
	_cleanup_free_ char *text = NULL;
	size_t len;
	int64_t index;
	struct stat st;

	if (io_read_file(AT_FDCWD, number, 32, &text, &len, NULL) < 0)
		return false;
	text[strcspn(text, "\n")] = '\0';
	if (num_int(text, 1, INT32_MAX, &index, NULL) < 0 || index != link->index)
		return false;
	for (const char *const *dir = (const char *const[]){"phy80211", "wireless", NULL}; *dir;
	     dir++) {
		_cleanup_free_ char *path = xasprintf("%s/%s/%s", sysfs_net, link->name, *dir);

		if (stat(path, &st) == 0)
			return true;
	}
	return false;
}

const char *link_immovable(const struct link_info *link, const char *sysfs_net)
{
	/* The kinds that set netns_immutable (once NETIF_F_NETNS_LOCAL) in the kernel's sources. */
	static const char *const fixed[] = {"bridge", "bond", "team", "openvswitch", "batadv"};

	if (link->flags & IFF_LOOPBACK)
		return "is the loopback interface, which each namespace has of its own";
	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++) {
		if (streq(link->kind, fixed[i]))
			return "is a bridge or the like, which the kernel never moves to another "
			       "namespace";
	}
	if (is_wireless(link, sysfs_net))
		return "is a Wi-Fi interface, which moves only with its radio; use a wired or "
		       "USB-tethered one";
	return NULL;
}

/* An RTM_SETLINK message for one interface. */
static struct nl_msg *setlink(int index, unsigned flags, unsigned change)
{
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC,
				 .ifi_index = index,
				 .ifi_flags = flags,
				 .ifi_change = change};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_SETLINK, 0);

	if (msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int link_set_up(struct nl *nl, const struct link_info *link, bool up, struct err **err)
{
	struct nl_msg *msg = setlink(link->index, up ? IFF_UP : 0, IFF_UP);

	if (!msg)
		return err_set(err, ENOMEM, "netlink message");
	if (nl_request(nl, msg) < 0)
		return nl_fail(nl, err, "set %s %s", link->name, up ? "up" : "down");
	return 0;
}

int link_set_mtu(struct nl *nl, const struct link_info *link, unsigned mtu, struct err **err)
{
	struct nl_msg *msg = setlink(link->index, 0, 0);

	if (!msg || nla_put_u32(msg, IFLA_MTU, mtu) < 0) {
		nlmsg_free(msg);
		return err_set(err, ENOMEM, "netlink message");
	}
	if (nl_request(nl, msg) < 0)
		return nl_fail(nl, err, "set the MTU of %s to %u", link->name, mtu);
	return 0;
}

int link_rename(struct nl *nl, const struct link_info *link, const char *name, struct err **err)
{
	struct nl_msg *msg;

	if ((link->flags & IFF_UP) && link_set_up(nl, link, false, err) < 0)
		return -1;
	msg = setlink(link->index, 0, 0);
	if (!msg || nla_put_string(msg, IFLA_IFNAME, name) < 0) {
		nlmsg_free(msg);
		return err_set(err, ENOMEM, "netlink message");
	}
	if (nl_request(nl, msg) < 0)
		return nl_fail(nl, err, "rename %s to %s", link->name, name);
	return 0;
}

struct nl_msg *link_move_message(int index, int netns, const char *name)
{
	struct nl_msg *msg = setlink(index, 0, 0);

	if (msg && (nla_put_u32(msg, IFLA_NET_NS_FD, (uint32_t)netns) < 0 ||
		    nla_put_string(msg, IFLA_IFNAME, name) < 0)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int link_move(struct nl *nl, int index, int netns, const char *name)
{
	struct nl_msg *msg = link_move_message(index, netns, name);

	if (!msg) {
		errno = ENOMEM;
		return -1;
	}
	return nl_request(nl, msg);
}

int link_watch(struct nl *nl, struct err **err)
{
	struct nl_sock *sock = nl_socket(nl);
	int result = nl_socket_add_memberships(sock, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
					       RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE,
					       RTNLGRP_ND_USEROPT, RTNLGRP_NONE);

	if (result < 0)
		return err_set(err, nl_errno(nl, result), "watch the interfaces");
	return 0;
}

void link_drain(struct nl *nl, void (*handle)(void *context, const struct nlmsghdr *msg),
		void *context)
{
	alignas(struct nlmsghdr) char buf[16384];

	/* Not for ever, should somebody keep filling it. */
	for (int i = 0; i < 4096; i++) {
		struct sockaddr_nl from = {0};
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(nl_socket_get_fd(nl_socket(nl)), buf, sizeof(buf),
				     MSG_DONTWAIT, (struct sockaddr *)&from, &size);
		int left = (int)n;

		/* ENOBUFS only says that reports were lost: the state is looked up afresh anyway.
		 */
		if (n < 0 && errno != EINTR && errno != ENOBUFS)
			return;
		if (n <= 0 || from.nl_pid != 0 || !handle)
			continue;
		for (struct nlmsghdr *msg = (struct nlmsghdr *)buf; nlmsg_ok(msg, left);
		     msg = nlmsg_next(msg, &left))
			handle(context, msg);
	}
}
