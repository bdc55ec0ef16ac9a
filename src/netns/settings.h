/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the command line and the uplink's configuration file ask for. */
#ifndef NETNS_SETTINGS_H
#define NETNS_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "netns/client.h"
#include "netns/tuning.h"

enum verb {
	VERB_HELP,
	VERB_VERSION,
	VERB_UP,
	VERB_RUN,
	VERB_ATTACH,
	VERB_DOWN,
	VERB_STATUS,
	VERB_LIST,
	VERB_MATCH,
};

/* The keys of [uplink], which --set takes too. */
enum setting {
	SET_INTERFACE,
	SET_DRIVER,
	SET_SERIAL,
	SET_PATH,
	SET_MAC,
	SET_INSIDE, /* "name": the interface's in the namespace */
	SET_OWNER,
	SET_DHCP,
	SET_TIMEOUT,
	SET_ADDRESS,
	SET_GATEWAY,
	SET_DNS,
	SET_SEARCH,
	SET_MTU,
	SET_TTL,
	SET_COUNT
};

enum { TIMEOUT_DEFAULT = 30000000 }; /* microseconds */

struct settings {
	enum verb verb;
	char *name;            /* for match the interface; NULL for list and status of all */
	char *text[SET_COUNT]; /* as it was written, and checked; NULL: not said */
	bool json;
	bool watch;
};

/* The name of a key, and the setting of that name (SET_COUNT when there is none). */
const char *setting_key(enum setting setting);
enum setting setting_find(const char *key);
/* The nearest key to a mistyped one, or NULL. */
const char *setting_nearest(const char *key);

/*
 * Checks `text` and keeps a copy of it. The error's text is the key's allowed form; EXIT_USAGE.
 * What was set before is replaced.
 */
int settings_set(struct settings *settings, enum setting setting, const char *text,
		 struct err **err);

/* `dhcp`; where it isn't said DHCP_NONE with an `address` and DHCP_AUTO without. */
enum dhcp_client settings_client(const struct settings *settings);
/* `timeout` or the default, in microseconds. */
uint64_t settings_timeout(const struct settings *settings);
/* ttl, mtu, dns, search, address and gateway. */
void settings_tuning(const struct settings *settings, struct tuning *out);
/* Whether an interface is asked for by name or by one of driver, serial, path and mac. */
bool settings_name_interface(const struct settings *settings);

/* The command line. EXIT_USAGE for what is wrong with it. */
int settings_from_args(int argc, char **argv, struct settings *out, struct err **err);

/*
 * Fills in what the command line left open from the text of the configuration file `file`. All its
 * mistakes go to `mistakes` as "FILE:LINE: message"; with at least one the result is -1 and *err
 * has EXIT_PROFILE.
 */
int settings_from_text(const char *file, const char *text, size_t len, struct settings *settings,
		       struct strv *mistakes, struct err **err);

/* The same for CONFIG_DIR/NAME.ini, which must be root's (trusted_read()); it may be absent. */
int settings_from_file(struct settings *settings, struct strv *mistakes, struct err **err);

/* Whether that file exists, and the names of all that do, sorted. */
bool settings_configured(const char *name);
void settings_list(struct strv *names);

/* "sbox netns up NAME --interface IF": the command that these settings came from. */
char *settings_command(const struct settings *settings);

void settings_free(struct settings *settings);
#define _cleanup_settings_ __attribute__((cleanup(settings_free)))

extern const char usage_text[];

#endif
