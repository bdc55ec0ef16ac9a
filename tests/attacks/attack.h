/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One program, many attacks: what the suite runs inside each sandbox, and the few helpers that it
 * needs outside. Static, so that it runs in any root.
 *
 * An attack prints a line "GOT what" for each thing that it achieved, "no what: why" for what was
 * refused, and "DONE" as its last act: without that it proves nothing.
 */
#ifndef ATTACKS_ATTACK_H
#define ATTACKS_ATTACK_H

#include <stdarg.h>
#include <stdbool.h>
#include <sys/types.h>

struct attack {
	const char *name;
	const char *args;
	int min_args;
	/* Returns the exit status; attacks that run inside end with done(). */
	int (*run)(int argc, char **argv);
};

/* Tables end with an empty element. */
extern const struct attack process_attacks[], call_attacks[], outside_helpers[];

void got(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* What was refused, with errno's name. */
void refused(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* GOT when ok, else refused. */
void outcome(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints DONE and returns 0. */
int done(void);

/* Prints what can be read from fd, at most 64 KiB: the runner looks for its secret there. */
void spill(int fd);
/* Opens a path for reading and spills it; a directory's file "key" instead, if it has one. */
void spill_path(int dirfd, const char *path);

/* The system call by another ABI's entry; negative errno as the kernel gives it. */
long x32_call(long nr, long a, long b, long c);
long int80_call(long nr, long a, long b, long c);

#endif
