/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/mem.h"

#include <string.h>

#include "base/err.h"

static void __attribute__((noreturn)) out_of_memory(void)
{
	static const char text[] = "sbox: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(EXIT_SETUP);
	_exit(EXIT_SETUP);
}

void *xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *xzalloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *xreallocarray(void *old, size_t count, size_t size)
{
	void *p = reallocarray(old, count ? count : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *xstrndup(const char *s, size_t len)
{
	char *copy = strndup(s, len);

	if (!copy)
		out_of_memory();
	return copy;
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		out_of_memory();
	return text;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return text;
}

void *array_grow_(void **items, size_t *count, size_t size)
{
	size_t n = *count;
	char *new;

	/* A count that is 0 or a power of two from 4 up has just filled its capacity. */
	if (n == 0 || (n >= 4 && (n & (n - 1)) == 0))
		*items = xreallocarray(*items, n ? n * 2 : 4, size);
	new = (char *)*items + n *size;
	memset(new, 0, size);
	*count = n + 1;
	return new;
}
