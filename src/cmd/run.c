/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/cmd.h"

#include "seccomp/compile.h"

int cmd_run(const char *const *argv, const struct process_title *title, struct err **err)
{
	_cleanup_options_ struct options options;
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_host_ struct host host = {0};
	_cleanup_plan_ struct plan *plan = NULL;
	int status;

	if (options_parse(argv, SCOPE_RUN, &options, err) < 0)
		return -1;
	if (options.help) {
		cmd_help();
		return 0;
	}
	if (options.version) {
		printf("sbox %s\n", PACKAGE_VERSION);
		return 0;
	}
	if (cmd_load_profile(&options, &profile, err) < 0 || host_collect(&host, err) < 0 ||
	    cmd_make_plan(&options, profile, &host, &plan, err) < 0)
		return -1;
	status = sandbox_run(plan, title, err);
	filter_programs_free(&plan->programs);
	return status;
}
