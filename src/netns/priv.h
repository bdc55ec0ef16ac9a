/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Privilege: what is kept of root's, and how it is given away. */
#ifndef NETNS_PRIV_H
#define NETNS_PRIV_H

#include <stdbool.h>

#include "base/err.h"
#include "netns/owner.h"

/* Refuses to run setuid, setgid or with file capabilities. */
int priv_refuse_elevation(struct err **err);

/*
 * Keeps of root's capabilities what up and down need and drops the rest from every set:
 * SYS_ADMIN (namespaces, mounts), NET_ADMIN (moving the interface), SETUID and SETGID (becoming the
 * owner, writing id maps), KILL (the owner's DHCP client) and SYS_PTRACE (seeing which namespace
 * the owner's processes are in).
 */
int priv_limit(struct err **err);

/*
 * Keeps SYS_ADMIN (entering a namespace) and SYS_PTRACE (seeing which one a process is in) where
 * they are there, and drops the rest: the door of status and list.
 */
int priv_limit_look(struct err **err);

/* Drops every capability: status and list. */
int priv_drop_all(struct err **err);

/*
 * Becomes the owner for good, with no other group. Where `keep_sys_admin`, CAP_SYS_ADMIN alone is
 * kept: it lets a user namespace be created where users may not.
 */
int priv_become(const struct owner *owner, bool keep_sys_admin, struct err **err);

/*
 * As uid 0 of the uplink's user namespace: keeps what a DHCP client needs (NET_ADMIN, NET_RAW,
 * NET_BIND_SERVICE) and drops the rest from every set, so that no execve(2) gives it back.
 */
int priv_limit_client(struct err **err);

#endif
