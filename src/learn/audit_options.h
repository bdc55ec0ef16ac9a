/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_AUDIT_OPTIONS_H
#define LEARN_AUDIT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct audit_options {
	const char *profile; /* --profile, or NULL */
	const char *comm;    /* --comm, or NULL */
	uint64_t since;      /* --since in milliseconds since the epoch, 0 without */
	bool json, help;
	const char *file; /* NULL: this system's */
};

/* `argv` with the program's name, as main() has it. `now` in seconds. Mistakes are EXIT_USAGE. */
int audit_options_parse(int argc, char **argv, uint64_t now, struct audit_options *out,
			struct err **err);

/*
 * A time in milliseconds since the epoch: a span before now as num_time() reads it ("2h"),
 * "@SECONDS", "today", "yesterday", "YYYY-MM-DD" or "YYYY-MM-DD HH:MM[:SS]" in local time.
 */
int audit_time_parse(const char *text, uint64_t now, uint64_t *ms, struct err **err);

void audit_help(void);

#endif
