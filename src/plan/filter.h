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

/*
 * Which calls of i386 a rule is about: also the same ones under another name (chown32 for chown),
 * as a person means it; those of its own name, and the parts of socketcall(2) and ipc(2) that do
 * the same, as a file for libseccomp has it; or its own name alone.
 */
enum filter_reach { REACH_ALIKE, REACH_PARTS, REACH_NAME };

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
	enum filter_reach reach;
	struct loc loc;
};

/* A file of rules that was taken in. */
struct filter_import {
	const char *file;
	struct loc loc;            /* the profile's line */
	size_t nentries, nskipped; /* entries of the file; those that aren't for this sandbox */
	const char *unknown;       /* names in it that nobody knows, blanks between; "" */
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
	struct filter_import *imports;
	size_t nimports;
	/* Foreign ABIs that are let in, under the same rules; else their calls fail with ENOSYS. */
	struct loc arch_loc; /* of the first line that lets a foreign ABI in */
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
