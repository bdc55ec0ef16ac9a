/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"

union control {
	struct cmsghdr align;
	char space[CMSG_SPACE(sizeof(int))];
};

int report_pair(int fds[2], struct err **err)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return err_set(err, errno, "socketpair");
	return 0;
}

void report_send(int sock, enum report_kind kind, int value, int fd, const char *text)
{
	struct report report = {.kind = kind, .value = value};
	struct iovec iov = {.iov_base = &report, .iov_len = sizeof(report)};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	union control control = {0};

	snprintf(report.text, sizeof(report.text), "%s", text);
	if (fd >= 0) {
		struct cmsghdr *c;

		msg.msg_control = control.space;
		msg.msg_controllen = sizeof(control.space);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	while (sendmsg(sock, &msg, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

void report_error(int sock, const struct err *err)
{
	/* The text ends in the errno's already. */
	report_send(sock, REPORT_FAILED, err ? err->errnum : 0, -1, err ? err->text : "failed");
}

int report_receive(int sock, struct report *out, int *fd, struct err **err)
{
	struct iovec iov = {.iov_base = out, .iov_len = sizeof(*out)};
	union control control = {0};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.space,
			     .msg_controllen = sizeof(control.space)};
	struct cmsghdr *c;
	_cleanup_close_ int got = -1;
	ssize_t n;

	if (fd)
		*fd = -1;
	do {
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno != ECONNRESET)
		return err_set(err, errno, "read from a child process");
	if (n <= 0)
		return 0;
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&got, CMSG_DATA(c), sizeof(got));
	if (n != (ssize_t)sizeof(*out))
		return err_set(err, 0, "a child process sent a malformed message");
	out->text[sizeof(out->text) - 1] = '\0';
	if (out->kind == REPORT_FAILED) {
		err_set(err, 0, "%s", out->text);
		if (err && *err)
			(*err)->errnum = out->value;
		return -1;
	}
	if (fd)
		*fd = steal_fd(&got);
	return 1;
}
