/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Root's way to be somebody else before a sandbox is made. */
#ifndef SANDBOX_RUN_AS_H
#define SANDBOX_RUN_AS_H

#include "base/err.h"
#include "base/loc.h"
#include "base/str.h"

struct terminal;

/*
 * Becomes `text`, "USER[:GROUP]", for good: ids, supplementary groups (those of the user), no
 * capability in any set, and the environment of a login: HOME, USER, LOGNAME, SHELL and, where
 * there is one of the user's, XDG_RUNTIME_DIR. Of the caller's variables those pass that `keeps`
 * ("NAME" or "PREFIX*", NULL-terminated) matches; what the others said is wiped from memory, for
 * the user's other processes may look into this one afterwards. Pointers into the old environment
 * are no longer good.
 *
 * What the user's other processes could do to root through this one: while the sandbox is made it
 * can be traced, TIOCSTI (ioctl_tty(2)) types into a terminal, and its descriptors can be taken. So
 * at a terminal a child of this process goes on, and this one ends with it; front.h. *terminal is
 * for sandbox_run(). NULL says that no sandbox follows: then the process keeps its terminal, and
 * can't be traced at all.
 *
 * An error, too, when the caller isn't root, when the user is (or isn't there), and when this user
 * namespace doesn't map the ids.
 */
int run_as(const char *text, const struct loc *loc, const char *const *keeps,
	   struct terminal *terminal, struct err **err);

#endif
