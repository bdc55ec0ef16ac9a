/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_SECCOMP_H
#define LEARN_SECCOMP_H

#include "learn/learn_lines.h"
#include "learn/learn_record.h"

/*
 * The lines of [seccomp], and of [namespaces] for one that needs user namespaces. `quiet` says that
 * the calls of watcher_quiet() went unseen, so all of them are allowed. Adds what was seen to
 * lines->calls.
 */
int seccomp_lines(const struct record *record, bool quiet, struct lines *lines, struct err **err);

#endif
