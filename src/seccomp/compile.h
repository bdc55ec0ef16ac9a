/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From the plan's filter spec to BPF. Installs nothing.
 *
 * The verdict for a call is that of the most restrictive rule that matches it (kill > errno > log >
 * allow), else the default. Among rules that differ in their errno alone, one that names the call
 * goes before one out of a group, that before the baseline's, and a later one before an earlier
 * one.
 *
 * A call under a number that sbox doesn't know fails with ENOSYS, as does every call of a foreign
 * ABI that the spec doesn't let in; a call of any other architecture kills the process. libseccomp
 * makes the part for calls whose arguments don't matter.
 */
#ifndef SECCOMP_COMPILE_H
#define SECCOMP_COMPILE_H

#include "base/err.h"
#include "plan/filter.h"

/*
 * Makes the programs in the order in which they have to be installed: the last one may deny
 * seccomp(2). *out is freed with filter_programs_free().
 */
int filter_compile(const struct filter_spec *spec, struct filter_programs *out, struct err **err);
void filter_programs_free(struct filter_programs *programs);

#endif
