/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/elsewhere.h"

#include <dirent.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "netns/link.h"
#include "netns/nl.h"
#include "netns/paths.h"
#include "netns/pin.h"
#include "netns/state.h"

bool elsewhere_has_link(const char *pin_name, const char *interface)
{
	_cleanup_pin_ struct pin pin = {.fd = -1};
	_cleanup_nl_ struct nl *nl = NULL;
	struct link_info link;

	if (pin_inspect(pin_name, &pin, NULL) < 0 || pin.kind != PIN_NETNS)
		return false;
	nl = nl_new_in(pin.fd, NULL);
	return nl && link_find(nl, interface, &link, NULL) > 0;
}

/* Whether the uplink `other` has the interface, under whichever name it bears there. */
static bool uplink_has(const char *other, const char *interface, struct state *state)
{
	_cleanup_close_ int dir = state_open_dir(other, NULL);

	return dir >= 0 && state_read(dir, state, NULL) > 0 && streq(state->interface, interface) &&
	       elsewhere_has_link(other, state->inside);
}

int elsewhere_explain(const char *name, const char *interface, struct err **err)
{
	_cleanup_closedir_ DIR *pins = NULL;
	_cleanup_strv_ struct strv uplinks = {0};
	const struct dirent *entry;
	struct state state;

	(void)state_list(&uplinks, NULL);
	for (size_t i = 0; i < uplinks.count; i++) {
		const char *other = uplinks.items[i];

		if (!streq(other, name) && uplink_has(other, interface, &state))
			return err_set(err, 0,
				       "the interface %s belongs to the uplink %s of %s; `sbox "
				       "netns down %s` frees it",
				       interface, other, state.owner.name, other);
	}
	pins = opendir(PIN_DIR);
	while (pins && (entry = readdir(pins))) {
		if (str_is_name(entry->d_name) && elsewhere_has_link(entry->d_name, interface))
			return err_set(err, 0,
				       "the interface %s is in the network namespace %s; `ip -n %s "
				       "link set %s netns 1` brings it back",
				       interface, entry->d_name, entry->d_name, interface);
	}
	return err_set(err, 0,
		       "there is no interface %s here: is the phone plugged in, and tethering "
		       "switched on? `ip link` lists those that are there",
		       interface);
}
