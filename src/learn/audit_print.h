/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_AUDIT_PRINT_H
#define LEARN_AUDIT_PRINT_H

#include "learn/audit_table.h"

struct audit_view {
	unsigned width;      /* of the terminal in columns; 0: none, so no bars */
	bool utf8;           /* as the locale set with setlocale(3) has it */
	const char *profile; /* whose verdicts are in the table, or NULL */
	const char *source;
	const struct strv *notes;
};

/* Both on standard output. What programs chose to call themselves comes out escaped. */
void audit_print_text(const struct audit_table *table, const struct audit_view *view);
void audit_print_json(const struct audit_table *table, const struct audit_view *view);

/* The text with \xNN for every byte that a terminal might obey or that isn't a character of the
 * locale, and for the backslash; *columns is its width. The caller frees. */
char *audit_escape(const char *text, size_t *columns);

/* Sentences on records that were lost. */
void audit_loss_notes(const struct audit_table *table, struct strv *out);

#define AUDIT_NO_ARGUMENTS                                                                            \
	"SECCOMP records carry no arguments and no results: which file was opened is not known from " \
	"them."

#endif
