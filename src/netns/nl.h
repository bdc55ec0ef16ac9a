/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtnetlink requests over libnl: send, wait for the acknowledgement, and the kernel's own words. */
#ifndef NETNS_NL_H
#define NETNS_NL_H

#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "base/err.h"

struct nl;

/* A socket in the network namespace that the caller is in. NULL on failure. */
struct nl *nl_new(struct err **err);
/*
 * A socket in the namespace behind `netns` (a descriptor of an nsfs file): the caller enters it for
 * a moment and comes back, which needs CAP_SYS_ADMIN there and here.
 */
struct nl *nl_new_in(int netns, struct err **err);
/* Around the bound NETLINK_ROUTE socket `fd`, wherever it was made; owns it, also on failure. */
struct nl *nl_new_from(int fd, struct err **err);
void nl_free(struct nl *nl);

static inline void nl_freep(struct nl **nl)
{
	nl_free(*nl);
}
#define _cleanup_nl_ __attribute__((cleanup(nl_freep)))

struct nl_sock *nl_socket(struct nl *nl);

/*
 * Sends `msg` and frees it. 0, or -1 with errno set and the kernel's explanation (extended
 * acknowledgement), "" where it gives none, in nl_why().
 */
int nl_request(struct nl *nl, struct nl_msg *msg);
const char *nl_why(const struct nl *nl);

/*
 * Asks for all objects of a kind (RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE), of one family or
 * AF_UNSPEC, and calls `take` with each message (NL_OK to go on) as it comes, keeping none. 0, or
 * -1 with errno: EINTR when something changed meanwhile, so that one may be missing or come twice.
 */
int nl_list(struct nl *nl, int type, int family, nl_recvmsg_msg_cb_t take, void *context);

/* err_set() with errno and nl_why() of the request that just failed. */
#define nl_fail(nl, err, ...) nl_fail_((nl), errno, (err), __VA_ARGS__)
int nl_fail_(const struct nl *nl, int errnum, struct err **err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The errno that stands behind a libnl function's negative result. */
int nl_errno(const struct nl *nl, int result);

#endif
