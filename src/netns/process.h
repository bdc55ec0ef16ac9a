/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes that a record names: never by pid alone, which may have been given to another one. */
#ifndef NETNS_PROCESS_H
#define NETNS_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Field 22 of /proc/PID/stat. 0, or -1 with errno: ENOENT when there is no such process. */
int process_start_time(pid_t pid, uint64_t *out);

/* Field 4; 0 when there is no such process. */
pid_t process_parent(pid_t pid);

/*
 * A pidfd of the process with this pid and start time; -1 when it isn't there any more (a zombie
 * counts as gone).
 */
int process_open(pid_t pid, uint64_t start_time);

/* The same question for whoever may not see it; hidden processes (hidepid=) count as alive. */
bool process_is_alive(pid_t pid, uint64_t start_time);

/*
 * SIGTERM, then SIGKILL after `patience` milliseconds; waits for the end. -1 when it
 * won't die, with ETIMEDOUT where it can't be but dying.
 */
int process_end(int pidfd, int patience);

#endif
