/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that is freed all at once: the plan's strings and arrays. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* Zeroed memory, aligned for any object. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_printf(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Takes ownership of malloc()ed memory: it is freed with the arena. */
void *arena_take(struct arena *arena, void *memory);

#endif
