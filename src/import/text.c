/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/text.h"

#include "base/str.h"
#include "profile/ini.h"

static const char variable_why[] = "\"${\" would be a variable there";
static const char blank_why[] = "blanks at an end are cut off";
static const char control_why[] = "there are no control characters in a line";

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool has_control(const char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\t') || *text == 0x7f)
			return true;
	return false;
}

static const char *escape(struct arena *arena, const char *text, const char *special)
{
	struct str out = {0};

	for (; *text; text++) {
		if (strchr(special, *text))
			str_add(&out, "\\");
		str_add_len(&out, text, 1);
	}
	return arena_take(arena, str_steal(&out));
}

const char *text_path(struct arena *arena, const char *path, const char *special, const char **why)
{
	*why = strstr(path, "${") ? variable_why : has_control(path) ? control_why : NULL;
	if (*why)
		return NULL;
	/* A slash at the end changes nothing, and keeps the blank in front of it. */
	if (*path && is_blank(path[strlen(path) - 1]))
		path = arena_printf(arena, "%s/", path);
	return escape(arena, path, special);
}

const char *text_target(struct arena *arena, const char *target, const char **why)
{
	*why = text_expanding(target, why) ? NULL : *why;
	if (!*why && is_blank(*target))
		*why = blank_why;
	return *why ? NULL : escape(arena, target, ":\\");
}

const char *text_expanding(const char *value, const char **why)
{
	*why = strstr(value, "${")                            ? variable_why
	       : str_starts(value, "~/") || streq(value, "~") ? "\"~\" would be the home directory"
	       : has_control(value)                           ? control_why
							      : NULL;
	return *why ? NULL : value;
}

const char *text_content(struct arena *arena, const char *data, size_t len, const char **why)
{
	struct str out = {0};

	*why = memchr(data, '\0', len) ? "it is not text" : NULL;
	for (size_t i = 0; i < len && !*why; i++) {
		static const char codes[] = "\n\t\\";
		const char *code = data[i] ? strchr(codes, data[i]) : NULL;

		if (code)
			str_addf(&out, "\\%c", "nt\\"[code - codes]);
		else
			str_add_len(&out, data + i, 1);
	}
	if (!*why && out.len > INI_LINE_MAX)
		*why = "it is longer than a line may be";
	else if (!*why && out.len > 0 && has_control(out.text))
		*why = "it is not text";
	else if (!*why && len > 0 && data[len - 1] == ' ')
		*why = blank_why;
	if (*why) {
		str_free(&out);
		return NULL;
	}
	return arena_take(arena, str_steal(&out));
}

bool text_stands(const char *value, const char **why)
{
	*why = !*value                                                  ? "it is empty"
	       : is_blank(*value) || is_blank(value[strlen(value) - 1]) ? blank_why
	       : has_control(value)                                     ? control_why
	       : strlen(value) > INI_LINE_MAX - 64 ? "it is longer than a line may be"
						   : NULL;
	return !*why;
}
