/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench-filter DIR [OPTION]... -- COMMAND
 *
 * Prints how many microseconds it takes to make the filter of a profile, as a start does: from the
 * merged profile to the program. Writes to DIR the program, "sbox.bpf", and "libseccomp.bpf": the
 * same denials given to libseccomp alone, as a program that uses it would, without its
 * optimisation.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "cmd/cmd.h"
#include "seccomp/compile.h"

enum { ROUNDS = 501 };

static double microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The median; each round makes the whole of it anew. */
static int time_filter(const struct profile *profile, double *median, struct err **err)
{
	double took[ROUNDS];

	for (int round = 0; round < ROUNDS; round++) {
		_cleanup_plan_ struct plan *plan = NULL;
		double from = microseconds();

		if (cmd_make_filter(profile, &plan, err) < 0)
			return -1;
		took[round] = microseconds() - from;
		filter_programs_free(&plan->programs);
	}
	qsort(took, ROUNDS, sizeof(took[0]), by_value);
	*median = took[ROUNDS / 2];
	return 0;
}

/* libseccomp takes one comparison for each argument, and knows fewer calls and forms. */
static void add_rule(scmp_filter_ctx ctx, const struct filter_rule *rule, unsigned *left_out)
{
	struct scmp_arg_cmp compare = {0};
	unsigned n = rule->when ? (unsigned)rule->when->count : 0;
	int nr = seccomp_syscall_resolve_name(rule->name);

	if (n == 1) {
		const struct compare *c = &rule->when->compares[0];

		if (c->op == COMPARE_EQ)
			compare = SCMP_CMP64(c->arg, SCMP_CMP_MASKED_EQ, c->mask, c->value);
		else if (c->op == COMPARE_NE && c->mask == UINT64_MAX)
			compare = SCMP_CMP64(c->arg, SCMP_CMP_NE, c->value);
		else
			n = 2;
	}
	if (nr < 0 || n > 1 || rule->action != ACTION_ERRNO ||
	    seccomp_rule_add_array(ctx, SCMP_ACT_ERRNO((uint32_t)rule->errnum), nr, n, &compare) <
		    0)
		++*left_out;
}

static int write_libseccomp(const struct filter_spec *spec, int dir, struct err **err)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	_cleanup_close_ int fd =
		openat(dir, "libseccomp.bpf", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	unsigned left_out = 0;
	int result = 0;

	if (!ctx || fd < 0)
		return err_set(err, errno, "write libseccomp.bpf");
	for (size_t i = 0; i < spec->nrules; i++)
		add_rule(ctx, &spec->rules[i], &left_out);
	if (seccomp_export_bpf(ctx, fd) < 0)
		result = err_set(err, errno, "write libseccomp.bpf");
	seccomp_release(ctx);
	printf("rules\t%zu\nleft out\t%u\n", spec->nrules, left_out);
	return result;
}

static int make(const char *path, const char *const *argv, struct err **err)
{
	_cleanup_close_ int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_options_ struct options options;
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_plan_ struct plan *plan = NULL;
	const struct filter_program *program;
	double median;

	if (dir < 0)
		return err_set(err, errno, "open %s", path);
	if (options_parse(argv, SCOPE_RUN, &options, err) < 0 ||
	    cmd_load_profile(&options, &profile, err) < 0 ||
	    time_filter(profile, &median, err) < 0 || cmd_make_filter(profile, &plan, err) < 0)
		return -1;
	program = &plan->programs.items[plan->programs.count - 1];
	printf("microseconds\t%.1f\ninstructions\t%zu\n", median, program->count);
	if (io_write_atomic(dir, "sbox.bpf", program->code,
			    program->count * sizeof(struct sock_filter), 0644, err) < 0 ||
	    write_libseccomp(&plan->filter, dir, err) < 0)
		return -1;
	filter_programs_free(&plan->programs);
	return 0;
}

int main(int argc, char **argv)
{
	_cleanup_err_ struct err *err = NULL;

	log_setup("bench-filter", LOG_LEVEL_WARNING);
	if (argc < 3) {
		fprintf(stderr, "usage: bench-filter DIR [OPTION]... [--] COMMAND [ARG]...\n");
		return EXIT_USAGE;
	}
	if (make(argv[1], (const char *const *)argv + 2, &err) < 0) {
		log_error("%s", err->text);
		return err->exit_code;
	}
	return 0;
}
