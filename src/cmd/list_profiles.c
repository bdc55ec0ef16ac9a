/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox list-profiles and sbox keys: what there is to choose from. */
#include <stdio.h>

#include "base/str.h"
#include "cmd/cmd.h"

static bool show(void *context, const struct profile_listing *listing)
{
	(void)context;
	printf("%-12s %s\n", listing->name,
	       listing->mistake       ? listing->mistake
	       : listing->description ? listing->description
				      : "");
	printf("%-12s   %s", "", listing->file);
	for (size_t i = 0; i < listing->match->count; i++)
		printf("%s%s", i ? ", " : "; for ", listing->match->items[i]);
	putchar('\n');
	return false;
}

int cmd_list_profiles(const char *const *argv, struct err **err)
{
	_cleanup_options_ struct options options;
	char **dirs;
	int result;

	if (options_parse(argv, SCOPE_OTHER, &options, err) < 0)
		return -1;
	if (options.help) {
		puts("usage: sbox list-profiles\n\nLists the profiles on the search path.");
		options_print(SCOPE_OTHER);
		return 0;
	}
	if (options.rest[0])
		return err_set_code(err, EXIT_USAGE, 0, "usage: sbox list-profiles");
	if (cmd_search_path(&dirs, err) < 0)
		return -1;
	result = profile_each((const char *const *)dirs, show, NULL, err);
	profile_search_free(dirs);
	return result;
}

int cmd_keys(const char *const *argv, struct err **err)
{
	_cleanup_options_ struct options options;
	const char *section = "";

	if (options_parse(argv, SCOPE_OTHER, &options, err) < 0)
		return -1;
	if (options.help) {
		puts("usage: sbox keys\n\nLists the keys that a profile may have, by section.");
		options_print(SCOPE_OTHER);
		return 0;
	}
	if (options.rest[0])
		return err_set_code(err, EXIT_USAGE, 0, "usage: sbox keys");
	for (size_t i = 0; i < KEY_COUNT; i++) {
		const struct key_info *info = &schema[i];

		if (!streq(section, info->section))
			printf("%s[%s]\n", i ? "\n" : "", info->section);
		section = info->section;
		printf("%s = %s%s%s%s\n    %s\n", info->name, info->words ? info->words : "",
		       info->def ? "  (default: " : "", info->def ? info->def : "",
		       info->def ? ")" : "", info->doc);
	}
	return 0;
}
