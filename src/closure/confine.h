/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the helper can still do once it reads files that may be hostile. */
#ifndef CLOSURE_CONFINE_H
#define CLOSURE_CONFINE_H

#include "base/err.h"

/*
 * Limits of resources, no_new_privs, and a seccomp filter for good: what is left is opening files
 * for reading, looking at them, and writing to standard output and standard error. Every other call
 * answers ENOSYS, so that a C library which asks for something newer goes on with what it had
 * before.
 */
int confine(struct err **err);

#endif
