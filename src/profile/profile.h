/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A merged profile: every value of every key, each with the place that set it. Reads files and
 * nothing else: variables are expanded, and paths looked at, by plan/.
 */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "profile/schema.h"
#include "profile/value.h"

struct profile; /* opaque; const once loaded */

/*
 * The directories that are searched for NAME.ini: $SBOX_PROFILE_PATH (':'-separated), then
 * $XDG_CONFIG_HOME/sbox/profiles (or ~/.config/...), then the system's and the package's. Never the
 * working directory: a relative entry of $SBOX_PROFILE_PATH is refused (EXIT_USAGE), an empty one
 * skipped; a relative $XDG_CONFIG_HOME or home is ignored, as the XDG specification asks. The
 * environment comes as arguments so that tests can set it; each may be NULL. The result is
 * NULL-terminated; free with profile_search_free().
 */
int profile_search_path(const char *sbox_profile_path, const char *xdg_config_home,
			const char *home, char ***dirs, struct err **err);
void profile_search_free(char **dirs);

/* A command-line option that sets a key: the last layer of the merge. */
struct profile_option {
	const char *label; /* how it was written: "-o", "--ro"; its place in messages */
	const char *section;
	const char *key;
	const char *value;
};

/*
 * Loads and merges `names` (a name is searched for in `dirs`, one with a slash is a path) in order,
 * each after its includes, then `options`, where an empty value resets a list as in a file. A file
 * that is merged twice sets its scalars again and adds nothing to lists that have its values.
 * Every mistake in every file goes to `errors`; with at least one the result is -1 and *err says
 * how many there were (EXIT_PROFILE).
 *
 * An include with a slash is a path relative to the including file's directory, one without is
 * searched for in `dirs`. A profile must be a regular file of at most INI_FILE_MAX bytes; root
 * takes none that everybody, or a group that isn't root's, may write to.
 *
 * `errors` receives finished lines, "FILE:LINE: message"; owned by the caller, may come non-empty.
 */
struct strv;
int profile_load(const char *const *dirs, const char *const *names, size_t nnames,
		 const struct profile_option *options, size_t noptions, struct strv *errors,
		 struct profile **out, struct err **err);

/*
 * The name of the first profile on the search path whose [profile] match lists `program`, a base
 * name; NULL in *name when there is none. Directories are read in order and, within one, names in
 * C-locale order; a profile of a name that an earlier directory has doesn't count. One with
 * mistakes is taken too, for what it was meant to confine must not run under a looser one: loading
 * it says what is wrong. The caller frees *name, and *file: the path it was found at.
 */
int profile_match(const char *const *dirs, const char *program, char **name, char **file,
		  struct err **err);

/* A profile that is there to be named; the strings end with the call that shows it. */
struct profile_listing {
	const char *name;
	const char *file;
	const char *description; /* NULL when it has none */
	const struct strv *match;
	/* The first mistake, as "FILE:LINE: message" or "FILE: message", of one that can't be read.
	 * Only the file itself is read here, and its keys' values aren't looked at. */
	const char *mistake;
};

/*
 * Calls `show` for each profile that profile_load() would find by its name, in the order of
 * profile_match(), until it returns true.
 */
int profile_each(const char *const *dirs,
		 bool (*show)(void *context, const struct profile_listing *listing), void *context,
		 struct err **err);

void profile_free(struct profile *profile);
static inline void profile_freep(struct profile **p)
{
	profile_free(*p);
}
#define _cleanup_profile_ __attribute__((cleanup(profile_freep)))

/*
 * The value of a scalar key: the last one set, or the schema's default (its loc says "default"), or
 * NULL for a key that has none.
 */
const struct value *profile_get(const struct profile *profile, enum key_id key);

/* The values of a list key in merge order: *values points at *count of them, owned by the profile.
 */
void profile_list(const struct profile *profile, enum key_id key, const struct value **values,
		  size_t *count);

/* profile_get() for the common types of keys that have a default; false and 0 for an unset one. */
bool profile_flag(const struct profile *profile, enum key_id key);
int64_t profile_number(const struct profile *profile, enum key_id key);
/* The text, or NULL when the key is unset. */
const char *profile_text(const struct profile *profile, enum key_id key);

/*
 * The name of the first profile given ("web"; of a path, its last component without ".ini", in
 * which what str_is_name() refuses has become '_'), "sbox" when none was; and every file that was
 * read, imported ones too.
 */
const char *profile_name(const struct profile *profile);
const struct strv *profile_files(const struct profile *profile);

/*
 * The merged profile in profile syntax, defaults and includes left out; loading it and dumping
 * again gives the same bytes. Comments name the file and line of each value when `with_places`. The
 * caller frees.
 */
char *profile_dump(const struct profile *profile, bool with_places);

#endif
