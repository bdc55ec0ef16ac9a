/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <errno.h>

#include "base/path.h"
#include "profile/ini.h"
#include "profile/internal.h"

static const char suffix[] = ".ini";

int profile_search_path(const char *sbox_profile_path, const char *xdg_config_home,
			const char *home, char ***dirs, struct err **err)
{
	_cleanup_strv_ struct strv out = {0};
	const char *s = sbox_profile_path ? sbox_profile_path : "";

	for (; *s; s += *s == ':') {
		size_t len = strcspn(s, ":");

		if (len > 0 && *s != '/')
			return err_set_code(
				err, EXIT_USAGE, 0,
				"SBOX_PROFILE_PATH has the relative directory \"%.*s\": "
				"each must be an absolute path",
				(int)len, s);
		if (len > 0)
			strv_take(&out, xstrndup(s, len));
		s += len;
	}
	if (xdg_config_home && *xdg_config_home == '/')
		strv_take(&out, path_join(xdg_config_home, "sbox/profiles"));
	else if (home && *home == '/')
		strv_take(&out, path_join(home, ".config/sbox/profiles"));
	strv_add(&out, SBOX_SYSCONFDIR "/sbox/profiles");
	strv_add(&out, SBOX_PKGDATADIR "/profiles");
	*dirs = steal_ptr(&out.items);
	out.count = 0;
	return 0;
}

void profile_search_free(char **dirs)
{
	for (char **dir = dirs; dir && *dir; dir++)
		free(*dir);
	free(dirs);
}

static int is_profile(const struct dirent *entry)
{
	_cleanup_free_ char *name = NULL;

	if (!str_ends(entry->d_name, suffix))
		return 0;
	name = xstrndup(entry->d_name, strlen(entry->d_name) - strlen(suffix));
	return str_is_name(name);
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The names of the profiles in one directory, sorted; a missing one has none. */
static int list_dir(const char *dir, struct strv *names, struct err **err)
{
	struct dirent **entries;
	int count = scandir(dir, &entries, is_profile, compare_names);

	if (count < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (count < 0)
		return err_set(err, errno, "read directory %s", dir);
	for (int i = 0; i < count; i++) {
		const char *file = entries[i]->d_name;

		strv_take(names, xstrndup(file, strlen(file) - strlen(suffix)));
		free(entries[i]);
	}
	free(entries);
	return 0;
}

static char *profile_path(const char *dir, const char *name)
{
	_cleanup_free_ char *file = xasprintf("%s%s", name, suffix);

	return path_join(dir, file);
}

static const char *next_in(void *cursor)
{
	char ***at = cursor;

	return *at && **at ? *(*at)++ : NULL;
}

static int not_found(const char *const *dirs, const char *name, struct err **err)
{
	_cleanup_str_ struct str where = {0};
	_cleanup_strv_ struct strv names = {0};
	const char *nearest;
	char **at;

	for (; *dirs; dirs++) {
		str_addf(&where, "%s%s", where.len ? ", " : "", *dirs);
		list_dir(*dirs, &names, NULL); /* for the hint alone */
	}
	err_set_code(err, EXIT_PROFILE, 0, "no profile \"%s\" in %s", name,
		     where.len ? where.text : "the search path, which is empty");
	if (str_ends(name, suffix))
		return err_append(err, "; a file is named with a slash: ./%s", name);
	at = names.items;
	nearest = str_nearest(name, next_in, &at);
	return nearest ? err_append(err, "; did you mean \"%s\"?", nearest) : -1;
}

int search_read(const char *const *dirs, const char *name, char **path, char **data, size_t *len,
		struct stat *st, struct err **err)
{
	if (!str_is_name(name))
		return err_set_code(err, EXIT_PROFILE, 0,
				    "\"%s\" is no profile's name (%s), and a path has a slash",
				    name, NAME_FORM);
	for (const char *const *dir = dirs; *dir; dir++) {
		_cleanup_free_ char *file = profile_path(*dir, name);
		bool missing;

		if (source_read(file, data, len, st, &missing, err) == 0) {
			*path = steal_ptr(&file);
			return 0;
		}
		/* One that is there and can't be read doesn't give way to the next. */
		if (!missing)
			return -1;
	}
	return not_found(dirs, name, err);
}

/* What a listing shows of one file. */
struct summary {
	char *description;
	struct strv match;
};

static void take_summary(void *context, const char *section, const char *key, const char *value,
			 unsigned line)
{
	struct summary *summary = context;
	const struct key_info *info = schema_find(section, key);

	(void)line;
	if (info && info->id == KEY_PROFILE_DESCRIPTION && !summary->description)
		summary->description = xstrdup(value);
	if (!info || info->id != KEY_PROFILE_MATCH)
		return;
	if (!*value)
		strv_free(&summary->match);
	for (const char *s = value; *s; s += strspn(s, " \t")) {
		size_t len = strcspn(s, " \t");

		strv_take(&summary->match, xstrndup(s, len));
		s += len;
	}
}

static bool show_file(const char *name, const char *file,
		      bool (*show)(void *context, const struct profile_listing *listing),
		      void *context)
{
	struct summary summary = {0};
	struct profile_listing listing = {.name = name, .file = file, .match = &summary.match};
	_cleanup_strv_ struct strv errors = {0};
	_cleanup_err_ struct err *err = NULL;
	_cleanup_free_ char *data = NULL;
	struct stat st;
	size_t len;
	bool missing, stop;

	if (source_read(file, &data, &len, &st, &missing, &err) < 0)
		listing.mistake = err->text;
	else if (ini_read(file, data, len, take_summary, &summary, &errors) < 0)
		listing.mistake = errors.items[0];
	listing.description = summary.description;
	stop = show(context, &listing);
	free(summary.description);
	strv_free(&summary.match);
	return stop;
}

int profile_each(const char *const *dirs,
		 bool (*show)(void *context, const struct profile_listing *listing), void *context,
		 struct err **err)
{
	_cleanup_strv_ struct strv seen = {0};

	for (; *dirs; dirs++) {
		_cleanup_strv_ struct strv names = {0};

		if (list_dir(*dirs, &names, err) < 0)
			return -1;
		for (size_t i = 0; i < names.count; i++) {
			_cleanup_free_ char *file = NULL;

			if (strv_contains(&seen, names.items[i]))
				continue;
			strv_add(&seen, names.items[i]);
			file = profile_path(*dirs, names.items[i]);
			if (show_file(names.items[i], file, show, context))
				return 0;
		}
	}
	return 0;
}

struct match {
	const char *program;
	char *name;
	char *file;
};

static bool show_match(void *context, const struct profile_listing *listing)
{
	struct match *match = context;

	/* One with a mistake takes part: what it was to confine must not run under another. */
	if (!strv_contains(listing->match, match->program))
		return false;
	match->name = xstrdup(listing->name);
	match->file = xstrdup(listing->file);
	return true;
}

int profile_match(const char *const *dirs, const char *program, char **name, char **file,
		  struct err **err)
{
	struct match match = {.program = program};

	if (profile_each(dirs, show_match, &match, err) < 0)
		return -1;
	*name = match.name;
	*file = match.file;
	return 0;
}
