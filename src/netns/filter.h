/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NETNS_FILTER_H
#define NETNS_FILTER_H

#include "base/err.h"

/*
 * The DHCP client's seccomp filter: everything that changes namespaces, mounts, the kernel or other
 * processes is EPERM, and sockets are limited to the families that a DHCP client uses. Stays on for
 * good and is inherited by everything that is executed.
 */
int filter_load(struct err **err);

#endif
