/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The probe: a static program that tests start inside a sandbox. It looks at the world from there
 * and prints what it finds, one fact a line, as key=value pairs; the tests assert on the lines. A
 * call that fails is a fact ("open=EACCES"), not a failure of the probe: it exits with 0 whenever
 * it could look, and with 64 when it was called wrongly.
 */
#ifndef PROBE_H
#define PROBE_H

#include <errno.h>
#include <stdint.h>

struct verb {
	const char *name;
	const char *args;       /* for the usage text */
	int min_args, max_args; /* max_args < 0: any number */
	int (*run)(int argc, char **argv);
};

/* Ended by an entry without a name. */
extern const struct verb look_verbs[], act_verbs[], call_verbs[], net_verbs[];

/* "EPERM" for EPERM; a number has no name of its own. The text is valid until the next call. */
const char *errno_name(int errnum);

/* "ok" when `ret` isn't negative, else the name of the errno. */
static inline const char *outcome(long ret)
{
	return ret < 0 ? errno_name(errno) : "ok";
}

/* A whole number, decimal or 0x..., or the probe ends with 64. */
uint64_t number(const char *text);

/* Prints `text` with control characters as \xNN, so that a fact stays on its line. */
void print_escaped(const char *text);

#endif
