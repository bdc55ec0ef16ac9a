/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From programs to all files that they are loaded from: what execve(2) and the dynamic linker would
 * open, found without executing anything.
 */
#ifndef CLOSURE_RESOLVE_H
#define CLOSURE_RESOLVE_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* One file of the closure. */
struct closure_file {
	size_t item; /* the index of the item that asked for it first */
	char *path;  /* as it is opened: symlinks may lie in it, and ".." */
	char *via;   /* the file that needs it, or NULL: the item itself */
};

/* Something that was looked for in vain, where that ends nothing. */
struct closure_note {
	size_t item;
	char *text;
};

/* Set `cache` and `search`; the rest starts as zero. */
struct closure {
	const char *cache;  /* glibc's cache of libraries: /etc/ld.so.cache */
	const char *search; /* where env(1) looks for a script's interpreter: PATH */
	struct closure_file *files;
	size_t nfiles;
	struct closure_note *notes;
	size_t nnotes;
	size_t failed; /* the item that an error is about */
	struct closure_private *private;
};

/*
 * Finds the closure of the items, NULL-terminated, each one of
 *
 *	/PATH	a program, a script or a library: the file, its interpreter, the libraries that they
 *		need. A file of another kind stands for itself. A directory: itself, and what its
 *		ELF files need; symlinks in it that lead to a file elsewhere bring that file along.
 *	NAME	a library that a program may load by its name; left out when there is none
 *	+NAME	the directory of that name beside each C library of glibc's in the closure; left out
 *		when there is none
 *
 * The second and third kind are for all programs among the items. An error, such as a library that
 * isn't there, names the file; in directories such things are notes. The result is freed with
 * closure_free(), also after an error.
 */
int closure_resolve(struct closure *closure, const char *const *items, struct err **err);
void closure_free(struct closure *closure);
#define _cleanup_closure_ __attribute__((cleanup(closure_free)))

#endif
