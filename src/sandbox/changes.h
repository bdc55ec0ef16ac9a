/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was written to overlays, listed when the application has ended. */
#ifndef SANDBOX_CHANGES_H
#define SANDBOX_CHANGES_H

#include <stddef.h>

#include "plan/plan.h"

/*
 * Sends the overlay's upper directory (any descriptor of it) to the launcher, which holds the other
 * end of `socket`: one in memory can't be reached by a path. Neither allocates nor prints, nor
 * waits; -1 with errno set, EAGAIN when no more fit, and the failed call in *op.
 */
int changes_hand_over(int socket, int upper, size_t step, const char **op);

/*
 * Prints a line on standard error for each path that was added, changed or deleted in the overlays
 * whose upper directories wait in `socket`, and behind 10000 of them how many more there are. What
 * sbox itself made for mounts isn't among them.
 */
void changes_list(const struct plan *plan, int socket);

#endif
