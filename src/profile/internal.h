/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this room share: a loaded profile from inside. Private to profile/. */
#ifndef PROFILE_INTERNAL_H
#define PROFILE_INTERNAL_H

#include <sys/stat.h>
#include <sys/types.h>

#include "base/str.h"
#include "profile/profile.h"

/*
 * What one source set, in its order: a file, one command-line option, the defaults. A value with an
 * empty text resets its list. The values own what they point to, and stay for the merged profile
 * to share.
 */
struct source {
	char *path; /* a file's; the label of an option; NULL for the defaults */
	dev_t dev;
	ino_t ino;
	bool is_file;
	bool merged;    /* at least once */
	bool open;      /* its includes are being merged: coming here again is a cycle */
	unsigned depth; /* of includes, while it is open */
	struct loc via; /* the include that opened it, while it is open; file NULL for none */
	struct value *values;
	size_t count;
	struct loc *first; /* while it is parsed: where each scalar was set, KEY_COUNT of them */
};

/* The merged values of one key. */
struct slot {
	struct value *values; /* shallow copies of the sources' */
	size_t count;
	bool reset; /* an empty assignment took the default away */
};

struct profile {
	char *name;
	struct strv files;
	struct source **sources;
	size_t nsources;
	struct slot slots[KEY_COUNT];
	unsigned layers;       /* handed out so far */
	unsigned first_option; /* the layer from which on options are; 0 before there are any */
};

/* profile/source.c */

/* An empty source that the profile owns; `path` is copied and may be NULL. */
struct source *source_add(struct profile *profile, const char *path);
void source_free(struct source *source);

/*
 * Parses one assignment and appends what it sets to the source; a mistake goes to `errors`. `loc`
 * must outlive the profile.
 */
void source_set(struct source *source, const struct key_info *info, const char *text,
		const struct loc *loc, struct strv *errors);

/* Appends "PLACE: message" to `errors`. */
void source_mistake(struct strv *errors, const struct loc *loc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The mistake of a key that the schema doesn't have, with the nearest that it has. */
void source_report_unknown(const char *section, const char *key, const struct loc *loc,
			   struct strv *errors);

/* Parses a file's content into the source, each mistake into `errors`. */
void source_parse(struct source *source, const char *data, size_t len, struct strv *errors);

/*
 * Opens and reads a profile's file: a regular one of at most INI_FILE_MAX bytes. Never blocks.
 * The caller frees *data. On failure *missing says whether there is no such file.
 */
int source_read(const char *path, char **data, size_t *len, struct stat *st, bool *missing,
		struct err **err);

/* profile/search.c */

/*
 * Finds and reads NAME.ini in `dirs`; *path is where it was, and the caller frees both. The error
 * for a missing one offers the nearest name that there is.
 */
int search_read(const char *const *dirs, const char *name, char **path, char **data, size_t *len,
		struct stat *st, struct err **err);

/* profile/check.c */

/*
 * What the merged values are to each other: lets a later network mode or environment entry take an
 * earlier one's place, and reports contradictions with both their places.
 */
void profile_check(struct profile *profile, struct strv *errors);

#endif
