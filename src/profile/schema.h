/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of all keys: one row each, in profile/schema.def. It yields the parsers, defaults,
 * merge rule, explain, completion, "did you mean", the manual's key list and the fuzz dictionary.
 */
#ifndef PROFILE_SCHEMA_H
#define PROFILE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile/value.h"

enum key_id {
#define KEY(id, section, name, type, merge, def, words, min, max, doc) KEY_##id,
#include "profile/schema.def"
#undef KEY
	KEY_COUNT
};

enum key_merge {
	MERGE_SCALAR,   /* the last one wins; twice in one file is an error */
	MERGE_LIST,     /* appends; an empty assignment resets */
	MERGE_RESTRICT, /* appends; resetting is an error: restrictions can't be lost on the way */
	MERGE_OWN,      /* a scalar that belongs to its own file and isn't inherited: description */
	MERGE_OWN_LIST, /* a list of that kind: include, match */
};

struct key_info {
	enum key_id id;
	const char *section;
	const char *name;
	enum key_type type;
	enum key_merge merge;
	const char *def; /* the default, in profile syntax; NULL: unset */
	/* TYPE_CHOICE, TYPE_CHOICES: "a|b|c"; other types: the form, for messages and manual. */
	const char *words;
	int64_t min, max; /* TYPE_INT */
	const char *doc;  /* one sentence or more for the manual and --help */
};

extern const struct key_info schema[KEY_COUNT];

/* The row, or NULL. */
const struct key_info *schema_find(const char *section, const char *name);
bool schema_has_section(const char *section);
/* The nearest known names for "did you mean", or NULL. */
const char *schema_nearest_section(const char *section);
const char *schema_nearest_key(const char *section, const char *name);
/* The first key of that name in any section, or NULL: for a key that stands in the wrong one. */
const struct key_info *schema_find_elsewhere(const char *name);

/* Whether the key may be repeated and has a list of values. */
bool schema_is_list(const struct key_info *info);

#endif
