/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/pass.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	struct cmsghdr align;
	char space[CMSG_SPACE(PASS_MAX * sizeof(int))];
};

void pass_send(int sock, const void *data, size_t len, const int *fds, size_t count)
{
	struct iovec iov = {.iov_base = (void *)(uintptr_t)data, .iov_len = len};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	union control control = {0};

	if (count) {
		struct cmsghdr *c;

		msg.msg_control = control.space;
		msg.msg_controllen = CMSG_SPACE(count * sizeof(int));
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(c), fds, count * sizeof(int));
	}
	while (sendmsg(sock, &msg, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

ssize_t pass_receive(int sock, void *data, size_t len, int *fds, size_t count)
{
	struct iovec iov = {.iov_base = data, .iov_len = len};
	union control control = {0};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.space,
			     .msg_controllen = CMSG_LEN(PASS_MAX * sizeof(int))};
	int got[PASS_MAX];
	struct cmsghdr *c;
	size_t n = 0;
	ssize_t result;

	for (size_t i = 0; i < count; i++)
		fds[i] = -1;
	do {
		result = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	} while (result < 0 && errno == EINTR);
	c = result >= 0 ? CMSG_FIRSTHDR(&msg) : NULL;
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(got, CMSG_DATA(c), n * sizeof(int));
	}
	for (size_t i = 0; i < n; i++) {
		if (n == count)
			fds[i] = got[i];
		else
			close(got[i]);
	}
	return result;
}
