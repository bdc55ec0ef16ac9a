/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the seccomp filter is to do, as the plan says it: rules with their groups expanded and their
 * exemptions applied. seccomp/ compiles it; nothing here knows about BPF.
 */
#ifndef PLAN_FILTER_H
#define PLAN_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loc.h"
#include "sysname/rule.h"

/* One system call's rule. Rules may overlap: the most restrictive that matches wins. */
struct filter_rule {
	const char *name; /* the syscall; lives as long as the table in sysname/ or the profile */
	enum rule_action action;
	int errnum;                     /* ACTION_ERRNO */
	const struct conjunction *when; /* NULL: always */
	const char
		*condition; /* the conditions as they were written; of a set `when` is one member */
	const char *group;  /* "@debug" when a group brought it in, else NULL */
	bool baseline;
	struct loc loc;
};

struct filter_exempt {
	const char *name;
	struct loc loc;
	bool used; /* whether it took a rule out */
};

struct filter_spec {
	enum rule_action default_action;
	int default_errno;
	struct loc default_loc;
	struct filter_rule *rules;
	size_t nrules;
	struct filter_exempt *exempts;
	size_t nexempts;
	/* Foreign ABIs that are let in, under the same rules; else their calls fail with ENOSYS. */
	bool allow_x86;
	bool allow_x32;
};

/* A BPF program as the kernel takes it; `code` is an array of struct sock_filter. */
struct filter_program {
	void *code;
	size_t count; /* instructions */
};

/* Most specs need one program; several are installed in order and the most restrictive verdict
 * wins. */
struct filter_programs {
	struct filter_program items[4];
	size_t count;
};

#endif
