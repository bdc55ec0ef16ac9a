/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verbs. Each returns the exit status, or -1 with *err set. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/err.h"
#include "cmd/options.h"
#include "plan/host.h"
#include "plan/plan.h"
#include "profile/profile.h"
#include "sandbox/launch.h"

/*
 * Runs the verb that argv[0] names, or the command. `argv` is NULL-terminated, the program's own
 * name left out.
 */
int cmd_dispatch(const char *const *argv, const struct process_title *title, struct err **err);

/* Whether `word` is a verb, and not a program to run. */
bool cmd_is_verb(const char *word);

int cmd_run(const char *const *argv, const struct process_title *title, struct err **err);
int cmd_check(const char *const *argv, struct err **err);
int cmd_explain(const char *const *argv, struct err **err);
/* explain --syscall: prints an answer for each. */
int cmd_explain_syscalls(const struct options *options, const struct profile *profile,
			 struct err **err);
/* sbox explain --closure. */
int cmd_explain_closure(const struct options *options, const struct profile *profile,
			struct err **err);
/* How many files the plan of these options shows, beside how many base = minimal would. */
int cmd_explain_visible(const struct options *options, const struct plan *plan,
			const struct host *host, struct err **err);
int cmd_list_profiles(const char *const *argv, struct err **err);
int cmd_keys(const char *const *argv, struct err **err);
int cmd_seccomp(const char *const *argv, struct err **err);
int cmd_seccomp_import(const char *const *argv, struct err **err);
int cmd_seccomp_export(const char *const *argv, struct err **err);
int cmd_audit(const char *const *argv, struct err **err);
int cmd_learn(const char *const *argv, const struct process_title *title, struct err **err);
int cmd_netns(const char *const *argv, struct err **err);
int cmd_import(const char *const *argv, struct err **err);
void cmd_help(void);

/*
 * Replaces a file, the one that a symlink leads to too; a device or a pipe is written to. The
 * second makes sure, before anything is done, that the first can.
 */
int cmd_write_file(const char *file, const char *text, struct err **err);
int cmd_try_output(const char *file, struct err **err);

/* Whether the verb that argv[0] names reads descriptors that its caller left open. */
bool cmd_keeps_descriptors(const char *const *argv);

/* Becomes a program of libexec, with `title` as its name; returns only with an error, and errno. */
int cmd_exec_helper(const char *name, const char *title, const char *const *argv, struct err **err);

/* The search path of this process's environment, NULL-terminated. */
int cmd_search_path(char ***dirs, struct err **err);

/*
 * Becomes the profile's run-as for good, when it has one; run_as.h. What the plan needs to know of
 * the caller is collected after that. *terminal is for sandbox_run(); NULL: no sandbox will be
 * made.
 */
int cmd_run_as(const struct profile *profile, struct terminal *terminal, struct err **err);

/* host_collect(), and the directories of profiles that no sandbox may write to. */
int cmd_collect_host(struct host *host, struct err **err);

/*
 * The merged profile for these options: those named, else the one that matches the command (said on
 * standard error), else "default". Mistakes are printed here, one a line; *err then counts them.
 */
int cmd_load_profile(const struct options *options, struct profile **out, struct err **err);

/* The plan for these options, its filter compiled. */
int cmd_make_plan(const struct options *options, const struct profile *profile,
		  const struct host *host, struct plan **out, struct err **err);

/* A plan that has its filter alone, compiled; the host is not asked for it. */
int cmd_make_filter(const struct profile *profile, struct plan **out, struct err **err);

#endif
