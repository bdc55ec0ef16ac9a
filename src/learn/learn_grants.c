/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/learn_grants.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"

void grants_add(struct grants *grants, const char *path, enum grant_kind kind, bool directory,
		bool optional, char *target)
{
	bool is_new;
	size_t place = names_add(&grants->paths, path, &is_new);
	struct grant *grant =
		is_new ? array_grow(&grants->items, &grants->count) : &grants->items[place];

	if (kind > grant->kind) {
		free(grant->target);
		*grant = (struct grant){kind, directory, optional,
					directory && (kind == GRANT_READ || kind == GRANT_WRITE),
					target};
	} else {
		free(target);
	}
}

void grants_free(struct grants *grants)
{
	for (size_t i = 0; i < grants->count; i++)
		free(grants->items[i].target);
	free(grants->items);
	names_free(&grants->paths);
}

static struct grant *find(const struct grants *grants, const char *path)
{
	size_t place = names_find(&grants->paths, path);

	return place < grants->count && grants->items[place].kind != GRANT_NONE
		       ? &grants->items[place]
		       : NULL;
}

/* Whether a directory above `path` that is granted whole shows `grant` as well. */
static bool shown_above(const struct grants *grants, const char *path, const struct grant *grant)
{
	_cleanup_free_ char *dir = path_dir(path);

	while (dir[1]) {
		const struct grant *above = find(grants, dir);
		char *up;

		if (above && above->directory && grant->kind != GRANT_DEVICE &&
		    (above->kind == GRANT_WRITE ||
		     (above->kind == GRANT_READ && grant->kind <= GRANT_READ)))
			return true;
		up = path_dir(dir);
		free(dir);
		dir = up;
	}
	return false;
}

static void drop_shown(struct grants *grants)
{
	for (size_t i = 0; i < grants->count; i++)
		if (grants->items[i].kind != GRANT_NONE &&
		    shown_above(grants, grants->paths.items[i], &grants->items[i]))
			grants->items[i].kind = GRANT_NONE;
}

/* A directory that has to be there, and is because of something in it. */
static void drop_places(struct grants *grants)
{
	_cleanup_names_ struct names above = {0};

	for (size_t i = 0; i < grants->count; i++)
		if (grants->items[i].kind != GRANT_NONE)
			names_add_above(&above, grants->paths.items[i]);
	for (size_t i = 0; i < grants->count; i++)
		if (grants->items[i].kind == GRANT_PLACE &&
		    names_find(&above, grants->paths.items[i]) != SIZE_MAX)
			grants->items[i].kind = GRANT_NONE;
}

/* Whether each entry of the directory is granted for reading, and there are two at least. */
static bool all_granted(const struct grants *grants, int root, const char *path)
{
	int fd = sys_openat2(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, RESOLVE_IN_ROOT);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	unsigned count = 0;
	bool all = true;

	if (!dir) {
		close_p(&fd);
		return false;
	}
	while (all && (entry = readdir(dir))) {
		_cleanup_free_ char *below = NULL;
		const struct grant *grant;

		if (streq(entry->d_name, ".") || streq(entry->d_name, ".."))
			continue;
		below = path_join(path, entry->d_name);
		grant = find(grants, below);
		all = grant && !grant->optional &&
		      (grant->kind == GRANT_READ || grant->kind == GRANT_LINK);
		count++;
	}
	closedir(dir);
	return all && count >= 2;
}

/* One round over the parents of what is granted; whether something was folded. */
static bool fold_once(struct grants *grants, int root,
		      bool (*may_show)(void *context, const char *directory), void *context)
{
	_cleanup_names_ struct names tried = {0};
	size_t count = grants->count;
	bool folded = false, is_new;

	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *dir = path_dir(grants->paths.items[i]);

		if (grants->items[i].kind != GRANT_READ)
			continue;
		names_add(&tried, dir, &is_new);
		if (!is_new || !may_show(context, dir) || !all_granted(grants, root, dir))
			continue;
		grants_add(grants, dir, GRANT_READ, true, false, NULL);
		folded = true;
	}
	return folded;
}

void grants_fold(struct grants *grants, int root,
		 bool (*may_show)(void *context, const char *directory), void *context)
{
	drop_shown(grants);
	while (fold_once(grants, root, may_show, context))
		drop_shown(grants);
	drop_places(grants);
}

enum { HIDES_MOST = 100 };

/* Hides what is untouched in the directory; with `files`, files as well. *left counts down. */
static void hide_in(struct grants *grants, int root, const struct names *touched, const char *path,
		    bool files, unsigned *left)
{
	int fd = sys_openat2(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, RESOLVE_IN_ROOT);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;

	if (!dir) {
		close_p(&fd);
		return;
	}
	while (*left > 0 && (entry = readdir(dir))) {
		_cleanup_free_ char *below = NULL;
		size_t place;

		if (streq(entry->d_name, ".") || streq(entry->d_name, ".."))
			continue;
		if (entry->d_type != DT_DIR && (!files || entry->d_type == DT_LNK))
			continue;
		below = path_join(path, entry->d_name);
		place = names_find(&grants->paths, below);
		if (names_find(touched, below) == SIZE_MAX) {
			grants_add(grants, below, GRANT_HIDE, entry->d_type == DT_DIR, true, NULL);
			--*left;
		} else if (entry->d_type == DT_DIR) {
			bool whole = place < grants->count && grants->items[place].whole;

			hide_in(grants, root, touched, below, !whole, left);
		}
	}
	closedir(dir);
}

bool grants_hide(struct grants *grants, int root, const struct names *touched)
{
	size_t count = grants->count;
	unsigned left = HIDES_MOST;

	for (size_t i = 0; i < count; i++) {
		enum grant_kind kind = grants->items[i].kind;

		if (grants->items[i].directory && (kind == GRANT_READ || kind == GRANT_WRITE)) {
			_cleanup_free_ char *path = xstrdup(grants->paths.items[i]);

			hide_in(grants, root, touched, path, false, &left);
		}
	}
	return left > 0;
}

/* The path as a profile writes it; NULL when it can't be written. */
static char *written(const char *path, const char *home, const char *escaped)
{
	struct str text = {0};
	size_t len = strlen(path);

	if (strstr(path, "${") || path[len - 1] == ' ')
		return NULL;
	for (const char *s = path; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return NULL;
	if (home[1] && path_below(path, home) && !streq(path, home)) {
		str_add(&text, "~");
		path += strlen(home);
	}
	for (; *path; path++) {
		if (strchr(escaped, *path))
			str_add(&text, "\\");
		str_add_len(&text, path, 1);
	}
	return str_steal(&text);
}

static void line(const struct grant *grant, const char *path, const char *home, struct lines *lines)
{
	static const char *const keys[] = {
		[GRANT_PLACE] = "mkdir", [GRANT_LINK] = "symlink", [GRANT_READ] = "ro",
		[GRANT_COPY] = "file",   [GRANT_DEVICE] = "dev",   [GRANT_WRITE] = "rw",
		[GRANT_HIDE] = "hide",
	};
	const char *special = grant->kind == GRANT_COPY ? ":\\=" : ":\\";
	_cleanup_free_ char *text = written(path, home, special);
	_cleanup_free_ char *target =
		grant->target ? written(grant->target, "/", special) : xstrdup("");

	if (!text || !target) {
		lines_note(lines, "filesystem", "used, and can't be written here: %s", path);
		return;
	}
	if (grant->kind == GRANT_LINK)
		lines_add(lines, "filesystem", keys[grant->kind], "%s:%s", target, text);
	else if (grant->kind == GRANT_COPY)
		lines_add(lines, "filesystem", keys[grant->kind], "-%s:%s", text, text);
	else
		lines_add(lines, "filesystem", keys[grant->kind], "%s%s",
			  grant->optional ? "-" : "", text);
}

void grants_lines(const struct grants *grants, const char *home, struct lines *lines)
{
	static const enum grant_kind order[] = {GRANT_READ, GRANT_WRITE, GRANT_DEVICE, GRANT_COPY,
						GRANT_LINK, GRANT_PLACE, GRANT_HIDE};
	_cleanup_strv_ struct strv sorted = {0};

	for (size_t i = 0; i < grants->count; i++)
		strv_add(&sorted, grants->paths.items[i]);
	strv_sort(&sorted);
	for (size_t k = 0; k < ARRAY_SIZE(order); k++) {
		for (size_t i = 0; i < sorted.count; i++) {
			const struct grant *grant = find(grants, sorted.items[i]);

			if (grant && grant->kind == order[k])
				line(grant, sorted.items[i], home, lines);
		}
	}
}
