/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a DHCP client's environment says, for event_read(). */
#ifndef UNIT_ENVIRONMENT_H
#define UNIT_ENVIRONMENT_H

#include "base/str.h"

/* Names and values by turns, then NULL. */
static const char *const *environment;

static const char *get(const char *name)
{
	for (const char *const *e = environment; *e; e += 2) {
		if (streq(e[0], name))
			return e[1];
	}
	return NULL;
}

#endif
