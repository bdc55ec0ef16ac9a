/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One DHCP client as a child process: its start, what it says, and its end. */
#ifndef NETNS_CLIENT_RUN_H
#define NETNS_CLIENT_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/str.h"
#include "netns/client.h"

struct client_run {
	enum dhcp_client client;
	const char *path;
	struct strv argv, release; /* client_command(), client_release_command() */
	int log;                   /* a file for what it says */
	int output;                /* its stdout and stderr, or -1 */
	pid_t child;
	bool killed;       /* by client_run_kill(), and not reaped yet */
	bool wanted;       /* it is to run, and to be started again when it ends */
	unsigned pause;    /* seconds before that */
	uint64_t started;  /* when it was, by clock_now() */
	uint64_t start_at; /* when it will be; 0: it runs, or isn't wanted */
	size_t logged;
	char line[200]; /* its last words */
	size_t line_len;
	bool line_done;
};

/* It is to run from now on. */
void client_run_want(struct client_run *run);
/* Starts it when its time has come. */
void client_run_start_due(struct client_run *run);

/*
 * Ends it at once, with everything that it started: SIGKILL to all processes but the caller, which
 * is pid 1 of the client's pid namespace. It gives no lease back and isn't wanted any more.
 */
void client_run_kill(struct client_run *run);

/* Something can be read from `output`. */
void client_run_read(struct client_run *run);

/*
 * A child has ended. For the client itself the result says how, with its last words, and the next
 * start is set; NULL for another process, or when it wasn't wanted. The caller frees it.
 */
char *client_run_ended(struct client_run *run, pid_t pid, int status);

/* Has it give its lease back, waits for its end, and ends the calling process. */
__attribute__((noreturn)) void client_run_stop(struct client_run *run);

#endif
