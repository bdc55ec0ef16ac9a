/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "base/str.h"
#include "cmd/cmd.h"

/* Of the launcher's own memory, for the verb that starts something. */
static const struct process_title *launcher_title;

static int cmd_learn_titled(const char *const *argv, struct err **err)
{
	return cmd_learn(argv, launcher_title, err);
}

static const struct verb {
	const char *name;
	const char *args;
	int (*run)(const char *const *argv, struct err **err);
	const char *help;
} verbs[] = {
	{"check", "PROFILE...", cmd_check, "list every mistake in profiles"},
	{"explain", "[OPTION]... [--] [COMMAND]", cmd_explain,
	 "say what a run would do, with the profile line behind each part"},
	{"list-profiles", "", cmd_list_profiles, "list the profiles there are"},
	{"keys", "", cmd_keys, "list the keys that a profile may have"},
	{"seccomp", "groups|import|export ...", cmd_seccomp,
	 "list the groups of system calls; read and write filters"},
	{"audit", "[OPTION]... [FILE|-]", cmd_audit,
	 "show which system calls were logged, by program"},
	{"learn", "[OPTION]... [--] COMMAND", cmd_learn_titled,
	 "run a command and write the profile that it needs"},
	{"import", "bwrap [OPTION]... -- ARG...", cmd_import,
	 "turn a command line of bubblewrap's into a profile"},
	{"netns", "up|down|status|list ...", cmd_netns,
	 "manage uplinks (sudo for up and down); see sbox netns --help"},
};

bool cmd_is_verb(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (streq(word, verbs[i].name))
			return true;
	return false;
}

bool cmd_keeps_descriptors(const char *const *argv)
{
	return argv[0] && streq(argv[0], "import");
}

int cmd_dispatch(const char *const *argv, const struct process_title *title, struct err **err)
{
	launcher_title = title;
	for (size_t i = 0; argv[0] && i < ARRAY_SIZE(verbs); i++)
		if (streq(argv[0], verbs[i].name))
			return verbs[i].run(argv + 1, err);
	return cmd_run(argv, title, err);
}

void cmd_help(void)
{
	puts("usage: sbox [OPTION]... [--] COMMAND [ARG]...\n"
	     "       sbox VERB ...\n\n"
	     "Runs COMMAND in a sandbox that a profile describes. Without --profile the profile\n"
	     "that matches COMMAND is taken, else \"default\".\n\n"
	     "Options:");
	options_print(SCOPE_RUN);
	puts("\nVerbs (to run a program of that name, put -- in front of it):");
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		char left[64];

		snprintf(left, sizeof(left), "%s %s", verbs[i].name, verbs[i].args);
		printf("  %-40s %s\n", left, verbs[i].help);
	}
	puts("\nExit status: the command's own; 128+N when signal N ended it; 125 the sandbox could\n"
	     "not be set up; 126 the command can't be executed; 127 it was not found; 2 usage;\n"
	     "3 mistakes in a profile.\n\n"
	     "See sbox(1), sbox-profile(5), sbox-netns(8).");
}
