/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/variable.h"

#include "base/str.h"

static const char *const names[] = {
	"HOME",
	"USER",
	"UID",
	"XDG_RUNTIME_DIR",
	"XDG_CONFIG_HOME",
	"XDG_DATA_HOME",
	"XDG_CACHE_HOME",
	"XDG_DOWNLOAD_DIR",
	"WAYLAND_DISPLAY",
	"DISPLAY",
	"PROFILE",
	NULL,
};

const char *const *variable_names(void)
{
	return names;
}

static const char *next_name(void *cursor)
{
	const char *const **at = cursor;

	return **at ? *(*at)++ : NULL;
}

static int check_name(const char *text, size_t len, struct err **err)
{
	_cleanup_free_ char *name = xstrndup(text, len);
	const char *const *at = names;
	const char *nearest;

	for (const char *const *known = names; *known; known++)
		if (streq(*known, name))
			return 0;
	err_set_code(err, EXIT_PROFILE, 0, "unknown variable ${%s}", name);
	nearest = str_nearest(name, next_name, &at);
	return nearest ? err_append(err, "; did you mean ${%s}?", nearest) : -1;
}

int variable_check(const char *text, struct err **err)
{
	for (const char *s = text; (s = strstr(s, "${"));) {
		const char *close = strchr(s, '}');

		if (!close)
			return err_set_code(err, EXIT_PROFILE, 0, "\"%s\" has no closing }", s);
		s += 2;
		if (check_name(s, (size_t)(close - s), err) < 0)
			return -1;
		s = close + 1;
	}
	return 0;
}

bool variable_next(const char **cursor, struct variable_part *part)
{
	const char *s = *cursor;
	const char *end;

	if (!*s)
		return false;
	part->is_variable = str_starts(s, "${");
	if (part->is_variable) {
		s += 2;
		end = strchrnul(s, '}');
		*cursor = *end ? end + 1 : end;
	} else {
		end = strstr(s, "${");
		if (!end)
			end = s + strlen(s);
		*cursor = end;
	}
	part->text = s;
	part->len = (size_t)(end - s);
	return true;
}
