/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sbox-dhcp-hook: what a DHCP client runs in place of its shell script. The environment holds what
 * a hostile network said. It runs in the client's confinement: as uid 0 of the uplink's user
 * namespace, in the root that confine.c builds, where only the lease directory can be written.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "netns/address.h"
#include "netns/client.h"
#include "netns/clock.h"
#include "netns/event.h"
#include "netns/lease.h"
#include "netns/tuning.h"

static const char *get(const char *variable)
{
	return getenv(variable);
}

static int record(const struct event *event, const struct tuning *tuning, struct err **err)
{
	_cleanup_close_ int dir = open(CLIENT_LEASE_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_close_ int lock = open(CLIENT_LOCK, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct lease lease;

	if (dir < 0)
		return err_set(err, errno, "open %s", CLIENT_LEASE_DIR);
	/* Two hooks may run at once: dhcpcd's for IPv4 and IPv6. */
	if (lock < 0 || flock(lock, LOCK_EX) < 0)
		return err_set(err, errno, "lock %s", CLIENT_LOCK);
	lease_read(dir, &lease);
	if (!event_apply(event, &lease))
		return 0;
	tuning_override(tuning, &lease);
	return lease_write(dir, &lease, event->interface, err);
}

static void read_tuning(struct tuning *out)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	*out = (struct tuning){0};
	if (io_read_file(AT_FDCWD, CLIENT_TUNING, 16384, &text, &len, NULL) == 0)
		tuning_from_text(text, out);
}

/* What the client leaves to its script. dhcpcd sets addresses and routes itself. */
static int apply(enum dhcp_client client, struct event *event, const struct tuning *tuning,
		 struct err **err)
{
	bool ours = event->kind == EVENT_LEASE4 || event->kind == EVENT_LOST4 ||
		    event->kind == EVENT_LOST;

	if (tuning->mtu)
		event->part.mtu = tuning->mtu;
	if (client == DHCP_DHCPCD)
		/* It has just taken over the hop limit of an advertisement. */
		return event->kind == EVENT_ROUTER && tuning->ttl
			       ? tuning_apply(tuning, event->interface, err)
			       : 0;
	if (!ours)
		return 0;
	return address_apply(event->interface, &event->part, false, err);
}

static int run(int argc, char **argv, struct err **err)
{
	enum dhcp_client client;
	struct tuning tuning;
	struct event event;

	if (client_parse(path_base(argv[0]), &client, NULL) < 0 || client == DHCP_AUTO)
		return err_set(err, 0, "to be run by a DHCP client, under its name");
	if (event_read(client, argc > 1 ? argv[1] : NULL, get, &event) < 0)
		return err_set(err, 0, "the client named no interface");
	read_tuning(&tuning);
	if (apply(client, &event, &tuning, err) < 0)
		return -1;
	event.part.obtained = clock_boot();
	return record(&event, &tuning, err);
}

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>

/*
 * The leak check wants ptrace(2), which the confinement forbids; its failure would be the exit
 * status, and dhclient declines a lease when the hook fails.
 */
int __lsan_is_turned_off(void)
{
	return 1;
}
#endif

int main(int argc, char **argv)
{
	_cleanup_err_ struct err *err = NULL;

	log_setup("sbox-dhcp-hook", LOG_LEVEL_NOTE);
	umask(022);
	if (argc < 1 || run(argc, argv, &err) < 0) {
		log_error("%s", err ? err->text : "no arguments");
		return EXIT_SETUP;
	}
	return 0;
}
