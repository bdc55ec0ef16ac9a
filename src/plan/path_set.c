/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/path_set.h"

#include "base/mem.h"
#include "base/str.h"

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void path_set_add(struct path_set *set, const char *path)
{
	*array_grow(&set->paths, &set->count) = path;
}

void path_set_sort(struct path_set *set)
{
	if (set->count)
		qsort(set->paths, set->count, sizeof(*set->paths), compare_strings);
}

const char *path_set_above(const struct path_set *set, const char *path)
{
	_cleanup_free_ char *prefix = xstrdup(path);
	const char *key = prefix;
	char *slash;

	while (set->count && (slash = strrchr(prefix, '/')) && prefix[1]) {
		const char **found;

		slash[slash == prefix] = '\0';
		found = bsearch(&key, set->paths, set->count, sizeof(*set->paths), compare_strings);
		if (found)
			return *found;
	}
	return NULL;
}

void path_set_free(struct path_set *set)
{
	free(set->paths);
	*set = (struct path_set){0};
}
