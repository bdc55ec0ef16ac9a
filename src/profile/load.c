/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/path.h"
#include "profile/ini.h"
#include "profile/internal.h"

/* Includes in includes, and files merged in all: what a profile in its right mind stays below. */
enum { DEPTH_MAX = 16, MERGES_MAX = 1000 };

struct loader {
	struct profile *profile;
	const char *const *dirs;
	struct strv *errors;
	unsigned merges;
};

/* Once each: a file that is merged twice has its missing includes twice. */
static void mistake(struct loader *loader, const struct loc *loc, const char *text)
{
	_cleanup_free_ char *line =
		loc->file ? xasprintf("%s: %s", loc_text(loc), text) : xstrdup(text);

	if (!strv_contains(loader->errors, line))
		strv_take(loader->errors, steal_ptr(&line));
}

/* Whether the list has this very value: its file is being merged for the second time. */
static bool slot_has(const struct slot *slot, const struct value *value)
{
	for (size_t i = 0; i < slot->count; i++)
		if (slot->values[i].loc.file == value->loc.file &&
		    slot->values[i].loc.line == value->loc.line &&
		    streq(slot->values[i].text, value->text))
			return true;
	return false;
}

static void merge_value(struct profile *profile, const struct source *source, struct value value)
{
	const struct key_info *info = &schema[value.key];
	struct slot *slot = &profile->slots[value.key];

	value.layer = profile->layers;
	if (!schema_is_list(info)) {
		slot->count = 0;
	} else if (!*value.text) {
		slot->count = 0;
		slot->reset = true;
		return;
	} else if (source->merged && slot_has(slot, &value)) {
		return;
	}
	*array_grow(&slot->values, &slot->count) = value;
}

/* Merges the source as a new layer; `own`: its description and match are the merged profile's. */
static void merge_source(struct profile *profile, struct source *source, bool own)
{
	profile->layers++;
	for (size_t i = 0; i < source->count; i++) {
		enum key_merge merge = schema[source->values[i].key].merge;

		if (source->values[i].key == KEY_PROFILE_INCLUDE)
			continue;
		if (own || (merge != MERGE_OWN && merge != MERGE_OWN_LIST))
			merge_value(profile, source, source->values[i]);
	}
	source->merged = true;
}

static void include_all(struct loader *loader, struct source *source);

/* "web.ini includes itself; a.ini is included at web.ini:2" */
static void report_cycle(struct loader *loader, const struct source *source, const struct loc *loc)
{
	_cleanup_str_ struct str text = {0};
	struct loc at = *loc;

	str_addf(&text, "%s includes itself", source->path);
	for (size_t left = DEPTH_MAX + 1; left > 0 && at.file && at.file != source->path; left--) {
		struct loc via = {0};

		str_addf(&text, "; %s is included at ", at.file);
		for (size_t i = 0; i < loader->profile->nsources; i++)
			if (loader->profile->sources[i]->path == at.file)
				via = loader->profile->sources[i]->via;
		str_add(&text, loc_text(&via));
		at = via;
	}
	mistake(loader, loc, text.text);
}

static struct source *find_source(const struct profile *profile, const struct stat *st)
{
	for (size_t i = 0; i < profile->nsources; i++) {
		struct source *source = profile->sources[i];

		if (source->is_file && source->dev == st->st_dev && source->ino == st->st_ino)
			return source;
	}
	return NULL;
}

/* Imported files are the profile's, too: no sandbox may write to them. */
static void note_imports(struct profile *profile, const struct source *source)
{
	for (size_t i = 0; i < source->count; i++)
		if (source->values[i].import)
			strv_add(&profile->files, source->values[i].text);
}

/* The parsed file behind a name or path; NULL when it can't be had, which has been reported. */
static struct source *open_source(struct loader *loader, const char *name, const struct loc *via)
{
	_cleanup_free_ char *path = NULL, *data = NULL;
	_cleanup_err_ struct err *err = NULL;
	struct source *source;
	struct stat st;
	bool missing;
	size_t len;
	int r;

	if (via->file && (str_starts(name, "~/") || strstr(name, "${"))) {
		r = err_set_code(&err, EXIT_PROFILE, 0,
				 "\"%s\": variables don't expand in include; a path is absolute or "
				 "relative to this file",
				 name);
	} else if (!strchr(name, '/')) {
		r = search_read(loader->dirs, name, &path, &data, &len, &st, &err);
	} else {
		_cleanup_free_ char *dir = via->file && *name != '/' ? path_dir(via->file) : NULL;

		while (dir && str_starts(name, "./")) /* else each message shows it */
			name += strlen("./");
		path = dir ? path_join(dir, name) : xstrdup(name);
		r = source_read(path, &data, &len, &st, &missing, &err);
	}
	if (r < 0) {
		mistake(loader, via, err->text);
		return NULL;
	}
	source = find_source(loader->profile, &st);
	if (source)
		return source;
	source = source_add(loader->profile, path);
	source->is_file = true;
	source->dev = st.st_dev;
	source->ino = st.st_ino;
	strv_add(&loader->profile->files, path);
	source_parse(source, data, len, loader->errors);
	note_imports(loader->profile, source);
	return source;
}

/* Merges a file after its includes, where it can be had. */
static void merge_file(struct loader *loader, const char *name, const struct loc *via,
		       unsigned depth, bool own)
{
	struct source *source;

	if (depth > DEPTH_MAX) {
		_cleanup_free_ char *text =
			xasprintf("includes go deeper than %d files here", DEPTH_MAX);

		mistake(loader, via, text);
		return;
	}
	if (++loader->merges > MERGES_MAX) {
		if (loader->merges == MERGES_MAX + 1)
			mistake(loader, via, "too many includes: more than 1000 files to merge");
		return;
	}
	source = open_source(loader, name, via);
	if (!source)
		return;
	if (source->open) {
		report_cycle(loader, source, via);
		return;
	}
	source->open = true;
	source->via = *via;
	source->depth = depth;
	include_all(loader, source);
	source->open = false;
	merge_source(loader->profile, source, own);
}

static void include_all(struct loader *loader, struct source *source)
{
	size_t first = 0;

	/* An empty include takes back those above it. */
	for (size_t i = 0; i < source->count; i++)
		if (source->values[i].key == KEY_PROFILE_INCLUDE && !*source->values[i].text)
			first = i + 1;
	for (size_t i = first; i < source->count; i++) {
		/* Merging may add sources, but this one's values stay where they are. */
		const struct value *value = &source->values[i];

		if (value->key == KEY_PROFILE_INCLUDE)
			merge_file(loader, value->text, &value->loc, source->depth + 1, false);
	}
}

static void merge_defaults(struct loader *loader)
{
	struct source *source = source_add(loader->profile, NULL);
	const struct loc loc = {0};

	for (size_t i = 0; i < KEY_COUNT; i++)
		if (schema[i].def)
			source_set(source, &schema[i], schema[i].def, &loc, loader->errors);
	loader->profile->layers = 0;
	for (size_t i = 0; i < source->count; i++)
		merge_value(loader->profile, source, source->values[i]);
}

/* Could the option stand in a file? The merged profile is printed as one. */
static int check_option(const char *key, const char *value, struct err **err)
{
	_cleanup_free_ char *line = xasprintf("%s = %s", key, value);

	return ini_check_text(line, strlen(line), err);
}

static void merge_option(struct loader *loader, const struct profile_option *option)
{
	struct source *source = source_add(loader->profile, option->label);
	const struct loc loc = {source->path, 0};
	const struct key_info *info = schema_find(option->section, option->key);
	_cleanup_err_ struct err *err = NULL;
	_cleanup_free_ char *value = NULL;
	const char *text = option->value + strspn(option->value, " \t");
	size_t len = strlen(text);

	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	value = xstrndup(text, len);
	if (!info)
		source_report_unknown(option->section, option->key, &loc, loader->errors);
	else if (info->merge == MERGE_OWN || info->merge == MERGE_OWN_LIST)
		source_mistake(loader->errors, &loc,
			       "[%s] %s belongs in a profile, not on the command line",
			       info->section, info->name);
	else if (check_option(option->key, value, &err) < 0)
		source_mistake(loader->errors, &loc, "[%s] %s: %s", info->section, info->name,
			       err->text);
	else
		source_set(source, info, value, &loc, loader->errors);
	note_imports(loader->profile, source);
	merge_source(loader->profile, source, false);
}

/* "web" for "web" and "/etc/sbox/profiles/web.ini": fit for a host name and for ${PROFILE}. */
static char *name_of(const char *name)
{
	const char *base = path_base(name);
	size_t len = strlen(base);
	char *out;

	if (len > strlen(".ini") && str_ends(base, ".ini"))
		len -= strlen(".ini");
	out = xstrndup(base, len < 64 ? len : 64);
	for (char *s = out; *s; s++) {
		const char one[] = {*s, '\0'};

		if (!str_is_name(one) && (s == out || (*s != '.' && *s != '-')))
			*s = '_';
	}
	return out;
}

int profile_load(const char *const *dirs, const char *const *names, size_t nnames,
		 const struct profile_option *options, size_t noptions, struct strv *errors,
		 struct profile **out, struct err **err)
{
	_cleanup_profile_ struct profile *profile = xzalloc(sizeof(*profile));
	struct loader loader = {profile, dirs, errors, 0};
	size_t before = errors->count, mistakes;

	profile->name = nnames > 0 ? name_of(names[0]) : xstrdup("sbox");
	merge_defaults(&loader);
	for (size_t i = 0; i < nnames; i++)
		merge_file(&loader, names[i], &(struct loc){0}, 0, i == 0);
	profile->first_option = profile->layers + 1;
	for (size_t i = 0; i < noptions; i++)
		merge_option(&loader, &options[i]);
	/* Values that are missing for a mistake would make more of them. */
	if (errors->count == before)
		profile_check(profile, errors);
	mistakes = errors->count - before;
	if (mistakes > 0)
		return err_set_code(err, EXIT_PROFILE, 0, "%zu mistake%s in the profile", mistakes,
				    mistakes == 1 ? "" : "s");
	*out = steal_ptr(&profile);
	return 0;
}
