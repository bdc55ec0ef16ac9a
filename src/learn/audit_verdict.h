/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_AUDIT_VERDICT_H
#define LEARN_AUDIT_VERDICT_H

#include "base/err.h"
#include "learn/audit_table.h"

/*
 * Fills in what the profile says of each call of this machine's own ABI, by asking "sbox explain
 * --syscall": one place knows the precedence of rules. Mistakes of the profile are told by that
 * sbox; the error carries its exit status.
 */
int audit_verdicts(struct audit_table *table, const char *profile, struct err **err);

#endif
