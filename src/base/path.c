/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/path.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

char *path_clean(const char *path)
{
	_cleanup_str_ struct str out = {0};
	const char *s = path;

	if (*path != '/')
		return NULL;
	while (*s) {
		size_t len;

		while (*s == '/')
			s++;
		len = strcspn(s, "/");
		if (len == 2 && memcmp(s, "..", 2) == 0)
			return NULL;
		if (len > 0 && !(len == 1 && *s == '.')) {
			str_add(&out, "/");
			str_add_len(&out, s, len);
		}
		s += len;
	}
	if (out.len == 0)
		str_add(&out, "/");
	return str_steal(&out);
}

char *path_join(const char *a, const char *b)
{
	size_t len = strlen(a);

	while (len > 0 && a[len - 1] == '/')
		len--;
	while (*b == '/')
		b++;
	return xasprintf("%.*s/%s", (int)len, a, b);
}

bool path_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	if (streq(dir, "/"))
		return *path == '/';
	return strncmp(path, dir, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

bool path_is_system(const char *path)
{
	static const char *const dirs[] = {"/usr",   "/bin",   "/sbin",  "/lib",
					   "/lib32", "/lib64", "/libx32"};

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (path_below(path, dirs[i]))
			return true;
	return false;
}

unsigned path_depth(const char *path)
{
	unsigned depth = 0;

	for (const char *s = path; *s; s++)
		if (*s == '/' && s[1] && s[1] != '/')
			depth++;
	return depth;
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *path_dir(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return xstrdup("/");
	return xstrndup(path, (size_t)(slash - path));
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

void path_unescape(char *path)
{
	char *to = path;

	for (const char *s = path; *s; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && is_octal(s[2]) &&
		    is_octal(s[3])) {
			*to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}
