/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strings: a growing buffer, a vector of strings, and small predicates. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

/* A growing string. {0} is a valid empty one; `text` is NUL-terminated or NULL when len is 0. */
struct str {
	char *text;
	size_t len;
	size_t capacity;
};

void str_add(struct str *s, const char *text);
void str_add_len(struct str *s, const char *text, size_t len);
void str_addf(struct str *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/*
 * Appends what a terminal shows as it stands, and the rest as \xHH: control characters, those of
 * Unicode too, what reorders the text around it, and what is no UTF-8 (RFC 3629).
 */
void str_add_printable(struct str *s, const char *text);
/* Whether one of Unicode's control characters, C0, DEL or C1, is in the text. */
bool str_has_control(const char *text);
/* The length of the character that the text begins with, 0 if it is no UTF-8; *code is its number.
 */
size_t utf8_length(const char *text, uint32_t *code);
/* Whether str_add_printable() leaves it as it is. */
bool utf8_printable(uint32_t code);
/* The text, never NULL; the caller owns and frees it, and the buffer is empty again. */
char *str_steal(struct str *s);
void str_free(struct str *s);
#define _cleanup_str_ __attribute__((cleanup(str_free)))

/* A NULL-terminated vector of owned strings, fit for execve(). {0} is a valid empty one. */
struct strv {
	char **items;
	size_t count;
};

/* Appends a copy. */
void strv_add(struct strv *v, const char *text);
/* Appends and takes ownership of `text`. */
void strv_take(struct strv *v, char *text);
bool strv_contains(const struct strv *v, const char *text);
/* In the order of strcmp(3). */
void strv_sort(struct strv *v);
void strv_free(struct strv *v);
#define _cleanup_strv_ __attribute__((cleanup(strv_free)))

static inline bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix);

/*
 * Levenshtein distance with transpositions counted as one, at most `limit` + 1 (the search stops
 * there). For "did you mean".
 */
unsigned str_distance(const char *a, const char *b, unsigned limit);

/*
 * The candidate nearest to `word`, or NULL when none is near enough to be meant (a third of the
 * word's length, at least 1, at most 3 edits). `next` yields candidates until it returns NULL.
 */
const char *str_nearest(const char *word, const char *(*next)(void *cursor), void *cursor);

/* Names of uplinks, sandboxes and persistent homes: [A-Za-z0-9_][A-Za-z0-9_.-]{0,63}. */
bool str_is_name(const char *s);
#define NAME_FORM "1 to 64 of A-Z a-z 0-9 _ . -, not starting with . or -"

#endif
