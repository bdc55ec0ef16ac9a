/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The typed value of one key, and the parsers that make it. A parser can't half succeed: it writes
 * its result only when the whole text belongs to the value; its error quotes the text and names the
 * allowed form.
 *
 * Paths: absolute as written, that is with '/', "~/" or a ${VARIABLE} in front, and without a ".."
 * component. ':' is split before variables expand, so the parts below still hold ${NAME} and "~/".
 * "\:" stands for a literal ':' and "\\" for a backslash; in TYPE_FILE "\=" for a '=', too. Another
 * backslash stands for itself. A '-' in front sets `optional`.
 */
#ifndef PROFILE_VALUE_H
#define PROFILE_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/loc.h"
#include "sysname/rule.h"

enum key_type {
	TYPE_BOOL,    /* flag */
	TYPE_CHOICE,  /* number: index into the key's words */
	TYPE_INT,     /* number, within the key's range */
	TYPE_SIZE,    /* number: bytes, or VALUE_INFINITY for "infinity" */
	TYPE_TIME,    /* number: microseconds */
	TYPE_STRING,  /* text as it stands: no variables, no escapes */
	TYPE_NAME,    /* text that str_is_name() accepts */
	TYPE_PATH,    /* path.source: one path; ':' isn't special, "\:" is still a ':' */
	TYPE_BIND,    /* path: [-]SRC[:DEST]; dest is NULL when not given */
	TYPE_DEST,    /* path.source: a path inside the sandbox, [-]PATH, else as TYPE_PATH */
	TYPE_TMPFS,   /* path.source, .size, .mode, .noexec: PATH[:OPTION[,OPTION...]] */
	TYPE_SYMLINK, /* path: TARGET:LINK; TARGET (source) is any text, LINK (dest) a path */
	/*
	 * path: [-]SRC:DEST, a copy of a host file, or [-]DEST=TEXT, the content itself. It is the
	 * second when a '=' that isn't escaped comes before every ':' that isn't. Then
	 * `inline_text` is set and `source` is the content: "\n", "\t" and "\\" resolved, another
	 * escape is an error, and variables don't expand in it.
	 */
	TYPE_FILE,
	/*
	 * path: [-]PATH, with "\ " for a blank in it, else as TYPE_PATH; or name: of "@SET", one of
	 * profile/closure_set.h. A line of a profile may have several, split on blanks; each
	 * becomes a value of its own.
	 */
	TYPE_CLOSURE,
	TYPE_HOME,      /* number: enum home_mode; name for persist:NAME */
	TYPE_BASE,      /* number: enum base_mode; path.source for a PATH */
	TYPE_OVERLAY,   /* number: enum overlay_mode; name for persist:NAME, path.source for a PATH
			 */
	TYPE_NESTED,    /* number: 0 no, -1 yes, N */
	TYPE_ENVNAME,   /* text: a variable's name, or a pattern with one final '*'. A line of a
			 * profile may have several, split on blanks; each becomes a value of its own.
			 */
	TYPE_ENVSET,    /* name: NAME=VALUE; value_env_text() gives VALUE, which may be empty */
	TYPE_RULES,     /* rules: blank-separated syscall rules */
	TYPE_ACTION,    /* rule action and errno: allow | log | errno[:NAME] | kill */
	TYPE_WORDS,     /* words: blank-separated */
	TYPE_CHOICES,   /* words: blank-separated, each one of the key's words */
	TYPE_PATTERN,   /* words: blank-separated base names of programs */
	TYPE_INTERFACE, /* text that net_is_interface() accepts */
	TYPE_DNS,       /* words: "lease" alone, or blank-separated numeric addresses of servers */
	TYPE_DOMAINS,   /* words: blank-separated, each one net_is_domain() */
	TYPE_HOSTS,     /* words: a numeric address, then names that net_is_domain() accepts */
	TYPE_PORTS,     /* words: "none" alone, or ports within the key's range */
	TYPE_PUBLISH,   /* name: a numeric address of the host; ports */
	TYPE_IMPORT,    /* text: a file's path; import: its content, where a profile was loaded */
};

/* The words of [network] mode, in their order. */
enum network_mode { NETWORK_NONE, NETWORK_HOST, NETWORK_NETNS, NETWORK_PASTA };

enum home_mode { HOME_PRIVATE, HOME_TMPFS, HOME_PERSIST, HOME_HOST_RO, HOME_HOST };
enum base_mode { BASE_MINIMAL, BASE_HOST_RO, BASE_NONE, BASE_PATH };
enum overlay_mode { OVERLAY_NO, OVERLAY_TMP, OVERLAY_PERSIST, OVERLAY_PATH };

#define VALUE_INFINITY INT64_C(-1) /* TYPE_SIZE: no limit */

/* Paths with their variables unexpanded; a missing part is NULL. */
struct path_value {
	char *source;
	char *dest;
	bool optional;    /* "-": skip when missing, or when a variable in it is unset */
	uint64_t size;    /* TYPE_TMPFS; 0: not given */
	unsigned mode;    /* TYPE_TMPFS; 0: not given */
	bool noexec;      /* TYPE_TMPFS */
	bool inline_text; /* TYPE_FILE: `source` is the content itself */
};

struct value {
	int key;    /* enum key_id */
	char *text; /* as written, trimmed */
	struct loc loc;
	/*
	 * The layer of the merge that set it: 0 the defaults, then one for each file merged, the
	 * included before the including, then one for each command-line option.
	 */
	unsigned layer;
	bool flag;
	int64_t number;
	char *name;
	struct path_value path;
	enum rule_action action; /* TYPE_ACTION */
	int errnum;              /* TYPE_ACTION */
	struct rule *rules;      /* TYPE_RULES */
	size_t nrules;
	char **words; /* NULL-terminated */
	struct {
		unsigned outside, inside;
	} ports;               /* TYPE_PUBLISH */
	struct docker *import; /* TYPE_IMPORT; profile/docker.h */
};

struct key_info;

/*
 * Parses `text`, trimmed, as a value of the key's type. Sets all of *out but `loc` and `layer`,
 * which are the caller's; *out is written on success only, and freed with value_clear().
 */
int value_parse(const struct key_info *info, const char *text, struct value *out, struct err **err);
void value_clear(struct value *value);

/* TYPE_ENVSET: VALUE, with its variables unexpanded; a part of `text`. */
static inline const char *value_env_text(const struct value *value)
{
	return value->text + strlen(value->name) + 1;
}

#endif
