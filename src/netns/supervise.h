/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process that looks after an uplink: tend.h says what it does there. */
#ifndef NETNS_SUPERVISE_H
#define NETNS_SUPERVISE_H

#include <sys/types.h>

#include "base/err.h"
#include "netns/client.h"
#include "netns/owner.h"
#include "netns/tuning.h"

struct supervisor_spec {
	struct owner owner;
	int netns;         /* the uplink's namespace */
	const char *lease; /* the lease directory's path */
	enum dhcp_client client;
	const char *path; /* of the client program; NULL with DHCP_NONE */
	const char *interface;
	struct tuning tuning;
};

/*
 * Starts a supervisor: a child of the caller, running as the owner, pid 1 of a new pid namespace
 * inside the uplink, confined. It waits there for supervisor_go(), so that its pid can be written
 * down first, and ends when the caller does before that. *sock then carries its reports.
 */
int supervisor_start(const struct supervisor_spec *spec, pid_t *pid, int *sock, struct err **err);

/* Has it begin. */
int supervisor_go(int sock, struct err **err);

#endif
