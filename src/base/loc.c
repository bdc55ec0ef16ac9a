/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/loc.h"

#include <limits.h>
#include <stdio.h>

const char *loc_text(const struct loc *loc)
{
	static char ring[8][PATH_MAX + 16];
	static unsigned next;
	char *text = ring[next++ % 8];

	if (!loc->file)
		return "default";
	if (loc->line == 0)
		return loc->file;
	snprintf(text, sizeof(ring[0]), "%s:%u", loc->file, loc->line);
	return text;
}
