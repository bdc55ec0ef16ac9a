/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The INI reader, over inih. inih as packaged cuts lines at about 198 bytes and parses the tail as
 * a new line, cuts section names at 49 bytes, carries keys on after an unclosed "[x", ends a value
 * at " ;", and joins indented lines; so this reader splits the text itself, counts the lines,
 * refuses what inih would misread and hands it only what it reads right: "[SECTION]" and "KEY = 1"
 * lines of known length. A value never passes through inih, so its length and content can't matter
 * there.
 *
 * Syntax: "[section]", "key = value", and comment lines that start with '#' or ';' after blanks
 * (spaces and tabs). '=' is the only separator, a value runs to the end of its line with blanks
 * trimmed at both ends, and there is no continuation: an indented line is a line like any other.
 * CRLF, a missing final newline and a UTF-8 byte order mark at the very start are fine. Section
 * names and keys are 1 to INI_NAME_MAX of A-Z a-z 0-9 _ . -. A NUL byte or another control
 * character but the tab, a line over INI_LINE_MAX bytes, a malformed section or key, a line without
 * '=' and a key before the first section are mistakes; keys below a malformed section are not
 * reported, for nobody knows where they belong.
 */
#ifndef PROFILE_INI_H
#define PROFILE_INI_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

enum { INI_LINE_MAX = 4096, INI_NAME_MAX = 48, INI_FILE_MAX = 4 << 20 };

/* Called for each "key = value"; `line` counts from 1. The strings end with the call. */
typedef void ini_key_handler(void *context, const char *section, const char *key, const char *value,
			     unsigned line);
/* Called for each "[section]", empty ones too. */
typedef void ini_section_handler(void *context, const char *section, unsigned line);

/*
 * Reads `len` bytes of `data`. Each mistake is appended to `errors` as "FILE:LINE: message", and
 * reading goes on behind it, so that all of them are found. Returns 0, or -1 when there was one.
 */
int ini_read(const char *file, const char *data, size_t len, ini_key_handler *handler,
	     void *context, struct strv *errors);

/* ini_read() that tells of the sections, too. */
int ini_read_sections(const char *file, const char *data, size_t len,
		      ini_section_handler *section_handler, ini_key_handler *handler, void *context,
		      struct strv *errors);

/*
 * Whether `len` bytes of `text` may stand in a line: no control character but the tab, at most
 * INI_LINE_MAX bytes. For values that come from elsewhere, such as the command line.
 */
int ini_check_text(const char *text, size_t len, struct err **err);

#endif
