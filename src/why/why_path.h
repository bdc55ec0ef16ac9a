/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a sandbox's file tree keeps from a call: what isn't shown, is hidden or is read-only. */
#ifndef WHY_PATH_H
#define WHY_PATH_H

#include "learn/learn_record.h"
#include "plan/plan.h"
#include "why/why_host.h"

struct why_tree {
	const struct plan *plan;
	const struct record *record; /* its `root` is the sandbox's, and open */
	const struct host_mounts *mounts;
};

/*
 * What the call `call` will meet at the path, with `use` a set of USE_*: 'missing: open("/x")
 * ENOENT (the host has it: ro = /x)', or NULL when nothing of the sandbox's mounts stands in its
 * way. The caller frees.
 */
char *why_path(const struct why_tree *tree, const char *call, const char *path, unsigned use);

/* The step that made the mount in which the path is, or NULL. */
const struct step *why_mount_over(const struct plan *plan, const char *path);

/* The same of the directory in which the application was to start. */
char *why_workdir(const struct why_tree *tree);

#endif
