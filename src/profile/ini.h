/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The INI reader, over inih. inih as packaged cuts lines at about 198 bytes and parses the tail as
 * a new line, cuts section names at 49 bytes, carries keys on after an unclosed "[x", ends a value
 * at " ;", and joins indented lines; so this reader splits the text itself, counts the lines,
 * refuses what inih would misread and hands it only what it reads right.
 *
 * Syntax: "[section]", "key = value", and comment lines that start with '#' or ';' after blanks.
 * '=' is the only separator, a value runs to the end of its line with blanks trimmed at both ends,
 * CRLF and a missing final newline are fine. A NUL byte, a line over INI_LINE_MAX bytes, a
 * malformed section or a line without '=' is a mistake.
 */
#ifndef PROFILE_INI_H
#define PROFILE_INI_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

enum { INI_LINE_MAX = 4096, INI_NAME_MAX = 48, INI_FILE_MAX = 4 << 20 };

/* Called for each "key = value"; `line` counts from 1. The strings end with the call. */
typedef void ini_handler(void *context, const char *section, const char *key, const char *value,
			 unsigned line);

/*
 * Reads `len` bytes of `data`. Each mistake is appended to `errors` as "FILE:LINE: message", and
 * reading goes on behind it, so that all of them are found. Returns 0, or -1 when there was one.
 */
int ini_read(const char *file, const char *data, size_t len, ini_handler *handler, void *context,
	     struct strv *errors);

#endif
