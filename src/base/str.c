/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/str.h"

#include <limits.h>

void str_add_len(struct str *s, const char *text, size_t len)
{
	if (s->len + len + 1 > s->capacity) {
		s->capacity = (s->len + len + 1) * 2;
		s->text = xreallocarray(s->text, s->capacity, 1);
	}
	memcpy(s->text + s->len, text, len);
	s->len += len;
	s->text[s->len] = '\0';
}

void str_add(struct str *s, const char *text)
{
	str_add_len(s, text, strlen(text));
}

void str_addf(struct str *s, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	str_add(s, text);
}

size_t utf8_length(const char *text, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = (unsigned char)text[0];
	size_t len = lead < 0x80       ? 1
		     : lead >> 5 == 6  ? 2
		     : lead >> 4 == 14 ? 3
		     : lead >> 3 == 30 ? 4
				       : 0;

	*code = len == 1 ? lead : lead & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | ((unsigned char)text[i] & 0x3f);
	}
	return len && *code >= least[len] && *code <= 0x10ffff && (*code & ~0x7ffu) != 0xd800 ? len
											      : 0;
}

bool utf8_printable(uint32_t code)
{
	static const uint32_t hidden[][2] = {{0, 0x1f},        {0x7f, 0x9f},     {0x200e, 0x200f},
					     {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfeff, 0xfeff}};

	for (size_t i = 0; i < ARRAY_SIZE(hidden); i++)
		if (code >= hidden[i][0] && code <= hidden[i][1])
			return false;
	return true;
}

void str_add_printable(struct str *s, const char *text)
{
	while (*text) {
		uint32_t code;
		size_t len = utf8_length(text, &code);

		if (len && utf8_printable(code)) {
			str_add_len(s, text, len);
			text += len;
			continue;
		}
		do
			str_addf(s, "\\x%02x", (unsigned char)*text++);
		while (len > 1 && --len);
	}
}

bool str_has_control(const char *text)
{
	while (*text) {
		uint32_t code;
		size_t len = utf8_length(text, &code);

		if (len && (code < 0x20 || (code >= 0x7f && code <= 0x9f)))
			return true;
		text += len ? len : 1;
	}
	return false;
}

char *str_steal(struct str *s)
{
	char *text = s->text ? s->text : xstrdup("");

	*s = (struct str){0};
	return text;
}

void str_free(struct str *s)
{
	free(s->text);
	*s = (struct str){0};
}

void strv_take(struct strv *v, char *text)
{
	if (v->count == 0 || (v->count >= 4 && (v->count & (v->count - 1)) == 0))
		v->items = xreallocarray(v->items, (v->count ? v->count * 2 : 4) + 1,
					 sizeof(*v->items));
	v->items[v->count++] = text;
	v->items[v->count] = NULL;
}

void strv_add(struct strv *v, const char *text)
{
	strv_take(v, xstrdup(text));
}

bool strv_contains(const struct strv *v, const char *text)
{
	for (size_t i = 0; i < v->count; i++)
		if (streq(v->items[i], text))
			return true;
	return false;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void strv_sort(struct strv *v)
{
	if (v->count)
		qsort(v->items, v->count, sizeof(v->items[0]), compare_texts);
}

void strv_free(struct strv *v)
{
	for (size_t i = 0; i < v->count; i++)
		free(v->items[i]);
	free(v->items);
	*v = (struct strv){0};
}

bool str_ends(const char *s, const char *suffix)
{
	size_t ls = strlen(s), lx = strlen(suffix);

	return ls >= lx && memcmp(s + ls - lx, suffix, lx) == 0;
}

unsigned str_distance(const char *a, const char *b, unsigned limit)
{
	enum { MAX = 64 };
	unsigned rows[3][MAX + 1];
	unsigned *before = rows[0], *prev = rows[1], *cur = rows[2];
	size_t la = strlen(a), lb = strlen(b);

	if (la > MAX || lb > MAX || (la > lb ? la - lb : lb - la) > limit)
		return limit + 1;
	for (size_t j = 0; j <= lb; j++)
		prev[j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		unsigned *spare = before;

		cur[0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			unsigned best = prev[j - 1] + (a[i - 1] != b[j - 1]);

			if (prev[j] + 1 < best)
				best = prev[j] + 1;
			if (cur[j - 1] + 1 < best)
				best = cur[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			cur[j] = best;
		}
		before = prev;
		prev = cur;
		cur = spare;
	}
	return prev[lb] > limit ? limit + 1 : prev[lb];
}

const char *str_nearest(const char *word, const char *(*next)(void *cursor), void *cursor)
{
	size_t len = strlen(word);
	unsigned limit = len / 3 < 1 ? 1 : len / 3 > 3 ? 3 : (unsigned)(len / 3);
	unsigned best = limit + 1;
	const char *nearest = NULL;
	const char *candidate;

	while ((candidate = next(cursor))) {
		unsigned distance = str_distance(word, candidate, limit);

		if (distance < best) {
			best = distance;
			nearest = candidate;
		}
	}
	return nearest;
}

bool str_is_name(const char *s)
{
	static const char first[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
	size_t len = strlen(s);

	if (len < 1 || len > 64 || !strchr(first, s[0]))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!strchr(first, s[i]) && s[i] != '.' && s[i] != '-')
			return false;
	return true;
}
