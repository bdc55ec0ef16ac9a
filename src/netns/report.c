/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "netns/pass.h"

int report_pair(int fds[2], struct err **err)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return err_set(err, errno, "socketpair");
	return 0;
}

int report_patience(int sock, struct err **err)
{
	const struct timeval patience = {.tv_sec = 10};

	if (setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		return err_set(err, errno, "limit the wait for a child process");
	return 0;
}

void report_send(int sock, enum report_kind kind, int value, int fd, const char *text)
{
	struct report report = {.kind = kind, .value = value};

	snprintf(report.text, sizeof(report.text), "%s", text);
	pass_send(sock, &report, sizeof(report), &fd, fd >= 0 ? 1 : 0);
}

void report_error(int sock, const struct err *err)
{
	/* The text ends in the errno's already. */
	report_send(sock, REPORT_FAILED, err ? err->errnum : 0, -1, err ? err->text : "failed");
}

int report_receive(int sock, struct report *out, int *fd, struct err **err)
{
	_cleanup_close_ int got = -1;
	ssize_t n = pass_receive(sock, out, sizeof(*out), &got, 1);

	if (fd)
		*fd = -1;
	if (n < 0 && errno == EAGAIN)
		return err_set(err, 0, "a child process said nothing for 10 s: was it stopped?");
	if (n < 0 && errno != ECONNRESET)
		return err_set(err, errno, "read from a child process");
	if (n <= 0)
		return 0;
	if (n != (ssize_t)sizeof(*out))
		return err_set(err, 0, "a child process sent a malformed message");
	out->text[sizeof(out->text) - 1] = '\0';
	/* It may hold a client's words, and those the network's. */
	for (char *c = out->text; *c; c++) {
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
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
