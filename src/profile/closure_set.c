/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/closure_set.h"

#include "base/str.h"

const struct closure_set closure_sets[] = {
#define CLOSURE_SET(name, items, doc) {name, items, doc},
#include "profile/closure_sets.def"
#undef CLOSURE_SET
};
const size_t nclosure_sets = ARRAY_SIZE(closure_sets);

const struct closure_set *closure_set_find(const char *name)
{
	for (size_t i = 0; i < nclosure_sets; i++)
		if (streq(closure_sets[i].name, name))
			return &closure_sets[i];
	return NULL;
}

static const char *next_name(void *cursor)
{
	size_t *next = cursor;

	return *next < nclosure_sets ? closure_sets[(*next)++].name : NULL;
}

const char *closure_set_nearest(const char *name)
{
	size_t next = 0;

	return str_nearest(name, next_name, &next);
}
