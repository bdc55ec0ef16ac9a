/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Landlock domain of the application, made while the root is filled and entered just before the
 * filter. All of it does nothing when the plan denies nothing by Landlock.
 */
#ifndef SANDBOX_LANDLOCK_H
#define SANDBOX_LANDLOCK_H

#include "sandbox/stages.h"

/* Makes the ruleset, before the first step of the root. 0, or -1 after child_fail(). */
int landlock_open(struct child *child);

/*
 * Allows what the plan says of the step on the tree that was made for it (a descriptor of its
 * mount, attached or not). A rule is about the directory or file itself, by whatever path it is
 * reached, so nothing has to be looked up. On failure -1 with errno and the call in *op.
 */
int landlock_grant(const struct child *child, const struct step *step, int tree, const char **op);

/* Allows reading below the new root, once it is complete. 0, or -1 after child_fail(). */
int landlock_grant_root(struct child *child);

/*
 * Puts the calling process, alone, into the domain: INIT, whose memory it may run in, stays outside
 * and so can hand signals on. The files that descriptors 0 to 2 have open can be opened again, in
 * the same ways, as /dev/stderr is. 0, or -1 after child_fail().
 */
int landlock_enter(struct child *child);

#endif
