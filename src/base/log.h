/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a program says on standard error: one line each, "PROGRAM: text". */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_NOTE, LOG_LEVEL_DEBUG };

/* Sets the name in front of each line and the least important level that is still shown. */
void log_setup(const char *program, enum log_level shown);

/* The lowest level shown may change later, once the options are read. */
void log_set_level(enum log_level shown);

/* Control characters in the text come out as \xNN, so that a file's name can't drive a terminal. */
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
