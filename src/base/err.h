/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Errors as values. A function that can fail takes `struct err **err` last, returns -1 and leaves
 * one error there; its callers may put context in front of it while they unwind. Only main() and
 * the reporter of the sandbox's child print.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/mem.h"

/* Exit statuses that are sbox's own and not the application's; sbox(1), "EXIT STATUS". */
enum exit_code {
	EXIT_USAGE = 2,            /* the command line is wrong */
	EXIT_PROFILE = 3,          /* what is wrong in a profile's text */
	EXIT_SETUP = 125,          /* the sandbox could not be set up */
	EXIT_NOT_EXECUTABLE = 126, /* the command was found but can't be executed */
	EXIT_NOT_FOUND = 127,      /* the command was not found */
};

struct err {
	int exit_code; /* what main() exits with */
	int errnum;    /* the errno behind it, 0 when there is none */
	char *text;    /* one sentence without a final full stop or newline */
};

/*
 * Stores a new error with exit code EXIT_SETUP and returns -1, so that failing is one statement.
 * When `errnum` isn't 0, ": " and its strerror() text are appended. An error that is already in
 * *err is replaced. `err` may be NULL for a caller that doesn't want to know.
 */
int err_set(struct err **err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* err_set() with another exit code. */
int err_set_code(struct err **err, int exit_code, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Puts "CONTEXT: " in front of the error that is in *err; returns -1. */
int err_prefix(struct err **err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Appends text to the error in *err (a hint, a place); returns -1. */
int err_append(struct err **err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void err_free(struct err *err);

static inline void err_freep(struct err **err)
{
	err_free(*err);
}
#define _cleanup_err_ __attribute__((cleanup(err_freep)))

#endif
