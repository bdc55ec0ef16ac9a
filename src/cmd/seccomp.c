/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sbox seccomp: groups are the names that a profile may write for many calls. */
#include <stdio.h>

#include "base/str.h"
#include "cmd/cmd.h"
#include "sysname/group.h"

/* Members in lines of at most 90 columns. */
static void show_members(const char *members)
{
	size_t column = 0;

	for (const char *s = members; *s; s += strspn(s, " ")) {
		size_t len = strcspn(s, " ");

		if (column > 0 && column + 1 + len > 90) {
			putchar('\n');
			column = 0;
		}
		printf("%s%.*s", column ? " " : "    ", (int)len, s);
		column += (column ? 1 : 4) + len;
		s += len;
	}
	putchar('\n');
}

static int show_group(const char *name, struct err **err)
{
	const struct group *group = group_find(name);
	const char *nearest = group ? NULL : group_nearest(name);

	if (!group && nearest)
		return err_set_code(err, EXIT_USAGE, 0, "no group \"%s\"; did you mean %s?", name,
				    nearest);
	if (!group)
		return err_set_code(err, EXIT_USAGE, 0, "no group \"%s\"", name);
	printf("%s\n    %s\n", group->name, group->doc);
	show_members(group->members);
	return 0;
}

static const char usage[] = "usage: sbox seccomp groups [@GROUP]...\n"
			    "       sbox seccomp import FILE\n"
			    "       sbox seccomp export --bpf|--pfc|--docker [OPTION]... [PROFILE]";

int cmd_seccomp(const char *const *argv, struct err **err)
{
	_cleanup_options_ struct options options;
	bool is_groups = argv[0] && streq(argv[0], "groups");

	if (argv[0] && streq(argv[0], "export"))
		return cmd_seccomp_export(argv + 1, err);
	if (argv[0] && streq(argv[0], "import"))
		return cmd_seccomp_import(argv + 1, err);

	/* Options stand behind the word or in front of it. */
	if (options_parse(is_groups ? argv + 1 : argv, SCOPE_OTHER, &options, err) < 0)
		return -1;
	if (options.help) {
		printf("%s\n\ngroups lists all groups of system calls, or what the named ones hold; "
		       "import prints a\nseccomp file of Docker's as lines of a profile; export writes a "
		       "profile's filter, see\nsbox seccomp export --help.\n\n",
		       usage);
		options_print(SCOPE_OTHER);
		return 0;
	}
	argv = options.rest;
	if (!is_groups && argv[0] && streq(argv[0], "groups")) {
		is_groups = true;
		argv++;
	}
	if (!is_groups)
		return argv[0] ? err_set_code(err, EXIT_USAGE, 0,
					      "sbox seccomp has no \"%s\": it is one of groups, "
					      "import and export; see sbox seccomp --help",
					      argv[0])
			       : err_set_code(err, EXIT_USAGE, 0,
					      "sbox seccomp takes one of groups, import and "
					      "export; see sbox seccomp --help");
	if (!argv[0])
		for (size_t i = 0; i < ngroups; i++)
			printf("%-18s %s\n", groups[i].name, groups[i].doc);
	for (; *argv; argv++)
		if (show_group(*argv, err) < 0)
			return -1;
	return 0;
}
