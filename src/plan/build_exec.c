/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The application's command line, environment, working directory and resource limits. */
#include <limits.h>
#include <string.h>
#include <sys/resource.h>

#include "base/path.h"
#include "base/str.h"
#include "plan/builder.h"

#define FALLBACK_PATH "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"

static const char *const kept[] = {"PATH", "HOME", "USER", "LOGNAME", "SHELL",
				   "TERM", "LANG", "LC_*", "TZ"};

/* Whether the variable "NAME=..." matches NAME or PREFIX*. */
static bool matches(const char *variable, const char *pattern)
{
	size_t len = strlen(pattern);

	if (len > 0 && pattern[len - 1] == '*')
		return strncmp(variable, pattern, len - 1) == 0;
	return strncmp(variable, pattern, len) == 0 && variable[len] == '=';
}

/* The line of the list that names the variable, or NULL. */
static const struct value *listed_by(struct builder *b, enum key_id key, const char *variable)
{
	const struct value *values;
	size_t count;

	profile_list(b->profile, key, &values, &count);
	for (size_t i = 0; i < count; i++)
		if (matches(variable, values[i].text))
			return &values[i];
	return NULL;
}

static bool listed(struct builder *b, enum key_id key, const char *variable)
{
	return listed_by(b, key, variable) != NULL;
}

static bool kept_by_default(const char *variable)
{
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		if (matches(variable, kept[i]))
			return true;
	return false;
}

static bool is_kept(struct builder *b, const char *variable)
{
	if (listed(b, KEY_ENV_UNSET, variable))
		return false;
	if (!profile_flag(b->profile, KEY_ENV_CLEAR) && !is_foreign_proxy(b, variable))
		return true;
	return kept_by_default(variable) || listed(b, KEY_ENV_KEEP, variable);
}

/* Sets NAME=VALUE, in place of what NAME was. */
static void env_set(struct strv *env, const char *name, const char *value)
{
	char *variable = xasprintf("%s=%s", name, value);
	size_t len = strlen(name) + 1;

	for (size_t i = 0; i < env->count; i++) {
		if (strncmp(env->items[i], variable, len) == 0) {
			free(env->items[i]);
			env->items[i] = variable;
			return;
		}
	}
	strv_take(env, variable);
}

static const char *env_get(const struct strv *env, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < env->count; i++)
		if (strncmp(env->items[i], name, len) == 0 && env->items[i][len] == '=')
			return env->items[i] + len + 1;
	return NULL;
}

static int environment(struct builder *b, struct strv *env, struct err **err)
{
	const struct value *values;
	size_t count;

	for (char **variable = b->host->environ; *variable; variable++)
		if (strchr(*variable, '=') && is_kept(b, *variable))
			strv_add(env, *variable);
	if (!env_get(env, "PATH") && !listed(b, KEY_ENV_UNSET, "PATH="))
		env_set(env, "PATH", FALLBACK_PATH);
	if (!listed(b, KEY_ENV_UNSET, "HOME="))
		env_set(env, "HOME", b->home);
	for (size_t i = 0; i < b->set.count; i++) {
		char *equals = strchr(b->set.items[i], '=');
		_cleanup_free_ char *name =
			xstrndup(b->set.items[i], (size_t)(equals - b->set.items[i]));

		env_set(env, name, equals + 1);
	}
	profile_list(b->profile, KEY_ENV_SET, &values, &count);
	for (size_t i = 0; i < count; i++) {
		char *value;

		if (expand(b, value_env_text(&values[i]), false, &values[i].loc, &value, err) < 0)
			return -1;
		env_set(env, values[i].name, value);
	}
	return 0;
}

/* Which line a variable of the application's is from. */
static struct loc env_loc(struct builder *b, const char *variable)
{
	const struct value *keep = listed_by(b, KEY_ENV_KEEP, variable), *values;
	size_t count;

	profile_list(b->profile, KEY_ENV_SET, &values, &count);
	while (count--)
		if (matches(variable, values[count].name))
			return values[count].loc;
	for (size_t i = 0; i < b->set.count; i++)
		if (streq(b->set.items[i], variable))
			return b->set_locs[i];
	if (kept_by_default(variable))
		return no_loc;
	return keep ? keep->loc : profile_get(b->profile, KEY_ENV_CLEAR)->loc;
}

static void env_locs(struct builder *b)
{
	const struct strv *env = &b->plan->exec.owned_envp;
	struct loc *locs = arena_alloc(b->arena, (env->count + 1) * sizeof(*locs));

	for (size_t i = 0; i < env->count; i++)
		locs[i] = env_loc(b, env->items[i]);
	b->plan->exec.env_locs = locs;
}

/* Where the command may be, as execvp(3) would look; an empty element of PATH is left out. */
static void candidates(struct builder *b, const char *command, const char *path)
{
	struct strv list = {0};

	if (strchr(command, '/')) {
		strv_add(&list, command);
	} else {
		for (const char *s = path; s && *s; s += strcspn(s, ":"), s += *s == ':') {
			size_t len = strcspn(s, ":");

			if (len > 0 && *s == '/')
				strv_take(&list, xasprintf("%.*s/%s", (int)len, s, command));
		}
	}
	if (!list.items) /* nowhere to look: it won't be found */
		list.items = xzalloc(sizeof(char *));
	b->plan->exec.candidates = (const char *const *)list.items;
	b->plan->exec.owned_candidates = list;
}

static int command(struct builder *b, const char *const *argv, struct strv *out, struct err **err)
{
	const struct value *line = profile_get(b->profile, KEY_EXEC_COMMAND);
	const struct value *values;
	size_t count;

	b->plan->exec.loc = (struct loc){"command line", 0};
	if (argv[0]) {
		if (!*argv[0])
			return err_set_code(err, EXIT_USAGE, 0, "the command is empty");
		for (; *argv; argv++)
			strv_add(out, *argv);
		return 0;
	}
	if (!line && b->host->explain) {
		b->plan->exec.unnamed = true;
		strv_add(out, "COMMAND");
		return 0;
	}
	if (!line)
		return err_set_code(err, EXIT_USAGE, 0,
				    "no command given, and the profile %s names none",
				    profile_name(b->profile));
	b->plan->exec.loc = line->loc;
	strv_add(out, line->text);
	profile_list(b->profile, KEY_EXEC_ARG, &values, &count);
	for (size_t i = 0; i < count; i++)
		strv_add(out, values[i].text);
	return 0;
}

static int workdir(struct builder *b, struct err **err)
{
	const struct value *value = profile_get(b->profile, KEY_EXEC_WORKDIR);
	struct plan_exec *exec = &b->plan->exec;
	char *path;

	exec->home = b->home;
	exec->workdir_fallback = !value;
	exec->workdir = b->host->cwd ? b->host->cwd : b->home;
	if (!value)
		return 0;
	if (expand_path(b, value->path.source, false, &value->loc, &path, err) < 0)
		return -1;
	exec->workdir = path;
	exec->workdir_loc = value->loc;
	return 0;
}

/* explain: what the start will find missing, as far as it is certain. */
static void find_missing(struct builder *b)
{
	struct plan_exec *exec = &b->plan->exec;

	if (leads_nowhere(b, exec->workdir)) {
		exec->no_workdir = exec->workdir;
		if (exec->workdir_fallback)
			exec->workdir = leads_nowhere(b, exec->home) ? "/" : exec->home;
	}
	exec->missing = !exec->unnamed;
	for (const char *const *path = exec->candidates; *path && exec->missing; path++) {
		_cleanup_free_ char *inside =
			**path == '/' ? xstrdup(*path) : path_join(exec->workdir, *path);

		exec->missing = leads_nowhere(b, inside);
	}
}

static bool has_devpts(const struct builder *b)
{
	for (size_t i = 0; i < b->plan->nsteps; i++)
		if (b->plan->steps[i].kind == STEP_DEVPTS)
			return true;
	return false;
}

/* A new terminal comes from the sandbox's own devpts: the profile must not have put another there.
 */
static int find_devpts(const struct builder *b, const struct loc *loc, struct err **err)
{
	const struct step *shown = NULL;

	if (has_devpts(b))
		return 0;
	for (size_t i = 0; i < b->plan->nsteps; i++) {
		const struct step *step = &b->plan->steps[i];

		if (!step->implied &&
		    (streq(step->dest, "/dev/pts") || path_below("/dev/pts", step->dest)))
			shown = step;
	}
	if (shown) {
		_cleanup_free_ char *text = step_text(shown);

		return err_set_code(err, EXIT_PROFILE, 0,
				    "%s: tty = new contradicts %s (%s): it needs the sandbox's own "
				    "/dev/pts",
				    loc_text(loc), text, loc_text(&shown->loc));
	}
	return err_set_code(err, EXIT_PROFILE, 0,
			    "%s: tty = new needs the sandbox's own /dev/pts, which it doesn't have",
			    loc_text(loc));
}

/* Of the two keys that say it the profile's check has left one, where they contradict. */
static int terminal(struct builder *b, struct err **err)
{
	bool none = profile_flag(b->profile, KEY_EXEC_NEW_SESSION);
	const struct value *value =
		profile_get(b->profile, none ? KEY_EXEC_NEW_SESSION : KEY_EXEC_TTY);
	struct plan_exec *exec = &b->plan->exec;

	exec->tty = none ? TTY_NONE : (enum tty_mode)profile_number(b->profile, KEY_EXEC_TTY);
	exec->tty_loc = value ? value->loc : no_loc;
	if (exec->tty == TTY_NEW)
		return find_devpts(b, &exec->tty_loc, err);
	/* The caller's is root's. */
	exec->tty_of_host = exec->run_as && !has_devpts(b);
	if (exec->tty == TTY_INHERIT && exec->run_as) {
		exec->tty = TTY_NEW;
		exec->tty_loc = exec->run_as_loc;
	}
	return 0;
}

/* Whoever answers the calls that are denied has to outlive those who make them. */
static int why(struct builder *b, struct err **err)
{
	const struct value *value = profile_get(b->profile, KEY_EXEC_WHY);
	const struct value *die = profile_get(b->profile, KEY_EXEC_DIE_WITH_PARENT);

	b->plan->exec.why = profile_flag(b->profile, KEY_EXEC_WHY);
	b->plan->exec.why_loc = value->loc;
	if (b->plan->exec.why && !b->plan->exec.die_with_parent)
		return err_set_code(err, EXIT_PROFILE, 0,
				    "%s: why = yes contradicts die-with-parent = no (%s)",
				    loc_text(&value->loc), loc_text(&die->loc));
	return 0;
}

int build_exec(struct builder *b, const char *const *argv, struct err **err)
{
	struct plan_exec *exec = &b->plan->exec;
	const char *argv0 = profile_text(b->profile, KEY_EXEC_ARGV0);
	const struct value *run_as = profile_get(b->profile, KEY_EXEC_RUN_AS);

	if (command(b, argv, &exec->owned_argv, err) < 0 ||
	    environment(b, &exec->owned_envp, err) < 0 || workdir(b, err) < 0)
		return -1;
	exec->command = arena_strdup(b->arena, exec->owned_argv.items[0]);
	candidates(b, exec->command, env_get(&exec->owned_envp, "PATH"));
	if (b->host->explain)
		find_missing(b);
	if (argv0) {
		free(exec->owned_argv.items[0]);
		exec->owned_argv.items[0] = xstrdup(argv0);
	}
	exec->argv = exec->owned_argv.items;
	if (!exec->owned_envp.items)
		exec->owned_envp.items = xzalloc(sizeof(char *));
	exec->envp = exec->owned_envp.items;
	env_locs(b);
	exec->die_with_parent = profile_flag(b->profile, KEY_EXEC_DIE_WITH_PARENT);
	if (run_as) {
		exec->run_as = run_as->text;
		exec->run_as_loc = run_as->loc;
	}
	return terminal(b, err) < 0 ? -1 : why(b, err);
}

int build_limits(struct builder *b, struct err **err)
{
	static const struct {
		enum key_id key;
		int resource;
		const char *name;
	} limits[] = {
		{KEY_LIMIT_NOFILE, RLIMIT_NOFILE, "nofile"},
		{KEY_LIMIT_CORE, RLIMIT_CORE, "core"},
		{KEY_LIMIT_FSIZE, RLIMIT_FSIZE, "fsize"},
		{KEY_LIMIT_STACK, RLIMIT_STACK, "stack"},
		{KEY_LIMIT_CPUTIME, RLIMIT_CPU, "cputime"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		const struct value *value = profile_get(b->profile, limits[i].key);
		struct plan_limit *limit;
		rlim_t wanted;
		struct rlimit now;

		if (!value)
			continue;
		wanted = value->number == VALUE_INFINITY ? RLIM_INFINITY : (rlim_t)value->number;
		if (limits[i].resource == RLIMIT_CPU && wanted != RLIM_INFINITY) {
			if (wanted % 1000000)
				return err_set(err, 0, "%s: cputime = %s: only whole seconds",
					       loc_text(&value->loc), value->text);
			wanted /= 1000000;
		}
		/* A lower hard limit than asked is the tighter restriction, and stays. */
		if (getrlimit((__rlimit_resource_t)limits[i].resource, &now) == 0 &&
		    now.rlim_max != RLIM_INFINITY && wanted > now.rlim_max) {
			if (wanted != RLIM_INFINITY)
				return err_set(err, 0,
					       "%s: %s = %s is above the hard limit of %llu",
					       loc_text(&value->loc), limits[i].name, value->text,
					       (unsigned long long)now.rlim_max);
			wanted = now.rlim_max;
		}
		limit = array_grow(&b->plan->limits, &b->plan->nlimits);
		*limit = (struct plan_limit){
			limits[i].resource, limits[i].name, {wanted, wanted}, value->loc};
	}
	return 0;
}
