/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From the plan's filter spec to BPF, through libseccomp. Installs nothing.
 *
 * The verdict for a call is that of the most restrictive rule that matches it (kill > errno > log >
 * allow), else the default. Rules that overlap are made disjoint before libseccomp sees them, or
 * split into stacked programs: libseccomp lets an unconditional rule swallow a conditional one
 * silently, and refuses two comparisons of one argument.
 */
#ifndef SECCOMP_COMPILE_H
#define SECCOMP_COMPILE_H

#include "base/err.h"
#include "plan/filter.h"

int filter_compile(const struct filter_spec *spec, struct filter_programs *out, struct err **err);
void filter_programs_free(struct filter_programs *programs);

#endif
