/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * `sbox netns match IF`: which uplink an interface is for, by the configuration files. The udev
 * rule asks this of each new interface, with its properties in the environment.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "netns/device.h"
#include "netns/elsewhere.h"
#include "netns/state.h"
#include "netns/verbs.h"

static const char *get(const char *variable)
{
	return getenv(variable);
}

/* Whether the uplink has an interface already: the second phone is for the next one. */
static bool is_taken(const char *name)
{
	_cleanup_close_ int dir = state_open_dir(name, NULL);
	struct state state;

	return dir >= 0 && state_read(dir, &state, NULL) > 0 &&
	       elsewhere_has_link(name, state.inside);
}

int verb_match(const struct settings *settings, struct err **err)
{
	_cleanup_strv_ struct strv names = {0};
	const char *taken = NULL;
	struct device device;

	if (!device_read(settings->name, get, &device))
		return err_set(err, 0, "there is no interface %s", settings->name);
	settings_list(&names);
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_settings_ struct settings of = {.name = xstrdup(names.items[i])};
		_cleanup_strv_ struct strv mistakes = {0};
		_cleanup_err_ struct err *read_err = NULL;

		if (settings_from_file(&of, &mistakes, &read_err) < 0) {
			log_warning("%s", read_err ? read_err->text : names.items[i]);
			continue;
		}
		if (!device_matches(&device, &of))
			continue;
		if (!is_taken(names.items[i])) {
			puts(names.items[i]);
			return 0;
		}
		taken = names.items[i];
	}
	if (taken)
		return err_set_code(err, 1, 0, "%s is for the uplink %s, which has an interface",
				    settings->name, taken);
	return err_set_code(err, 1, 0, "no uplink is configured for %s", settings->name);
}
