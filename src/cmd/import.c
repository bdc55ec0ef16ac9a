/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox import bwrap: a command line of bubblewrap's as a profile. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "import/bwrap.h"

static const char usage[] = "usage: sbox import bwrap [OPTION]... -- [BWRAP-OPTION]... COMMAND "
			    "[ARG]...";

enum { DESCRIPTOR_MAX = 1 << 20 };

static int read_descriptor(int fd, char **data, size_t *len)
{
	return io_read_all(fd, DESCRIPTOR_MAX, data, len);
}

static char *descriptor_path(int fd)
{
	_cleanup_free_ char *link = xasprintf("/proc/self/fd/%d", fd);

	return realpath(link, NULL);
}

static char *real_path(const char *path)
{
	return realpath(path, NULL);
}

static void help(void)
{
	printf("%s\n\nPrints the profile under which sbox runs COMMAND as bwrap would. What differs "
	       "stands in it\nas a comment, and is said.\n\n",
	       usage);
	options_print(SCOPE_IMPORT);
	puts("\nWhat becomes of bubblewrap's options:");
	bwrap_print_options();
	puts("\nSee sbox-import(1).");
}

static int write_profile(const struct options *options, const struct import *import,
			 struct err **err)
{
	for (size_t i = 0; i < import->warnings.count; i++)
		log_warning("%s", import->warnings.items[i]);
	for (size_t i = 0; i < import->looser.count; i++)
		(options->allow_looser ? log_warning : log_error)("looser: %s",
								  import->looser.items[i]);
	if (import->looser.count > 0 && !options->allow_looser)
		return err_set_code(err, EXIT_USAGE, 0,
				    "the profile would allow more than the line did; with "
				    "--allow-looser it is written all the same");
	if (options->output)
		return cmd_write_file(options->output, import->profile, err);
	fputs(import->profile, stdout);
	return 0;
}

static int import_line(const struct options *options, const char *const *argv, struct err **err)
{
	_cleanup_import_ struct import import = {0};
	_cleanup_free_ char *cwd = getcwd(NULL, 0);
	struct import_host host = {
		.cwd = cwd,
		.read = read_descriptor,
		.path = descriptor_path,
		.real = real_path,
	};
	struct host facts = {0};
	int result;

	if (!cwd || cwd[0] != '/')
		return err_set(err, cwd ? ENOENT : errno, "find the working directory");
	if (options->output && cmd_try_output(options->output, err) < 0)
		return -1;
	result = cmd_collect_host(&facts, err);
	if (result == 0) {
		host.home = facts.home;
		host.root = facts.uid == 0;
		result = bwrap_import(argv, &host, &import, err);
	}
	if (result == 0)
		result = write_profile(options, &import, err);
	host_free(&facts);
	return result;
}

int cmd_import(const char *const *argv, struct err **err)
{
	_cleanup_options_ struct options options = {0};
	const char *const *words;

	if (argv[0] && (streq(argv[0], "--help") || streq(argv[0], "-h"))) {
		help();
		return 0;
	}
	if (!argv[0] || !streq(argv[0], "bwrap"))
		return err_set_code(
			err, EXIT_USAGE, 0,
			"the word bwrap is missing behind import%s%s%s: command lines of "
			"bubblewrap alone can be read",
			argv[0] ? ", where \"" : "", argv[0] ? argv[0] : "",
			argv[0] ? "\" stands" : "");
	if (options_parse(argv + 1, SCOPE_IMPORT, &options, err) < 0)
		return err_append(err, " (bubblewrap's own options come behind --)");
	if (options.help) {
		help();
		return 0;
	}
	words = options.rest;
	/* A line that was copied as a whole. */
	if (words[0] && streq(path_base(words[0]), "bwrap"))
		words++;
	if (!options.dashes)
		return err_set_code(err, EXIT_USAGE, 0,
				    "-- is missing in front of bubblewrap's command line; %s",
				    usage);
	if (!words[0])
		return err_set_code(err, EXIT_USAGE, 0,
				    "bubblewrap's options and a command are missing behind --; %s",
				    usage);
	return import_line(&options, words, err);
}
