/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox check: the way of a run up to the point where something would be done. */
#include <stdio.h>

#include "base/log.h"
#include "base/str.h"
#include "cmd/cmd.h"

/* One profile by itself. 0 when it is right, else 1; its mistakes have been printed. */
static int check_one(const char *name)
{
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_err_ struct err *err = NULL;
	const char *const no_command[] = {NULL};
	struct options options = {.profiles = &name, .nprofiles = 1, .rest = no_command};

	if (cmd_load_profile(&options, &profile, &err) < 0) {
		log_error("%s", err->text);
		return 1;
	}
	printf("%s: ok\n", name);
	return 0;
}

int cmd_check(const char *const *argv, struct err **err)
{
	_cleanup_options_ struct options options;
	size_t wrong = 0;

	if (options_parse(argv, SCOPE_CHECK, &options, err) < 0)
		return -1;
	if (options.help) {
		puts("usage: sbox check PROFILE...\n\nReads each profile with its includes and lists "
		     "every mistake; exit status 3 when there is one.");
		options_print(SCOPE_CHECK);
		return 0;
	}
	if (!options.rest[0])
		return err_set_code(err, EXIT_USAGE, 0, "usage: sbox check PROFILE...");
	for (const char *const *name = options.rest; *name; name++)
		wrong += (size_t)check_one(*name);
	return wrong ? EXIT_PROFILE : 0;
}
