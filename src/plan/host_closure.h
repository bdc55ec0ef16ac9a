/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PLAN_HOST_CLOSURE_H
#define PLAN_HOST_CLOSURE_H

#include <stddef.h>

#include "base/err.h"

/*
 * Runs sbox-closure for the items, NULL-terminated, with nothing of the environment but PATH, and
 * reads what it prints; see src/closure/main.c. The caller frees *data.
 */
int host_closure(const char *const *items, char **data, size_t *len, struct err **err);

/*
 * Whether the file begins as ELF files do: 1 or 0, or -1 with errno. `path` has no symlinks, and it
 * is a regular file.
 */
int host_is_elf(const char *path);

#endif
