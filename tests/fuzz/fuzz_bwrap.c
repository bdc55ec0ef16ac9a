/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A command line of bubblewrap's, its words divided by NUL bytes: it is refused with a reason, or
 * becomes a profile without a mistake, in which no line came out of an argument's text.
 */
#include "fuzz/fuzz.h"

#include <errno.h>

#include "import/bwrap.h"
#include "profile/ini.h"
#include "profile/schema.h"

/* Each descriptor holds the whole input; --args then reads it again, up to its limit. */
static const uint8_t *input;
static size_t input_len;

static int read_input(int fd, char **data, size_t *len)
{
	if (fd > 9) {
		errno = EBADF;
		return -1;
	}
	*len = fd == 0 ? 0 : input_len / (unsigned)(fd + 1);
	*data = xmalloc(*len + 1);
	memcpy(*data, input, *len);
	(*data)[*len] = '\0';
	return 0;
}

static char *path_of(int fd)
{
	return fd == 3 ? xstrdup("/opened") : NULL;
}

static char *real_of(const char *path)
{
	errno = ENOENT;
	return strlen(path) % 2 ? xstrdup("/real") : NULL;
}

/* The keys that bwrap_import() may write: nothing that a profile includes or imports. */
static void take_key(void *context, const char *section, const char *key, const char *value,
		     unsigned line)
{
	const struct key_info *info = schema_find(section, key);
	struct value parsed;

	(void)context;
	(void)line;
	ALWAYS(info && info->id != KEY_PROFILE_INCLUDE && info->id != KEY_SECCOMP_IMPORT &&
	       info->id != KEY_SECCOMP_EXEMPT && info->id != KEY_SECCOMP_ALLOW);
	ALWAYS(value_parse(info, value, &parsed, NULL) == 0);
	value_clear(&parsed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct import_host host = {
		.cwd = "/cwd",
		.home = "/home/me",
		.read = read_input,
		.path = path_of,
		.real = real_of,
	};
	_cleanup_import_ struct import import = {0};
	_cleanup_strv_ struct strv errors = {0};
	_cleanup_err_ struct err *err = NULL;
	_cleanup_free_ char *text = xmalloc(size + 1);
	_cleanup_free_ const char **argv = NULL;
	size_t count = 0;

	input = data;
	input_len = size;
	memcpy(text, data, size);
	text[size] = '\0';
	for (const char *s = text; s < text + size; s += strlen(s) + 1)
		*array_grow(&argv, &count) = s;
	*array_grow(&argv, &count) = NULL;
	if (bwrap_import(argv, &host, &import, &err) < 0) {
		ALWAYS(err && *err->text && err->exit_code == EXIT_USAGE);
		return 0;
	}
	ini_read("fuzz", import.profile, strlen(import.profile), take_key, NULL, &errors);
	ALWAYS(errors.count == 0);
	return 0;
}
