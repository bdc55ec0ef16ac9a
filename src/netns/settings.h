/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the command line and the uplink's configuration file ask for. */
#ifndef NETNS_SETTINGS_H
#define NETNS_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "netns/client.h"

enum verb { VERB_HELP, VERB_VERSION, VERB_UP, VERB_DOWN, VERB_STATUS, VERB_LIST };

enum { TIMEOUT_DEFAULT = 30000000 }; /* microseconds */

struct settings {
	enum verb verb;
	char *name;
	char *interface; /* NULL: not said */
	char *inside;    /* the interface's name in the namespace; NULL: the same */
	char *owner;     /* a user name or uid; NULL: not said */
	enum dhcp_client client;
	bool client_set;
	uint64_t timeout; /* microseconds; 0: not said */
	bool json;
};

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

/* Whether that file exists. */
bool settings_configured(const char *name);

/* "sbox netns up NAME --interface IF": the command that these settings came from. */
char *settings_command(const struct settings *settings);

void settings_free(struct settings *settings);
#define _cleanup_settings_ __attribute__((cleanup(settings_free)))

extern const char usage_text[];

#endif
