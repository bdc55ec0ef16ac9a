/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a notified system call to the record of what was used. */
#ifndef LEARN_WATCH_H
#define LEARN_WATCH_H

#include <linux/seccomp.h>

#include "learn/learn_record.h"

struct watcher; /* opaque */

/*
 * A watcher that writes to `record`. `candidates`, NULL-terminated or NULL, are the absolute paths
 * at which the command is searched for: those of its first execve(2) calls, at a time when nobody
 * may read the memory of the process. Both have to outlive it. The caller frees it.
 */
struct watcher *watcher_new(struct record *record, const char *const *candidates);
void watcher_free(struct watcher *watcher);

/* Notes the call. `context` is a struct watcher; for the observer of the sandbox. */
void watcher_call(void *context, int listener, const struct seccomp_notif *notif);

/* Notes what could wait until the call was let go on; `context` as above. */
void watcher_answered(void *context);

/*
 * The calls that carry nothing worth knowing, and are let through unseen: native numbers, owned by
 * the caller. A profile that was learned without them allows them all.
 */
int *watcher_quiet(size_t *count);

/* Their names: rules and groups, as a profile allows them, besides what an allow list implies. */
#define WATCHER_QUIET_RULES "@basic-io fstat getdents64 newfstatat statx"

/*
 * The native numbers of calls that take a path, and of connect(2) and bind(2), which may. The
 * caller owns the array.
 */
int *watcher_path_calls(size_t *count);

/* Whether that argument of the call is a path. */
bool watcher_is_path(const char *name, unsigned arg);

#endif
