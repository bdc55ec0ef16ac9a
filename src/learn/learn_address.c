/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/learn_address.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "learn/learn_process.h"

static void use_unix(const struct address_context *c, const struct sockaddr_un *un, size_t len,
		     bool bound)
{
	char path[PATH_MAX + sizeof(un->sun_path) + 2];
	size_t size = len - offsetof(struct sockaddr_un, sun_path), at = 0;

	/* Unnamed, or asking for a name. */
	if (size == 0)
		return;
	if (un->sun_path[0] == '\0') {
		struct address_use use = {.family = AF_UNIX, .connected = !bound, .bound = bound};

		snprintf(path, sizeof(path), "@%.*s", (int)(size - 1), un->sun_path + 1);
		record_address(c->record, path, &use);
		return;
	}
	if (c->elsewhere) {
		c->record->elsewhere++;
		return;
	}
	if (un->sun_path[0] != '/') {
		if (!process_directory(c->pid, AT_FDCWD, path, PATH_MAX)) {
			c->record->missed++;
			return;
		}
		at = strlen(path);
		path[at++] = '/';
	}
	snprintf(path + at, sizeof(path) - at, "%.*s", (int)strnlen(un->sun_path, size),
		 un->sun_path);
	record_path(c->record, path, sizeof(path), bound ? USE_MAKE : USE_CONNECT);
}

static void use_inet(const struct address_context *c, const struct sockaddr_storage *ss, bool bound)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)ss;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)ss;
	struct address_use use = {.family = ss->ss_family, .connected = !bound, .bound = bound};
	char host[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 16];

	if (ss->ss_family == AF_INET) {
		use.port = ntohs(in->sin_port);
		use.loopback = ntohl(in->sin_addr.s_addr) >> 24 == 127;
		inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
		snprintf(text, sizeof(text), "%s:%u", host, use.port);
	} else {
		use.port = ntohs(in6->sin6_port);
		use.loopback = IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
		inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
		snprintf(text, sizeof(text), "[%s]:%u", host, use.port);
	}
	record_address(c->record, text, &use);
}

void address_use(const struct address_context *c, uint64_t address, uint64_t len, bool bound)
{
	struct sockaddr_storage ss = {0};

	if (address == 0 || len < sizeof(ss.ss_family))
		return;
	if (len > sizeof(ss))
		len = sizeof(ss);
	if (process_read(c->pid, address, &ss, len) != len) {
		c->record->unreadable++;
		return;
	}
	if (!process_waits(c->listener, c->id))
		return;
	if (ss.ss_family == AF_UNIX)
		use_unix(c, (const struct sockaddr_un *)&ss, len, bound);
	else if ((ss.ss_family == AF_INET && len >= sizeof(struct sockaddr_in)) ||
		 (ss.ss_family == AF_INET6 && len >= offsetof(struct sockaddr_in6, sin6_scope_id)))
		use_inet(c, &ss, bound);
}

void address_use_messages(const struct address_context *c, uint64_t address, uint64_t count)
{
	enum { MOST = 64 };
	struct mmsghdr messages[MOST];
	size_t n = count ? (count < MOST ? count : MOST) : 1;
	size_t len = count ? n * sizeof(messages[0]) : sizeof(messages[0].msg_hdr);

	if (process_read(c->pid, address, messages, len) != len) {
		c->record->unreadable++;
		return;
	}
	for (size_t i = 0; i < n; i++)
		address_use(c, (uint64_t)(uintptr_t)messages[i].msg_hdr.msg_name,
			    messages[i].msg_hdr.msg_namelen, false);
}
