/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An interface on its way back from the namespace of an owner who had all power over it. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netinet/ether.h>
#include <netlink/attr.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "netns/link.h"
#include "netns/nl.h"

enum {
	TRIES = 16,            /* against an owner who goes on adding names */
	ON_TOP = 64,           /* interfaces that are removed at a time */
	NAMES = 16384,         /* bytes of alternative names that are removed at a time */
	LINK_MODE_DEFAULT = 0, /* IF_LINK_MODE_DEFAULT of linux/if.h, which net/if.h excludes */
};

struct burden {
	int index, peer; /* the interface, and for a pair its other end */
	int on_top[ON_TOP];
	size_t count;
	char names[NAMES]; /* NUL-terminated, one after the other */
	size_t len;
};

static void take_names(struct burden *b, const struct nlattr *list)
{
	const struct nlattr *attr;
	int left;

	nla_for_each_nested(attr, list, left)
	{
		const char *name = nla_data(attr);
		size_t size = strnlen(name, (size_t)nla_len(attr)) + 1;

		if (nla_type(attr) != IFLA_ALT_IFNAME || size > (size_t)nla_len(attr) ||
		    size > sizeof(b->names) - b->len)
			continue;
		memcpy(b->names + b->len, name, size);
		b->len += size;
	}
}

static int take_own(struct nl_msg *msg, void *context)
{
	struct burden *b = context;
	const struct ifinfomsg *info = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *attrs[IFLA_MAX + 1];

	if (nlmsg_hdr(msg)->nlmsg_type != RTM_NEWLINK || info->ifi_index != b->index ||
	    nlmsg_parse(nlmsg_hdr(msg), sizeof(*info), attrs, IFLA_MAX, NULL) < 0)
		return NL_OK;
	if (attrs[IFLA_LINK] && !attrs[IFLA_LINK_NETNSID])
		b->peer = (int)nla_get_u32(attrs[IFLA_LINK]);
	if (attrs[IFLA_PROP_LIST])
		take_names(b, attrs[IFLA_PROP_LIST]);
	return NL_OK;
}

static int take_on_top(struct nl_msg *msg, void *context)
{
	struct burden *b = context;
	const struct ifinfomsg *info = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *attrs[IFLA_MAX + 1];

	if (nlmsg_hdr(msg)->nlmsg_type != RTM_NEWLINK || info->ifi_index == b->peer ||
	    info->ifi_index == b->index || b->count == ON_TOP ||
	    nlmsg_parse(nlmsg_hdr(msg), sizeof(*info), attrs, IFLA_MAX, NULL) < 0)
		return NL_OK;
	if (attrs[IFLA_LINK] && !attrs[IFLA_LINK_NETNSID] &&
	    (int)nla_get_u32(attrs[IFLA_LINK]) == b->index)
		b->on_top[b->count++] = info->ifi_index;
	return NL_OK;
}

static struct nl_msg *link_message(int type, int index)
{
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_index = index};
	struct nl_msg *msg = nlmsg_alloc_simple(type, 0);

	if (msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static void remove_name(struct nl *nl, int index, const char *name)
{
	struct nl_msg *msg = link_message(RTM_DELLINKPROP, index);
	struct nlattr *list = msg ? nla_nest_start(msg, IFLA_PROP_LIST | NLA_F_NESTED) : NULL;

	if (!list || nla_put_string(msg, IFLA_ALT_IFNAME, name) < 0) {
		nlmsg_free(msg);
		return;
	}
	nla_nest_end(msg, list);
	(void)nl_request(nl, msg);
}

/* What stays shows when the move fails. */
static void relieve(struct nl *nl, int index)
{
	struct burden b = {.index = index};

	(void)nl_list(nl, RTM_GETLINK, AF_UNSPEC, take_own, &b);
	(void)nl_list(nl, RTM_GETLINK, AF_UNSPEC, take_on_top, &b);
	for (size_t i = 0; i < b.count; i++) {
		struct nl_msg *msg = link_message(RTM_DELLINK, b.on_top[i]);

		if (msg)
			(void)nl_request(nl, msg);
	}
	for (size_t at = 0; at < b.len; at += strlen(b.names + at) + 1)
		remove_name(nl, index, b.names + at);
}

/* What the interface is to be like, added to the message that moves it. */
static int put_before(struct nl_msg *msg, const struct link_info *before, bool mac)
{
	struct ifinfomsg *info = nlmsg_data(nlmsg_hdr(msg));
	struct ether_addr address;

	info->ifi_change |= IFF_PROMISC | IFF_ALLMULTI;
	if (before->flags) {
		info->ifi_change |= IFF_NOARP | IFF_MULTICAST;
		info->ifi_flags |= before->flags & (IFF_NOARP | IFF_MULTICAST);
	}
	if ((before->mtu && nla_put_u32(msg, IFLA_MTU, before->mtu) < 0) ||
	    nla_put_u32(msg, IFLA_GROUP, 0) < 0 || nla_put(msg, IFLA_IFALIAS, 0, NULL) < 0 ||
	    nla_put_u8(msg, IFLA_LINKMODE, LINK_MODE_DEFAULT) < 0)
		return -1;
	if (!mac || !ether_aton_r(before->mac, &address))
		return 0;
	return nla_put(msg, IFLA_ADDRESS, sizeof(address), &address);
}

/* It has left, but something about it could not be set: the host's interface `name` is set again.
 */
static int set_again(struct nl *here, const char *name, const struct link_info *before)
{
	struct nl_msg *msg = link_message(RTM_SETLINK, 0);

	if (!msg || nla_put_string(msg, IFLA_IFNAME, name) < 0 ||
	    put_before(msg, before, false) < 0) {
		nlmsg_free(msg);
		errno = ENOMEM;
		return -1;
	}
	return nl_request(here, msg);
}

static int move_and_set(struct nl *nl, int index, int netns, const char *name,
			const struct link_info *before)
{
	struct nl_msg *msg = link_move_message(index, netns, name);

	if (!msg || put_before(msg, before, true) < 0) {
		nlmsg_free(msg);
		errno = ENOMEM;
		return -1;
	}
	return nl_request(nl, msg);
}

/*
 * Renamed before it moves: the kernel announces an interface that arrives with a new name under the
 * old one first, and by the time that udev asks whose that is, it is nobody's; so that what manages
 * networks on the host would take it. Where the name can't be had in here, the move brings it.
 */
static void rename_first(struct nl *nl, int index, const char *name)
{
	struct link_info link;

	if (link_find_index(nl, index, &link, NULL) > 0 && !streq(link.name, name))
		(void)link_rename(nl, &link, name, NULL);
}

int link_return(struct nl *nl, struct nl *here, int index, int netns, const char *name,
		const struct link_info *before)
{
	struct link_info link;
	int failure = EEXIST;

	/* EEXIST: the name itself, or an alternative one that has just been added. */
	for (int i = 0; i < TRIES && failure == EEXIST; i++) {
		relieve(nl, index);
		rename_first(nl, index, name);
		failure = move_and_set(nl, index, netns, name, before) < 0 ? errno : 0;
		if (failure == EEXIST && link_find(here, name, &link, NULL) != 0)
			break;
	}
	/* A driver that doesn't let its address be set: nobody inside could set it either. */
	if (failure && failure != EEXIST && link_find_index(nl, index, &link, NULL) == 0)
		return set_again(here, name, before);
	errno = failure;
	return failure ? -1 : 0;
}
