/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages with descriptors over a SOCK_SEQPACKET pair; unix(7), SCM_RIGHTS. */
#ifndef NETNS_PASS_H
#define NETNS_PASS_H

#include <stddef.h>
#include <sys/types.h>

enum { PASS_MAX = 3 };

/* Sends `data` with `count` descriptors, 0 to PASS_MAX. Nobody may be listening any more. */
void pass_send(int sock, const void *data, size_t len, const int *fds, size_t count);

/*
 * Receives a message of at most `len` bytes: its length, 0 at the end, -1 with errno. `fds` gets
 * the `count` descriptors that came along, close-on-exec and the caller's; each is -1 when it
 * weren't as many.
 */
ssize_t pass_receive(int sock, void *data, size_t len, int *fds, size_t count);

#endif
