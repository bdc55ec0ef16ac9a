/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/cmd.h"

#include <stdio.h>
#include <unistd.h>

#include "sandbox/terminal.h"
#include "seccomp/compile.h"
#include "why/why.h"

static int run_with_why(const struct plan *plan, const struct process_title *title,
			const struct terminal *terminal, struct err **err)
{
	struct why *why = why_new(plan);
	const struct observer observer = {
		.program = *why_program(why),
		.call = why_call,
		.context = why,
	};
	int status = sandbox_run_observed(plan, title, terminal, &observer, err);

	if (status >= 0)
		why_end(why, status);
	why_free(why);
	return status;
}

int cmd_run(const char *const *argv, const struct process_title *title, struct err **err)
{
	_cleanup_options_ struct options options;
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_host_ struct host host = {0};
	_cleanup_plan_ struct plan *plan = NULL;
	struct terminal terminal = TERMINAL_NONE;
	int status;

	if (options_parse(argv, SCOPE_RUN, &options, err) < 0)
		return -1;
	if (options.help) {
		cmd_help();
		return 0;
	}
	if (!options.dashes && options.rest[0] && cmd_is_verb(options.rest[0]))
		return err_set_code(err, EXIT_USAGE, 0,
				    "the options of %s come behind it: sbox %s OPTION...; to run a "
				    "program of that name, put -- in front of it",
				    options.rest[0], options.rest[0]);
	if (options.version) {
		printf("sbox %s\n", PACKAGE_VERSION);
		return 0;
	}
	if (cmd_load_profile(&options, &profile, err) < 0 ||
	    cmd_run_as(profile, &terminal, err) < 0 || cmd_collect_host(&host, err) < 0 ||
	    cmd_make_plan(&options, profile, &host, &plan, err) < 0)
		return -1;
	status = plan->exec.why ? run_with_why(plan, title, &terminal, err)
				: sandbox_run(plan, title, &terminal, err);
	/*
	 * Nothing has been written to stdout, and freeing would only touch pages that the kernel
	 * takes back whole: with thousands of mounts that is most of the launcher's own time.
	 */
	if (status >= 0)
		_exit(status);
	filter_programs_free(&plan->programs);
	return -1;
}
