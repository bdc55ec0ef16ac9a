/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The filter of a profile that imports a file, and what is tried on it. */
#ifndef UNIT_DOCKER_FILTER_H
#define UNIT_DOCKER_FILTER_H

#include "base/str.h"
#include "plan/build.h"
#include "seccomp/compile.h"
#include "unit/bpf.h"
#include "unit/filters.h"
#include "unit/profile_dir.h"
#include "unit/tuples.h"

struct docker_filter {
	struct profile_dir dir;
	struct profile *profile;
	struct plan *plan;
	struct filter_spec spec;
	struct filter_programs programs;
};

/*
 * Of a profile without a baseline that imports a file of this text, and has the `lines` in
 * [seccomp]; for Linux 6.1. The test fails if it can't be made.
 */
void docker_filter_make(struct docker_filter *f, const char *text, const char *lines);
void docker_filter_free(struct docker_filter *f);
#define _cleanup_docker_filter_ __attribute__((cleanup(docker_filter_free)))

/*
 * The profile's lines alone, which may import t.json, of this text, and more.json, which logs acct;
 * likewise.
 */
void docker_filter_of_lines(struct docker_filter *f, const char *text, const char *lines);

#endif
