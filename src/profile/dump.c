/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/internal.h"

/* A file's name may hold what would end the comment. */
static void add_place(struct str *out, const struct value *value)
{
	str_add(out, "# ");
	for (const char *s = loc_text(&value->loc); *s; s++)
		str_add_len(out, (unsigned char)*s < 0x20 || *s == 0x7f ? "?" : s, 1);
	str_add(out, "\n");
}

static void add_key(struct str *out, const struct key_info *info, const struct slot *slot,
		    bool with_places)
{
	if (slot->reset && info->def)
		str_addf(out, "%s =\n", info->name);
	for (size_t i = 0; i < slot->count; i++) {
		const struct value *value = &slot->values[i];

		if (!value->loc.file)
			continue;
		if (with_places)
			add_place(out, value);
		str_addf(out, "%s = %s\n", info->name, value->text);
	}
}

char *profile_dump(const struct profile *profile, bool with_places)
{
	struct str out = {0};

	for (size_t first = 0, end; first < KEY_COUNT; first = end) {
		_cleanup_str_ struct str section = {0};

		for (end = first;
		     end < KEY_COUNT && streq(schema[end].section, schema[first].section); end++)
			add_key(&section, &schema[end], &profile->slots[end], with_places);
		if (section.len > 0)
			str_addf(&out, "%s[%s]\n%s", out.len ? "\n" : "", schema[first].section,
				 section.text);
	}
	return str_steal(&out);
}
