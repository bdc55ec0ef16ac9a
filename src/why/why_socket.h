/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Abstract sockets on the other side of a Landlock scope. */
#ifndef WHY_SOCKET_H
#define WHY_SOCKET_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Whether the abstract socket `name` (without its '@') that `pid` could connect to is held by
 * processes of other pid namespaces alone. False when that can't be told; unix(7), proc_pid_net(5).
 */
bool why_socket_is_outside(pid_t pid, const char *name);

#endif
