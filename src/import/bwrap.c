/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/bwrap_line.h"

#include <stdarg.h>

#include "base/path.h"

const char *bwrap_printable(struct bwrap *bwrap, const char *text)
{
	enum { MOST = 200 };
	bool cut = strlen(text) > MOST;
	char *copy = arena_printf(bwrap->arena, "%.*s%s", MOST, text, cut ? "..." : "");

	for (char *s = copy; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = '?';
	return copy;
}

static char *add_note(struct bwrap *bwrap, enum bwrap_section section, const char *fmt, va_list ap)
{
	char *text = xvasprintf(fmt, ap);

	strv_take(&bwrap->notes[section], text);
	return text;
}

void bwrap_note(struct bwrap *bwrap, enum bwrap_section section, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_note(bwrap, section, fmt, ap);
	va_end(ap);
}

void bwrap_warn(struct bwrap *bwrap, enum bwrap_section section, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strv_add(&bwrap->out->warnings, add_note(bwrap, section, fmt, ap));
	va_end(ap);
}

void bwrap_looser(struct bwrap *bwrap, enum bwrap_section section, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	strv_add(&bwrap->out->looser, text);
	strv_take(&bwrap->notes[section], xasprintf("LOOSER: %s", text));
}

void bwrap_set_variable(struct bwrap *bwrap, const char *name, const char *value,
			const char *origin)
{
	struct bwrap_variable *variable = NULL;

	for (size_t i = 0; i < bwrap->nenv; i++)
		if (streq(bwrap->env[i].name, name))
			variable = &bwrap->env[i];
	if (!variable)
		variable = array_grow(&bwrap->env, &bwrap->nenv);
	*variable = (struct bwrap_variable){name, value, origin};
}

/* Such a home, or one that isn't there, sbox puts nothing on, and home = host is an error. */
static bool is_shown_anyway(const struct import_host *host)
{
	static const char *const system[] = {"/usr", "/bin",  "/sbin", "/lib", "/lib32",   "/lib64",
					     "/etc", "/proc", "/sys",  "/dev", "/run/sbox"};
	_cleanup_free_ char *real = host->real(host->home);

	for (size_t i = 0; i < ARRAY_SIZE(system); i++)
		if (path_below(host->home, system[i]) || path_below(system[i], host->home))
			return true;
	return !real;
}

int bwrap_import(const char *const *argv, const struct import_host *host, struct import *out,
		 struct err **err)
{
	struct arena *arena = arena_new();
	struct bwrap bwrap = {
		.arena = arena,
		.host = host,
		.out = out,
		.tree = {.arena = arena, .home = is_shown_anyway(host) ? NULL : host->home},
	};

	*out = (struct import){0};
	if (bwrap_read(&bwrap, argv, err) == 0)
		out->profile = bwrap_write(&bwrap, err);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		strv_free(&bwrap.notes[i]);
	free(bwrap.tree.ops);
	free(bwrap.env);
	arena_free(arena);
	if (out->profile)
		return 0;
	import_free(out);
	return -1;
}

void import_free(struct import *import)
{
	free(import->profile);
	strv_free(&import->warnings);
	strv_free(&import->looser);
	*import = (struct import){0};
}
