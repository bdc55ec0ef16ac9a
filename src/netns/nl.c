/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/nl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/route/rtnl.h>
#include <sched.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

struct nl {
	struct nl_sock *sock;
	int errnum; /* of the last negative acknowledgement */
	char why[256];
};

/* The layout of an acknowledgement: netlink(7) and include/uapi/linux/netlink.h. */
static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	struct nl *nl = arg;
	struct nlmsghdr *head = (struct nlmsghdr *)(void *)((char *)e - NLMSG_HDRLEN);
	struct nlattr *attrs[NLMSGERR_ATTR_MAX + 1] = {0};
	size_t skip = sizeof(*e);

	(void)from;
	nl->errnum = -e->error;
	if (!(head->nlmsg_flags & NLM_F_ACK_TLVS))
		return NL_STOP;
	if (!(head->nlmsg_flags & NLM_F_CAPPED))
		skip += e->msg.nlmsg_len - NLMSG_HDRLEN;
	if (head->nlmsg_len < NLMSG_HDRLEN + NLMSG_ALIGN(skip))
		return NL_STOP;
	if (nla_parse(attrs, NLMSGERR_ATTR_MAX,
		      (struct nlattr *)(void *)((char *)e + NLMSG_ALIGN(skip)),
		      (int)(head->nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(skip)), NULL) < 0)
		return NL_STOP;
	if (attrs[NLMSGERR_ATTR_MSG])
		nla_strlcpy(nl->why, attrs[NLMSGERR_ATTR_MSG], sizeof(nl->why));
	return NL_STOP;
}

/*
 * Who has CAP_NET_ADMIN in a namespace, as the owner of an uplink has, may send netlink messages to
 * any socket there, and libnl takes an answer from whomever it comes. A socket that is connected to
 * the kernel takes unicasts from nobody else: netlink_getsockbyportid() in af_netlink.c. A full
 * queue can still lose an answer, so that none is waited for for ever.
 */
static int take_only_from_kernel(int fd)
{
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	const struct timeval patience = {.tv_sec = 10};

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		return -1;
	return connect(fd, (const struct sockaddr *)&kernel, sizeof(kernel));
}

/* `fd` is a socket to use, or -1 for a new one. */
static struct nl *open_socket(int fd, struct err **err)
{
	struct nl *nl = xzalloc(sizeof(*nl));
	int on = 1, result;

	nl->sock = nl_socket_alloc();
	if (!nl->sock) {
		if (fd >= 0)
			close(fd);
		free(nl);
		err_set(err, ENOMEM, "netlink socket");
		return NULL;
	}
	if (fd >= 0)
		result = nl_socket_set_fd(nl->sock, NETLINK_ROUTE, fd);
	else
		result = nl_connect(nl->sock, NETLINK_ROUTE);
	if (result < 0) {
		err_set(err, 0, "open a netlink socket: %s", nl_geterror(result));
		nl_free(nl);
		if (fd >= 0)
			close(fd); /* not its own yet */
		return NULL;
	}
	if (take_only_from_kernel(nl_socket_get_fd(nl->sock)) < 0) {
		err_set(err, errno, "connect a netlink socket to the kernel");
		nl_free(nl);
		return NULL;
	}
	/* Kernels that lack these answer without the explanation. */
	setsockopt(nl_socket_get_fd(nl->sock), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(nl_socket_get_fd(nl->sock), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	nl_socket_modify_err_cb(nl->sock, NL_CB_CUSTOM, on_error, nl);
	return nl;
}

struct nl *nl_new(struct err **err)
{
	return open_socket(-1, err);
}

struct nl *nl_new_from(int fd, struct err **err)
{
	return open_socket(fd, err);
}

struct nl *nl_new_in(int netns, struct err **err)
{
	_cleanup_close_ int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct nl *nl;

	if (here < 0) {
		err_set(err, errno, "open /proc/self/ns/net");
		return NULL;
	}
	if (setns(netns, CLONE_NEWNET) < 0) {
		err_set(err, errno, "enter the network namespace");
		return NULL;
	}
	nl = nl_new(err);
	if (setns(here, CLONE_NEWNET) < 0) {
		/* Going on would move the wrong machine's interfaces. */
		log_error("can't return to the first network namespace: %s", strerror(errno));
		_exit(EXIT_SETUP);
	}
	return nl;
}

void nl_free(struct nl *nl)
{
	if (!nl)
		return;
	nl_socket_free(nl->sock);
	free(nl);
}

struct nl_sock *nl_socket(struct nl *nl)
{
	return nl->sock;
}

int nl_request(struct nl *nl, struct nl_msg *msg)
{
	int result;

	nl->errnum = 0;
	nl->why[0] = '\0';
	result = nl_send_auto(nl->sock, msg);
	nlmsg_free(msg);
	if (result >= 0)
		result = nl_wait_for_ack(nl->sock);
	if (result >= 0)
		return 0;
	errno = nl_errno(nl, result);
	return -1;
}

int nl_list(struct nl *nl, int type, int family, nl_recvmsg_msg_cb_t take, void *context)
{
	struct nl_cb *own = nl_socket_get_cb(nl->sock), *cb = nl_cb_clone(own);
	int result;

	nl_cb_put(own);
	if (!cb) {
		errno = ENOMEM;
		return -1;
	}
	nl->errnum = 0;
	nl->why[0] = '\0';
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, take, context);
	result = nl_rtgen_request(nl->sock, type, family, NLM_F_DUMP);
	if (result >= 0)
		result = nl_recvmsgs(nl->sock, cb);
	nl_cb_put(cb);
	if (result >= 0)
		return 0;
	errno = result == -NLE_DUMP_INTR ? EINTR : nl_errno(nl, result);
	return -1;
}

const char *nl_why(const struct nl *nl)
{
	return nl->why;
}

int nl_errno(const struct nl *nl, int result)
{
	if (nl->errnum)
		return nl->errnum;
	switch (-result) {
	case NLE_NODEV:
	case NLE_OBJ_NOTFOUND:
		return ENODEV;
	case NLE_EXIST:
		return EEXIST;
	case NLE_PERM:
	case NLE_NOACCESS:
		return EPERM;
	case NLE_NOMEM:
		return ENOMEM;
	case NLE_AGAIN:
		return ETIMEDOUT;
	default:
		return EIO;
	}
}

int nl_fail_(const struct nl *nl, int errnum, struct err **err, const char *fmt, ...)
{
	_cleanup_free_ char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	what = xvasprintf(fmt, ap);
	va_end(ap);
	err_set(err, errnum, "%s", what);
	if (nl->why[0])
		err_append(err, " (%s)", nl->why);
	return -1;
}
