/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Network interfaces: look one up, move it between namespaces, watch it, give it addresses. */
#ifndef NETNS_LINK_H
#define NETNS_LINK_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/net.h"
#include "netns/nl.h"

enum { LINK_KIND_LEN = 32, LINK_MAC_LEN = 18 };

struct link_info {
	int index;
	char name[IF_NAMESIZE];
	char kind[LINK_KIND_LEN]; /* "veth", "bridge", ...; "" for a physical device */
	char mac[LINK_MAC_LEN];   /* "02:00:5e:10:00:01"; "" where it has none of that form */
	uint32_t mtu;
	unsigned flags; /* IFF_* */
	bool carrier;   /* IFF_RUNNING, which the kernel sets when the device can carry packets */
};

#define link_is_name   net_is_interface
#define LINK_NAME_FORM NET_INTERFACE_FORM

/* 1 when found, 0 when there is no such interface, -1 on failure. */
int link_find(struct nl *nl, const char *name, struct link_info *out, struct err **err);
int link_find_index(struct nl *nl, int index, struct link_info *out, struct err **err);

/*
 * Why an interface can't become an uplink, as the end of a sentence, or NULL when it can: loopback,
 * bridges and their like belong to their namespace for good, and a Wi-Fi interface only moves with
 * its radio (iw-phy). `sysfs_net` is "/sys/class/net" but in tests; it is believed only where it
 * shows the interface of this very index, for it may show another namespace's.
 */
const char *link_immovable(const struct link_info *link, const char *sysfs_net);

/* IFF_UP on or off. */
int link_set_up(struct nl *nl, const struct link_info *link, bool up, struct err **err);

int link_set_mtu(struct nl *nl, const struct link_info *link, unsigned mtu, struct err **err);

/* Gives the interface another name; it has to be down for that on kernels before 6.2. */
int link_rename(struct nl *nl, const struct link_info *link, const char *name, struct err **err);

/*
 * Moves the interface `index` of nl's namespace to the one behind `netns`, under the name `name`.
 * The kernel sets it down and drops its addresses. -1 with errno EEXIST when the name is taken
 * there.
 */
int link_move(struct nl *nl, int index, int netns, const char *name);

/*
 * The way back to the namespace of the socket `here`, which is `netns` too, out of a namespace
 * whose owner may have done anything to the interface: what was put on top of it there goes (VLANs,
 * macvlans), and so do alternative names, which would be names on the host too, or be taken there.
 * In one step with the move, so that nobody comes in between, its MTU, hardware address and what
 * its flags say of ARP and multicast become those of `before`, and description, group, promiscuity
 * and dormancy go.
 */
int link_return(struct nl *nl, struct nl *here, int index, int netns, const char *name,
		const struct link_info *before);

/* For those two: the message. NULL without memory. */
struct nl_msg *link_move_message(int index, int netns, const char *name);

/*
 * Has changes of links, addresses and routes, and options of router advertisements that the kernel
 * leaves to others (RTM_NEWNDUSEROPT), reported on nl's socket; nl_socket_get_fd() becomes
 * readable.
 */
int link_watch(struct nl *nl, struct err **err);
/*
 * Takes what was reported off the socket; the caller then looks at what it waits for. `handle` (may
 * be NULL) gets each message of the kernel's.
 */
struct nlmsghdr;
void link_drain(struct nl *nl, void (*handle)(void *context, const struct nlmsghdr *msg),
		void *context);

#endif
