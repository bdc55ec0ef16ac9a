/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The door to the uplinks' namespaces: a child process that answers two questions, so that the
 * process that reads what the owner wrote, and prints, has no capability.
 *
 *	process   as root                      as anybody else
 *	caller    no capability                no capability
 *	door      SYS_ADMIN, SYS_PTRACE        no capability
 *	visitor   SYS_ADMIN until it is in     all over the namespace, where it is the caller's
 *
 * The visitor, a child of the door, enters a namespace, drops what it has, opens sockets there and
 * hands them to the caller, who reads netlink from them where it is: a socket stays in the
 * namespace that it was made in. Root enters by CAP_SYS_ADMIN and stays root; becoming the owner
 * instead would make a process that the owner may stop or kill. The owner goes through the user
 * namespace, which is theirs; nobody else gets in.
 *
 * The sockets can ask and change nothing: whoever uses one needs the capability for a change, and
 * so does who opened it (netlink_ns_capable() of the kernel), who had none any more.
 */
#ifndef NETNS_DOOR_H
#define NETNS_DOOR_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "netns/nl.h"
#include "netns/programs.h"

struct door {
	int sock; /* -1: closed */
	pid_t pid;
};

/* Starts the door. Afterwards the caller has no capability. */
int door_open(struct door *door, struct err **err);
void door_close(struct door *door);
#define _cleanup_door_ __attribute__((cleanup(door_close)))

/* Sockets in an uplink's namespace. They keep it alive. */
struct visit {
	ino_t netns;       /* which namespace: 0 while there is none */
	struct nl *nl;     /* for questions */
	struct nl *events; /* for reports */
	int sock;          /* AF_INET, for the ioctls of netdevice(7) */
};

/* 1 with sockets, 0 when the caller may not enter or there is no such namespace, -1 on failure. */
int door_visit(const struct door *door, const char *name, struct visit *out, struct err **err);
void visit_end(struct visit *visit);

/* programs_find() as the door may see it. */
int door_programs(const struct door *door, ino_t netns, pid_t supervisor, struct programs *out,
		  struct err **err);

#endif
