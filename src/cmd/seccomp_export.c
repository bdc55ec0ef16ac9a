/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox seccomp export: a profile's filter for other programs, or for people. */
#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/num.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "export/docker.h"
#include "export/pfc.h"
#include "seccomp/compile.h"

static const char usage[] = "usage: sbox seccomp export --bpf|--pfc|--docker [OPTION]... [PROFILE]";

/* Which of several stacked programs, from 0. */
static int choose_program(const struct options *options, const struct filter_programs *programs,
			  size_t *out, struct err **err)
{
	int64_t n = 1;

	if (options->program && num_int(options->program, 1, (int64_t)programs->count, &n, err) < 0)
		return err_prefix(err, "--program");
	if (!options->program && programs->count > 1)
		return err_set_code(err, EXIT_USAGE, 0,
				    "the filter is %zu programs, to be installed in their order; "
				    "export each with --program 1 to --program %zu",
				    programs->count, programs->count);
	*out = (size_t)n - 1;
	return 0;
}

static int write_bpf(const struct options *options, const struct filter_programs *programs,
		     struct err **err)
{
	size_t n = 0;

	if (choose_program(options, programs, &n, err) < 0)
		return -1;
	if (isatty(STDOUT_FILENO))
		return err_set_code(err, EXIT_USAGE, 0,
				    "the program is binary and not for a terminal: write it to a "
				    "file with >FILE, or see it with --pfc");
	if (io_write_all(STDOUT_FILENO, programs->items[n].code,
			 programs->items[n].count * sizeof(struct sock_filter)) < 0)
		return err_set(err, errno, "write to standard output");
	return 0;
}

static int write_filter(const struct options *options, const struct plan *plan, struct err **err)
{
	_cleanup_free_ char *text = NULL;

	if (options->bpf)
		return write_bpf(options, &plan->programs, err);
	if (options->docker) {
		text = filter_to_docker(&plan->filter, err);
		if (!text)
			return -1;
		puts(text);
		return 0;
	}
	text = filter_print(plan->name, &plan->filter, &plan->programs);
	fputs(text, stdout);
	return 0;
}

/* The words with the first that is no option, the PROFILE, moved behind those that follow it. */
static void profile_last(const char *const *argv, const char *const *profile, struct strv *out)
{
	for (; *argv; argv++)
		if (argv != profile)
			strv_add(out, *argv);
	strv_add(out, *profile);
}

int cmd_seccomp_export(const char *const *argv, struct err **err)
{
	_cleanup_strv_ struct strv moved = {0};
	_cleanup_options_ struct options options;
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_plan_ struct plan *plan = NULL;
	int status;

	if (options_parse(argv, SCOPE_EXPORT, &options, err) < 0)
		return -1;
	if (options.rest[0] && options.rest[1]) {
		profile_last(argv, options.rest, &moved);
		options_free(&options);
		if (options_parse((const char *const *)moved.items, SCOPE_EXPORT, &options, err) <
		    0)
			return -1;
	}
	if (options.help) {
		printf("%s\n\nWrites the seccomp filter of a profile, as a run with these options "
		       "would install it, to\nstandard output.\n\n",
		       usage);
		options_print(SCOPE_EXPORT);
		return 0;
	}
	if (options.bpf + options.pfc + options.docker != 1 ||
	    (options.rest[0] && options.rest[1]) || (!options.bpf && options.program))
		return err_set_code(err, EXIT_USAGE, 0, "%s", usage);
	if (options.rest[0])
		*array_grow(&options.profiles, &options.nprofiles) = options.rest[0];
	options.rest = (const char *const[]){NULL};
	if (cmd_load_profile(&options, &profile, err) < 0 ||
	    cmd_make_filter(profile, &plan, err) < 0)
		return -1;
	status = write_filter(&options, plan, err);
	filter_programs_free(&plan->programs);
	return status;
}
