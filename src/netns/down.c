/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "netns/clock.h"
#include "netns/link.h"
#include "netns/pin.h"
#include "netns/state.h"
#include "netns/undo.h"
#include "netns/verbs.h"
#include "netns/wait.h"

enum { LOCK_PATIENCE = 30000000 }; /* microseconds */

/* The number of processes in the namespace `ino`. */
static unsigned count_members(ino_t ino)
{
	_cleanup_closedir_ DIR *proc = opendir("/proc");
	const struct dirent *entry;
	unsigned count = 0;

	while (proc && (entry = readdir(proc))) {
		_cleanup_free_ char *path = NULL;
		struct stat st;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		path = xasprintf("/proc/%s/ns/net", entry->d_name);
		if (stat(path, &st) == 0 && st.st_ino == ino)
			count++;
	}
	return count;
}

static int take_down(const char *name, int dir, struct state *state, struct err **err)
{
	ino_t netns = state->netns;
	unsigned members;

	if (undo_all(name, dir, state, err) < 0)
		return err_prefix(err, "take %s down", name);
	members = netns ? count_members(netns) : 0;
	if (members)
		log_warning("%u program%s still run%s in %s, without a network", members,
			    members == 1 ? "" : "s", members == 1 ? "s" : "", name);
	log_note("%s is down", name);
	return state_remove(name, dir, err);
}

/* No record: what of that name is there isn't an uplink's, or next to nothing is. */
static int take_down_unknown(const char *name, struct err **err)
{
	_cleanup_pin_ struct pin pin = {.fd = -1};

	if (pin_inspect(name, &pin, err) < 0)
		return -1;
	switch (pin.kind) {
	case PIN_NETNS:
		return err_set(
			err, 0,
			"the network namespace %s is not an uplink of sbox; `ip netns delete "
			"%s` removes it",
			name, name);
	case PIN_STALE:
		log_note("removing a stale pin of %s", name);
		return pin_remove(name, err);
	case PIN_ABSENT:
		break;
	}
	if (!settings_configured(name))
		return err_set(err, 0,
			       "there is no uplink %s; `sbox netns list` shows those that "
			       "are there",
			       name);
	log_note("%s is already down", name);
	return 0;
}

int verb_down(const struct settings *settings, struct err **err)
{
	const char *name = settings->name;
	_cleanup_close_ int lock = -1, dir = -1, signals = -1;
	struct state state;
	int known, result;

	signals = wait_signals(err);
	if (signals < 0)
		return -1;
	lock = state_lock(name, clock_now() + LOCK_PATIENCE, &dir, err);
	if (lock < 0)
		return wait_check(signals, err), -1;
	known = state_read(dir, &state, err);
	if (known < 0)
		return -1;
	if (known)
		return take_down(name, dir, &state, err);
	result = take_down_unknown(name, err);
	(void)state_remove(name, dir, NULL);
	return result;
}
