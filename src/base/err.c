/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static void err_make(struct err **err, int exit_code, int errnum, const char *fmt, va_list ap)
{
	struct err *e;

	if (!err)
		return;
	e = xzalloc(sizeof(*e));
	e->exit_code = exit_code;
	e->errnum = errnum;
	e->text = xvasprintf(fmt, ap);
	if (errnum) {
		char *text = xasprintf("%s: %s", e->text, strerror(errnum));

		free(e->text);
		e->text = text;
	}
	err_free(*err);
	*err = e;
}

int err_set(struct err **err, int errnum, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_make(err, EXIT_SETUP, errnum, fmt, ap);
	va_end(ap);
	return -1;
}

int err_set_code(struct err **err, int exit_code, int errnum, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_make(err, exit_code, errnum, fmt, ap);
	va_end(ap);
	return -1;
}

int err_prefix(struct err **err, const char *fmt, ...)
{
	va_list ap;

	if (err && *err) {
		_cleanup_free_ char *context = NULL;
		char *text;

		va_start(ap, fmt);
		context = xvasprintf(fmt, ap);
		va_end(ap);
		text = xasprintf("%s: %s", context, (*err)->text);
		free((*err)->text);
		(*err)->text = text;
	}
	return -1;
}

int err_append(struct err **err, const char *fmt, ...)
{
	va_list ap;

	if (err && *err) {
		_cleanup_free_ char *tail = NULL;
		char *text;

		va_start(ap, fmt);
		tail = xvasprintf(fmt, ap);
		va_end(ap);
		text = xasprintf("%s%s", (*err)->text, tail);
		free((*err)->text);
		(*err)->text = text;
	}
	return -1;
}

void err_free(struct err *err)
{
	if (!err)
		return;
	free(err->text);
	free(err);
}
