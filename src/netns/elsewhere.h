/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NETNS_ELSEWHERE_H
#define NETNS_ELSEWHERE_H

#include <stdbool.h>

#include "base/err.h"

/*
 * The error for an interface that isn't in the caller's namespace: where it is, if another uplink
 * or a namespace under /run/netns has it, and which command frees it. Returns -1.
 */
int elsewhere_explain(const char *name, const char *interface, struct err **err);

/* Whether the namespace pinned as `pin_name` has that interface; false where it can't be entered.
 */
bool elsewhere_has_link(const char *pin_name, const char *interface);

#endif
