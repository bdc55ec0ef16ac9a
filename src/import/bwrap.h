/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A command line of bubblewrap's as a profile. bubblewrap applies its options in their order, and a
 * later mount covers an earlier one; in a profile the order doesn't matter. So the options are
 * followed one by one, and what is covered in the end is left out. Nothing is looked at but the
 * words, the descriptors that they name and, where it can't be avoided, the path of a source.
 *
 * Facts about bubblewrap: bwrap(1), and what its versions 0.8 to 0.11 do.
 */
#ifndef IMPORT_BWRAP_H
#define IMPORT_BWRAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* What the translation asks of the process that it runs in. */
struct import_host {
	const char *cwd;  /* absolute; relative sources start there */
	const char *home; /* the caller's home directory, absolute */
	bool root;        /* the caller is root */
	/*
	 * What can be read from a descriptor: *data is NUL-terminated behind its *len bytes, the
	 * caller frees it. -1 with errno.
	 */
	int (*read)(int fd, char **data, size_t *len);
	/* The path by which a descriptor was opened; the caller frees. NULL with errno. */
	char *(*path)(int fd);
	/* realpath(3): the caller frees; NULL with errno. */
	char *(*real)(const char *path);
};

struct import {
	char *profile;        /* the profile's text */
	struct strv warnings; /* what is different from what was asked, or left out */
	/* What allows more than was asked: the caller decides whether it takes that. */
	struct strv looser;
};

/*
 * Translates `argv`, bubblewrap's options and the command, NULL-terminated, without the name of
 * bwrap itself. What bubblewrap would refuse, and what no profile can say, is an error with
 * EXIT_USAGE that names the option. *out is freed with import_free().
 */
int bwrap_import(const char *const *argv, const struct import_host *host, struct import *out,
		 struct err **err);

void import_free(struct import *import);
#define _cleanup_import_ __attribute__((cleanup(import_free)))

/* The options and the keys that they become, a line each, on standard output. */
void bwrap_print_options(void);

#endif
