/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_AUDIT_CHILD_H
#define LEARN_AUDIT_CHILD_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/*
 * Starts the program args[0], searched for in PATH if it has no slash, with its standard output in
 * *out, a pipe, and its standard error in the file `words`, this one's if that is -1. -1, with
 * errno, also when there is no such program.
 */
int audit_child_start(const struct strv *args, int words, pid_t *pid, int *out, struct err **err);

/*
 * Closes the pipe, so that what was left unread doesn't keep the program waiting for a reader, and
 * waits for its end. Its exit status; -1 when a signal ended it.
 */
int audit_child_wait(pid_t pid, int *out);

#endif
