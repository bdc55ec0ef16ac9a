/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text of elsewhere as a value of a profile, in which some characters mean something. */
#ifndef IMPORT_TEXT_H
#define IMPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/*
 * An absolute path, clean, as the form of a key takes it: `special` are the characters that it
 * escapes by a backslash. NULL with *why if it can't be written.
 */
const char *text_path(struct arena *arena, const char *path, const char *special, const char **why);

/* The target of a symlink, any text; else as text_path(). */
const char *text_target(struct arena *arena, const char *target, const char **why);

/* A value in which variables expand, as it is; NULL with *why if it would come out different. */
const char *text_expanding(const char *value, const char **why);

/* The content of a file as file = DEST=TEXT takes it; NULL with *why. */
const char *text_content(struct arena *arena, const char *data, size_t len, const char **why);

/* Whether a value that is taken as it stands, such as an argument, survives in a line. */
bool text_stands(const char *value, const char **why);

#endif
