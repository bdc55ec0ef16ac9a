/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "closure/ld_cache.h"

#include <string.h>

/* Without their final NUL. */
static const char old_magic[] = "ld.so-1.7.0";
static const char new_magic[] = "glibc-ld.so.cache1.1";

struct header {
	char magic[sizeof(new_magic) - 1];
	uint32_t count;
	uint32_t len_strings;
	uint8_t flags, padding[3];
	uint32_t extension;
	uint32_t unused[3];
};
_Static_assert(sizeof(struct header) == 48, "the header's size in the file");

struct entry {
	int32_t flags;
	uint32_t name, path; /* places of strings, from the header on */
	uint32_t os_version;
	uint64_t hwcap;
};
_Static_assert(sizeof(struct entry) == 24, "an entry's size in the file");

/* Of the older form: a magic, padded, the count, and entries of three words. */
enum { OLD_HEADER = 16, OLD_COUNT_AT = 12, OLD_ENTRY = 12, ALIGNMENT = 8 };

bool ld_cache_open(struct ld_cache *cache, const char *data, size_t len)
{
	struct header header;
	uint32_t old;

	if (len >= OLD_HEADER && memcmp(data, old_magic, sizeof(old_magic) - 1) == 0) {
		uint64_t skip;

		memcpy(&old, data + OLD_COUNT_AT, sizeof(old));
		skip = OLD_HEADER + (uint64_t)old * OLD_ENTRY;
		skip = (skip + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
		if (skip > len)
			return false;
		data += skip;
		len -= (size_t)skip;
	}
	if (len < sizeof(header))
		return false;
	memcpy(&header, data, sizeof(header));
	if (memcmp(header.magic, new_magic, sizeof(header.magic)) != 0 ||
	    header.count > (len - sizeof(header)) / sizeof(struct entry))
		return false;
	*cache = (struct ld_cache){data, len, header.count};
	return true;
}

/* The string at that place, or NULL when it has no end. */
static const char *string_at(const struct ld_cache *cache, uint32_t at)
{
	if (at >= cache->len || !memchr(cache->data + at, '\0', cache->len - at))
		return NULL;
	return cache->data + at;
}

bool ld_cache_next(const struct ld_cache *cache, const char *name, uint32_t *at,
		   struct ld_cache_entry *out)
{
	size_t len = strlen(name) + 1;

	while (*at < cache->count) {
		struct entry entry;
		const char *path;

		memcpy(&entry, cache->data + sizeof(struct header) + *at * sizeof(entry),
		       sizeof(entry));
		++*at;
		if (entry.name > cache->len || len > cache->len - entry.name ||
		    memcmp(cache->data + entry.name, name, len) != 0)
			continue;
		path = string_at(cache, entry.path);
		if (!path || path[0] != '/')
			continue;
		*out = (struct ld_cache_entry){path, entry.hwcap != 0};
		return true;
	}
	return false;
}
