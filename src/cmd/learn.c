/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox learn: runs a command, watches what it uses, and writes the profile that shows it that. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/path.h"
#include "cmd/cmd.h"
#include "learn/learn_files.h"
#include "learn/learn_seccomp.h"
#include "learn/learn_watch.h"
#include "plan/build.h"
#include "profile/ini.h"
#include "sandbox/observe.h"
#include "seccomp/compile.h"

struct learn {
	const struct options *options;
	struct record record;
	struct watcher *watcher;
	bool progress; /* a line on the terminal is kept up to date */
	char *merge;   /* the text of the profile to update, or NULL */
	size_t merge_len;
};

/* The cursor goes back to the start of the line, so that what the command writes replaces it. */
static void show_progress(void *context)
{
	const struct learn *learn = context;

	if (learn->progress)
		fprintf(stderr, "sbox: %llu calls, %zu paths, %zu addresses\033[K\r",
			(unsigned long long)learn->record.total, learn->record.nuses,
			learn->record.nsockets);
}

static int saw_call(void *context, int listener, const struct seccomp_notif *notif)
{
	struct learn *learn = context;

	watcher_call(learn->watcher, listener, notif);
	return 0;
}

static void call_answered(void *context)
{
	const struct learn *learn = context;

	watcher_answered(learn->watcher);
}

/* The paths of the command's first execve(2) calls, as the working directory makes them whole. */
static void find_candidates(const struct plan_exec *exec, struct strv *out)
{
	for (const char *const *path = exec->candidates; *path; path++)
		strv_take(out, **path == '/' ? xstrdup(*path) : path_join(exec->workdir, *path));
}

static int run_in_sandbox(struct learn *learn, const struct observer *observer,
			  const struct process_title *title, struct err **err)
{
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_host_ struct host host = {0};
	_cleanup_plan_ struct plan *plan = NULL;
	_cleanup_strv_ struct strv candidates = {0};
	const struct value *user;
	int status;

	if (cmd_load_profile(learn->options, &profile, err) < 0)
		return -1;
	user = profile_get(profile, KEY_EXEC_RUN_AS);
	if (user)
		return err_set(err, 0, "%s: run-as = %s: start sbox learn as that user instead",
			       loc_text(&user->loc), user->text);
	if (cmd_collect_host(&host, err) < 0 ||
	    cmd_make_plan(learn->options, profile, &host, &plan, err) < 0)
		return -1;
	find_candidates(&plan->exec, &candidates);
	learn->watcher = watcher_new(&learn->record, (const char *const *)candidates.items);
	status = sandbox_run_observed(plan, title, NULL, observer, err);
	watcher_free(learn->watcher);
	learn->watcher = NULL;
	filter_programs_free(&plan->programs);
	return status;
}

static int run(struct learn *learn, const struct process_title *title, struct err **err)
{
	const struct options *options = learn->options;
	struct observer observer = {.call = saw_call,
				    .answered = call_answered,
				    .tick = show_progress,
				    .context = learn};
	_cleanup_free_ int *quiet = NULL;
	sigset_t none;
	int status;

	if (!options->exact)
		quiet = watcher_quiet(&observer.nquiet);
	observer.quiet = quiet;
	if (options->nprofiles || options->nkeys) {
		status = run_in_sandbox(learn, &observer, title, err);
	} else {
		learn->watcher = watcher_new(&learn->record, NULL);
		status = observe_command((char *const *)(uintptr_t)options->rest, &observer, err);
	}
	watcher_free(learn->watcher);
	learn->watcher = NULL;
	/* They were blocked so as not to come in between; what is left to do may wait for a reader.
	 */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (learn->progress)
		fputs("\033[K", stderr);
	return status;
}

static enum view_kind view_kind(const struct step *step)
{
	switch (step->kind) {
	case STEP_TMPFS:
		return VIEW_EMPTY;
	case STEP_DIR:
		return VIEW_DIRECTORY;
	case STEP_PROC:
	case STEP_SYSFS:
	case STEP_DEVPTS:
		return VIEW_OWN;
	default:
		return VIEW_SHOWN;
	}
}

/* What an empty profile shows, which needs no line. The plan owns the paths. */
static int base_view(const struct host *host, struct plan **plan, struct view *view,
		     struct err **err)
{
	static const char *const command[] = {"COMMAND", NULL}, *const nowhere[] = {NULL};
	/* With a network, for what it brings of its own, such as the resolver's file. */
	const struct profile_option mode = {"-o", "network", "mode", "host"};
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_strv_ struct strv mistakes = {0};

	if (profile_load(nowhere, NULL, 0, &mode, 1, &mistakes, &profile, err) < 0 ||
	    plan_build(profile, host, command, plan, err) < 0)
		return -1;
	for (size_t i = 0; i < (*plan)->nsteps; i++) {
		const struct step *step = &(*plan)->steps[i];

		if (step->kind != STEP_READONLY && step->kind != STEP_HIDE)
			*array_grow(&view->items, &view->count) =
				(struct view_entry){step->dest, view_kind(step)};
	}
	return 0;
}

/* $NAME when it is an absolute path, else FALLBACK below the home directory. */
static void add_shared(struct strv *shared, const char *name, const char *home,
		       const char *fallback)
{
	const char *value = name ? getenv(name) : NULL;
	char *path = value && value[0] == '/' ? path_clean(value) : NULL;

	strv_take(shared, path ? path : path_join(home, fallback));
}

static void shared_directories(const char *home, struct strv *shared)
{
	static const char *const system[] = {"/var/lib",   "/var/log",  "/var/cache", "/var/spool",
					     "/usr/local", "/run/lock", "/run/user"};
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	for (size_t i = 0; i < ARRAY_SIZE(system); i++)
		strv_add(shared, system[i]);
	if (runtime)
		strv_add(shared, runtime);
	add_shared(shared, NULL, home, ".local");
	add_shared(shared, "XDG_CONFIG_HOME", home, ".config");
	add_shared(shared, "XDG_CACHE_HOME", home, ".cache");
	add_shared(shared, "XDG_DATA_HOME", home, ".local/share");
	add_shared(shared, "XDG_STATE_HOME", home, ".local/state");
}

static char *title_of(const char *const *argv)
{
	struct str title = {0};

	str_add(&title, "Learned by sbox learn from:");
	for (; *argv; argv++)
		str_addf(&title, " %s", *argv);
	lines_make_printable(title.text);
	title.len = strlen(title.text);
	if (title.len > 200)
		memcpy(title.text + 197, "...", 4);
	return str_steal(&title);
}

static int make_lines(const struct learn *learn, struct lines *lines, struct err **err)
{
	const char *display = getenv("WAYLAND_DISPLAY"), *runtime = getenv("XDG_RUNTIME_DIR");
	const char *xauthority = getenv("XAUTHORITY");
	_cleanup_host_ struct host host = {0};
	_cleanup_plan_ struct plan *plan = NULL;
	_cleanup_strv_ struct strv shared = {0};
	_cleanup_free_ char *wayland = NULL, *home = NULL, *command = NULL, *cookies = NULL;
	struct view view = {0};
	struct places places;
	int result;

	if (cmd_collect_host(&host, err) < 0)
		return -1;
	host.explain = true;
	if (base_view(&host, &plan, &view, err) < 0) {
		free(view.items);
		return -1;
	}
	home = path_clean(host.home);
	shared_directories(home, &shared);
	if (display && display[0] == '/')
		wayland = xstrdup(display);
	else if (display && runtime)
		wayland = path_join(runtime, display);
	cookies = xauthority && *xauthority ? xstrdup(xauthority) : path_join(home, ".Xauthority");
	places =
		(struct places){home, runtime, wayland, cookies, (const char *const *)shared.items};
	command = xstrdup(path_base(learn->options->rest[0]));
	lines_make_printable(command);
	lines_add(lines, "profile", "description", "what %.100s was seen to use", command);
	files_lines(&learn->record, &view, &places, lines);
	result = seccomp_lines(&learn->record, !learn->options->exact, lines, err);
	network_lines(&learn->record, lines);
	free(view.items);
	return result;
}

static int write_profile(const struct learn *learn, const struct lines *lines, struct err **err)
{
	const struct options *options = learn->options;
	const char *file = options->output ? options->output : options->merge;
	_cleanup_strv_ struct strv left = {0};
	_cleanup_free_ char *text = NULL, *title = NULL;

	if (learn->merge) {
		text = lines_merge(lines, options->merge, learn->merge, learn->merge_len, &left,
				   err);
		if (!text)
			return -1;
		for (size_t i = 0; i < left.count; i++)
			log_warning("%s", left.items[i]);
	} else {
		title = title_of(options->rest);
		text = lines_format(lines, title);
	}
	if (file && cmd_write_file(file, text, err) == 0)
		return 0;
	/* What a run has shown is not thrown away. */
	fputs(text, stdout);
	return file ? -1 : 0;
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void summary(const struct record *record, double seconds)
{
	unsigned different = 0;

	for (size_t abi = 0; abi < ABI_COUNT; abi++)
		for (unsigned nr = 0; nr < CALLS; nr++)
			different += record->calls[abi][nr] != 0;
	log_note("learned from %llu calls of %u kinds in %.1f s: %zu path%s, %zu address%s",
		 (unsigned long long)record->total, different, seconds, record->nuses,
		 plural(record->nuses), record->nsockets, record->nsockets == 1 ? "" : "es");
	if (record->unreadable)
		log_warning("the memory of a process could not be read %llu time%s, so what these "
			    "calls used is not known",
			    (unsigned long long)record->unreadable, plural(record->unreadable));
	if (record->missed)
		log_warning(
			"not learned: %llu path%s relative to a directory that could not be told",
			(unsigned long long)record->missed, plural(record->missed));
	if (record->elsewhere)
		log_warning("not learned: %llu path%s used with another root directory or other "
			    "mounts, as inside another sandbox",
			    (unsigned long long)record->elsewhere, plural(record->elsewhere));
	if (record->others)
		log_warning("%llu call%s had a number that nobody knows",
			    (unsigned long long)record->others, plural(record->others));
	if (record->calls[ABI_NATIVE][syscall_number("io_uring_setup", ABI_NATIVE)])
		log_warning("io_uring was used, and what was done through it can't be seen");
}

/* Reads the profile to update, and makes sure that it is one before anything is run. */
static int read_merged(struct learn *learn, struct err **err)
{
	const char *file = learn->options->merge;
	_cleanup_strv_ struct strv left = {0};
	_cleanup_free_ char *text = NULL;

	if (!file)
		return 0;
	if (io_read_file(AT_FDCWD, file, INI_FILE_MAX, &learn->merge, &learn->merge_len, err) < 0)
		return -1;
	text = lines_merge(&(struct lines){0}, file, learn->merge, learn->merge_len, &left, err);
	return text ? 0 : -1;
}

/* Makes sure that the result can be written, before anything is run. */
static int try_output(const struct options *options, struct err **err)
{
	const char *file = options->output ? options->output : options->merge;

	return file ? cmd_try_output(file, err) : 0;
}

static int learn_command(struct learn *learn, const struct process_title *title, struct err **err)
{
	_cleanup_lines_ struct lines lines = {0};
	struct timespec from, to;
	int status;

	if (read_merged(learn, err) < 0 || try_output(learn->options, err) < 0)
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &from);
	status = run(learn, title, err);
	clock_gettime(CLOCK_MONOTONIC, &to);
	if (status < 0)
		return -1;
	if (learn->record.root < 0)
		return err_set(err, 0,
			       "the processes of %s could not be looked into; the setting "
			       "kernel.yama.ptrace_scope must be 0 or 1 for that",
			       learn->options->rest[0]);
	summary(&learn->record,
		(double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	if (make_lines(learn, &lines, err) < 0)
		return -1;
	for (size_t i = 0; i < lines.warnings.count; i++)
		log_warning("%s", lines.warnings.items[i]);
	if (write_profile(learn, &lines, err) < 0)
		return -1;
	return status;
}

int cmd_learn(const char *const *argv, const struct process_title *title, struct err **err)
{
	_cleanup_options_ struct options options;
	struct learn learn = {.options = &options};
	int status;

	if (options_parse(argv, SCOPE_LEARN, &options, err) < 0)
		return -1;
	if (options.help) {
		puts("usage: sbox learn [OPTION]... [--] COMMAND [ARG]...\n\n"
		     "Runs COMMAND, watches its system calls, and writes a profile that shows it\n"
		     "what it used. Without --profile and -o it runs outside of any sandbox.\n");
		options_print(SCOPE_LEARN);
		return 0;
	}
	if (!options.rest[0])
		return err_set_code(err, EXIT_USAGE, 0,
				    "usage: sbox learn [OPTION]... [--] COMMAND [ARG]...");
	learn.progress = !options.quiet && isatty(STDERR_FILENO);
	record_init(&learn.record);
	status = learn_command(&learn, title, err);
	record_free(&learn.record);
	free(learn.merge);
	return status;
}
