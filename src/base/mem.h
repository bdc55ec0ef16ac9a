/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory and scope-bound resources. Allocation that fails ends the program with EXIT_SETUP: no
 * caller could do better, and nothing has been started when it happens.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <dirent.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* malloc, calloc, realloc and friends that never return NULL. The caller frees. */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xzalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xreallocarray(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *s, size_t len) __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2), returns_nonnull));
char *xvasprintf(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0), returns_nonnull));

/*
 * Makes room for one more element at the end of the array *items of *count elements and counts it:
 * `*(T *)array_grow(...)` is the new, zeroed element. Capacity grows by doubling, tracked by the
 * count alone, so an array must only ever grow through this function.
 */
void *array_grow_(void **items, size_t *count, size_t size);
#define array_grow(items, count)                                                                   \
	((__typeof__(*(items)))array_grow_((void **)(items), (count), sizeof(**(items))))

static inline void free_p(void *p)
{
	free(*(void **)p);
}
#define _cleanup_free_ __attribute__((cleanup(free_p)))

static inline void close_p(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define _cleanup_close_ __attribute__((cleanup(close_p)))

/* Closes what is open, and says so: *fd is -1 after it. */
static inline void close_fd(int *fd)
{
	close_p(fd);
	*fd = -1;
}

static inline void fclose_p(FILE **file)
{
	if (*file)
		fclose(*file);
}
#define _cleanup_fclose_ __attribute__((cleanup(fclose_p)))

static inline void closedir_p(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}
#define _cleanup_closedir_ __attribute__((cleanup(closedir_p)))

/* Hands a descriptor over to the caller's caller, past its cleanup. */
static inline int steal_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/* The same for a pointer. */
#define steal_ptr(p)                                                                               \
	({                                                                                         \
		__typeof__(*(p)) taken_ = *(p);                                                    \
		*(p) = NULL;                                                                       \
		taken_;                                                                            \
	})

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
