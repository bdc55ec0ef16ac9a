/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sbox-audit: run by `sbox audit`. A program of its own, for libauparse is nothing that every start
 * of an application should load. It reads logs and has no privilege but its caller's.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>

#include "base/log.h"
#include "base/num.h"
#include "learn/audit_options.h"
#include "learn/audit_print.h"
#include "learn/audit_source.h"
#include "learn/audit_verdict.h"

/* The columns of the terminal on standard output, 0 if it is none. */
static unsigned terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int64_t n;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (columns && num_int(columns, 1, 10000, &n, NULL) == 0)
		return (unsigned)n;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	return 80;
}

static int read_records(struct audit_table *table, const struct audit_options *options,
			struct strv *notes, const char **source, struct err **err)
{
	struct audit_reader *reader = audit_reader_new(table, err);
	int result;

	if (!reader)
		return -1;
	if (options->file) {
		*source = streq(options->file, "-") ? "standard input" : options->file;
		result = audit_source_file(reader, options->file, err);
	} else {
		result = audit_source_read(reader, options->since, notes, source, err);
		audit_source_status(notes);
	}
	audit_reader_end(reader);
	return result;
}

/* A full buffer was written before: then only the stream knows that it failed, and errno no more.
 */
static int finish(struct err **err)
{
	bool failed = ferror(stdout);

	if (fflush(stdout) != 0)
		return err_set(err, errno, "write to standard output");
	return failed ? err_set(err, 0, "write to standard output: not all of it was written") : 0;
}

static int run(int argc, char **argv, struct err **err)
{
	_cleanup_audit_table_ struct audit_table table = {0};
	_cleanup_strv_ struct strv notes = {0};
	struct audit_options options;
	struct audit_view view = {0};

	if (audit_options_parse(argc, argv, (uint64_t)time(NULL), &options, err) < 0)
		return -1;
	if (options.help) {
		audit_help();
		return finish(err);
	}
	table.comm = options.comm;
	table.since = options.since;
	if (read_records(&table, &options, &notes, &view.source, err) < 0)
		return -1;
	audit_table_sort(&table);
	if (options.profile && audit_verdicts(&table, options.profile, err) < 0)
		return -1;
	view.width = terminal_width();
	view.utf8 = streq(nl_langinfo(CODESET), "UTF-8");
	view.profile = options.profile;
	view.notes = &notes;
	if (options.json)
		audit_print_json(&table, &view);
	else
		audit_print_text(&table, &view);
	return finish(err);
}

int main(int argc, char **argv)
{
	_cleanup_err_ struct err *err = NULL;

	setlocale(LC_ALL, "");
	/* Numbers in JSON have a point. */
	setlocale(LC_NUMERIC, "C");
	log_setup("sbox audit", LOG_LEVEL_NOTE);
	if (run(argc, argv, &err) == 0)
		return 0;
	log_error("%s", err->text);
	return err->exit_code;
}
