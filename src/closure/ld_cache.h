/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * glibc's cache of libraries, /etc/ld.so.cache, in the form that ldconfig(8) has written since
 * glibc 2.2; behind the header of the older form, too. Its layout is that of dl-cache.h in glibc.
 */
#ifndef CLOSURE_LD_CACHE_H
#define CLOSURE_LD_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ld_cache {
	const char *data; /* from the newer header on */
	size_t len;
	uint32_t count;
};

struct ld_cache_entry {
	const char *path;
	/* Of a subdirectory for some processors: only some machines take this one. */
	bool variant;
};

/* Looks at a file's content, which has to outlive *cache. False when it is no such cache. */
bool ld_cache_open(struct ld_cache *cache, const char *data, size_t len);

/*
 * The next entry for the library `name`, of whatever ABI, in the cache's order. *at starts as 0.
 * False at the end.
 */
bool ld_cache_next(const struct ld_cache *cache, const char *name, uint32_t *at,
		   struct ld_cache_entry *entry);

#endif
