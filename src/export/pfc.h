/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef EXPORT_PFC_H
#define EXPORT_PFC_H

#include "base/err.h"
#include "plan/filter.h"

/*
 * The compiled programs in readable form: each instruction with what it does, the names of the
 * system calls that it is about, and the profile lines behind a verdict. `profile` is the name for
 * the head. The caller frees.
 */
char *filter_print(const char *profile, const struct filter_spec *spec,
		   const struct filter_programs *programs);

#endif
