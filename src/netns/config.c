/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "netns/paths.h"
#include "netns/settings.h"
#include "profile/ini.h"
#include "profile/trusted.h"

struct reading {
	const char *file;
	struct settings values; /* of the file alone */
	unsigned lines[SET_COUNT];
	struct strv *mistakes;
};

static void mistake(struct reading *r, unsigned line, const struct err *err)
{
	strv_take(r->mistakes, xasprintf("%s:%u: %s", r->file, line, err->text));
}

static void handle(void *context, const char *section, const char *key, const char *value,
		   unsigned line)
{
	struct reading *r = context;
	_cleanup_err_ struct err *err = NULL;
	enum setting setting = setting_find(key);

	if (!streq(section, "uplink")) {
		err_set(&err, 0, "unknown section [%s]: only [uplink] is known here", section);
		mistake(r, line, err);
		return;
	}
	if (setting == SET_COUNT) {
		const char *near = setting_nearest(key);

		err_set(&err, 0, "unknown key \"%s\"", key);
		if (near)
			err_append(&err, "; did you mean \"%s\"?", near);
		mistake(r, line, err);
		return;
	}
	if (r->lines[setting]) {
		err_set(&err, 0, "\"%s\" is set again; it was set in line %u", key,
			r->lines[setting]);
		mistake(r, line, err);
		return;
	}
	r->lines[setting] = line;
	if (settings_set(&r->values, setting, value, &err) < 0) {
		err_prefix(&err, "%s = %s", key, value);
		mistake(r, line, err);
	}
}

int settings_from_text(const char *file, const char *text, size_t len, struct settings *settings,
		       struct strv *mistakes, struct err **err)
{
	struct reading r = {.file = file, .mistakes = mistakes};
	size_t before = mistakes->count;
	int result = ini_read(file, text, len, handle, &r, mistakes);

	if (result < 0 || mistakes->count > before) {
		settings_free(&r.values);
		return err_set_code(err, EXIT_PROFILE, 0, "%zu mistake%s in %s",
				    mistakes->count - before,
				    mistakes->count - before == 1 ? "" : "s", file);
	}
	for (size_t i = 0; i < SET_COUNT; i++) {
		if (!settings->text[i])
			settings->text[i] = steal_ptr(&r.values.text[i]);
	}
	settings_free(&r.values);
	return 0;
}

int settings_from_file(struct settings *settings, struct strv *mistakes, struct err **err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s.ini", CONFIG_DIR, settings->name);
	_cleanup_free_ char *data = NULL;
	_cleanup_err_ struct err *read_err = NULL;
	size_t len;

	if (trusted_read(path, &data, &len, &read_err) < 0) {
		if (read_err && read_err->errnum == ENOENT)
			return 0;
		return err_set(err, 0, "%s", read_err ? read_err->text : path);
	}
	return settings_from_text(path, data, len, settings, mistakes, err);
}

bool settings_configured(const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s.ini", CONFIG_DIR, name);

	return access(path, F_OK) == 0;
}

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

void settings_list(struct strv *names)
{
	__attribute__((cleanup(close_dir))) DIR *dir = opendir(CONFIG_DIR);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		_cleanup_free_ char *name = NULL;

		if (!str_ends(entry->d_name, ".ini"))
			continue;
		name = xstrndup(entry->d_name, strlen(entry->d_name) - strlen(".ini"));
		if (str_is_name(name) && !strv_contains(names, name))
			strv_add(names, name);
	}
	strv_sort(names);
}
