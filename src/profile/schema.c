/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/schema.h"

#include "base/str.h"

const struct key_info schema[KEY_COUNT] = {
#define KEY(id, section, name, type, merge, def, words, min, max, doc)                             \
	[KEY_##id] = {KEY_##id, section, name, type, merge, def, words, min, max, doc},
#include "profile/schema.def"
#undef KEY
};

const struct key_info *schema_find(const char *section, const char *name)
{
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (streq(schema[i].section, section) && streq(schema[i].name, name))
			return &schema[i];
	return NULL;
}

bool schema_has_section(const char *section)
{
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (streq(schema[i].section, section))
			return true;
	return false;
}

/* Steps over the table: sections alone, or the keys of one section. */
struct cursor {
	size_t next;
	const char *section; /* NULL: yield sections */
};

static const char *next_word(void *at)
{
	struct cursor *c = at;

	while (c->next < KEY_COUNT) {
		const struct key_info *info = &schema[c->next++];

		if (!c->section)
			return info->section;
		if (streq(info->section, c->section))
			return info->name;
	}
	return NULL;
}

const char *schema_nearest_section(const char *section)
{
	return str_nearest(section, next_word, &(struct cursor){0});
}

const char *schema_nearest_key(const char *section, const char *name)
{
	return str_nearest(name, next_word, &(struct cursor){.section = section});
}

const struct key_info *schema_find_elsewhere(const char *name)
{
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (streq(schema[i].name, name))
			return &schema[i];
	return NULL;
}

bool schema_is_list(const struct key_info *info)
{
	return info->merge == MERGE_LIST || info->merge == MERGE_RESTRICT ||
	       info->merge == MERGE_OWN_LIST;
}
