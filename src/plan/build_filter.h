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
#include "plan/host.h"
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
	struct seccomp_list import;                 /* TYPE_IMPORT, with the files' content */
	struct seccomp_list connect, bind;          /* TYPE_PORTS, of [landlock] */
	struct host_kernel kernel;                  /* for the imported files */
	const char *const *caps; /* likewise: the capabilities that are kept; NULL: none */
};

/*
 * Expands groups and sets, applies baseline and exemptions, and adds what the rules imply: the
 * calls of @default where the profile itself has an allow list, and ENOSYS for clone3 where clone
 * is filtered, so that programs fall back to it.
 *
 * Imported files give rules like lines of the profile would. Of the defaults, the profile's and the
 * files', the most restrictive holds. Without an arch line in the profile the files' ABIs are let
 * in. An allow list of a file alone implies nothing; but as under runc, a call that is newer than
 * all that the files name fails with ENOSYS.
 *
 * Where [landlock] lists ports, what its rules don't see is denied: TCP by other calls and
 * protocols.
 *
 * *out is made of the arena's memory and of static strings; the places in it are the profile's. A
 * mistake in the values is an error with EXIT_PROFILE that names the line.
 */
int seccomp_build_filter(struct arena *arena, const struct seccomp_keys *keys,
			 struct filter_spec *out, struct err **err);

#endif
