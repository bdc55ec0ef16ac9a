/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "why/why_links.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"

/* The target of the symlink that the first `len` bytes of the path name; or NULL. */
static char *link_at(int root, const char *path, size_t len)
{
	_cleanup_free_ char *prefix = xstrndup(path, len);
	_cleanup_close_ int fd =
		sys_openat2(root, prefix, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0, RESOLVE_IN_ROOT);
	char target[PATH_MAX];
	ssize_t got = fd < 0 ? -1 : readlinkat(fd, "", target, sizeof(target) - 1);

	return got > 0 ? xstrndup(target, (size_t)got) : NULL;
}

/* "DIR/TARGET/REST" without its ".", ".." taken out as text: DIR has no symlinks. */
static char *follow_link(const char *dir, size_t len, const char *target, const char *rest)
{
	struct str out = {0};
	_cleanup_free_ char *joined =
		xasprintf("%.*s/%s/%s", target[0] == '/' ? 0 : (int)len, dir, target, rest);

	for (const char *s = joined; *s; s += strcspn(s, "/")) {
		size_t part;

		s += strspn(s, "/");
		part = strcspn(s, "/");
		if (part == 2 && s[0] == '.' && s[1] == '.') {
			while (out.len > 0 && out.text[--out.len] != '/')
				;
		} else if (part > 0 && !(part == 1 && s[0] == '.')) {
			str_add(&out, "/");
			str_add_len(&out, s, part);
		}
		if (out.text)
			out.text[out.len] = '\0';
	}
	if (out.len == 0)
		str_add(&out, "/");
	return str_steal(&out);
}

/* Whether the path is there, and has no symlink to be followed. */
static bool is_plain(int root, const char *path, bool keep_last)
{
	_cleanup_close_ int fd =
		sys_openat2(root, path, O_PATH | O_CLOEXEC | (keep_last ? O_NOFOLLOW : 0), 0,
			    RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);

	return fd >= 0;
}

char *links_follow(int root, const char *path, bool keep_last, links_may_look *may_look,
		   const void *context)
{
	enum { LINKS_MAX = 40 };
	_cleanup_free_ char *now = xstrdup(path);
	size_t at = 1;

	/* Mostly it is, and then one look tells. */
	if (!may_look && !path_below(path, "/proc") && is_plain(root, path, keep_last))
		return steal_ptr(&now);
	for (int links = 0; links < LINKS_MAX;) {
		size_t end = at + strcspn(now + at, "/");
		_cleanup_free_ char *target = NULL;
		char *next;

		if (path_below(now, "/proc") || (may_look && !may_look(context, now)))
			return NULL;
		if (!now[at] || (keep_last && !now[end]))
			return steal_ptr(&now);
		target = link_at(root, now, end);
		if (!target) {
			at = end + (now[end] == '/');
			continue;
		}
		next = follow_link(now, at - 1, target, now + end);
		free(now);
		now = next;
		at = 1;
		links++;
	}
	return NULL;
}
