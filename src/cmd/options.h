/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line of the verbs that take profiles: one table, from which --help is printed too. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "profile/profile.h"

/* What the options said; free with options_free(). */
struct options {
	const char **profiles; /* --profile, in order */
	size_t nprofiles;
	struct profile_option *keys; /* -o, and each option that stands for a key, in order */
	size_t nkeys;
	struct strv owned;     /* what the pointers in `keys` point into */
	const char *as;        /* --as */
	bool stages;           /* --stages */
	bool closure;          /* --closure */
	const char **syscalls; /* --syscall, in order */
	size_t nsyscalls;
	bool bpf, pfc, docker;      /* --bpf, --pfc, --docker */
	const char *program;        /* --program, or NULL */
	const char *output, *merge; /* --output, --merge */
	bool exact;                 /* --exact */
	bool allow_looser;          /* --allow-looser */
	bool quiet, verbose, help, version;
	bool dashes;             /* "--" ended the options */
	const char *const *rest; /* behind the options: NULL-terminated */
};

/* Which verb's options are known. */
enum option_scope {
	SCOPE_RUN = 1,
	SCOPE_EXPLAIN = 2,
	SCOPE_CHECK = 4,
	SCOPE_OTHER = 8,
	SCOPE_EXPORT = 16,
	SCOPE_LEARN = 32,
	SCOPE_IMPORT = 64,
	SCOPE_ALL = 127
};

/*
 * Reads the options at the front of `argv` (NULL-terminated, the program's name left out) up to
 * "--" or the first word that is none. An unknown option is an error, EXIT_USAGE, that offers the
 * nearest one.
 */
int options_parse(const char *const *argv, enum option_scope scope, struct options *out,
		  struct err **err);
void options_free(struct options *options);
#define _cleanup_options_ __attribute__((cleanup(options_free)))

/* The options of the scope, a line each, on standard output. */
void options_print(enum option_scope scope);

#endif
