/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A command line of bubblewrap's, read: between import/bwrap_read.c and bwrap_write.c. */
#ifndef IMPORT_BWRAP_LINE_H
#define IMPORT_BWRAP_LINE_H

#include "import/bwrap.h"
#include "import/bwrap_tree.h"

/* What --unshare-* may name. */
enum {
	NS_IPC = 1,
	NS_PID = 2,
	NS_NET = 4,
	NS_UTS = 8,
	NS_CGROUP = 16,
	NS_ALL = 31,
};

/* Options of one value that is taken as it is; the last one holds. */
enum bwrap_text { TEXT_ARGV0, TEXT_CHDIR, TEXT_HOSTNAME, TEXT_UID, TEXT_GID, TEXT_COUNT };

/* What was said last of a variable; value NULL: unset. */
struct bwrap_variable {
	const char *name, *value;
	const char *origin;
};

/* The sections that a note can be about, in their order in the profile. */
enum bwrap_section {
	SECTION_EXEC,
	SECTION_FILESYSTEM,
	SECTION_NAMESPACES,
	SECTION_NETWORK,
	SECTION_SECCOMP,
	SECTION_ENVIRONMENT,
	SECTION_COUNT,
};

struct bwrap {
	struct arena *arena;
	const struct import_host *host;
	struct import *out; /* its warnings and what is looser */
	struct tree tree;
	unsigned unshared; /* NS_* */
	const char *text[TEXT_COUNT];
	const char *text_origin[TEXT_COUNT];
	bool new_session;
	bool die_with_parent;
	bool no_nested;
	bool filtered; /* by a program that can't be translated */
	bool clear;
	struct bwrap_variable *env;
	size_t nenv;
	struct strv notes[SECTION_COUNT]; /* comments */
	const char *const *command;       /* NULL-terminated, not empty */
};

/* A printable copy, cut at a length that fits a comment. */
const char *bwrap_printable(struct bwrap *bwrap, const char *text);

/* A comment in the profile. */
void bwrap_note(struct bwrap *bwrap, enum bwrap_section section, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* And a warning: something is tighter than asked, or missing. */
void bwrap_warn(struct bwrap *bwrap, enum bwrap_section section, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* And something that allows more than was asked. */
void bwrap_looser(struct bwrap *bwrap, enum bwrap_section section, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Sets what is known of a variable; value NULL unsets it. */
void bwrap_set_variable(struct bwrap *bwrap, const char *name, const char *value,
			const char *origin);

/* Reads options and command into *bwrap, whose arena, host and out are set. */
int bwrap_read(struct bwrap *bwrap, const char *const *argv, struct err **err);

/* The profile's text; the caller frees. NULL with *err for what no profile can say. */
char *bwrap_write(struct bwrap *bwrap, struct err **err);

#endif
