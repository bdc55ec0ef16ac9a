/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox explain: what a run with the same options would do, from the same plan. */
#include <stdio.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "plan/print.h"
#include "sandbox/launch.h"
#include "seccomp/compile.h"

static int explain_stages(void)
{
	const struct stage_text *stage;

	for (unsigned i = 0; (stage = sandbox_stage(i)); i++)
		printf("%u. %s (%s)\n   %s\n", i + 1, stage->name, stage->process, stage->text);
	return 0;
}

static int explain_plan(const struct options *options, const struct profile *profile,
			struct err **err)
{
	_cleanup_host_ struct host host = {0};
	_cleanup_plan_ struct plan *plan = NULL;
	_cleanup_free_ char *text = NULL;

	if (cmd_run_as(profile, NULL, err) < 0 || cmd_collect_host(&host, err) < 0)
		return -1;
	host.explain = true;
	if (cmd_make_plan(options, profile, &host, &plan, err) < 0)
		return -1;
	text = streq(options->as, "json") ? plan_print_json(plan) : plan_print_text(plan);
	puts(text);
	if (plan->nclosure && streq(options->as, "text") &&
	    cmd_explain_visible(options, plan, &host, err) < 0)
		return -1;
	filter_programs_free(&plan->programs);
	return 0;
}

int cmd_explain(const char *const *argv, struct err **err)
{
	_cleanup_options_ struct options options;
	_cleanup_profile_ struct profile *profile = NULL;

	if (options_parse(argv, SCOPE_EXPLAIN, &options, err) < 0)
		return -1;
	if (options.help) {
		puts("usage: sbox explain [OPTION]... [--] [COMMAND [ARG]...]\n\n"
		     "Says what a run with these options would do, and does nothing.\n");
		options_print(SCOPE_EXPLAIN);
		return 0;
	}
	if (options.stages)
		return explain_stages();
	if (options.nsyscalls && streq(options.as, "profile"))
		return err_set_code(err, EXIT_USAGE, 0,
				    "--syscall is answered as text or json, not as a profile");
	if (cmd_load_profile(&options, &profile, err) < 0)
		return -1;
	if (options.closure)
		return cmd_explain_closure(&options, profile, err);
	if (options.nsyscalls)
		return cmd_explain_syscalls(&options, profile, err);
	if (streq(options.as, "profile")) {
		_cleanup_free_ char *text = profile_dump(profile, false);

		fputs(text, stdout);
		return 0;
	}
	return explain_plan(&options, profile, err);
}
