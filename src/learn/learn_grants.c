/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/learn_grants.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

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
					directory && optional && kind == GRANT_WRITE, target};
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

void grants_drop(struct grants *grants, const char *path)
{
	struct grant *grant = find(grants, path);

	if (grant)
		grant->kind = GRANT_NONE;
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

/* A directory that has to be there, and is because of something in it that isn't missing. */
static void drop_places(struct grants *grants)
{
	_cleanup_names_ struct names above = {0};

	for (size_t i = 0; i < grants->count; i++)
		if (grants->items[i].kind != GRANT_NONE && !grants->items[i].optional)
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

struct hiding {
	struct grants *grants;
	int root;
	const struct names *touched, *searched;
	bool files;       /* hide files, not directories */
	bool in_searched; /* hide what lies in directories that are spared, not the rest */
	bool barred;      /* nothing can be hidden there */
	unsigned lines;
	struct names spared, left;
};

static unsigned char type_of(const struct dirent *entry, int dir)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type;
	if (fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return DT_LNK;
	return S_ISDIR(st.st_mode) ? DT_DIR : S_ISLNK(st.st_mode) ? DT_LNK : DT_REG;
}

/* Hides one untouched entry of the directory. */
static void hide(struct hiding *h, const char *directory, const char *path, bool is_directory)
{
	bool is_new;

	if (is_directory == h->files || find(h->grants, path))
		return;
	if (h->lines > 0 && !h->barred) {
		grants_add(h->grants, path, GRANT_HIDE, is_directory, true, NULL);
		h->lines--;
	} else {
		names_add(&h->left, directory, &is_new);
	}
}

/* `searched`: the directory itself is spared only because of what isn't in it. */
static void hide_in(struct hiding *h, const char *path, bool searched)
{
	int fd = sys_openat2(h->root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, RESOLVE_IN_ROOT);
	_cleanup_closedir_ DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;

	if (!dir) {
		close_p(&fd);
		return;
	}
	while ((entry = readdir(dir))) {
		_cleanup_free_ char *below = NULL;
		unsigned char type = type_of(entry, fd);
		bool touched, spared, is_new;
		size_t place;

		if (streq(entry->d_name, ".") || streq(entry->d_name, "..") || type == DT_LNK)
			continue;
		below = path_join(path, entry->d_name);
		place = names_find(&h->grants->paths, below);
		touched = names_find(h->touched, below) != SIZE_MAX;
		spared = !touched && type == DT_DIR && names_find(h->searched, below) != SIZE_MAX;
		if (spared)
			names_add(&h->spared, below, &is_new);
		if (!touched && !spared && searched == h->in_searched)
			hide(h, path, below, type == DT_DIR);
		else if (type == DT_DIR && (touched || spared) &&
			 !(place < h->grants->count && h->grants->items[place].made))
			hide_in(h, below, spared);
	}
}

static bool shown_whole(const struct grant *grant, enum grant_kind kind)
{
	return grant->kind == kind && grant->directory && !grant->made;
}

void grants_hide(struct grants *grants, int root, bool nested, struct names *touched,
		 const struct names *searched, struct strv *left)
{
	static const enum grant_kind order[] = {GRANT_WRITE, GRANT_READ};
	struct hiding h = {.grants = grants,
			   .root = root,
			   .touched = touched,
			   .searched = searched,
			   .lines = GRANTS_HIDE_MOST};
	size_t count = grants->count, nleft;
	bool is_new;

	for (unsigned round = 0; round < 4; round++) {
		h.files = round % 2 == 1;
		h.in_searched = round >= 2;
		for (size_t k = 0; k < ARRAY_SIZE(order); k++) {
			h.barred = nested && order[k] == GRANT_WRITE;
			for (size_t i = 0; i < count; i++) {
				_cleanup_free_ char *path = xstrdup(grants->paths.items[i]);

				if (shown_whole(&grants->items[i], order[k]))
					hide_in(&h, path, false);
			}
		}
	}
	nleft = h.left.count;
	for (size_t i = 0; i < nleft; i++) {
		strv_add(left, h.left.items[i]);
		names_add_above(&h.left, h.left.items[i]);
	}
	for (size_t i = 0; i < h.spared.count; i++)
		if (names_find(&h.left, h.spared.items[i]) == SIZE_MAX)
			names_add(touched, h.spared.items[i], &is_new);
	names_free(&h.spared);
	names_free(&h.left);
}

void grants_writable(const struct grants *grants, struct strv *out)
{
	for (size_t i = 0; i < grants->count; i++)
		if (shown_whole(&grants->items[i], GRANT_WRITE))
			strv_add(out, grants->paths.items[i]);
}

/* The path as a profile writes it; NULL when it can't be written. */
static char *written(const char *path, const char *home, const char *escaped)
{
	struct str text = {0};
	size_t len = strlen(path);

	if (strstr(path, "${") || path[len - 1] == ' ' || str_has_control(path))
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

static char *written_target(const struct grant *grant, const char *special)
{
	return grant->target ? written(grant->target, "/", special) : xstrdup("");
}

void grants_drop_unwritten(struct grants *grants, const char *home, struct lines *lines)
{
	_cleanup_strv_ struct strv dropped = {0};

	for (size_t i = 0; i < grants->count; i++) {
		const char *path = grants->paths.items[i];
		_cleanup_free_ char *text = written(path, home, "");
		_cleanup_free_ char *target = written_target(&grants->items[i], "");

		if (grants->items[i].kind == GRANT_NONE || (text && target))
			continue;
		grants->items[i].kind = GRANT_NONE;
		strv_add(&dropped, path);
	}
	lines_note_words(lines, "filesystem", "used, and can't be written here", &dropped, 10);
	lines_warn_words(lines, "used, and not shown, for a profile can't write it", &dropped, 10);
}

static void line(const struct grant *grant, const char *path, const char *home, struct lines *lines)
{
	static const char *const keys[] = {
		[GRANT_PLACE] = "mkdir", [GRANT_LINK] = "symlink", [GRANT_READ] = "ro",
		[GRANT_COPY] = "file",   [GRANT_DEVICE] = "dev",   [GRANT_WRITE] = "rw",
		[GRANT_HIDE] = "hide",   [GRANT_MEMORY] = "tmpfs",
	};
	const char *special = grant->kind == GRANT_COPY ? ":\\=" : ":\\";
	_cleanup_free_ char *text = written(path, home, special);
	_cleanup_free_ char *target = written_target(grant, special);

	if (grant->kind == GRANT_HIDE && !text) {
		lines_note(lines, "filesystem", "not used, and can't be hidden here: %s", path);
		strv_take(&lines->warnings,
			  xasprintf("not used, and shown, for a profile can't write it: %s", path));
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
						GRANT_LINK, GRANT_PLACE, GRANT_MEMORY, GRANT_HIDE};
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
