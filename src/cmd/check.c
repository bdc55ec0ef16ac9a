/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox check: the way of a run up to the point where something would be done. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "seccomp/compile.h"

/* Profile and plan, for the application that the profile names or for any. */
static int check_loaded(const struct options *options, const struct profile *profile,
			struct err **err)
{
	_cleanup_host_ struct host host = {0};
	_cleanup_plan_ struct plan *plan = NULL;

	if (cmd_run_as(profile, NULL, err) < 0 || cmd_collect_host(&host, err) < 0)
		return -1;
	host.explain = true;
	if (cmd_make_plan(options, profile, &host, &plan, err) < 0)
		return -1;
	filter_programs_free(&plan->programs);
	return 0;
}

/*
 * Who has become the user of a run-as can't be another one for the next profile, so then it is done
 * in a process of its own. 0, or the exit status, and the mistake is printed.
 */
static int check_plan(const char *name, const struct options *options,
		      const struct profile *profile)
{
	bool forks = profile_get(profile, KEY_EXEC_RUN_AS) != NULL;
	_cleanup_err_ struct err *err = NULL;
	pid_t pid = forks ? fork() : 0;
	int status = 0;

	if (pid < 0) {
		log_error("%s: fork: %s", name, strerror(errno));
		return EXIT_SETUP;
	}
	if (pid > 0) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_SETUP;
	}
	if (check_loaded(options, profile, &err) < 0) {
		log_error("%s: %s", name, err->text);
		status = err->exit_code;
	}
	if (forks)
		_exit(status);
	return status;
}

/* One profile by itself. 0 when it is right, else the exit status; its mistakes are printed. */
static int check_one(const char *name)
{
	static const char *const command[] = {NULL};
	struct options options = {.profiles = &name, .nprofiles = 1, .rest = command};
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_err_ struct err *err = NULL;
	int status;

	if (cmd_load_profile(&options, &profile, &err) < 0) {
		log_error("%s: %s", name, err->text);
		return err->exit_code;
	}
	status = check_plan(name, &options, profile);
	if (status == 0)
		printf("%s: ok\n", name);
	return status;
}

int cmd_check(const char *const *argv, struct err **err)
{
	_cleanup_options_ struct options options;
	int status = 0;

	if (options_parse(argv, SCOPE_CHECK, &options, err) < 0)
		return -1;
	if (options.help) {
		puts("usage: sbox check PROFILE...\n\n"
		     "Reads each profile with its includes and lists every mistake; exit status 3 when\n"
		     "there is one, 125 when only this host lacks something.\n");
		options_print(SCOPE_CHECK);
		return 0;
	}
	if (!options.rest[0])
		return err_set_code(err, EXIT_USAGE, 0, "usage: sbox check PROFILE...");
	for (const char *const *name = options.rest; *name; name++) {
		int result = check_one(*name);

		/* A mistake in the text counts more than something that this host lacks. */
		if (result && status != EXIT_PROFILE)
			status = result;
	}
	return status;
}
