/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths as text: nothing here looks at a file system. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The absolute path with "//", "/./" and a final "/" taken out. ".." is not resolved (it may follow
 * a symlink); a path that has a ".." component or isn't absolute gives NULL. The caller frees.
 */
char *path_clean(const char *path);

/* "A/B", with exactly one slash between; the caller frees. */
char *path_join(const char *a, const char *b);

/* Whether `path` is `dir` or lies below it, both as path_clean() gives them. */
bool path_below(const char *path, const char *dir);

/*
 * Whether a path without symlinks lies in /usr, or in /bin, /lib and so on where those are
 * directories of their own: what distributions install there is alike everywhere, and no secret.
 */
bool path_is_system(const char *path);

/* The number of components: 0 for "/", 2 for "/usr/lib". */
unsigned path_depth(const char *path);

/* The part after the last slash. */
const char *path_base(const char *path);

/* The directory part, "/" for a path directly below the root; the caller frees. */
char *path_dir(const char *path);

/*
 * Takes the octal escapes, "\040" for a blank, out of a path of proc_pid_mountinfo(5), in place.
 */
void path_unescape(char *path);

#endif
