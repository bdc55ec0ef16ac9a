/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From options to profile and plan: the same path for run, check and explain. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/path.h"
#include "cmd/cmd.h"
#include "plan/build.h"
#include "sandbox/run_as.h"
#include "seccomp/compile.h"

int cmd_search_path(char ***dirs, struct err **err)
{
	return profile_search_path(getenv("SBOX_PROFILE_PATH"), getenv("XDG_CONFIG_HOME"),
				   getenv("HOME"), dirs, err);
}

/*
 * The name that a profile may match: of a command without a slash the command itself, of a path its
 * base name, if that is what PATH would find; a file of some other place that is called like a
 * browser isn't one.
 */
static const char *matchable(const char *command)
{
	const char *path = getenv("PATH"), *base = path_base(command);
	_cleanup_free_ char *dir = path_dir(command);

	if (base == command)
		return command;
	for (const char *s = path ? path : ""; *s; s += strcspn(s, ":"), s += *s == ':') {
		size_t len = strcspn(s, ":");

		if (len == strlen(dir) && strncmp(s, dir, len) == 0)
			return base;
	}
	return NULL;
}

/* The profile for a command that none was named for; *name is the caller's to free. */
static int choose(char **dirs, const char *command, char **name, struct err **err)
{
	_cleanup_free_ char *file = NULL;

	*name = NULL;
	command = command ? matchable(command) : NULL;
	if (command && profile_match((const char *const *)dirs, command, name, &file, err) < 0)
		return -1;
	if (*name)
		log_note("using the profile %s (%s), which matches %s", *name, file, command);
	else
		*name = xstrdup("default");
	return 0;
}

int cmd_load_profile(const struct options *options, struct profile **out, struct err **err)
{
	_cleanup_strv_ struct strv mistakes = {0};
	_cleanup_free_ char *chosen = NULL;
	const char *const *names = options->profiles;
	const char *one[1];
	size_t count = options->nprofiles;
	char **dirs;
	int result;

	if (cmd_search_path(&dirs, err) < 0)
		return -1;
	result = count ? 0 : choose(dirs, options->rest[0], &chosen, err);
	if (chosen) {
		one[0] = chosen;
		names = one;
		count = 1;
	}
	if (result == 0)
		result = profile_load((const char *const *)dirs, names, count, options->keys,
				      options->nkeys, &mistakes, out, err);
	profile_search_free(dirs);
	for (size_t i = 0; i < mistakes.count; i++)
		log_error("%s", mistakes.items[i]);
	return result;
}

int cmd_run_as(const struct profile *profile, struct terminal *terminal, struct err **err)
{
	static const char *const always[] = {"PATH", "TERM", "COLORTERM", "LANG", "LC_*", "TZ"};
	const struct value *user = profile_get(profile, KEY_EXEC_RUN_AS), *values;
	_cleanup_free_ const char **keeps = NULL;
	size_t count, kept = 0;

	if (!user)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		*array_grow(&keeps, &kept) = always[i];
	profile_list(profile, KEY_ENV_KEEP, &values, &count);
	for (size_t i = 0; i < count; i++)
		*array_grow(&keeps, &kept) = values[i].text;
	*array_grow(&keeps, &kept) = NULL;
	return run_as(user->text, &user->loc, keeps, terminal, err);
}

int cmd_collect_host(struct host *host, struct err **err)
{
	return host_collect(host, err) < 0 || cmd_search_path(&host->own_dirs, err) < 0 ? -1 : 0;
}

int cmd_make_filter(const struct profile *profile, struct plan **out, struct err **err)
{
	_cleanup_plan_ struct plan *plan = xzalloc(sizeof(*plan));
	const struct host_kernel kernel = host_running_kernel();

	plan->arena = arena_new();
	plan->name = arena_strdup(plan->arena, profile_name(profile));
	if (build_seccomp(plan, profile, &kernel, err) < 0 ||
	    filter_compile(&plan->filter, &plan->programs, err) < 0)
		return -1;
	*out = steal_ptr(&plan);
	return 0;
}

int cmd_make_plan(const struct options *options, const struct profile *profile,
		  const struct host *host, struct plan **out, struct err **err)
{
	_cleanup_plan_ struct plan *plan = NULL;

	if (plan_build(profile, host, options->rest, &plan, err) < 0)
		return -1;
	if (filter_compile(&plan->filter, &plan->programs, err) < 0)
		return -1;
	for (size_t i = 0; i < plan->filter.nimports; i++)
		if (*plan->filter.imports[i].unknown)
			log_debug("%s: import %s: left out, for neither libseccomp nor sbox knows "
				  "them: %s",
				  loc_text(&plan->filter.imports[i].loc),
				  plan->filter.imports[i].file, plan->filter.imports[i].unknown);
	for (size_t i = 0; i < plan->nnotes; i++)
		log_note("%s", plan->notes[i]);
	for (size_t i = 0; i < plan->nwarnings; i++)
		log_warning("%s", plan->warnings[i]);
	*out = steal_ptr(&plan);
	return 0;
}
