/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox list-profiles and sbox keys: what there is to choose from. */
#include <stdio.h>

#include "base/str.h"
#include "cmd/cmd.h"

static bool show(void *context, const struct profile_listing *listing)
{
	_cleanup_str_ struct str text = {0}, file = {0};

	(void)context;
	str_add_printable(&text, listing->mistake       ? listing->mistake
				 : listing->description ? listing->description
							: "");
	str_add_printable(&file, listing->file);
	for (size_t i = 0; i < listing->match->count; i++) {
		str_add(&file, i ? ", " : "; for ");
		str_add_printable(&file, listing->match->items[i]);
	}
	printf("%-12s %s\n", listing->name, text.text ?: "");
	printf("%-12s   %s\n", "", file.text ?: "");
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
		puts("usage: sbox list-profiles\n\nLists the profiles on the search path.\n");
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
		puts("usage: sbox keys\n\nLists the keys that a profile may have, by section.\n");
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
