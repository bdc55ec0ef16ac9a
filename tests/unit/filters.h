/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filter specs from a few lines of text, and what their verdicts should be. */
#ifndef UNIT_FILTERS_H
#define UNIT_FILTERS_H

#include <linux/seccomp.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "plan/filter.h"

/*
 * Builds a spec from "KEY = VALUE" lines: default, baseline (no unless given), nested, allow, log,
 * deny, kill, exempt, arch. Line N counts as "test:N".
 */
int spec_build(struct arena *arena, const char *lines, struct filter_spec *spec, struct err **err);

/*
 * The verdict that the spec calls for, found by asking every rule in turn. Shares no code with the
 * compiler but the tables of numbers, gaps and argument sizes.
 */
uint32_t spec_verdict(const struct filter_spec *spec, const struct seccomp_data *data);

/* A small generator, so that a failure shows again with the same seed. */
uint32_t rng(uint32_t *state);

/* Appends lines for spec_build() with rules about a few calls, of all forms. */
void random_spec(struct str *lines, uint32_t *state);

/* A compiled filter and what it came from. */
struct filter {
	struct arena *arena;
	struct filter_spec spec;
	struct filter_programs programs;
};

/* Makes both, or fails the test; so does a program that the kernel would refuse. */
void filter_make(struct filter *f, const char *lines);
void filter_free(struct filter *f);
#define _cleanup_filter_ __attribute__((cleanup(filter_free)))

#endif
