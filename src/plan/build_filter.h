/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The [seccomp] section as values, apart from where they come from: what build_seccomp() works on.
 */
#ifndef PLAN_BUILD_FILTER_H
#define PLAN_BUILD_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "plan/filter.h"
#include "profile/value.h"

struct seccomp_list {
	const struct value *values;
	size_t count;
};

struct seccomp_keys {
	const struct value *default_action;
	bool baseline;
	bool nested;                                /* the application may make user namespaces */
	struct seccomp_list allow, log, deny, kill; /* TYPE_RULES */
	struct seccomp_list exempt;                 /* TYPE_RULES */
	struct seccomp_list arch;                   /* TYPE_WORDS */
};

/*
 * Expands groups and sets, applies baseline and exemptions, and adds what the rules imply: the
 * calls of @default under an allow list, and ENOSYS for clone3 where clone is filtered, so that
 * programs fall back to it. *out is made of the arena's memory and of static strings. A mistake in
 * the values is an error with EXIT_PROFILE that names the line.
 */
int seccomp_build_filter(struct arena *arena, const struct seccomp_keys *keys,
			 struct filter_spec *out, struct err **err);

#endif
