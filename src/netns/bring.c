/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/bring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "netns/create.h"
#include "netns/device.h"
#include "netns/elsewhere.h"
#include "netns/lease_dir.h"
#include "netns/link.h"
#include "netns/nl.h"
#include "netns/paths.h"
#include "netns/process.h"
#include "netns/supervise.h"
#include "netns/undo.h"
#include "netns/wait.h"

int bring_open(struct bring *b, const struct settings *set, uint64_t deadline, struct err **err)
{
	b->set = set;
	b->name = set->name;
	b->signals = wait_signals(err);
	if (b->signals < 0)
		return -1;
	b->lock = state_lock(b->name, deadline, &b->dir, err);
	if (b->lock < 0)
		return wait_check(b->signals, err), -1;
	return 0;
}

void bring_close(struct bring *b)
{
	const int fds[] = {b->supervisor, b->lease, b->signals, b->dir, b->lock};

	pin_close(&b->pin);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

/* Whether what is asked for agrees with what is there. */
static int compare(const struct bring *b, struct err **err)
{
	const struct state *old = &b->state;
	const char *interface = b->set->text[SET_INTERFACE];
	const char *asked = b->set->text[SET_OWNER];
	struct owner owner;

	if (interface && *old->interface && !streq(interface, old->interface) &&
	    elsewhere_has_link(b->name, old->inside))
		return err_set(err, 0, "%s is up on %s, not %s; run `sbox netns down %s` first",
			       b->name, old->interface, interface, b->name);
	if (!asked)
		return 0;
	if (owner_find(asked, &owner, err) < 0)
		return -1;
	if (owner.uid != old->owner.uid)
		return err_set(err, 0,
			       "%s belongs to %s, not to %s; run `sbox netns down %s` first",
			       b->name, old->owner.name, owner.name, b->name);
	return 0;
}

/* Makes room where an earlier call was killed or somebody took the pin away. */
static int clear_remains(struct bring *b, struct err **err)
{
	log_note("cleaning up what %s left of %s",
		 b->state.up ? "the loss of its namespace" : "an interrupted start", b->name);
	if (undo_all(b->name, b->dir, &b->state, err) < 0)
		return err_prefix(err, "clean up %s", b->name);
	if (state_forget(b->dir, err) < 0)
		return -1;
	pin_close(&b->pin);
	return pin_inspect(b->name, &b->pin, err);
}

int bring_look(struct bring *b, struct err **err)
{
	int known = state_read(b->dir, &b->state, err);

	if (known < 0 || pin_inspect(b->name, &b->pin, err) < 0)
		return -1;
	if (known && b->state.up && undo_pin_matches(&b->pin, &b->state))
		return compare(b, err) < 0 ? -1 : 1;
	if (known && clear_remains(b, err) < 0)
		return -1;
	if (b->pin.kind == PIN_NETNS)
		return err_set(err, 0,
			       "a network namespace %s exists already and isn't sbox's; `ip netns "
			       "delete %s` removes it",
			       b->name, b->name);
	if (b->pin.kind != PIN_STALE)
		return 0;
	log_note("removing the stale pin %s/%s", PIN_DIR, b->name);
	return pin_remove(b->name, err);
}

/* The interface's name inside: as configured, as outside, or after the uplink. */
static void name_inside(const struct settings *set, char *out, size_t size)
{
	if (set->text[SET_INSIDE])
		snprintf(out, size, "%s", set->text[SET_INSIDE]);
	else if (set->text[SET_INTERFACE])
		snprintf(out, size, "%s", set->text[SET_INTERFACE]);
	else if (strlen(set->name) < size - 1 && link_is_name(set->name))
		snprintf(out, size, "%s0", set->name);
	else
		snprintf(out, size, "uplink0");
}

int bring_plan(struct bring *b, struct err **err)
{
	const struct settings *set = b->set;
	struct state *s = &b->state;

	*s = (struct state){.client = settings_client(set)};
	if (!settings_name_interface(set))
		return err_set(err, 0,
			       "which interface? Use --interface IF, or interface = IF or driver = "
			       "tether in " CONFIG_DIR "/%s.ini",
			       b->name);
	if (!set->text[SET_OWNER])
		return err_set(err, 0,
			       "whose uplink is %s to be? Use --owner USER, or owner = "
			       "USER in " CONFIG_DIR "/%s.ini",
			       b->name, b->name);
	if (owner_find(set->text[SET_OWNER], &s->owner, err) < 0)
		return -1;
	name_inside(set, s->inside, sizeof(s->inside));
	if (streq(s->inside, "lo"))
		return err_set(err, 0,
			       "lo is the loopback interface, which each namespace has of "
			       "its own");
	return 0;
}

static int make_namespace(struct bring *b, struct err **err)
{
	if (netns_create(&b->state.owner, &b->pin.fd, err) < 0)
		return -1;
	if (pin_identify(b->pin.fd, &b->pin, err) < 0)
		return -1;
	b->pin.kind = PIN_NETNS;
	b->state.netns = b->pin.ino;
	if (!undo_pin_matches(&b->pin, &b->state))
		return err_set(err, 0, "the new namespace doesn't belong to %s",
			       b->state.owner.name);
	if (state_write(b->dir, &b->state, err) < 0)
		return -1;
	return pin_create(b->name, b->pin.fd, err);
}

int bring_make(struct bring *b, struct err **err)
{
	b->made = true;
	if (state_write(b->dir, &b->state, err) < 0 ||
	    lease_dir_make(b->name, b->dir, &b->state.owner, err) < 0 || bring_reopen(b, err) < 0 ||
	    wait_check(b->signals, err) < 0)
		return -1;
	return make_namespace(b, err);
}

int bring_reopen(struct bring *b, struct err **err)
{
	b->lease = openat(b->dir, LEASE_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (b->lease < 0)
		return err_set(err, errno, "open the lease directory");
	return 0;
}

int bring_has_interface(const struct bring *b, struct err **err)
{
	_cleanup_nl_ struct nl *inside = nl_new_in(b->pin.fd, err);
	struct link_info link;

	return inside ? link_find(inside, b->state.inside, &link, err) : -1;
}

/* The name that the interface asked for bears now; NULL when no such one is here. */
static const char *choose(const struct bring *b, struct nl *nl, struct device *device)
{
	const struct settings *set = b->set;
	bool by_name = set->text[SET_INTERFACE] && !set->text[SET_DRIVER] &&
		       !set->text[SET_SERIAL] && !set->text[SET_PATH] && !set->text[SET_MAC];
	struct link_info link;

	/* An interface that was named is looked up by name first: there may be no sysfs. */
	if (by_name && link_find(nl, set->text[SET_INTERFACE], &link, NULL) > 0)
		return set->text[SET_INTERFACE];
	if (device_find(set, device))
		return device->name;
	return by_name ? set->text[SET_INTERFACE] : NULL;
}

int bring_find(struct bring *b, struct err **err)
{
	_cleanup_nl_ struct nl *nl = nl_new(err);
	struct device device;
	const char *name, *why, *asked = b->set->text[SET_INTERFACE];
	struct link_info link;
	int found;

	if (!nl)
		return -1;
	name = choose(b, nl, &device);
	if (!name) {
		err_set(err, 0,
			"there is no interface here that the configuration of %s means: is the "
			"phone plugged in, and tethering switched on?",
			b->name);
		return 0;
	}
	found = link_find(nl, name, &link, err);
	if (found < 0)
		return -1;
	if (!found)
		return elsewhere_explain(b->name, name, err), 0;
	why = link_immovable(&link, "/sys/class/net");
	if (why)
		return err_set(err, 0, "%s %s", name, why);
	/* What udev would call it, when that is what was asked for: so it comes back. */
	snprintf(b->state.interface, sizeof(b->state.interface), "%s", asked ? asked : name);
	b->state.ifindex = link.index;
	b->state.before = link;
	return 1;
}

/* The kernel gives it another number where its own was taken. */
static int note_index(struct bring *b, struct err **err)
{
	_cleanup_nl_ struct nl *inside = nl_new_in(b->pin.fd, err);
	struct state *s = &b->state;
	struct link_info link;
	int found = inside ? link_find(inside, s->inside, &link, err) : -1;

	if (found <= 0 || link.index == s->ifindex)
		return found < 0 ? -1 : 0;
	s->ifindex = link.index;
	return state_write(b->dir, s, err);
}

int bring_move(struct bring *b, struct err **err)
{
	_cleanup_nl_ struct nl *here = nl_new(err);
	struct state *s = &b->state;
	struct link_info link;

	if (!here || state_write(b->dir, s, err) < 0)
		return -1;
	log_note("moving %s to the namespace %s of %s", s->interface, b->name, s->owner.name);
	b->moved = true;
	if (link_move(here, s->ifindex, b->pin.fd, s->inside) == 0)
		return note_index(b, err);
	if (errno == EEXIST)
		return err_set(err, errno, "move %s: the namespace has another interface %s",
			       s->interface, s->inside);
	if (errno == EINVAL && link_find(here, s->interface, &link, NULL) > 0)
		return nl_fail_(here, EINVAL, err,
				"the kernel doesn't move %s (a %s) to another namespace",
				s->interface, *link.kind ? link.kind : "physical device");
	return nl_fail(here, err, "move %s to the namespace", s->interface);
}

bool bring_is_tended(const struct bring *b)
{
	return process_is_alive(b->state.pid, b->state.start_time);
}

int bring_start(struct bring *b, struct err **err)
{
	_cleanup_free_ char *lease = xasprintf("%s/%s/%s", STATE_DIR, b->name, LEASE_DIR);
	_cleanup_free_ char *path = NULL;
	struct state *s = &b->state;
	struct supervisor_spec spec;
	pid_t pid;

	if (undo_client(s, err) < 0 || client_find(&s->client, &path, err) < 0)
		return -1;
	spec = (struct supervisor_spec){.owner = s->owner,
					.netns = b->pin.fd,
					.lease = lease,
					.client = s->client,
					.path = path,
					.interface = s->inside};
	settings_tuning(b->set, &spec.tuning);
	b->started = true;
	if (supervisor_start(&spec, &pid, &b->supervisor, err) < 0)
		return -1;
	s->pid = pid;
	if (process_start_time(pid, &s->start_time) < 0)
		return err_set(err, errno, "look at the uplink's supervisor");
	if (state_write(b->dir, s, err) < 0)
		return -1;
	return supervisor_go(b->supervisor, err);
}

void bring_undo(struct bring *b)
{
	_cleanup_err_ struct err *err = NULL;
	int result = 0;

	if (b->made) {
		result = undo_all(b->name, b->dir, &b->state, &err);
		if (result == 0)
			result = state_remove(b->name, b->dir, &err);
	} else {
		if (b->started)
			result = undo_client(&b->state, &err);
		if (b->moved && undo_link(&b->state, b->pin.fd, &err) < 0)
			result = -1;
		if ((b->started || b->moved) && state_write(b->dir, &b->state, &err) < 0)
			result = -1;
	}
	if (result < 0)
		log_warning("not everything could be undone: %s; run `sbox netns down %s`",
			    err ? err->text : "failed", b->name);
}

void bring_forget_empty(struct bring *b)
{
	struct state state;

	if (state_read(b->dir, &state, NULL) == 0)
		(void)state_remove(b->name, b->dir, NULL);
}
