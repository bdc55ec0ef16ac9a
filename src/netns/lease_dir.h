/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The owner's directory STATE_DIR/NAME/lease: a small file system of its own, so that the owner can
 * neither fill /run through it nor leave anything there that keeps root from removing it.
 */
#ifndef NETNS_LEASE_DIR_H
#define NETNS_LEASE_DIR_H

#include "base/err.h"
#include "netns/owner.h"

/* In the uplink's directory `dir`. What an earlier one left is covered. */
int lease_dir_make(const char *name, int dir, const struct owner *owner, struct err **err);

/* With all that is in it and mounted on it; one that isn't there is fine. */
int lease_dir_remove(const char *name, int dir, struct err **err);

#endif
