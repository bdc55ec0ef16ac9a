/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reader of options, between import/bwrap_read.c and those that read one kind of them. */
#ifndef IMPORT_BWRAP_READ_H
#define IMPORT_BWRAP_READ_H

#include "import/bwrap_line.h"

struct reader {
	struct bwrap *bwrap;
	unsigned perms; /* of the next one that makes something */
	bool has_perms;
	uint64_t size;
	bool has_size;
	struct strv overlay; /* --overlay-src */
	size_t words;
	unsigned depth;
};

/* One option with its arguments. */
struct use {
	const struct option *option;
	const char *const *arg;
	const char *origin;
};

typedef int take(struct reader *reader, const struct use *use, struct err **err);

struct option {
	const char *name;
	const char *args; /* their names, with blanks between */
	take *take;
	int flag;
	const char *key;
	const char *doc;
};

/* Flags of take_bind beside an enum op_kind. */
enum { BIND_TRY = 0x100, BIND_FD = 0x200, BIND_KIND = 0xff };

/* Of import/bwrap_files.c: 0, or -1 with *err, EXIT_USAGE, that names the option. */
take take_bind, take_remount, take_overlay_src, take_overlay, take_new, take_tmpfs, take_dir,
	take_file, take_symlink, take_chmod, take_perms, take_size;

/* An error that begins with the option and its arguments; returns -1. */
int bwrap_wrong(struct err **err, const struct use *use, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The number of a descriptor. */
int bwrap_number(const struct use *use, const char *text, int *fd, struct err **err);
/* What can be read from the descriptor of the first argument; the caller frees *data. */
int bwrap_descriptor(struct reader *r, const struct use *use, char **data, size_t *len,
		     struct err **err);

#endif
