/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/learn_lines.h"

#include <stdarg.h>

#include "base/mem.h"

static void add(struct lines *lines, const char *section, const char *key, char *value)
{
	*array_grow(&lines->items, &lines->count) = (struct line){section, key, value};
}

void lines_add(struct lines *lines, const char *section, const char *key, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(lines, section, key, xvasprintf(fmt, ap));
	va_end(ap);
}

void lines_make_printable(char *text)
{
	char *out = text;

	while (*text) {
		uint32_t code;
		size_t len = utf8_length(text, &code);

		if (len && utf8_printable(code)) {
			memmove(out, text, len);
			out += len;
		} else {
			*out++ = '?';
		}
		text += len ? len : 1;
	}
	*out = '\0';
}

void lines_note(struct lines *lines, const char *section, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	lines_make_printable(text);
	add(lines, section, NULL, text);
}

/* "TEXT: WORD, WORD and N more"; NULL when there are no words. */
static char *words_text(const char *text, struct strv *words, size_t most)
{
	struct str all = {0};

	if (words->count == 0)
		return NULL;
	strv_sort(words);
	str_addf(&all, "%s: ", text);
	for (size_t i = 0; i < words->count && i < most; i++)
		str_addf(&all, "%s%s", i ? ", " : "", words->items[i]);
	if (words->count > most)
		str_addf(&all, " and %zu more", words->count - most);
	return str_steal(&all);
}

void lines_note_words(struct lines *lines, const char *section, const char *text,
		      struct strv *words, size_t most)
{
	_cleanup_free_ char *all = words_text(text, words, most);

	if (all)
		lines_note(lines, section, "%s", all);
}

void lines_warn_words(struct lines *lines, const char *text, struct strv *words, size_t most)
{
	char *all = words_text(text, words, most);

	if (all)
		strv_take(&lines->warnings, all);
}

void lines_free(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->items[i].value);
	free(lines->items);
	strv_free(&lines->warnings);
	strv_free(&lines->calls);
	names_free(&lines->touched);
	names_free(&lines->searched);
	free(lines->home);
	*lines = (struct lines){0};
}

char *lines_format(const struct lines *lines, const char *title)
{
	struct str text = {0};

	str_addf(&text, "# %s\n", title);
	for (size_t i = 0; i < lines->count; i++) {
		const struct line *line = &lines->items[i];

		if (i == 0 || !streq(line->section, lines->items[i - 1].section))
			str_addf(&text, "\n[%s]\n", line->section);
		if (line->key)
			str_addf(&text, "%s = %s\n", line->key, line->value);
		else
			str_addf(&text, "# %s\n", line->value);
	}
	return str_steal(&text);
}
