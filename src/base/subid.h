/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ranges of subordinate ids, as /etc/subuid and /etc/subgid give them to users; subuid(5). */
#ifndef BASE_SUBID_H
#define BASE_SUBID_H

#include <stddef.h>
#include <stdint.h>

enum { SUBID_RANGES_MAX = 16, SUBID_FILE_MAX = 1 << 20 };

struct subid_range {
	int64_t start, count;
};

/*
 * The user's ranges in the text of such a file, in its order, at most SUBID_RANGES_MAX. A line is
 * the user's by `name` or by `uid`. A range that overlaps root's id, `own` (the user's id of this
 * kind) or an earlier range is left out and handed to `skip` (which may be NULL): the kernel takes
 * no map with an overlap, user_namespaces(7). Returns how many there are. `text` is cut up.
 */
size_t subid_ranges(char *text, const char *name, unsigned uid, unsigned own,
		    struct subid_range out[SUBID_RANGES_MAX],
		    void (*skip)(const struct subid_range *range, void *context), void *context);

#endif
