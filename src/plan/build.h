/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a merged profile and the host's facts to a plan. One build_*.c per concern. */
#ifndef PLAN_BUILD_H
#define PLAN_BUILD_H

#include "plan/host.h"
#include "plan/plan.h"
#include "profile/profile.h"

/*
 * Makes the plan for running `argv` (NULL-terminated; empty: the profile's command). Nothing is
 * done to the host. Mistakes that only the host can show (a missing source, a variable that isn't
 * set) are errors here, with exit code 125 and the profile's line.
 */
int plan_build(const struct profile *profile, const struct host *host, const char *const *argv,
	       struct plan **out, struct err **err);

/*
 * The seccomp part alone: expands groups, takes imported files in as they are for such a kernel,
 * applies baseline and exemptions, adds what an allow list implies. Fills plan->filter.
 */
int build_seccomp(struct plan *plan, const struct profile *profile,
		  const struct host_kernel *kernel, struct err **err);

#endif
