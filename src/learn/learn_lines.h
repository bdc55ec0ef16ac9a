/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lines of a profile in the making. */
#ifndef LEARN_LINES_H
#define LEARN_LINES_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "learn/learn_names.h"

struct line {
	const char *section; /* static */
	const char *key;     /* static; NULL: the value is a comment */
	char *value;
};

struct lines {
	struct line *items;
	size_t count;
	struct strv warnings; /* what the user should hear of them, a line each */
	/* What they come from, for lines_merge(). */
	struct strv calls; /* names of the calls that were seen */
	/* Paths that were used, and all directories above; what lies in them unused is hidden. */
	struct names touched;
	/* The same of directories in which something was looked for that isn't there. */
	struct names searched;
	char *home; /* for which a "~" stands, or NULL */
};

void lines_add(struct lines *lines, const char *section, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Replaces by one '?' each character that str_add_printable() escapes, so that nothing in the text
 * ends its line. It may become shorter.
 */
void lines_make_printable(char *text);

/* A comment in the section, made printable. */
void lines_note(struct lines *lines, const char *section, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The comment "TEXT: WORD, WORD and N more", unless there are no words; sorted, at most `most` of
 * them.
 */
void lines_note_words(struct lines *lines, const char *section, const char *text,
		      struct strv *words, size_t most);

/* The same as a warning. */
void lines_warn_words(struct lines *lines, const char *text, struct strv *words, size_t most);

void lines_free(struct lines *lines);
#define _cleanup_lines_ __attribute__((cleanup(lines_free)))

/* A whole profile: `title` is its first comment. The caller frees. */
char *lines_format(const struct lines *lines, const char *title);

/*
 * `text`, a profile of `len` bytes, with what it lacks of the lines added at the ends of their
 * sections: everything that is there stays, in its order, but for a switch that the lines need and
 * the text has off ("no", "none"), which is changed, and for hide lines of what was used, which are
 * taken out. What contradicts them otherwise stays, too; that and what was taken out is told in
 * *left, a line each: other values, hide lines of where something was looked for in vain and
 * nothing else hides what is there, and lines that deny or kill calls that were seen, as far as
 * these have no conditions or the baseline denies the calls as well. No exemption is added that
 * would lift a deny line. NULL when the text is no profile; `file` is for messages. The
 * caller frees.
 */
char *lines_merge(const struct lines *lines, const char *file, const char *text, size_t len,
		  struct strv *left, struct err **err);

#endif
