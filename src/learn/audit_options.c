/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_options.h"

#include <getopt.h>
#include <stdio.h>
#include <time.h>

#include "base/num.h"
#include "base/str.h"

/* clang-format off */
static const struct option table[] = {
	{"profile", required_argument, NULL, 'p'},
	{"comm", required_argument, NULL, 'c'},
	{"since", required_argument, NULL, 's'},
	{"json", no_argument, NULL, 'j'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};
/* clang-format on */

void audit_help(void)
{
	puts("usage: sbox audit [OPTION]... [FILE|-]\n\n"
	     "Shows the SECCOMP records of a log by program and system call, and what Landlock\n"
	     "denied each program. Without FILE: the audit daemon's log, else the kernel's.\n\n"
	     "  -p, --profile NAME|FILE  say what that profile says of each call\n"
	     "  -c, --comm NAME          only what calls itself so\n"
	     "  -s, --since TIME         only from then on: 2h, today, 2026-11-24 10:30, @SECONDS\n"
	     "  -j, --json               as JSON\n"
	     "  -h, --help               show this help\n\n"
	     "See sbox-audit(1).");
}

static bool read_date(const char *text, struct tm *tm)
{
	static const char *const forms[] = {"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		const char *end;

		*tm = (struct tm){.tm_isdst = -1};
		end = strptime(text, forms[i], tm);
		if (end && !*end)
			return true;
	}
	return false;
}

int audit_time_parse(const char *text, uint64_t now, uint64_t *ms, struct err **err)
{
	time_t today = (time_t)now, t = -1;
	struct tm tm;
	uint64_t span;
	int64_t seconds;

	if (streq(text, "today") || streq(text, "yesterday")) {
		if (localtime_r(&today, &tm)) {
			tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
			tm.tm_mday -= streq(text, "yesterday");
			tm.tm_isdst = -1;
			t = mktime(&tm);
		}
	} else if (text[0] == '@') {
		if (num_int(text + 1, 0, INT64_MAX / 1000, &seconds, NULL) == 0)
			t = seconds;
	} else if (read_date(text, &tm)) {
		t = mktime(&tm);
	} else if (num_time(text, &span, NULL) == 0) {
		t = span / 1000000 < now ? (time_t)(now - span / 1000000) : 0;
	}
	if (t < 0)
		return err_set_code(
			err, EXIT_USAGE, 0,
			"--since \"%s\" is not a time: a span such as 30min or 2h, today, "
			"yesterday, YYYY-MM-DD, \"YYYY-MM-DD HH:MM:SS\" or @SECONDS",
			text);
	*ms = (uint64_t)t * 1000;
	return 0;
}

int audit_options_parse(int argc, char **argv, uint64_t now, struct audit_options *out,
			struct err **err)
{
	int option;

	*out = (struct audit_options){0};
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":p:c:s:jh", table, NULL)) != -1) {
		switch (option) {
		case 'p':
			out->profile = optarg;
			break;
		case 'c':
			out->comm = optarg;
			break;
		case 's':
			if (audit_time_parse(optarg, now, &out->since, err) < 0)
				return -1;
			break;
		case 'j':
			out->json = true;
			break;
		case 'h':
			out->help = true;
			break;
		case ':':
			return err_set_code(err, EXIT_USAGE, 0, "option %s needs a value",
					    argv[optind - 1]);
		default:
			return err_set_code(err, EXIT_USAGE, 0, "unknown option \"%s\"",
					    argv[optind - 1]);
		}
	}
	out->file = argv[optind];
	if (out->file && argv[optind + 1])
		return err_set_code(err, EXIT_USAGE, 0, "one FILE at most: \"%s\" is too many",
				    argv[optind + 1]);
	return 0;
}
