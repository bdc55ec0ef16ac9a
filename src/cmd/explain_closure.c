/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox explain --closure: which files some programs are loaded from, and how few they are. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/json.h"
#include "base/path.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "cmd/visible.h"
#include "plan/build.h"
#include "plan/print.h"
#include "plan/print_closure.h"

/* A later layer than those of the options. */
static void add_key(struct options *options, const char *key, const char *value)
{
	*array_grow(&options->keys, &options->nkeys) =
		(struct profile_option){"--closure", "filesystem", key, value};
}

/* The options with a list of keys of their own, to add to; free *keys. */
static struct options copy_options(const struct options *options)
{
	struct options copy = *options;

	copy.keys = NULL;
	copy.nkeys = 0;
	for (size_t i = 0; i < options->nkeys; i++)
		*array_grow(&copy.keys, &copy.nkeys) = options->keys[i];
	return copy;
}

/* The path of the command as it would be found outside; the caller frees. */
static char *find_command(const char *command, struct err **err)
{
	const char *path = getenv("PATH");

	if (strchr(command, '/')) {
		if (command[0] == '/' && access(command, F_OK) < 0 &&
		    (errno == ENOENT || errno == ENOTDIR)) {
			err_set_code(err, EXIT_NOT_FOUND, 0, "--closure: %s: not found", command);
			return NULL;
		}
		if (command[0] == '/')
			return xstrdup(command);
		err_set_code(err, EXIT_USAGE, 0, "--closure: \"%s\" is not an absolute path",
			     command);
		return NULL;
	}
	for (const char *s = path ? path : ""; *s; s += strcspn(s, ":"), s += *s == ':') {
		size_t len = strcspn(s, ":");
		_cleanup_free_ char *file = xasprintf("%.*s/%s", (int)len, s, command);

		if (*s == '/' && access(file, X_OK) == 0)
			return steal_ptr(&file);
	}
	err_set_code(err, EXIT_NOT_FOUND, 0, "--closure: %s is not in PATH", command);
	return NULL;
}

/* A path as the profile has to have it. */
static char *escape(const char *path)
{
	struct str out = {0};

	for (const char *s = path; *s; s++) {
		if (strchr(" \\:", *s))
			str_add(&out, "\\");
		str_add_len(&out, s, 1);
	}
	return str_steal(&out);
}

static bool has_closure_key(const struct profile *profile)
{
	const struct value *values;
	size_t count;

	profile_list(profile, KEY_FS_CLOSURE, &values, &count);
	return count > 0;
}

/* How many files there would be with all of /usr; -1 with *err. */
static int count_minimal(const struct options *options, const struct host *host, size_t *count,
			 struct err **err)
{
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_plan_ struct plan *plan = NULL;
	struct options minimal = copy_options(options);
	int result;

	add_key(&minimal, "closure", "");
	add_key(&minimal, "base", "minimal");
	/* What there is to say of the profile has been said. */
	log_set_level(LOG_LEVEL_WARNING);
	result = cmd_load_profile(&minimal, &profile, err);
	if (result == 0)
		result = plan_build(profile, host, options->rest, &plan, err);
	if (result == 0)
		*count = visible_files(plan);
	free(minimal.keys);
	return result;
}

/* The same as --as json, with both counts. */
static int print_json(const struct options *options, const struct plan *plan,
		      const struct host *host, struct err **err)
{
	struct json_object *root, *closure;
	_cleanup_free_ char *text = NULL;
	size_t minimal;

	if (count_minimal(options, host, &minimal, err) < 0)
		return -1;
	root = json_object_new_object();
	closure = plan_closure_json(plan);
	if (closure) {
		json_object_object_add(closure, "visible",
				       json_object_new_int64((int64_t)visible_files(plan)));
		json_object_object_add(closure, "visible_minimal",
				       json_object_new_int64((int64_t)minimal));
	}
	json_object_object_add(root, "closure", closure);
	text = json_print(root);
	puts(text);
	json_object_put(root);
	return 0;
}

int cmd_explain_visible(const struct options *options, const struct plan *plan,
			const struct host *host, struct err **err)
{
	size_t here = visible_files(plan), minimal = 0;

	if (count_minimal(options, host, &minimal, err) < 0)
		return -1;
	printf("\nvisible files\n  %zu; with base = minimal and without closure %zu\n", here,
	       minimal);
	return 0;
}

static void print_files(const struct plan *plan)
{
	_cleanup_str_ struct str out = {0};

	str_add(&out, "closure\n");
	for (size_t i = 0; i < plan->nclosure; i++) {
		const struct plan_closure_file *file = &plan->closure[i];
		_cleanup_free_ char *text = file->via
						    ? xasprintf("%s, for %s", file->path, file->via)
						    : xstrdup(file->path);

		print_line(&out, &file->loc, text);
	}
	if (plan->nclosure_notes)
		str_add(&out, "\nleft out\n");
	for (size_t i = 0; i < plan->nclosure_notes; i++)
		print_remark(&out, plan->closure_notes[i]);
	fputs(out.text, stdout);
}

static int explain(const struct options *options, const struct profile *profile, struct err **err)
{
	_cleanup_host_ struct host host = {0};
	_cleanup_plan_ struct plan *plan = NULL;

	if (cmd_collect_host(&host, err) < 0)
		return -1;
	host.explain = true;
	if (plan_build(profile, &host, options->rest, &plan, err) < 0)
		return -1;
	if (streq(options->as, "json"))
		return print_json(options, plan, &host, err);
	print_files(plan);
	return cmd_explain_visible(options, plan, &host, err);
}

int cmd_explain_closure(const struct options *options, const struct profile *profile,
			struct err **err)
{
	_cleanup_profile_ struct profile *own = NULL;
	_cleanup_free_ char *path = NULL, *escaped = NULL;
	const char *command =
		options->rest[0] ? options->rest[0] : profile_text(profile, KEY_EXEC_COMMAND);
	struct options with_key;
	int result;

	if (streq(options->as, "profile"))
		return err_set_code(err, EXIT_USAGE, 0,
				    "--closure is answered as text or json, not as a profile");
	if (has_closure_key(profile))
		return explain(options, profile, err);
	if (!command)
		return err_set_code(err, EXIT_USAGE, 0,
				    "--closure: no command given, and the profile %s has no "
				    "closure",
				    profile_name(profile));
	path = find_command(command, err);
	if (!path)
		return -1;
	escaped = escape(path);
	with_key = copy_options(options);
	add_key(&with_key, "closure", escaped);
	result = cmd_load_profile(&with_key, &own, err);
	if (result == 0)
		result = explain(&with_key, own, err);
	free(with_key.keys);
	return result;
}
