/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the dynamic linkers of glibc and musl find a library: ld.so(8), and musl's dynlink.c. */
#ifndef CLOSURE_LIBRARY_H
#define CLOSURE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "closure/elf_file.h"
#include "closure/ld_cache.h"

/* A dynamic linker, and what it can load. */
struct linker {
	char *path; /* PT_INTERP, or NULL when no program named one */
	bool musl;
	struct elf_file kind;  /* class, data and machine alone */
	char *lib;             /* glibc: what $LIB stands for */
	struct strv defaults;  /* the directories that are searched last */
	struct ld_cache cache; /* glibc's, empty for musl */
};

/* A program or library that is loaded. */
struct object {
	char *path;                 /* as it is opened */
	char *name;                 /* as it was asked for; of a program its path */
	char *origin;               /* what $ORIGIN stands for */
	const struct elf_file *elf; /* not owned */
	const struct object *needed_by;
};

/*
 * `path` may be NULL: then it is glibc's, and its directories are guessed. `kind` is a file that it
 * loads. *cache may be NULL.
 */
void linker_init(struct linker *linker, const char *path, const struct elf_file *kind,
		 const struct ld_cache *cache);
void linker_free(struct linker *linker);

/* Whether the name stands for the linker itself: musl's is its C library, too. */
bool linker_is_itself(const struct linker *linker, const char *name);

/*
 * Appends the paths of what `by`, which may be NULL, gets for `name` to `found`; they are several
 * where processors differ in what they take. *cached tells that the linker finds it by its cache
 * alone. Returns how many were appended.
 */
size_t library_find(const struct linker *linker, const struct object *by, const char *name,
		    struct strv *found, bool *cached);

/*
 * Opens a regular file for reading, without ever blocking; -1 with errno, EINVAL for what is none.
 */
int library_open(const char *path);

#endif
