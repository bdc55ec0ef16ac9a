/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What has been found so far; the inside of closure/resolve.h. */
#ifndef CLOSURE_FOUND_H
#define CLOSURE_FOUND_H

#include <stdbool.h>

#include "closure/elf_file.h"
#include "closure/ld_cache.h"
#include "closure/library.h"
#include "closure/resolve.h"

/* An ELF file that was read: most programs need the same few. */
struct parsed {
	char *path;
	struct elf_file elf;
	int kind; /* what elf_file_read() returned; 0 or 1 */
};

struct closure_private {
	struct parsed **parsed;
	size_t nparsed;
	struct linker **linkers;
	size_t nlinkers;
	char *cache_data;
	struct ld_cache cache;
	const char *const *items;
	size_t item;  /* the one that is looked at */
	bool lenient; /* in a directory: what is missing is a note */
	size_t entries;
};

/* A note about the item that is looked at. */
void found_note(struct closure *c, const char *text);

/* An error, -1; in a directory a note, and 0. */
int found_complain(struct closure *c, int errnum, const char *text, struct err **err);

/* A file of the closure, which may be in it; `via` may be NULL. Fails when they are too many. */
int found_add(struct closure *c, const char *path, const char *via, struct err **err);

/*
 * Returns 1 with *out for an ELF file, 0 for another one, -1 for one that can't be read. *out stays
 * valid as long as the closure is.
 */
int found_elf(struct closure *c, const char *path, const struct elf_file **out, struct err **err);

#endif
