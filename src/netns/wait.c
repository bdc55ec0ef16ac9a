/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "netns/clock.h"
#include "netns/lease_watch.h"
#include "netns/link.h"
#include "netns/paths.h"
#include "netns/programs.h"
#include "netns/report.h"

enum {
	PROGRESS = 5000000, /* microseconds between "still waiting" lines */
	V6_GRACE = 5000000, /* how long IPv4 may lag behind before IPv6 alone will do */
	LOG_TAIL = 65536 + 4096,
};

int wait_signals(struct err **err)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_set(err, errno, "signalfd") : fd;
}

int wait_check(int signals, struct err **err)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	return err_set_code(err, 128 + (int)info.ssi_signo, 0, "interrupted by SIG%s",
			    sigabbrev_np((int)info.ssi_signo));
}

/*
 * Sleeps until something happens on one of the descriptors (-1 for none), or a while has passed.
 * Returns -1 when interrupted; *late says that the time is up.
 */
static int doze(const struct wait *w, int other1, int other2, uint64_t *told, bool *late,
		struct err **err)
{
	int netlink = nl_socket_get_fd(nl_socket(w->events));
	struct pollfd fds[] = {{.fd = w->signals, .events = POLLIN},
			       {.fd = netlink, .events = POLLIN},
			       {.fd = other1, .events = POLLIN},
			       {.fd = other2, .events = POLLIN}};
	uint64_t now = clock_now(), left;

	*late = now >= w->deadline;
	left = *late ? 0 : (w->deadline - now) / 1000 + 1;
	/* Never long: should a report be lost, the state is looked at anyway. */
	if (poll(fds, ARRAY_SIZE(fds), left < 500 ? (int)left : 500) < 0 && errno != EINTR)
		return err_set(err, errno, "poll");
	if (fds[1].revents)
		link_drain(w->events, NULL, NULL);
	now = clock_now();
	if (now - *told >= PROGRESS && now < w->deadline) {
		log_note("still waiting (%u s of %u)", (unsigned)((now - w->began) / 1000000),
			 (unsigned)((w->deadline - w->began) / 1000000));
		*told = now;
	}
	return wait_check(w->signals, err);
}

static unsigned seconds(const struct wait *w)
{
	return (unsigned)((w->deadline - w->began) / 1000000);
}

int wait_carrier(const struct wait *w, struct err **err)
{
	uint64_t told = clock_now();
	bool late = false, noted = false;

	for (;;) {
		struct link_info link;
		int found = link_find(w->inside, w->interface, &link, err);

		if (found < 0)
			return -1;
		if (!found)
			return err_set(err, 0,
				       "the interface %s went away while waiting for its "
				       "carrier",
				       w->interface);
		if (link.carrier)
			return 0;
		if (late)
			return err_set(err, 0,
				       "no carrier on %s within %u s: is the cable in, and "
				       "tethering switched on on the phone?",
				       w->interface, seconds(w));
		if (!noted)
			log_note("waiting for carrier on %s", w->interface);
		noted = true;
		if (doze(w, -1, -1, &told, &late, err) < 0)
			return -1;
	}
}

/* The client's last line, for the message; "" when there is none. The file is the owner's. */
static char *last_words(int dir)
{
	_cleanup_close_ int fd =
		openat(dir, LEASE_LOG, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	_cleanup_free_ char *data = NULL;
	char *line, clean[201];
	struct stat st;
	size_t len;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    io_read_all(fd, LOG_TAIL, &data, &len) < 0)
		return xstrdup("");
	while (len > 0 && data[len - 1] == '\n')
		data[--len] = '\0';
	line = strrchr(data, '\n');
	line = line ? line + 1 : data;
	programs_clean(clean, sizeof(clean), line);
	return xstrdup(clean);
}

/* A new message of the supervisor is bad news: the client has ended, or it has itself. */
static int read_supervisor(int supervisor, enum dhcp_client client, struct err **err)
{
	struct pollfd p = {.fd = supervisor, .events = POLLIN};
	struct report report;
	int got;

	if (supervisor < 0 || poll(&p, 1, 0) <= 0)
		return 0;
	got = report_receive(supervisor, &report, NULL, err);
	if (got < 0)
		return -1;
	if (got == 0)
		return err_set(err, 0, "the DHCP client's supervisor was killed");
	if (report.kind == REPORT_ENDED)
		return err_set(err, 0, "%s %s", client_name(client), report.text);
	return 0;
}

static int late_lease(const struct wait *w, int dir, enum dhcp_client client, struct err **err)
{
	_cleanup_free_ char *words = last_words(dir);

	if (client == DHCP_NONE)
		return err_set(err, 0,
			       "no address on %s within %u s: with dhcp = none it needs address = "
			       "ADDRESS/LENGTH, or a router that advertises IPv6",
			       w->interface, seconds(w));
	err_set(err, 0, "no lease on %s within %u s: no DHCP server gave %s a usable answer",
		w->interface, seconds(w), client_name(client));
	if (*words)
		err_append(err, " (its last words: %s)", words);
	return -1;
}

int wait_lease(const struct wait *w, int dir, int supervisor, enum dhcp_client client,
	       struct lease *lease, struct err **err)
{
	_cleanup_close_ int changes = lease_watch(dir);
	uint64_t told = clock_now(), v6_since = 0;
	bool late = false;

	for (;;) {
		char buf[4096];

		while (changes >= 0 && read(changes, buf, sizeof(buf)) > 0)
			;
		lease_read(dir, lease);
		if (lease_is_bound(lease, true) && !v6_since)
			v6_since = clock_now();
		if (lease_is_bound(lease, v6_since && clock_now() - v6_since > V6_GRACE))
			return 0;
		if (read_supervisor(supervisor, client, err) < 0)
			return -1;
		if (late && lease_is_bound(lease, true))
			return 0;
		if (late)
			return late_lease(w, dir, client, err);
		if (doze(w, changes, supervisor, &told, &late, err) < 0)
			return -1;
	}
}
