/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether an uplink is up, and what is wrong where it isn't. */
#include "base/mem.h"
#include "netns/paths.h"
#include "netns/settings.h"
#include "netns/status.h"
#include "netns/undo.h"

const char *status_word(enum uplink_status status)
{
	switch (status) {
	case UPLINK_UP:
		return "up";
	case UPLINK_COMING:
		return "coming up";
	case UPLINK_DOWN:
		return "down";
	case UPLINK_NONE:
		break;
	}
	return "no such uplink";
}

static void judge_unknown(const struct pin *pin, struct status *out)
{
	const char *name = out->name;

	out->status = settings_configured(name) ? UPLINK_DOWN : UPLINK_NONE;
	if (pin->kind == PIN_NETNS) {
		out->problem = xasprintf("the network namespace %s is not an uplink of sbox; `ip "
					 "netns delete %s` removes it",
					 name, name);
	} else if (pin->kind == PIN_STALE) {
		out->status = UPLINK_DOWN;
		out->problem =
			xasprintf("its pin is stale; `sudo sbox netns down %s` removes it", name);
	}
}

/* The namespace and the client are there: the rest is the phone's part. */
static void judge_link(struct status *out)
{
	const char *interface = out->state.inside, *what = NULL;

	if (out->seen && !out->inside.found)
		what = "is not there";
	else if (out->seen && !out->inside.carrier)
		what = "has no carrier";
	out->status = UPLINK_COMING;
	if (!lease_is_bound(&out->lease, true)) {
		out->problem = xasprintf("no lease on %s%s%s: is the phone plugged in, and "
					 "tethering switched on?",
					 interface, what ? ", which " : "", what ? what : "");
	} else if (what) {
		out->problem = xasprintf("%s %s: is the phone plugged in, and tethering switched "
					 "on?",
					 interface, what);
	} else if (lease_has_expired(&out->lease, out->boot)) {
		out->problem = xasprintf("the lease on %s has expired, and the DHCP client has "
					 "said nothing since",
					 interface);
	} else {
		out->status = UPLINK_UP;
	}
}

void status_judge(const struct pin *pin, bool alive, struct status *out)
{
	const struct state *s = &out->state;
	const char *name = out->name;

	if (!out->known) {
		judge_unknown(pin, out);
	} else if (!s->up) {
		out->status = UPLINK_COMING;
		out->problem = xasprintf("`sbox netns up %s` is at work, or was killed; then `sudo "
					 "sbox netns down %s` cleans up",
					 name, name);
	} else if (!undo_pin_matches(pin, s)) {
		out->status = UPLINK_DOWN;
		out->problem = xasprintf("its namespace is not at %s/%s any more; `sudo sbox netns "
					 "down %s` cleans up",
					 PIN_DIR, name, name);
	} else if (!alive) {
		out->status = UPLINK_DOWN;
		out->problem = xasprintf("its DHCP client has ended; `sudo sbox netns up %s%s%s` "
					 "starts it again",
					 name, *s->interface ? " --interface " : "", s->interface);
	} else {
		judge_link(out);
	}
}
