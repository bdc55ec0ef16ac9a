/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_AUDIT_VERDICT_H
#define LEARN_AUDIT_VERDICT_H

#include "base/err.h"
#include "learn/audit_table.h"

/*
 * Fills in what the profile says of each call of this machine's ABIs and what would lift a denial,
 * by asking "sbox explain --syscall", at last with the lines that are advised: one place knows the
 * precedence of rules. For other calls the verdict says why no line reaches them. Mistakes of the
 * profile are told by that sbox; the error carries its exit status.
 */
int audit_verdicts(struct audit_table *table, const char *profile, struct err **err);

#endif
