/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking at learned lines. */
#ifndef UNIT_LINES_H
#define UNIT_LINES_H

#include "learn/learn_lines.h"

/* The values of a key, joined by '|'; comments are key NULL. The caller frees. */
char *values(const struct lines *lines, const char *section, const char *key);

#define assert_values(lines, section, key, expected)                                               \
	do {                                                                                       \
		_cleanup_free_ char *got_ = values(lines, section, key);                           \
		cr_assert_str_eq(got_, expected, "%s: %s", section, got_);                         \
	} while (0)

/* What lines_merge() makes of the text, which has to be a profile. The caller frees. */
char *merge_left(const struct lines *lines, const char *text, struct strv *left);

#endif
