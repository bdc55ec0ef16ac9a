/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Variables in values: ${NAME} of a fixed set, and a leading "~/". Here is their syntax alone; what
 * they stand for is found in plan/, which knows the caller. A '$' that no '{' follows is a '$'.
 */
#ifndef PROFILE_VARIABLE_H
#define PROFILE_VARIABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* The names that ${NAME} takes, NULL-terminated. */
const char *const *variable_names(void);

/* Every ${...} in `text` is closed and names a known variable; the error offers the nearest. */
int variable_check(const char *text, struct err **err);

/* A piece of a text: characters that stand for themselves, or the NAME of a ${NAME}. */
struct variable_part {
	const char *text;
	size_t len;
	bool is_variable;
};

/*
 * Takes the next piece from *cursor and steps over it; false at the end. The text must have passed
 * variable_check(). A leading "~/" is not special here.
 */
bool variable_next(const char **cursor, struct variable_part *part);

#endif
