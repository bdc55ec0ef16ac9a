/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parsers of value.c's types that hold paths. Private to profile/. */
#ifndef PROFILE_VALUE_PATH_H
#define PROFILE_VALUE_PATH_H

#include "profile/schema.h"

/* Parses the TYPE_PATH to TYPE_CLOSURE types of value.h. On failure *out is untouched. */
int value_parse_path(const struct key_info *info, const char *text, struct path_value *out,
		     struct err **err);
void path_value_clear(struct path_value *value);

/* The error of a value: `"TEXT": WHY; the form is FORM`. Returns -1. */
int value_bad(struct err **err, const struct key_info *info, const char *text, const char *why);

#endif
