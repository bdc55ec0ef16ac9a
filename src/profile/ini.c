/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/ini.h"

#include <ini.h>
#include <stdio.h>

struct reader {
	const char *file;
	const char *next; /* what is left of the text */
	const char *end;
	unsigned line; /* of the line in hand */
	ini_section_handler *section_handler;
	ini_key_handler *key_handler;
	void *context;
	struct strv *errors;
	bool failed;
	enum { SECTION_NONE, SECTION_BAD, SECTION_OPEN } state;
	bool handed; /* inih has a key line that it hasn't called back for */
	char section[INI_NAME_MAX + 1];
	char key[INI_NAME_MAX + 1];
	char value[INI_LINE_MAX + 1];
};

static void __attribute__((format(printf, 2, 3))) mistake(struct reader *r, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	strv_take(r->errors, xasprintf("%s:%u: %s", r->file, r->line, text));
	r->failed = true;
}

int ini_check_text(const char *text, size_t len, struct err **err)
{
	if (len > INI_LINE_MAX)
		return err_set_code(err, EXIT_PROFILE, 0,
				    "%zu bytes are too long for a line: at most %d", len,
				    INI_LINE_MAX);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\0')
			return err_set_code(err, EXIT_PROFILE, 0, "a NUL byte");
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return err_set_code(err, EXIT_PROFILE, 0, "the control character 0x%02x",
					    c);
	}
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void trim(const char **text, size_t *len)
{
	while (*len > 0 && is_blank(**text)) {
		++*text;
		--*len;
	}
	while (*len > 0 && is_blank((*text)[*len - 1]))
		--*len;
}

static bool name_takes(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '-';
}

/* Copies a section's or key's name to `out`; whatever inih might read otherwise is a mistake. */
static bool take_name(struct reader *r, const char *what, const char *text, size_t len,
		      char out[INI_NAME_MAX + 1])
{
	if (len == 0) {
		mistake(r, "the %s has no name", what);
		return false;
	}
	if (len > INI_NAME_MAX) {
		mistake(r, "the %s's name is %zu bytes long: at most %d", what, len, INI_NAME_MAX);
		return false;
	}
	for (size_t i = 0; i < len; i++)
		if (!name_takes(text[i])) {
			mistake(r, "\"%.*s\" is no %s's name: it takes A-Z a-z 0-9 _ . -", (int)len,
				text, what);
			return false;
		}
	memcpy(out, text, len);
	out[len] = '\0';
	return true;
}

static bool take_section(struct reader *r, const char *text, size_t len)
{
	const char *close = memchr(text, ']', len);

	r->state = SECTION_BAD;
	if (!close) {
		mistake(r, "\"%.*s\" has no closing ]", (int)len, text);
		return false;
	}
	if (close != text + len - 1) {
		mistake(r, "\"%.*s\" has something behind the ]", (int)len, text);
		return false;
	}
	if (!take_name(r, "section", text + 1, len - 2, r->section))
		return false;
	r->state = SECTION_OPEN;
	return true;
}

static bool take_key(struct reader *r, const char *text, size_t len)
{
	const char *equals = memchr(text, '=', len);
	const char *value;
	size_t key_len, value_len;

	if (!equals) {
		mistake(r, "\"%.*s\" has no '=': the form is KEY = VALUE", (int)len, text);
		return false;
	}
	value = equals + 1;
	value_len = len - (size_t)(value - text);
	key_len = (size_t)(equals - text);
	trim(&text, &key_len);
	trim(&value, &value_len);
	if (!take_name(r, "key", text, key_len, r->key))
		return false;
	if (r->state == SECTION_NONE)
		mistake(r, "\"%s\" stands before the first [section]", r->key);
	if (r->state != SECTION_OPEN)
		return false;
	memcpy(r->value, value, value_len);
	r->value[value_len] = '\0';
	return true;
}

/* Steps to the next line; `*text` and `*len` are what stands on it, trimmed. */
static bool next_line(struct reader *r, const char **text, size_t *len)
{
	const char *newline;

	if (r->next == r->end)
		return false;
	newline = memchr(r->next, '\n', (size_t)(r->end - r->next));
	*text = r->next;
	*len = (size_t)((newline ? newline : r->end) - r->next);
	r->next = newline ? newline + 1 : r->end;
	r->line++;
	if (*len > 0 && (*text)[*len - 1] == '\r')
		--*len;
	return true;
}

/* inih's reader: writes the next line that inih is to see; NULL at the end of the text. */
static char *hand_line(char *buf, int size, void *stream)
{
	struct reader *r = stream;
	const char *text;
	size_t len;

	if (r->handed) {
		mistake(r, "inih took no key from this line");
		r->handed = false;
	}
	while (next_line(r, &text, &len)) {
		_cleanup_err_ struct err *err = NULL;
		int written;

		if (ini_check_text(text, len, &err) < 0) {
			mistake(r, "%s", err->text);
			/* What the line was to be is unknown: a section's name, perhaps. */
			trim(&text, &len);
			if (len > 0 && *text == '[')
				r->state = SECTION_BAD;
			continue;
		}
		trim(&text, &len);
		if (len == 0 || *text == '#' || *text == ';')
			continue;
		if (*text == '[') {
			if (!take_section(r, text, len))
				continue;
			if (r->section_handler)
				r->section_handler(r->context, r->section, r->line);
			written = snprintf(buf, (size_t)size, "[%s]\n", r->section);
		} else {
			if (!take_key(r, text, len))
				continue;
			r->handed = true;
			written = snprintf(buf, (size_t)size, "%s = 1\n", r->key);
		}
		if (written >= 0 && written < size)
			return buf;
		mistake(r, "inih takes no line of %d bytes", written);
		r->handed = false;
		r->state = SECTION_BAD;
	}
	return NULL;
}

/* inih's handler: it got the section and the key, and the line in hand has the value. */
static int take_from_inih(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;

	if (!r->handed || !streq(section, r->section) || !streq(name, r->key) || !streq(value, "1"))
		return 0;
	r->handed = false;
	r->key_handler(r->context, r->section, r->key, r->value, r->line);
	return 1;
}

int ini_read_sections(const char *file, const char *data, size_t len,
		      ini_section_handler *section_handler, ini_key_handler *handler, void *context,
		      struct strv *errors)
{
	static const char bom[] = {'\xef', '\xbb', '\xbf'};
	struct reader r = {
		.file = file,
		.next = data,
		.end = data + len,
		.section_handler = section_handler,
		.key_handler = handler,
		.context = context,
		.errors = errors,
	};

	if (len >= sizeof(bom) && memcmp(data, bom, sizeof(bom)) == 0)
		r.next += sizeof(bom);
	if (ini_parse_stream(hand_line, &r, take_from_inih, &r) != 0 && !r.failed)
		mistake(&r, "inih could not read this file");
	return r.failed ? -1 : 0;
}

int ini_read(const char *file, const char *data, size_t len, ini_key_handler *handler,
	     void *context, struct strv *errors)
{
	return ini_read_sections(file, data, len, NULL, handler, context, errors);
}
