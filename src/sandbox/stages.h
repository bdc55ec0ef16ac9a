/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The stages of a start, as launch.c orders them. They run between clone(2) and execve(2): they
 * walk the plan, neither parse nor allocate, and report a failure through child_fail().
 */
#ifndef SANDBOX_STAGES_H
#define SANDBOX_STAGES_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/mnt.h"
#include "plan/plan.h"
#include "sandbox/observe.h"
#include "sandbox/terminal.h"

/*
 * How far a start has come, and what failed: one page that launcher and children share. Unlike a
 * socket it needs no system call to report, so a filter that forbids write(2) can't silence the
 * failure of the execve(2) behind it. The application never has it: exec ends the mapping.
 */
struct report {
	volatile enum { START_SETUP, START_EXEC, START_FAILED } state;
	volatile pid_t init; /* pid of the sandbox's first process, as the launcher sees it */
	int stage;           /* index into the stage table */
	int step;            /* index into plan->steps, or -1 */
	int errnum;
	char op[24];           /* the call that failed */
	char object[256];      /* what it failed on, where the step doesn't say; or empty */
	char interpreter[256]; /* the one that the command lacks, where it can be told */
	/*
	 * How often the launcher handed each signal on. What comes with a signal can't tell init
	 * which one is for the application: the kernel leaves that out once the user's limit of
	 * pending signals is reached, and every sandbox of the user's can reach it for all.
	 */
	volatile uint32_t handed[NSIG];
};

/* What the stages of one child hand on to each other. */
struct child {
	const struct plan *plan;
	struct report *report;
	int stage;
	int userns, netns; /* of the uplink, opened by the launcher; -1 without one */
	int attach[2];     /* a socket pair of keeper and init, where pasta is wanted; else -1 */
	int maps[2];       /* the same of mapper and init, where the plan has subordinate ids */
	int launcher;      /* a pidfd of it */
	int host_proc;     /* the host's /proc, O_PATH, for the id maps of this process */
	struct mnt_root root;
	uint64_t *mounts; /* by step: the id of the mount it made, where another step asks for it */
	/* The ids of the mounts in which what sbox makes would be kept: there it covers files. */
	uint64_t *kept;
	size_t nkept;
	/* By step: the id of the mount that is to be found at its destination at the end, or 0. */
	uint64_t *shown;
	bool renames;   /* one of the mounts made is a step's with that mark */
	int layers;     /* the file system in memory for overlays, -1 until there is one */
	int covers;     /* the same for files over others */
	int changes[2]; /* a socket pair of launcher and init, where changes are listed; else -1 */
	bool masked[2]; /* hide's empty file and directory are made */
	int ruleset;    /* Landlock's, -1 without one */
	mode_t umask;   /* the caller's */
	sigset_t signals; /* the caller's mask */
	sigset_t early;   /* what init was sent before there was an application */
	char *title;      /* the memory of argv and environ, which pid 1 wipes */
	size_t title_len;
	struct terminal terminal;
	const struct observation *observation; /* NULL: nobody watches */
};

/* Records the failure and returns -1. The first one stays. */
int child_fail(struct child *child, int step, const char *op, int errnum);
int child_fail_on(struct child *child, const char *object, const char *op, int errnum);

/*
 * Dies when the launcher does. It may be gone before the request is made: its pidfd tells, also
 * across pid namespaces, by becoming readable, pidfd_open(2).
 */
int child_die_with_launcher(struct child *child);

/*
 * Carries out one STEP_OVERLAY, as the functions of base/mnt.h; overlay_done() detaches what the
 * overlays alone need from then on.
 */
int step_overlay(struct child *child, const struct step *step, const char **op);
int overlay_done(struct child *child, const char **op);

/*
 * Refuses a plan in which a line's mount is covered by what another line shows, a read-only place
 * by a writable one, say: the order of steps is that of their paths. For when all is shown, and
 * nothing taken away yet.
 */
int shown_check(struct child *child);

/* After a step: what it mounted is to stay where it is. */
void shown_note(struct child *child, const struct step *step);

/*
 * Before the step: refuses one that takes something away inside a directory that the application
 * may write, when nothing keeps a directory on the way from being renamed (plan/protect.c).
 */
int shown_check_way(struct child *child, size_t step);

int stage_join(struct child *child);
int stage_ids(struct child *child);
int stage_root(struct child *child);
int stage_fill(struct child *child);
int stage_pivot(struct child *child);
int stage_identity(struct child *child);
int stage_attach(struct child *child);
int stage_terminal(struct child *child);
int stage_seal(struct child *child);
int stage_process(struct child *child);
int stage_nest(struct child *child);
int stage_confine(struct child *child);

/* Writes uid_map and gid_map of the calling process, setgroups denied first; user_namespaces(7). */
int child_write_maps(struct child *child, const struct id_maps *maps);

/* Enters a time namespace of its own, where the plan has one. */
int child_new_time(struct child *child);

/* sys_keep_capabilities(), reported. */
int child_keep_capabilities(struct child *child, uint32_t kept);

/*
 * The body of pid 1: forwards signals to `app`, reaps, and returns the application's exit status,
 * or 128 + its signal.
 */
int reaper_run(struct child *child, pid_t app);

#endif
