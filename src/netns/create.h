/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making the namespace of an uplink. */
#ifndef NETNS_CREATE_H
#define NETNS_CREATE_H

#include "base/err.h"
#include "netns/owner.h"

/*
 * A new network namespace in a new user namespace of the owner's: a process of his outside of it
 * has every capability inside (user_namespaces(7)), which is how he joins it without privilege. lo
 * is up and its sysctls are set. *fd is the network namespace, which nothing else holds.
 */
int netns_create(const struct owner *owner, int *fd, struct err **err);

#endif
