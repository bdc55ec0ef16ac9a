/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plans from profile text and made-up facts of a host. */
#ifndef UNIT_PLAN_FAKE_H
#define UNIT_PLAN_FAKE_H

#include <sys/types.h>

#include "plan/build.h"

/* The user u, 1000, of the group g, 100, at home in /home/u; /a and /b are in PATH. */
struct host fake_host(void);

/* Files of that host whose content a test cares about: path, content; NULL ends them. */
extern const char *const (*fake_files)[2];

/* What the host's helper prints for a closure. */
extern const char *fake_records;
extern size_t fake_records_len;

/* The plan of a profile's text, or NULL with *err; build() is for "prog" on fake_host(). */
struct plan *build_as(const struct host *host, const char *text, const char *const *argv,
		      struct err **err);
struct plan *build(const char *text, struct err **err);
/* The same where it has to work, or to fail with `expected` in its message. */
struct plan *build_ok(const char *text);
void build_fails(const char *text, const char *expected, int exit_code);

/* The index of the step, or -1. */
ssize_t find(const struct plan *plan, enum step_kind kind, const char *dest);

#endif
