/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/subid.h"

#include <stdbool.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"

/* Parses "NAME:START:COUNT" when it is the user's. */
static bool parse_line(char *line, const char *name, unsigned uid, struct subid_range *out)
{
	char *start = strchr(line, ':'), *count;
	int64_t number;

	if (!start)
		return false;
	*start++ = '\0';
	count = strchr(start, ':');
	if (!count)
		return false;
	*count++ = '\0';
	if (!streq(line, name) &&
	    (num_int(line, 0, UINT32_MAX - 1, &number, NULL) < 0 || number != (int64_t)uid))
		return false;
	return num_int(start, 0, UINT32_MAX - 1, &out->start, NULL) == 0 &&
	       num_int(count, 1, UINT32_MAX - 1, &out->count, NULL) == 0 &&
	       out->start + out->count <= UINT32_MAX - 1;
}

static bool overlaps(const struct subid_range *a, const struct subid_range *b)
{
	return a->start < b->start + b->count && b->start < a->start + a->count;
}

size_t subid_ranges(char *text, const char *name, unsigned uid, unsigned own,
		    struct subid_range out[SUBID_RANGES_MAX],
		    void (*skip)(const struct subid_range *range, void *context), void *context)
{
	const struct subid_range root = {0, 1}, self = {own, 1};
	int64_t total = 1;
	size_t count = 0;
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct subid_range range;
		bool fits;

		if (!parse_line(line, name, uid, &range))
			continue;
		fits = count < SUBID_RANGES_MAX && total + range.count <= UINT32_MAX - 1 &&
		       !overlaps(&range, &root) && !overlaps(&range, &self);
		for (size_t i = 0; fits && i < count; i++)
			fits = !overlaps(&range, &out[i]);
		if (fits) {
			total += range.count;
			out[count++] = range;
		} else if (skip) {
			skip(&range, context);
		}
	}
	return count;
}
