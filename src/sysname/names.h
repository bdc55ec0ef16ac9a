/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names for the numbers in rules: errno values and the constants of system call arguments. */
#ifndef SYSNAME_NAMES_H
#define SYSNAME_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* The errno with that name ("EPERM"), or 0. */
int errno_number(const char *name);

/* Its name, or NULL: static. */
const char *errno_name(int errnum);

/* The known name nearest to `word`, or NULL: static. */
const char *errno_nearest(const char *word);

/* The constant's value ("TIOCSTI", "AF_UNIX"); -1 when it isn't known. */
int constant_value(const char *name, uint64_t *value);

/* The first constant of those with the prefix ("AF_", "") that has the value, or NULL: static. */
const char *constant_name(const char *prefix, uint64_t value);

/* The known name nearest to `word`, or NULL: static. */
const char *constant_nearest(const char *word);

#endif
