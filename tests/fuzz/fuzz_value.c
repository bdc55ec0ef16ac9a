/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parsers of all keys, each on the whole input. */
#include "fuzz/fuzz.h"

#include "base/path.h"
#include "base/str.h"
#include "profile/ini.h"
#include "profile/schema.h"
#include "profile/variable.h"

/* A path that a parser took: absolute as written, and with nothing unknown to expand. */
static void check_path(const char *path)
{
	ALWAYS(*path == '/' || str_starts(path, "~/") || str_starts(path, "${"));
	ALWAYS(variable_check(path, NULL) == 0);
	if (*path == '/') {
		char *clean = path_clean(path);

		ALWAYS(clean);
		free(clean);
	}
}

static void check_value(const struct key_info *info, const char *text, const struct value *value)
{
	ALWAYS(streq(value->text, text));
	ALWAYS(value->key == (int)info->id);
	switch (info->type) {
	case TYPE_INT:
		ALWAYS(value->number >= info->min && value->number <= info->max);
		break;
	case TYPE_PATH:
	case TYPE_DEST:
	case TYPE_TMPFS:
	case TYPE_BIND:
		check_path(value->path.source);
		if (value->path.dest)
			check_path(value->path.dest);
		break;
	case TYPE_FILE:
	case TYPE_SYMLINK:
		ALWAYS(value->path.source);
		check_path(value->path.dest);
		break;
	case TYPE_ENVSET:
		ALWAYS(str_starts(text, value->name) && text[strlen(value->name)] == '=');
		ALWAYS(variable_check(value_env_text(value), NULL) == 0);
		break;
	case TYPE_RULES:
		ALWAYS(value->nrules > 0);
		break;
	case TYPE_CHOICES:
	case TYPE_PATTERN:
		ALWAYS(value->words && value->words[0]);
		break;
	default:
		break;
	}
}

static void check_variables(const char *text)
{
	_cleanup_str_ struct str out = {0};
	struct variable_part part;

	if (variable_check(text, NULL) < 0)
		return;
	while (variable_next(&text, &part))
		str_addf(&out, part.is_variable ? "${%.*s}" : "%.*s", (int)part.len, part.text);
	ALWAYS(!*text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = xmalloc(size + 1);
	const char *trimmed;
	size_t len;

	memcpy(text, data, size);
	text[size] = '\0';
	check_variables(text);
	/* As the reader and the command line hand it: trimmed, and fit for a line. */
	trimmed = text + strspn(text, " \t");
	for (len = strlen(trimmed); len > 0 && strchr(" \t", trimmed[len - 1]);)
		len--;
	text[(size_t)(trimmed - text) + len] = '\0';
	if (ini_check_text(trimmed, len, NULL) < 0)
		return 0;
	for (size_t i = 0; i < KEY_COUNT; i++) {
		_cleanup_err_ struct err *err = NULL;
		struct value value;

		if (value_parse(&schema[i], trimmed, &value, &err) < 0) {
			ALWAYS(err && *err->text);
			continue;
		}
		ALWAYS(!err);
		check_value(&schema[i], trimmed, &value);
		value_clear(&value);
	}
	return 0;
}
