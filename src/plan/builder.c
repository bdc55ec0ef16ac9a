/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/builder.h"

#include <errno.h>
#include <limits.h>

#include "base/path.h"
#include "base/str.h"

const struct loc no_loc = {NULL, 0};

/*
 * The directory in the rest of a line of user-dirs.dirs, "$HOME/DIR\"" or "/DIR\"", clean and the
 * caller's to free; NULL when it is neither. The home itself means that there is none: *none.
 */
static char *user_directory(struct builder *b, const char *value, bool *none)
{
	size_t len = strcspn(value, "\"\n"), home = str_starts(value, "$HOME") ? 5 : 0;
	_cleanup_free_ char *path = NULL;
	char *clean;

	if (value[len] != '"' || (value[home] != '/' && !(home && len == home)))
		return NULL;
	path = xasprintf("%s%.*s", home ? b->home : "", (int)(len - home), value + home);
	clean = path_clean(path);
	if (clean)
		*none = path_below(b->home, clean);
	return clean;
}

/*
 * $XDG_DOWNLOAD_DIR isn't in the environment: xdg-user-dirs keeps it in a file of shell syntax, a
 * line for each, of which the last counts.
 */
static const char *download_dir(struct builder *b)
{
	static const char name[] = "XDG_DOWNLOAD_DIR=\"";
	const char *config = host_env(b->host, "XDG_CONFIG_HOME");
	const char *env = host_env(b->host, "XDG_DOWNLOAD_DIR");
	_cleanup_free_ char *path = NULL, *data = NULL, *found = NULL;
	bool none = false;
	size_t len;

	if (env)
		return env;
	path = config ? path_join(config, "user-dirs.dirs")
		      : xasprintf("%s/.config/user-dirs.dirs", b->home);
	if (b->host->fs->read(path, &data, &len) == 0) {
		for (char *line = data; line; line = strchr(line, '\n')) {
			char *dir;

			line += strspn(line, " \t\n");
			dir = str_starts(line, name)
				      ? user_directory(b, line + sizeof(name) - 1, &none)
				      : NULL;
			if (!dir)
				continue;
			free(found);
			found = dir;
		}
	}
	if (none)
		return NULL;
	return found ? arena_strdup(b->arena, found)
		     : arena_printf(b->arena, "%s/Downloads", b->home);
}

static const char *variable(struct builder *b, const char *name)
{
	static const struct {
		const char *name, *below_home;
	} xdg[] = {{"XDG_CONFIG_HOME", ".config"},
		   {"XDG_DATA_HOME", ".local/share"},
		   {"XDG_CACHE_HOME", ".cache"}};
	const char *value;

	if (streq(name, "HOME"))
		return b->home;
	if (streq(name, "USER"))
		return b->host->user;
	if (streq(name, "UID"))
		return arena_printf(b->arena, "%u", (unsigned)b->host->uid);
	if (streq(name, "PROFILE"))
		return profile_name(b->profile);
	if (streq(name, "XDG_DOWNLOAD_DIR"))
		return download_dir(b);
	value = host_env(b->host, name);
	/* The specification: a relative path is to be ignored. */
	if (value && (value[0] == '/' || !str_starts(name, "XDG_")))
		return value;
	for (size_t i = 0; i < ARRAY_SIZE(xdg); i++)
		if (streq(name, xdg[i].name))
			return arena_printf(b->arena, "%s/%s", b->home, xdg[i].below_home);
	return NULL;
}

int expand(struct builder *b, const char *text, bool optional, const struct loc *loc, char **out,
	   struct err **err)
{
	_cleanup_str_ struct str result = {0};
	const char *s = text;

	if (str_starts(s, "~/") || streq(s, "~")) {
		str_add(&result, b->home);
		s++;
	}
	while (*s) {
		_cleanup_free_ char *name = NULL;
		const char *end = str_starts(s, "${") ? strchr(s, '}') : NULL;
		const char *value;

		if (!end) {
			size_t run = 1 + strcspn(s + 1, "$");

			str_add_len(&result, s, run);
			s += run;
			continue;
		}
		name = xstrndup(s + 2, (size_t)(end - s - 2));
		value = variable(b, name);
		if (!value && optional)
			return 0;
		if (!value)
			return err_set(err, 0, "%s: \"%s\": the variable %s is not set",
				       loc_text(loc), text, name);
		str_add(&result, value);
		s = end + 1;
	}
	*out = arena_take(b->arena, str_steal(&result));
	return 1;
}

int expand_path(struct builder *b, const char *text, bool optional, const struct loc *loc,
		char **out, struct err **err)
{
	char *path, *clean;
	int found = expand(b, text, optional, loc, &path, err);

	if (found <= 0)
		return found;
	clean = path_clean(path);
	if (!clean)
		return err_set(err, 0, "%s: \"%s\" is not an absolute path without \"..\"",
			       loc_text(loc), path);
	*out = arena_take(b->arena, clean);
	return 1;
}

int expand_bind(struct builder *b, const struct path_value *path, const struct loc *loc,
		char **source, char **dest, struct err **err)
{
	int found = expand_path(b, path->source, path->optional, loc, source, err);

	if (found > 0 && path->dest)
		return expand_path(b, path->dest, path->optional, loc, dest, err);
	if (found > 0)
		*dest = *source;
	return found;
}

static struct step *new_step(struct step **steps, size_t *count, enum step_kind kind,
			     const char *dest, const struct loc *loc)
{
	/* `loc` may be that of a step, and growing moves them all. */
	struct loc place = *loc;
	struct step *step = array_grow(steps, count);

	step->kind = kind;
	step->dest = dest;
	step->loc = place;
	step->implied = !place.file;
	return step;
}

struct step *add_step(struct builder *b, enum step_kind kind, const char *dest,
		      const struct loc *loc)
{
	return new_step(&b->steps, &b->nsteps, kind, dest, loc);
}

struct step *add_last(struct builder *b, enum step_kind kind, const char *dest,
		      const struct loc *loc)
{
	return new_step(&b->last, &b->nlast, kind, dest, loc);
}

/* Whether the text looks like several paths, as some other languages take them on one line. */
static bool looks_like_several(const char *path)
{
	for (const char *s = path; (s = strpbrk(s, " \t,")); s++)
		if (s[1] == '/' || str_starts(s + 1, "~/") || str_starts(s + 1, "${"))
			return true;
	return false;
}

int find_source(struct builder *b, const char *path, bool optional, const struct loc *loc,
		struct source *out, struct err **err)
{
	char *real = NULL;
	struct stat st;

	if (b->host->fs->identify(path, &st, &real) < 0) {
		int saved = errno;

		free(real);
		if (optional && (saved == ENOENT || saved == ENOTDIR || saved == EACCES))
			return 0;
		err_set(err, saved, "%s: %s", loc_text(loc), path);
		return looks_like_several(path) ? err_append(err, "; a line takes one path") : -1;
	}
	*out = (struct source){.real = real ? arena_take(b->arena, real) : path,
			       .id = {st.st_dev, st.st_ino, st.st_mode & S_IFMT},
			       .linked = real != NULL};
	return 1;
}

int add_bind(struct builder *b, const char *source, const char *dest, unsigned flags,
	     const struct loc *loc, struct err **err)
{
	struct source found;
	struct step *step;
	int result = find_source(b, source, flags & BIND_OPTIONAL, loc, &found, err);

	if (result <= 0)
		return result;
	step = add_step(b, STEP_BIND, dest, loc);
	step->source = source;
	step->real = found.real;
	step->id = found.id;
	step->linked = found.linked;
	step->attr = MOUNT_ATTR_NOSUID;
	if (flags & BIND_RO)
		step->attr |= MOUNT_ATTR_RDONLY;
	if (!(flags & BIND_DEV))
		step->attr |= MOUNT_ATTR_NODEV;
	if (flags & BIND_NOEXEC)
		step->attr |= MOUNT_ATTR_NOEXEC;
	if (flags & BIND_IMPLIED)
		step->implied = true;
	return 1;
}

int show_entry(struct builder *b, const char *path, const char *dest, unsigned flags,
	       const struct loc *loc, struct err **err)
{
	char target[PATH_MAX];
	struct stat st;
	ssize_t len;

	if (b->host->fs->lstat(path, &st) < 0)
		return 0;
	if (!S_ISLNK(st.st_mode))
		return add_bind(b, path, dest, flags | BIND_OPTIONAL | BIND_IMPLIED, loc, err) < 0
			       ? -1
			       : 0;
	len = b->host->fs->readlink(path, target, sizeof(target) - 1);
	if (len > 0) {
		target[len] = '\0';
		add_symlink(b, dest, arena_strdup(b->arena, target), loc);
		b->steps[b->nsteps - 1].implied = true;
	}
	return 0;
}

int show_entries(struct builder *b, const char *source, const char *dest, const char *const *except,
		 unsigned flags, const struct loc *loc, struct err **err)
{
	char **names = b->host->fs->list(source);
	int result = 0;

	if (!names && (flags & BIND_OPTIONAL) && (errno == ENOENT || errno == EACCES))
		return 0;
	if (!names)
		return err_set(err, errno, "%s: list %s", loc_text(loc), source);
	for (char **name = names; *name && result == 0; name++) {
		_cleanup_free_ char *path = path_join(source, *name), *at = path_join(dest, *name);
		bool skip = false;

		for (const char *const *other = except; *other; other++)
			skip = skip || streq(*name, *other);
		if (!skip)
			result = show_entry(b, arena_strdup(b->arena, path),
					    arena_strdup(b->arena, at), flags, loc, err);
	}
	host_list_free(names);
	return result;
}

void add_tmpfs(struct builder *b, const char *dest, mode_t mode, uint64_t size,
	       const struct loc *loc)
{
	struct step *step = add_step(b, STEP_TMPFS, dest, loc);

	step->attr = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
	step->mode = mode;
	step->size = size;
}

void add_dir(struct builder *b, const char *dest, mode_t mode, const struct loc *loc)
{
	add_step(b, STEP_DIR, dest, loc)->mode = mode;
}

void add_symlink(struct builder *b, const char *dest, const char *target, const struct loc *loc)
{
	add_step(b, STEP_SYMLINK, dest, loc)->data = target;
}

void add_file(struct builder *b, const char *dest, const char *data, size_t len, mode_t mode,
	      const struct loc *loc)
{
	struct step *step = add_step(b, STEP_FILE, dest, loc);

	step->data = data;
	step->len = len;
	step->mode = mode;
}

void set_variable(struct builder *b, const struct loc *loc, char *variable)
{
	strv_take(&b->set, variable);
	*array_grow(&b->set_locs, &b->nset_locs) = *loc;
}
