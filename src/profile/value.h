/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The typed value of one key, and the parsers that make it. A parser can't half succeed: it writes
 * its result only when the whole text belongs to the value; its error quotes the text and names the
 * allowed form. ':' is split before variables expand, so the parts below still hold ${NAME}.
 */
#ifndef PROFILE_VALUE_H
#define PROFILE_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/loc.h"
#include "sysname/rule.h"

enum key_type {
	TYPE_BOOL,    /* flag */
	TYPE_CHOICE,  /* number: index into the key's words */
	TYPE_INT,     /* number, within the key's range */
	TYPE_SIZE,    /* number: bytes, or UINT64_MAX for "infinity" */
	TYPE_TIME,    /* number: microseconds */
	TYPE_STRING,  /* text as it stands */
	TYPE_NAME,    /* text that str_is_name() accepts */
	TYPE_PATH,    /* path.source: one path, no ':' splitting */
	TYPE_BIND,    /* path: [-]SRC[:DEST] */
	TYPE_DEST,    /* path.source: a path inside the sandbox, [-]PATH */
	TYPE_TMPFS,   /* path.source, and path.size, path.mode: PATH[:size=SIZE,mode=MODE] */
	TYPE_SYMLINK, /* path: TARGET:LINK */
	TYPE_FILE,    /* path: [-]SRC:DEST, or =TEXT:DEST-less form, see sbox-profile(5) */
	TYPE_HOME,    /* number: enum home_mode; name for persist:NAME */
	TYPE_BASE,    /* number: enum base_mode; path.source for a root directory */
	TYPE_NESTED,  /* number: 0 no, -1 yes, N */
	TYPE_ENVNAME, /* text: a variable's name, or a pattern with one final '*' */
	TYPE_ENVSET,  /* name and text: NAME=VALUE */
	TYPE_RULES,   /* rules: blank-separated syscall rules */
	TYPE_ACTION,  /* rule action and errno: allow | log | errno[:NAME] | kill */
	TYPE_WORDS,   /* words: blank-separated */
	TYPE_PATTERN, /* text: a program's base name */
};

enum home_mode { HOME_PRIVATE, HOME_TMPFS, HOME_PERSIST, HOME_HOST_RO, HOME_HOST };
enum base_mode { BASE_MINIMAL, BASE_HOST_RO, BASE_NONE };

/* Paths with their variables unexpanded; a missing part is NULL. */
struct path_value {
	char *source;
	char *dest;
	bool optional;    /* "-": skip when missing */
	uint64_t size;    /* TYPE_TMPFS; 0: not given */
	unsigned mode;    /* TYPE_TMPFS; 0: not given */
	bool inline_text; /* TYPE_FILE: `source` is the content itself */
};

struct value {
	int key;    /* enum key_id */
	char *text; /* as written, trimmed */
	struct loc loc;
	bool flag;
	int64_t number;
	char *name;
	struct path_value path;
	enum rule_action action; /* TYPE_ACTION */
	int errnum;              /* TYPE_ACTION */
	struct rule *rules;      /* TYPE_RULES */
	size_t nrules;
	char **words; /* TYPE_WORDS: NULL-terminated */
};

#endif
