/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/options.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/path.h"
#include "base/str.h"

enum option_kind {
	OPTION_PROFILE,
	OPTION_KEY,  /* SECTION.KEY=VALUE */
	OPTION_PATH, /* OPTION_SET whose argument begins with a path */
	OPTION_SET,  /* stands for section, key and the argument, or the fixed value */
	OPTION_AS,
	OPTION_STAGES,
	OPTION_SYSCALL,
	OPTION_CLOSURE,
	OPTION_BPF,
	OPTION_PFC,
	OPTION_DOCKER,
	OPTION_PROGRAM,
	OPTION_OUTPUT,
	OPTION_MERGE,
	OPTION_EXACT,
	OPTION_ALLOW_LOOSER,
	OPTION_QUIET,
	OPTION_VERBOSE,
	OPTION_HELP,
	OPTION_VERSION,
};

#define SCOPE_PROFILES (SCOPE_RUN | SCOPE_EXPLAIN | SCOPE_LEARN)
#define SCOPE_KEYS     (SCOPE_PROFILES | SCOPE_EXPORT)

static const struct option_info {
	const char *name;  /* "--name" */
	const char *brief; /* "-n", or NULL */
	const char *arg;   /* NULL: takes none */
	enum option_kind kind;
	unsigned scope;
	const char *section, *key, *value; /* OPTION_SET */
	const char *help;
} table[] = {
	{"--profile", "-p", "NAME|FILE", OPTION_PROFILE, SCOPE_KEYS, NULL, NULL, NULL,
	 "a profile to apply; may be repeated, the later ones on top"},
	{"--option", "-o", "SECTION.KEY=VALUE", OPTION_KEY, SCOPE_KEYS, NULL, NULL, NULL,
	 "set a key, on top of all profiles"},
	{"--netns", NULL, "NAME", OPTION_SET, SCOPE_PROFILES, "network", "netns", NULL,
	 "use the network of the uplink NAME alone"},
	{"--uplink", NULL, "INTERFACE", OPTION_SET, SCOPE_PROFILES, "network", "uplink", NULL,
	 "use one interface of the host, through pasta; best effort"},
	{"--no-network", NULL, NULL, OPTION_SET, SCOPE_PROFILES, "network", "mode", "none",
	 "no network but the sandbox's own lo"},
	{"--ro", NULL, "PATH[:DEST]", OPTION_PATH, SCOPE_PROFILES, "filesystem", "ro", NULL,
	 "show a path read-only"},
	{"--rw", NULL, "PATH[:DEST]", OPTION_PATH, SCOPE_PROFILES, "filesystem", "rw", NULL,
	 "show a path writable"},
	{"--home", NULL, "MODE", OPTION_SET, SCOPE_PROFILES, "filesystem", "home", NULL,
	 "the home directory: private, tmpfs, persist:NAME, host-ro or host"},
	{"--workdir", NULL, "PATH", OPTION_PATH, SCOPE_PROFILES, "exec", "workdir", NULL,
	 "the working directory inside"},
	{"--setenv", NULL, "NAME=VALUE", OPTION_SET, SCOPE_PROFILES, "environment", "set", NULL,
	 "set an environment variable"},
	{"--why", NULL, NULL, OPTION_SET, SCOPE_RUN | SCOPE_EXPLAIN, "exec", "why", "yes",
	 "say what the sandbox denies, as it happens; slower"},
	{"--as", NULL, "FORMAT", OPTION_AS, SCOPE_EXPLAIN, NULL, NULL, NULL,
	 "text (the default), json, or profile: the merged profile itself"},
	{"--stages", NULL, NULL, OPTION_STAGES, SCOPE_EXPLAIN, NULL, NULL, NULL,
	 "list the stages of a start, in order"},
	{"--syscall", NULL, "CALL", OPTION_SYSCALL, SCOPE_EXPLAIN, NULL, NULL, NULL,
	 "say what the filter answers to a call or @group, and by which line; may be repeated"},
	{"--closure", NULL, NULL, OPTION_CLOSURE, SCOPE_EXPLAIN, NULL, NULL, NULL,
	 "list the files of the profile's closure, or else of the command's, and how many they are"},
	{"--bpf", NULL, NULL, OPTION_BPF, SCOPE_EXPORT, NULL, NULL, NULL,
	 "the program as the kernel takes it, for bwrap --seccomp"},
	{"--pfc", NULL, NULL, OPTION_PFC, SCOPE_EXPORT, NULL, NULL, NULL,
	 "readable, with the names of calls and the lines of the profile"},
	{"--docker", NULL, NULL, OPTION_DOCKER, SCOPE_EXPORT, NULL, NULL, NULL,
	 "a seccomp profile for Docker and Podman, as --security-opt seccomp=FILE takes it"},
	{"--program", NULL, "N", OPTION_PROGRAM, SCOPE_EXPORT, NULL, NULL, NULL,
	 "with --bpf, where the filter is several programs: the one to write, from 1"},
	{"--output", NULL, "FILE", OPTION_OUTPUT, SCOPE_LEARN | SCOPE_IMPORT, NULL, NULL, NULL,
	 "write the profile to a file, not to standard output"},
	{"--merge", NULL, "FILE", OPTION_MERGE, SCOPE_LEARN, NULL, NULL, NULL,
	 "add what is missing to a profile that is there"},
	{"--exact", NULL, NULL, OPTION_EXACT, SCOPE_LEARN, NULL, NULL, NULL,
	 "look at each single call; slower"},
	{"--allow-looser", NULL, NULL, OPTION_ALLOW_LOOSER, SCOPE_IMPORT, NULL, NULL, NULL,
	 "write a profile that allows more than the line did, too"},
	{"--quiet", "-q", NULL, OPTION_QUIET, SCOPE_ALL, NULL, NULL, NULL,
	 "say nothing but errors and warnings"},
	{"--verbose", "-v", NULL, OPTION_VERBOSE, SCOPE_ALL, NULL, NULL, NULL, "say more"},
	{"--help", "-h", NULL, OPTION_HELP, SCOPE_ALL, NULL, NULL, NULL, "show this help"},
	{"--version", "-V", NULL, OPTION_VERSION, SCOPE_RUN, NULL, NULL, NULL, "show the version"},
};

struct names {
	size_t next;
	unsigned scope;
};

static const char *next_name(void *cursor)
{
	struct names *names = cursor;

	while (names->next < ARRAY_SIZE(table)) {
		const struct option_info *info = &table[names->next++];

		if (info->scope & names->scope)
			return info->name;
	}
	return NULL;
}

static int unknown_option(const char *word, unsigned scope, struct err **err)
{
	struct names names = {0, scope};
	const char *nearest = str_nearest(word, next_name, &names);

	err_set_code(err, EXIT_USAGE, 0, "unknown option \"%s\"", word);
	if (nearest)
		err_append(err, "; did you mean %s?", nearest);
	return -1;
}

/* The table's row for `word`; *value points behind a '=' in it, else is NULL. */
static const struct option_info *find(const char *word, unsigned scope, const char **value)
{
	size_t len = strcspn(word, "=");

	*value = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (!(table[i].scope & scope))
			continue;
		if (table[i].brief && streq(word, table[i].brief))
			return &table[i];
		if (strlen(table[i].name) == len && strncmp(word, table[i].name, len) == 0) {
			*value = word[len] ? word + len + 1 : NULL;
			return &table[i];
		}
	}
	return NULL;
}

/* SECTION.KEY=VALUE; whether they exist is for the profile to say. */
static int add_key(struct options *out, const char *label, const char *text, struct err **err)
{
	const char *dot = strchr(text, '.');
	const char *equals = strchr(text, '=');
	struct profile_option *key;

	if (!dot || !equals || dot > equals || dot == text || dot + 1 == equals)
		return err_set_code(err, EXIT_USAGE, 0,
				    "%s \"%s\" is not of the form SECTION.KEY=VALUE", label, text);
	strv_take(&out->owned, xstrndup(text, (size_t)(dot - text)));
	strv_take(&out->owned, xstrndup(dot + 1, (size_t)(equals - dot - 1)));
	strv_take(&out->owned, xasprintf("%s %.*s", label, (int)(equals - text), text));
	key = array_grow(&out->keys, &out->nkeys);
	*key = (struct profile_option){out->owned.items[out->owned.count - 1],
				       out->owned.items[out->owned.count - 3],
				       out->owned.items[out->owned.count - 2], equals + 1};
	return 0;
}

/* A path of the profile language, in which ':' and '\\' are special, for a path as it is. */
static char *escaped(const char *path)
{
	struct str out = {0};

	for (const char *s = path; *s; s++) {
		if (*s == ':' || *s == '\\')
			str_add(&out, "\\");
		str_add_len(&out, s, 1);
	}
	return str_steal(&out);
}

/*
 * A relative path, in the profile language, behind the working directory's. Text only: symlinks are
 * for the plan to judge. The directory is the kernel's, without symlinks, so each ".." at the front
 * goes to its parent.
 */
static char *behind_directory(const char *path, struct err **err)
{
	_cleanup_free_ char *dir = getcwd(NULL, 0), *known = NULL;

	if (!dir || dir[0] != '/') {
		err_set(err, dir ? ENOENT : errno, "%s: find the working directory", path);
		return NULL;
	}
	for (;;) {
		char *up;

		if (streq(path, ".."))
			path = "../";
		if (str_starts(path, "./")) {
			path += 2;
		} else if (str_starts(path, "../")) {
			path += 3;
			up = path_dir(dir);
			free(dir);
			dir = up;
		} else {
			known = escaped(dir);
			return *path && !streq(path, ".") ? path_join(known, path)
							  : steal_ptr(&known);
		}
	}
}

/*
 * On the command line a path may be relative to the working directory, as everywhere in a shell; in
 * a profile it may not. [-]SOURCE[:DEST]: the source is made absolute, which is also its place
 * inside unless DEST names one.
 */
static int absolute(struct options *out, const char **value, struct err **err)
{
	bool optional = (*value)[0] == '-';
	const char *source = *value + optional;
	_cleanup_free_ char *name = NULL, *path = NULL;
	_cleanup_str_ struct str text = {0};
	size_t len = 0;

	if (!*source || strchr("/~$:", *source))
		return 0;
	while (source[len] && source[len] != ':')
		len += source[len] == '\\' && source[len + 1] ? 2 : 1;
	name = xstrndup(source, len);
	path = behind_directory(name, err);
	if (!path)
		return -1;
	str_add(&text, optional ? "-" : "");
	str_add(&text, path);
	str_add(&text, source + len);
	strv_take(&out->owned, str_steal(&text));
	*value = out->owned.items[out->owned.count - 1];
	return 0;
}

static int apply(struct options *out, const struct option_info *info, const char *value,
		 struct err **err)
{
	struct profile_option *key;

	switch (info->kind) {
	case OPTION_PROFILE:
		*array_grow(&out->profiles, &out->nprofiles) = value;
		return 0;
	case OPTION_KEY:
		return add_key(out, "-o", value, err);
	case OPTION_PATH:
		if (absolute(out, &value, err) < 0)
			return -1;
		/* fall through */
	case OPTION_SET:
		key = array_grow(&out->keys, &out->nkeys);
		*key = (struct profile_option){info->name, info->section, info->key,
					       info->value ? info->value : value};
		return 0;
	case OPTION_AS:
		if (!streq(value, "text") && !streq(value, "json") && !streq(value, "profile"))
			return err_set_code(err, EXIT_USAGE, 0,
					    "--as \"%s\" is not one of text, json, profile", value);
		out->as = value;
		return 0;
	case OPTION_STAGES:
		out->stages = true;
		return 0;
	case OPTION_SYSCALL:
		*array_grow(&out->syscalls, &out->nsyscalls) = value;
		return 0;
	case OPTION_CLOSURE:
		out->closure = true;
		return 0;
	case OPTION_BPF:
		out->bpf = true;
		return 0;
	case OPTION_PFC:
		out->pfc = true;
		return 0;
	case OPTION_DOCKER:
		out->docker = true;
		return 0;
	case OPTION_PROGRAM:
		out->program = value;
		return 0;
	case OPTION_OUTPUT:
		out->output = value;
		return 0;
	case OPTION_MERGE:
		out->merge = value;
		return 0;
	case OPTION_EXACT:
		out->exact = true;
		return 0;
	case OPTION_ALLOW_LOOSER:
		out->allow_looser = true;
		return 0;
	case OPTION_QUIET:
		out->quiet = true;
		return 0;
	case OPTION_VERBOSE:
		out->verbose = true;
		return 0;
	case OPTION_HELP:
		out->help = true;
		return 0;
	case OPTION_VERSION:
		out->version = true;
		return 0;
	}
	return -1;
}

int options_parse(const char *const *argv, enum option_scope scope, struct options *out,
		  struct err **err)
{
	*out = (struct options){.as = "text"};
	while (*argv && (*argv)[0] == '-' && (*argv)[1]) {
		const char *word = *argv++, *value;
		const struct option_info *info;

		out->dashes = streq(word, "--");
		if (out->dashes)
			break;
		info = find(word, scope, &value);
		if (!info)
			return unknown_option(word, scope, err);
		if (!info->arg && value)
			return err_set_code(err, EXIT_USAGE, 0, "option %s takes no value",
					    info->name);
		if (info->arg && !value) {
			if (!*argv)
				return err_set_code(err, EXIT_USAGE, 0, "option %s needs %s", word,
						    info->arg);
			value = *argv++;
		}
		if (apply(out, info, value, err) < 0)
			return -1;
	}
	out->rest = argv;
	log_set_level(out->quiet     ? LOG_LEVEL_WARNING
		      : out->verbose ? LOG_LEVEL_DEBUG
				     : LOG_LEVEL_NOTE);
	return 0;
}

void options_free(struct options *options)
{
	free(options->profiles);
	free(options->keys);
	free(options->syscalls);
	strv_free(&options->owned);
}

void options_print(enum option_scope scope)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		const struct option_info *info = &table[i];
		char left[64];

		if (!(info->scope & scope))
			continue;
		snprintf(left, sizeof(left), "%s%s%s%s%s", info->brief ? info->brief : "    ",
			 info->brief ? ", " : "", info->name, info->arg ? " " : "",
			 info->arg ? info->arg : "");
		printf("  %-32s %s\n", left, info->help);
	}
}
