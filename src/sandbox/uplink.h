/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SANDBOX_UPLINK_H
#define SANDBOX_UPLINK_H

#include "base/err.h"
#include "plan/plan.h"

/*
 * Opens the uplink's network namespace and the user namespace that owns it, and makes sure that the
 * caller may join: the pin is a real one (NSFS_MAGIC, CLONE_NEWNET) and its user namespace is owned
 * by the caller, ioctl_ns(2). Every other case is an error that says what is wrong and which
 * command mends it.
 */
int uplink_open(const struct plan_net *net, uid_t uid, int *userns, int *netns, struct err **err);

#endif
