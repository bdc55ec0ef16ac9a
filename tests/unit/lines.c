/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/lines.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/str.h"

char *values(const struct lines *lines, const char *section, const char *key)
{
	struct str all = {0};

	for (size_t i = 0; i < lines->count; i++) {
		const struct line *line = &lines->items[i];

		if (streq(line->section, section) &&
		    (key ? line->key && streq(line->key, key) : !line->key))
			str_addf(&all, "%s%s", all.len ? "|" : "", line->value);
	}
	return str_steal(&all);
}

char *merge_left(const struct lines *lines, const char *text, struct strv *left)
{
	struct err *err = NULL;
	char *merged = lines_merge(lines, "file.ini", text, strlen(text), left, &err);

	cr_assert_not_null(merged, "%s", err ? err->text : "");
	return merged;
}
