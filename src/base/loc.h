/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a setting was made: a line of a file, a command-line option, or sbox's own default. */
#ifndef BASE_LOC_H
#define BASE_LOC_H

struct loc {
	/* A file's path as the user may open it, an option ("-o", "--ro"), or NULL: a default.
	 * Not owned: it lives as long as the profile. */
	const char *file;
	unsigned line; /* from 1; 0 when `file` is an option */
};

/*
 * "web.ini:31", "--ro" or "default", in a static ring of buffers that holds the last eight answers:
 * for use as a printf argument.
 */
const char *loc_text(const struct loc *loc);

#endif
