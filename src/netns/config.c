/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "netns/link.h"
#include "netns/paths.h"
#include "netns/settings.h"
#include "profile/ini.h"
#include "profile/trusted.h"

static const char *const keys[] = {"interface", "owner", "dhcp", "timeout", "name", NULL};

struct reading {
	const char *file;
	struct settings values; /* of the file alone */
	unsigned lines[ARRAY_SIZE(keys)];
	struct strv *mistakes;
};

static const char *next_key(void *cursor)
{
	const char *const **next = cursor;

	return **next ? *(*next)++ : NULL;
}

static void mistake(struct reading *r, unsigned line, const struct err *err)
{
	strv_take(r->mistakes, xasprintf("%s:%u: %s", r->file, line, err->text));
}

static int take_interface(const char *key, const char *value, char **to, struct err **err)
{
	if (!link_is_name(value))
		return err_set(err, 0, "%s = %s: an interface's name is %s", key, value,
			       LINK_NAME_FORM);
	*to = xstrdup(value);
	return 0;
}

static int take_value(struct settings *s, const char *key, const char *value, struct err **err)
{
	if (streq(key, "interface"))
		return take_interface(key, value, &s->interface, err);
	if (streq(key, "name"))
		return take_interface(key, value, &s->inside, err);
	if (streq(key, "owner")) {
		if (!*value)
			return err_set(err, 0, "owner: a user is needed");
		s->owner = xstrdup(value);
		return 0;
	}
	if (streq(key, "dhcp")) {
		s->client_set = true;
		return client_parse(value, &s->client, err);
	}
	if (num_time(value, &s->timeout, err) < 0)
		return err_prefix(err, "timeout");
	if (s->timeout < 1000000 || s->timeout > 3600000000u)
		return err_set(err, 0, "timeout = %s: 1s to 1h are allowed", value);
	return 0;
}

static void handle(void *context, const char *section, const char *key, const char *value,
		   unsigned line)
{
	struct reading *r = context;
	_cleanup_err_ struct err *err = NULL;
	size_t i = 0;

	if (!streq(section, "uplink")) {
		err_set(&err, 0, "unknown section [%s]: only [uplink] is known here", section);
		mistake(r, line, err);
		return;
	}
	while (keys[i] && !streq(keys[i], key))
		i++;
	if (!keys[i]) {
		const char *const *cursor = keys;
		const char *near = str_nearest(key, next_key, &cursor);

		err_set(&err, 0, "unknown key \"%s\"", key);
		if (near)
			err_append(&err, "; did you mean \"%s\"?", near);
		mistake(r, line, err);
		return;
	}
	if (r->lines[i]) {
		err_set(&err, 0, "\"%s\" is set again; it was set in line %u", key, r->lines[i]);
		mistake(r, line, err);
		return;
	}
	r->lines[i] = line;
	if (take_value(&r->values, key, value, &err) < 0)
		mistake(r, line, err);
}

static void prefer(char **first, char **second)
{
	if (!*first)
		*first = steal_ptr(second);
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
	prefer(&settings->interface, &r.values.interface);
	prefer(&settings->inside, &r.values.inside);
	prefer(&settings->owner, &r.values.owner);
	if (!settings->client_set && r.values.client_set) {
		settings->client = r.values.client;
		settings->client_set = true;
	}
	if (!settings->timeout)
		settings->timeout = r.values.timeout;
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
