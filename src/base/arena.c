/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/arena.h"

#include "base/mem.h"
#include "base/str.h"

struct block {
	void *memory;
};

struct arena {
	struct block *blocks;
	size_t nblocks;
	char *chunk; /* the chunk that small pieces are cut from */
	size_t left;
};

enum { CHUNK = 16384, ALIGN = 16 };

struct arena *arena_new(void)
{
	return xzalloc(sizeof(struct arena));
}

void *arena_take(struct arena *arena, void *memory)
{
	array_grow(&arena->blocks, &arena->nblocks)->memory = memory;
	return memory;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	char *piece;

	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (size > CHUNK / 4)
		return arena_take(arena, xzalloc(size));
	if (size > arena->left) {
		arena->chunk = arena_take(arena, xzalloc(CHUNK));
		arena->left = CHUNK;
	}
	piece = arena->chunk;
	arena->chunk += size;
	arena->left -= size;
	return piece;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	size_t len = strlen(text) + 1;

	return memcpy(arena_alloc(arena, len), text, len);
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return arena_take(arena, text);
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	for (size_t i = 0; i < arena->nblocks; i++)
		free(arena->blocks[i].memory);
	free(arena->blocks);
	free(arena);
}
