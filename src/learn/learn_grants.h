/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The paths that a profile has to show, and their folding. Private to learn_files.c. */
#ifndef LEARN_GRANTS_H
#define LEARN_GRANTS_H

#include <stdbool.h>

#include "learn/learn_files.h"

enum grant_kind {
	GRANT_NONE,   /* dropped */
	GRANT_PLACE,  /* a directory that has to be there, empty */
	GRANT_MEMORY, /* a directory that has to be there, empty and writable */
	GRANT_LINK,   /* a symlink */
	GRANT_READ,   /* ro */
	GRANT_COPY,   /* a copy, which the command may replace */
	GRANT_DEVICE, /* dev */
	GRANT_WRITE,  /* rw */
	GRANT_HIDE,   /* hide: part of a directory that is shown */
};

struct grant {
	enum grant_kind kind;
	bool directory;
	bool optional; /* may be missing */
	bool made;     /* a directory that the command made: all in it is its own */
	char *target;  /* GRANT_LINK */
};

struct grants {
	struct names paths;
	struct grant *items; /* by the place in `paths` */
	size_t count;
};

/* The strongest kind that was asked for stays. `target` is taken over; NULL but for a link. */
void grants_add(struct grants *grants, const char *path, enum grant_kind kind, bool directory,
		bool optional, char *target);

/* Drops the grant of this very path, if there is one. */
void grants_drop(struct grants *grants, const char *path);

/*
 * Drops what another grant shows already and shows a directory, as far as `may_show` lets it, in
 * place of all its entries when each of them is granted. Looks into directories below `root`.
 */
void grants_fold(struct grants *grants, int root,
		 bool (*may_show)(void *context, const char *directory), void *context);

/*
 * Hides what is not in `touched`, the paths that were used and all directories above them, in the
 * directories that are shown whole and weren't made by the command, as far as GRANTS_HIDE_MOST
 * lines go: directories before files, and what is writable before what can be read. A directory in
 * `searched`, again with all above, where something was looked for that isn't there, is not hidden
 * itself, for the answer would be another, but what lies in it, after all else; it goes to
 * `touched` when all of that is hidden. Directories in which something stays visible that wasn't
 * used go to *left. Symlinks aren't hidden. With `nested` the application may make namespaces, and
 * nothing can be hidden in what is writable.
 */
enum { GRANTS_HIDE_MOST = 100 };
void grants_hide(struct grants *grants, int root, bool nested, struct names *touched,
		 const struct names *searched, struct strv *left);

/* Drops what a profile can't write, for its name, and says so. */
void grants_drop_unwritten(struct grants *grants, const char *home, struct lines *lines);

/* The directories that are writable as a whole and weren't made by the command. */
void grants_writable(const struct grants *grants, struct strv *out);

/* The lines of [filesystem], sorted by path. */
void grants_lines(const struct grants *grants, const char *home, struct lines *lines);

void grants_free(struct grants *grants);

#endif
