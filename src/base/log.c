/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

#include <stdarg.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/str.h"

static const char *program_name = "sbox";
static enum log_level shown_level = LOG_LEVEL_NOTE;

void log_setup(const char *program, enum log_level shown)
{
	program_name = program;
	shown_level = shown;
}

void log_set_level(enum log_level shown)
{
	shown_level = shown;
}

static void log_line(enum log_level level, const char *kind, const char *fmt, va_list ap)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_str_ struct str line = {0};

	if (level > shown_level)
		return;
	text = xvasprintf(fmt, ap);
	str_addf(&line, "%s: %s", program_name, kind);
	str_add_printable(&line, text);
	str_add(&line, "\n");
	/* One write, so that lines of several processes don't mix. Nothing can be done if it fails.
	 */
	(void)!io_write_all(STDERR_FILENO, line.text, line.len);
}

#define LOG_FUNCTION(name, level, kind)                                                            \
	void name(const char *fmt, ...)                                                            \
	{                                                                                          \
		va_list ap;                                                                        \
                                                                                                   \
		va_start(ap, fmt);                                                                 \
		log_line(level, kind, fmt, ap);                                                    \
		va_end(ap);                                                                        \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR, "")
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING, "warning: ")
LOG_FUNCTION(log_note, LOG_LEVEL_NOTE, "")
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG, "debug: ")
