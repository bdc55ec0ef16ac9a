/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The INI reader: what it tells of a line is on that line, whatever stands around it. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "profile/ini.h"

struct input {
	const char *data;
	size_t size;
	unsigned last;
};

/* The start and length of a line, counted from 1. */
static const char *line_at(const struct input *input, unsigned line, size_t *len)
{
	const char *s = input->data, *end = input->data + input->size;

	for (; line > 1; line--) {
		s = memchr(s, '\n', (size_t)(end - s));
		ALWAYS(s);
		s++;
	}
	*len = s == end ? 0
			: (size_t)((const char *)(memchr(s, '\n', (size_t)(end - s)) ?: end) - s);
	return s;
}

static void take_key(void *context, const char *section, const char *key, const char *value,
		     unsigned line)
{
	struct input *input = context;
	_cleanup_free_ char *copy = NULL;
	const char *text;
	char *equals;
	size_t len;

	ALWAYS(line > input->last);
	input->last = line;
	ALWAYS(*section && strlen(section) <= INI_NAME_MAX);
	ALWAYS(*key && strlen(key) <= INI_NAME_MAX);
	ALWAYS(strlen(value) <= INI_LINE_MAX);
	text = line_at(input, line, &len);
	ALWAYS(len <= INI_LINE_MAX + 1 + 3); /* CR, byte order mark */
	copy = xstrndup(text, len);
	ALWAYS(strlen(copy) == len);
	len = strcspn(copy, "\r");
	copy[len] = '\0';
	while (len > 0 && (copy[len - 1] == ' ' || copy[len - 1] == '\t'))
		copy[--len] = '\0';
	equals = strchr(copy, '=');
	ALWAYS(equals);
	ALWAYS(str_ends(copy, value));
	ALWAYS(equals + 1 + strspn(equals + 1, " \t") + strlen(value) == copy + len);
	ALWAYS(str_starts(copy + strspn(copy, " \t"), key));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {(const char *)data, size, 0};
	_cleanup_strv_ struct strv errors = {0};
	int r = ini_read("f", (const char *)data, size, take_key, &input, &errors);

	ALWAYS((r < 0) == (errors.count > 0));
	ALWAYS(r < 0 || !memchr(data, '\0', size));
	return 0;
}
