/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/json.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/*
 * A second walk over a text that json-c has accepted, beside the values that it made: it keeps the
 * order of arrays, and objects are asked for their keys.
 */
struct walk {
	const char *file;
	const char *at, *end;
	unsigned line;
	struct err **err;
};

static int walk_value(struct walk *w, struct json_object *value);

static int bad(const struct walk *w, const char *what)
{
	return err_set_code(w->err, EXIT_PROFILE, 0, "%s:%u: %s", w->file, w->line, what);
}

/* Steps over blanks; the character behind them, 0 at the end. */
static char peek(struct walk *w)
{
	for (; w->at < w->end && strchr(" \t\r\n", *w->at); w->at++)
		w->line += *w->at == '\n';
	return w->at < w->end ? *w->at : '\0';
}

static bool take(struct walk *w, char c)
{
	if (peek(w) != c)
		return false;
	w->at++;
	return true;
}

/* The text between the quotes, escapes as they are. */
static int walk_string(struct walk *w, const char **text, size_t *len)
{
	if (!take(w, '"'))
		return bad(w, "a string stands in double quotes");
	*text = w->at;
	while (w->at < w->end && *w->at != '"') {
		w->line += *w->at == '\n';
		w->at += *w->at == '\\' ? 2 : 1;
	}
	if (w->at >= w->end)
		return bad(w, "a string doesn't end");
	*len = (size_t)(w->at - *text);
	w->at++;
	return 0;
}

static int walk_array(struct walk *w, struct json_object *value)
{
	size_t index = 0;

	w->at++;
	if (take(w, ']'))
		return 0;
	do {
		if (walk_value(w, json_object_array_get_idx(value, index++)) < 0)
			return -1;
	} while (take(w, ','));
	return take(w, ']') ? 0 : bad(w, "a list doesn't end");
}

static int walk_member(struct walk *w, struct json_object *value, struct json_object *seen)
{
	struct json_object *member;
	_cleanup_free_ char *key = NULL;
	const char *text;
	size_t len;

	if (walk_string(w, &text, &len) < 0)
		return -1;
	key = xstrndup(text, len);
	if (strchr(key, '\\'))
		return bad(w, "a key with an escape in it");
	if (json_object_object_get_ex(seen, key, NULL))
		return err_set_code(w->err, EXIT_PROFILE, 0,
				    "%s:%u: \"%s\" stands twice in one object", w->file, w->line,
				    key);
	json_object_object_add(seen, key, NULL);
	if (!take(w, ':') || !json_object_object_get_ex(value, key, &member))
		return bad(w, "a key has no value");
	return walk_value(w, member);
}

static int walk_object(struct walk *w, struct json_object *value)
{
	_cleanup_json_ struct json_object *seen = json_object_new_object();

	w->at++;
	if (take(w, '}'))
		return 0;
	do {
		if (walk_member(w, value, seen) < 0)
			return -1;
	} while (take(w, ','));
	return take(w, '}') ? 0 : bad(w, "an object doesn't end");
}

/* A number, true, false or null. */
static int walk_word(struct walk *w, struct json_object *value)
{
	const char *start = w->at;
	_cleanup_free_ char *word = NULL;

	/* json-c takes single quotes as well. */
	if (json_object_is_type(value, json_type_string))
		return bad(w, "a string stands in double quotes");
	while (w->at < w->end && !strchr(" \t\r\n,]}", *w->at))
		w->at++;
	if (!json_object_is_type(value, json_type_int))
		return 0;
	word = xstrndup(start, (size_t)(w->at - start));
	errno = 0;
	if (*word == '-')
		strtoll(word, NULL, 10);
	else
		strtoull(word, NULL, 10);
	if (errno == ERANGE)
		return err_set_code(w->err, EXIT_PROFILE, 0,
				    "%s:%u: the number %.40s%s has more than 64 bits", w->file,
				    w->line, word, strlen(word) > 40 ? "..." : "");
	return 0;
}

static int walk_value(struct walk *w, struct json_object *value)
{
	const char *text;
	size_t len;
	char c = peek(w);

	/* What json-c keeps of a double in the same place is its text. */
	if (value && !json_object_is_type(value, json_type_double))
		json_object_set_userdata(value, (void *)(uintptr_t)w->line, NULL);
	if (c == '"')
		return walk_string(w, &text, &len);
	if (c == '[' && json_object_is_type(value, json_type_array))
		return walk_array(w, value);
	if (c == '{' && json_object_is_type(value, json_type_object))
		return walk_object(w, value);
	return walk_word(w, value);
}

unsigned json_line(struct json_object *value)
{
	if (!value || json_object_is_type(value, json_type_double))
		return 0;
	return (unsigned)(uintptr_t)json_object_get_userdata(value);
}

static unsigned line_at(const char *text, size_t offset)
{
	unsigned line = 1;

	for (size_t i = 0; i < offset; i++)
		line += text[i] == '\n';
	return line;
}

/* Blanks behind the value, as a file's last newline is one. */
static bool only_blanks(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!strchr(" \t\r\n", text[i]))
			return false;
	return true;
}

static int parse(const char *file, const char *text, size_t len, struct json_tokener *tok,
		 struct json_object **out, struct err **err)
{
	enum json_tokener_error error;
	size_t end;

	*out = json_tokener_parse_ex(tok, text, (int)len);
	error = json_tokener_get_error(tok);
	end = json_tokener_get_parse_end(tok);
	if (error == json_tokener_continue)
		return err_set_code(err, EXIT_PROFILE, 0, "%s:%u: the JSON text ends too early",
				    file, line_at(text, len));
	if (error == json_tokener_error_depth)
		return err_set_code(err, EXIT_PROFILE, 0,
				    "%s:%u: values are nested more than %d deep", file,
				    line_at(text, end), JSON_DEPTH_MAX);
	if (error != json_tokener_success)
		return err_set_code(err, EXIT_PROFILE, 0, "%s:%u: not JSON: %s", file,
				    line_at(text, end), json_tokener_error_desc(error));
	if (!only_blanks(text + end, len - end))
		return err_set_code(err, EXIT_PROFILE, 0,
				    "%s:%u: there is more behind the JSON value", file,
				    line_at(text, end));
	return 0;
}

int json_parse(const char *file, const char *text, size_t len, struct json_object **out,
	       struct err **err)
{
	_cleanup_json_ struct json_object *value = NULL;
	const char *nul = len ? memchr(text, '\0', len) : NULL;
	struct walk w = {file, text, text + len, 1, err};
	struct json_tokener *tok;
	int status;

	if (nul)
		return err_set_code(err, EXIT_PROFILE, 0, "%s:%u: a NUL byte", file,
				    line_at(text, (size_t)(nul - text)));
	if (only_blanks(text, len))
		return err_set_code(err, EXIT_PROFILE, 0, "%s: the file is empty", file);
	if (len > INT_MAX)
		return err_set_code(err, EXIT_PROFILE, 0, "%s: the text is too long", file);
	tok = json_tokener_new_ex(JSON_DEPTH_MAX);
	if (!tok)
		return err_set(err, ENOMEM, "%s", file);
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS |
					    JSON_TOKENER_VALIDATE_UTF8);
	status = parse(file, text, len, tok, &value, err);
	json_tokener_free(tok);
	if (status < 0 || walk_value(&w, value) < 0)
		return -1;
	*out = steal_ptr(&value);
	return 0;
}

char *json_print(struct json_object *value)
{
	const char *text =
		json_object_to_json_string_ext(value, JSON_C_TO_STRING_PRETTY |
							      JSON_C_TO_STRING_NOSLASHESCAPE);
	struct str out = {0};

	while (*text) {
		uint32_t code;
		size_t len = utf8_length(text, &code);

		if (!len)
			str_add(&out, "\\ufffd");
		/* The newlines are those between the values. */
		else if (*text != '\n' && !utf8_printable(code))
			str_addf(&out, "\\u%04x", (unsigned)code);
		else
			str_add_len(&out, text, len);
		text += len ? len : 1;
	}
	return str_steal(&out);
}
