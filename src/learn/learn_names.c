/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/learn_names.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash(const char *name)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * UINT64_C(1099511628211);
	return h ^ h >> 32;
}

/* The slot that holds the name or would. */
static uint32_t *slot_of(const struct names *names, const char *name)
{
	size_t at = hash(name) & (names->nslots - 1);

	while (names->slots[at] && !streq(names->items[names->slots[at] - 1], name))
		at = (at + 1) & (names->nslots - 1);
	return &names->slots[at];
}

static void grow(struct names *names)
{
	free(names->slots);
	names->nslots = names->nslots ? 2 * names->nslots : 256;
	names->slots = xzalloc(names->nslots * sizeof(*names->slots));
	for (size_t i = 0; i < names->count; i++)
		*slot_of(names, names->items[i]) = (uint32_t)(i + 1);
}

size_t names_add(struct names *names, const char *name, bool *is_new)
{
	uint32_t *slot;

	if (2 * names->count >= names->nslots)
		grow(names);
	slot = slot_of(names, name);
	*is_new = *slot == 0;
	if (*is_new) {
		*array_grow(&names->items, &names->count) = xstrdup(name);
		*slot = (uint32_t)names->count;
	}
	return *slot - 1;
}

void names_add_above(struct names *names, const char *path)
{
	_cleanup_free_ char *dir = xstrdup(path);
	bool is_new = true;
	char *slash;

	while (is_new && (slash = strrchr(dir, '/')) && slash != dir) {
		*slash = '\0';
		names_add(names, dir, &is_new);
	}
}

size_t names_find(const struct names *names, const char *name)
{
	uint32_t slot = names->nslots ? *slot_of(names, name) : 0;

	return slot ? slot - 1 : SIZE_MAX;
}

void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	free(names->slots);
	*names = (struct names){0};
}
