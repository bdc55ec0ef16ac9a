/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file in which an X client looks for its display's cookie, ~/.Xauthority. */
#ifndef PLAN_XAUTH_H
#define PLAN_XAUTH_H

#include <stddef.h>

#include "base/str.h"

/*
 * Appends the file's records for the local display `number` of the host `node`. Clients look for
 * the name of the host that they are on, which inside is another one, so each is made to hold for
 * any. A file that is cut short, or none of that kind, is taken as far as it can be read.
 */
void xauth_local(const char *data, size_t len, const char *node, const char *number,
		 struct str *out);

#endif
