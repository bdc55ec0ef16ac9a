/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A directory of profiles to load in a test. */
#ifndef TESTS_PROFILE_DIR_H
#define TESTS_PROFILE_DIR_H

#include "base/str.h"
#include "profile/profile.h"

struct profile_dir {
	char *path;
	struct strv errors; /* of the last load */
};

void profile_dir_make(struct profile_dir *dir);
/* Removes it with all that is in it. */
void profile_dir_remove(struct profile_dir *dir);
#define _cleanup_profile_dir_ __attribute__((cleanup(profile_dir_remove)))

/* The path of `name` in the directory; the caller frees. */
char *profile_dir_path(const struct profile_dir *dir, const char *name);
/* Writes a file, making the directories in its name. */
void profile_dir_write_bytes(const struct profile_dir *dir, const char *name, const char *data,
			     size_t len);
void profile_dir_write(const struct profile_dir *dir, const char *name, const char *text);

/* Loads the blank-separated `names` with the directory as the search path; NULL with mistakes. */
struct profile *profile_dir_load(struct profile_dir *dir, const char *names,
				 const struct profile_option *options, size_t noptions);
/* The same for one profile of this content. */
struct profile *profile_dir_load_text(struct profile_dir *dir, const char *text);

/* How many errors the last load gave, and whether one has all of the (NULL-terminated) parts. */
bool errors_have(const struct strv *errors, ...) __attribute__((sentinel));

#endif
