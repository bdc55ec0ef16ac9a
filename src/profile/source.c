/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>

#include "base/io.h"
#include "base/path.h"
#include "profile/docker.h"
#include "profile/ini.h"
#include "profile/internal.h"
#include "profile/trusted.h"

struct source *source_add(struct profile *profile, const char *path)
{
	struct source *source = xzalloc(sizeof(*source));

	source->path = path ? xstrdup(path) : NULL;
	source->first = xzalloc(KEY_COUNT * sizeof(*source->first));
	*array_grow(&profile->sources, &profile->nsources) = source;
	return source;
}

void source_free(struct source *source)
{
	for (size_t i = 0; i < source->count; i++)
		value_clear(&source->values[i]);
	free(source->values);
	free(source->first);
	free(source->path);
	free(source);
}

void source_mistake(struct strv *errors, const struct loc *loc, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	strv_take(errors, xasprintf("%s: %s", loc_text(loc), text));
}

/* The path of an imported file, absolute, so that the merged profile may be printed elsewhere. */
static char *import_path(const struct source *source, const char *text)
{
	_cleanup_free_ char *dir = source->is_file ? path_dir(source->path) : NULL;
	_cleanup_free_ char *path = dir && *text != '/' ? path_join(dir, text) : xstrdup(text);
	_cleanup_free_ char *here = *path != '/' ? getcwd(NULL, 0) : NULL;
	_cleanup_free_ char *full = here && *here == '/' ? path_join(here, path) : xstrdup(path);
	char *clean = path_clean(full);

	return clean ? clean : steal_ptr(&full); /* with a "..", which may follow a symlink */
}

/* Reads the file of an `import`; its mistakes are the profile's. */
static bool import_file(const struct source *source, const struct key_info *info,
			struct value *value, const struct loc *loc, struct strv *errors)
{
	char *path = import_path(source, value->text);
	_cleanup_strv_ struct strv mistakes = {0};
	_cleanup_err_ struct err *err = NULL;

	free(value->text);
	value->text = path;
	if (ini_check_text(path, strlen(path), &err) < 0)
		strv_add(&mistakes, err->text);
	else
		value->import = docker_load(path, &mistakes);
	for (size_t i = 0; i < mistakes.count; i++)
		source_mistake(errors, loc, "[%s] %s: %s", info->section, info->name,
			       mistakes.items[i]);
	return value->import != NULL;
}

static void set_one(struct source *source, const struct key_info *info, const char *text,
		    const struct loc *loc, struct strv *errors)
{
	_cleanup_err_ struct err *err = NULL;
	struct value value;

	if (value_parse(info, text, &value, &err) < 0) {
		source_mistake(errors, loc, "[%s] %s: %s", info->section, info->name, err->text);
		return;
	}
	if (info->type == TYPE_IMPORT && !import_file(source, info, &value, loc, errors)) {
		value_clear(&value);
		return;
	}
	value.loc = *loc;
	*array_grow(&source->values, &source->count) = value;
}

/* Up to a blank that has no backslash in front. */
static size_t word_length(const char *word)
{
	size_t len = 0;

	while (word[len] && word[len] != ' ' && word[len] != '\t')
		len += word[len] == '\\' && word[len + 1] ? 2 : 1;
	return len;
}

static void set_each_word(struct source *source, const struct key_info *info, const char *text,
			  const struct loc *loc, struct strv *errors)
{
	static const char blanks[] = " \t";

	for (const char *s = text + strspn(text, blanks); *s; s += strspn(s, blanks)) {
		size_t len = word_length(s);
		_cleanup_free_ char *word = xstrndup(s, len);

		set_one(source, info, word, loc, errors);
		s += len;
	}
}

static void reset_list(struct source *source, const struct key_info *info, const struct loc *loc,
		       struct strv *errors)
{
	struct value *value;

	if (info->merge == MERGE_RESTRICT) {
		source_mistake(errors, loc,
			       "[%s] %s can't be reset: a restriction isn't lost on the way%s",
			       info->section, info->name,
			       info->id == KEY_SECCOMP_DENY || info->id == KEY_SECCOMP_IMPORT
				       ? "; exempt = NAME takes single calls out of it"
				       : "");
		return;
	}
	value = array_grow(&source->values, &source->count);
	value->key = (int)info->id;
	value->text = xstrdup("");
	value->loc = *loc;
}

void source_set(struct source *source, const struct key_info *info, const char *text,
		const struct loc *loc, struct strv *errors)
{
	struct loc *first = &source->first[info->id];

	if (schema_is_list(info)) {
		if (!*text)
			reset_list(source, info, loc, errors);
		else if (info->type == TYPE_ENVNAME || info->type == TYPE_CLOSURE)
			set_each_word(source, info, text, loc, errors);
		else
			set_one(source, info, text, loc, errors);
		return;
	}
	if (first->file) {
		source_mistake(errors, loc, "[%s] %s is set twice; the first time at %s",
			       info->section, info->name, loc_text(first));
		return;
	}
	*first = *loc;
	set_one(source, info, text, loc, errors);
}

struct parser {
	struct source *source;
	struct strv *errors;
	bool known; /* the section in hand is one of the schema's */
};

static void unknown_section(const char *section, const struct loc *loc, struct strv *errors)
{
	const char *nearest = schema_nearest_section(section);

	if (nearest)
		source_mistake(errors, loc, "unknown section [%s]; did you mean [%s]?", section,
			       nearest);
	else
		source_mistake(errors, loc, "unknown section [%s]", section);
}

void source_report_unknown(const char *section, const char *key, const struct loc *loc,
			   struct strv *errors)
{
	const struct key_info *elsewhere = schema_find_elsewhere(key);
	const char *nearest = schema_nearest_key(section, key);

	if (!schema_has_section(section))
		unknown_section(section, loc, errors);
	else if (elsewhere)
		source_mistake(errors, loc, "unknown key \"%s\" in [%s]; it belongs to [%s]", key,
			       section, elsewhere->section);
	else if (nearest)
		source_mistake(errors, loc, "unknown key \"%s\" in [%s]; did you mean \"%s\"?", key,
			       section, nearest);
	else
		source_mistake(errors, loc, "unknown key \"%s\" in [%s]", key, section);
}

static void take_section(void *context, const char *section, unsigned line)
{
	struct parser *parser = context;
	struct loc loc = {parser->source->path, line};

	parser->known = schema_has_section(section);
	if (!parser->known)
		unknown_section(section, &loc, parser->errors);
}

static void take_key(void *context, const char *section, const char *key, const char *value,
		     unsigned line)
{
	struct parser *parser = context;
	struct loc loc = {parser->source->path, line};
	const struct key_info *info;

	if (!parser->known)
		return; /* its section has been reported */
	info = schema_find(section, key);
	if (!info)
		source_report_unknown(section, key, &loc, parser->errors);
	else
		source_set(parser->source, info, value, &loc, parser->errors);
}

void source_parse(struct source *source, const char *data, size_t len, struct strv *errors)
{
	struct parser parser = {source, errors, false};

	ini_read_sections(source->path, data, len, take_section, take_key, &parser, errors);
	free(source->first);
	source->first = NULL;
}

int source_read(const char *path, char **data, size_t *len, struct stat *st, bool *missing,
		struct err **err)
{
	_cleanup_close_ int fd = -1;

	*missing = false;
	/* Looked at before it is opened, for opening a device may do something; and without
	 * blocking, should a FIFO take its place in between. */
	if (stat(path, st) == 0) {
		if (!S_ISREG(st->st_mode))
			return err_set_code(err, EXIT_PROFILE, 0, "%s: not a regular file", path);
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	}
	if (fd < 0) {
		*missing = errno == ENOENT || errno == ENOTDIR;
		return err_set_code(err, EXIT_PROFILE, errno, "open %s", path);
	}
	if (fstat(fd, st) < 0)
		return err_set_code(err, EXIT_PROFILE, errno, "stat %s", path);
	if (!S_ISREG(st->st_mode))
		return err_set_code(err, EXIT_PROFILE, 0, "%s: not a regular file", path);
	if (geteuid() == 0 && trusted_profile(path, fd, st, err) < 0)
		return -1;
	if (io_read_all(fd, INI_FILE_MAX, data, len) < 0) {
		if (errno == EFBIG)
			return err_set_code(err, EXIT_PROFILE, 0, "%s: larger than %d MiB", path,
					    INI_FILE_MAX >> 20);
		return err_set_code(err, EXIT_PROFILE, errno, "read %s", path);
	}
	return 0;
}
