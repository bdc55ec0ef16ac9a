/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/tend.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "netns/address.h"
#include "netns/clock.h"
#include "netns/event.h"
#include "netns/lease.h"
#include "netns/link.h"
#include "netns/report.h"

/* Into the client's log, whose next line it becomes. */
static void note(const struct tend *t, const struct err *err)
{
	dprintf(t->run.log, "sbox: %s\n", err ? err->text : "failed");
}

/* Changes the lease on disk, which the hook may do at the same time. */
static void change_lease(const struct tend *t,
			 bool (*change)(const struct tend *t, struct lease *l))
{
	_cleanup_err_ struct err *err = NULL;
	_cleanup_close_ int lock = open(CLIENT_LOCK, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct lease lease;

	if (lock < 0 || flock(lock, LOCK_EX) < 0)
		return;
	lease_read(t->lease, &lease);
	if (!change(t, &lease))
		return;
	tuning_override(t->tuning, &lease);
	if (lease_write(t->lease, &lease, t->interface, &err) < 0)
		note(t, err);
}

static bool lose_carrier(const struct tend *t, struct lease *lease)
{
	(void)t;
	return event_apply(&(struct event){.kind = EVENT_LOST, .reason = "NOCARRIER"}, lease);
}

static bool lose_device(const struct tend *t, struct lease *lease)
{
	(void)t;
	return event_apply(&(struct event){.kind = EVENT_LOST, .reason = "DEPARTED"}, lease);
}

static bool take_fixed(const struct tend *t, struct lease *lease)
{
	lease->v4 = t->tuning->fixed.v4;
	lease->v6 = t->tuning->fixed.v6;
	snprintf(lease->reason, sizeof(lease->reason), "STATIC");
	return true;
}

/* The IPv6 part as the kernel and the last advertisement have it. */
static bool take_v6(const struct tend *t, struct lease *lease)
{
	struct lease_part part = {0}, old = lease->v6;

	if (address_read_v6(t->nl, t->index, &part, NULL) < 0)
		return false;
	part.ndns = t->advert.part.ndns;
	memcpy(part.dns, t->advert.part.dns, sizeof(part.dns));
	part.nsearch = t->advert.part.nsearch;
	memcpy(part.search, t->advert.part.search, sizeof(part.search));
	lease->v6 = part;
	if (part.naddresses && !lease->reason[0])
		snprintf(lease->reason, sizeof(lease->reason), "ROUTERADVERT");
	tuning_override(t->tuning, lease);
	return memcmp(&lease->v6, &old, sizeof(old)) != 0;
}

static void set_fixed(struct tend *t, const struct link_info *link)
{
	_cleanup_err_ struct err *err = NULL;
	const struct lease *fixed = &t->tuning->fixed;
	/* A tunnel has no router on its link. */
	bool on_link = (link->flags & (IFF_POINTOPOINT | IFF_NOARP)) != 0;

	if (address_apply(t->interface, &fixed->v4, on_link, &err) < 0 ||
	    (fixed->v6.naddresses && address_add_v6(t->interface, &fixed->v6, on_link, &err) < 0)) {
		note(t, err);
		return;
	}
	change_lease(t, take_fixed);
}

static void on_carrier(struct tend *t, const struct link_info *link)
{
	_cleanup_err_ struct err *err = NULL;

	t->carrier = true;
	if (tuning_apply(t->tuning, t->interface, &err) < 0)
		note(t, err);
	if (t->run.client == DHCP_NONE) {
		set_fixed(t, link);
		return;
	}
	if (client_does_ipv6(t->run.client) && t->run.wanted)
		return; /* dhcpcd follows the carrier by itself */
	/* The network may be another one now. */
	client_run_kill(&t->run);
	client_run_want(&t->run);
}

static void on_no_carrier(struct tend *t)
{
	t->carrier = false;
	t->advert = (struct advert){0};
	if (!client_does_ipv6(t->run.client))
		change_lease(t, lose_carrier);
}

static void on_arrival(struct tend *t, struct link_info *link)
{
	_cleanup_err_ struct err *err = NULL;

	t->index = link->index;
	/* Taken over from an earlier supervisor: down and up makes the kernel ask for an
	 * advertisement, whose DNS servers only the earlier one was told. */
	if ((link->flags & IFF_UP) && !client_does_ipv6(t->run.client) &&
	    link_set_up(t->nl, link, false, &err) < 0)
		note(t, err);
	if (tuning_apply(t->tuning, t->interface, &err) < 0 ||
	    link_set_up(t->nl, link, true, &err) < 0)
		note(t, err);
}

static void on_departure(struct tend *t)
{
	t->index = 0;
	t->carrier = false;
	t->advert = (struct advert){0};
	client_run_kill(&t->run);
	change_lease(t, lose_device);
}

/* The interface under its name; one that was renamed gets it back. */
static int find_interface(struct tend *t, struct link_info *link)
{
	_cleanup_err_ struct err *err = NULL;
	int found = link_find(t->nl, t->interface, link, &err);

	if (found == 0 && t->index) {
		found = link_find_index(t->nl, t->index, link, &err);
		if (found > 0 && link_rename(t->nl, link, t->interface, &err) == 0)
			found = link_set_up(t->nl, link, true, &err) < 0
					? -1
					: link_find(t->nl, t->interface, link, &err);
	}
	if (err)
		note(t, err);
	return found;
}

static void look_at_link(struct tend *t)
{
	struct link_info link;
	int found = find_interface(t, &link);

	if (found < 0)
		return;
	/* Gone, or gone and come again since the last look. */
	if (t->index && (!found || link.index != t->index))
		on_departure(t);
	if (!found)
		return;
	if (!t->index) {
		on_arrival(t, &link);
		if (find_interface(t, &link) <= 0)
			return;
	}
	if (link.carrier && !t->carrier)
		on_carrier(t, &link);
	else if (!link.carrier && t->carrier)
		on_no_carrier(t);
	if (link.carrier && !client_does_ipv6(t->run.client) &&
	    !(t->run.client == DHCP_NONE && t->tuning->fixed.v6.naddresses))
		change_lease(t, take_v6);
}

static void handle(void *context, const struct nlmsghdr *msg)
{
	struct tend *t = context;

	(void)advert_take(msg, t->index, t->interface, clock_now(), &t->advert);
}

/* How long the machine has been suspended: what CLOCK_BOOTTIME counts and CLOCK_MONOTONIC doesn't,
 * clock_gettime(2). */
static uint64_t time_asleep(void)
{
	struct timespec boot, monotonic;

	clock_gettime(CLOCK_BOOTTIME, &boot);
	clock_gettime(CLOCK_MONOTONIC, &monotonic);
	return (uint64_t)((boot.tv_sec - monotonic.tv_sec) * 1000000 +
			  (boot.tv_nsec - monotonic.tv_nsec) / 1000);
}

/* Has the clock's descriptor become readable when the clock is set, as after a suspension. */
static int arm_clock(int fd)
{
	const struct itimerspec never = {.it_value.tv_sec = INT64_C(1) << 40};

	return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

static void on_clock(struct tend *t)
{
	uint64_t count, asleep = time_asleep();
	bool suspended = asleep > t->asleep + 1000000;

	(void)!read(t->clock, &count, sizeof(count)); /* ECANCELED */
	if (arm_clock(t->clock) < 0)
		close(steal_fd(&t->clock));
	t->asleep = asleep;
	if (!t->run.wanted || !(suspended || client_trusts_wall_clock(t->run.client)))
		return;
	client_run_kill(&t->run);
	client_run_want(&t->run);
}

/* Pid 1 inherits every orphan of its namespace. */
static void reap(struct tend *t)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		_cleanup_free_ char *how = client_run_ended(&t->run, pid, status);

		if (how && t->sock >= 0)
			report_send(t->sock, REPORT_ENDED, status, -1, how);
	}
}

static void on_signal(struct tend *t)
{
	struct signalfd_siginfo info;

	if (read(t->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGTERM)
		client_run_stop(&t->run);
	reap(t);
}

/* Milliseconds until something is due by itself; -1: nothing is. */
static int patience(const struct tend *t)
{
	uint64_t now = clock_now(), next = t->run.start_at;

	if (t->advert.until && (!next || t->advert.until < next))
		next = t->advert.until;
	if (!next)
		return -1;
	if (next <= now)
		return 0;
	/* Lifetimes may be infinite. */
	return next - now > 3600000000u ? 3600000 : (int)((next - now) / 1000) + 1;
}

void tend_forever(struct tend *t)
{
	look_at_link(t);
	for (;;) {
		struct pollfd fds[] = {{.fd = t->signals, .events = POLLIN},
				       {.fd = t->run.output, .events = POLLIN},
				       {.fd = t->sock, .events = POLLIN},
				       {.fd = nl_socket_get_fd(nl_socket(t->events)),
					.events = POLLIN},
				       {.fd = t->clock, .events = POLLIN}};

		client_run_start_due(&t->run);
		fds[1].fd = t->run.output;
		if (poll(fds, ARRAY_SIZE(fds), patience(t)) < 0 && errno != EINTR)
			_exit(EXIT_SETUP);
		if (t->advert.until && t->advert.until <= clock_now()) {
			t->advert = (struct advert){0};
			fds[3].revents |= POLLIN;
		}
		if (fds[1].revents)
			client_run_read(&t->run);
		if (fds[2].revents)
			close(steal_fd(&t->sock)); /* who started us has seen enough */
		if (fds[3].revents) {
			link_drain(t->events, handle, t);
			look_at_link(t);
		}
		if (fds[4].revents)
			on_clock(t);
		if (fds[0].revents)
			on_signal(t);
	}
}

int tend_open(struct tend *t, struct err **err)
{
	t->nl = nl_new(err);
	t->events = t->nl ? nl_new(err) : NULL;
	if (!t->events || link_watch(t->events, err) < 0)
		return -1;
	t->asleep = time_asleep();
	t->clock = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (t->clock < 0 || arm_clock(t->clock) < 0)
		return err_set(err, errno, "watch the clock");
	return 0;
}
