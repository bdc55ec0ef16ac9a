/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A set of strings, each with the number of its place: the key of a table beside it. */
#ifndef LEARN_NAMES_H
#define LEARN_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct names {
	char **items; /* in the order in which they came */
	size_t count;
	uint32_t *slots; /* places + 1, open addressing */
	size_t nslots;   /* a power of two, or 0 */
};

/* The place of `name`, which is copied in when it is new. */
size_t names_add(struct names *names, const char *name, bool *is_new);

/*
 * Adds each directory above the absolute path but "/", from the path upwards up to one that is in
 * the set: so all above a path that is in the set have to be in it.
 */
void names_add_above(struct names *names, const char *path);

/* The place, or SIZE_MAX. */
size_t names_find(const struct names *names, const char *name);

void names_free(struct names *names);
#define _cleanup_names_ __attribute__((cleanup(names_free)))

#endif
