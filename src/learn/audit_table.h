/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SECCOMP records counted by program and system call. */
#ifndef LEARN_AUDIT_TABLE_H
#define LEARN_AUDIT_TABLE_H

#include "base/str.h"
#include "learn/audit_line.h"

/* What a profile says of a call, whatever its arguments are. */
enum audit_says {
	AUDIT_SAYS_ELSE, /* nothing, one of the two for some arguments only, or to log it */
	AUDIT_SAYS_ALLOWED,
	AUDIT_SAYS_DENIED, /* or killed */
};

struct audit_call {
	char *name; /* "#500" for a number that has none */
	bool named; /* `name` can stand in a profile */
	bool has_nr;
	uint32_t nr;
	enum abi abi;
	bool has_abi;
	uint32_t action; /* SECCOMP_RET_*, without data */
	uint64_t count;
	uint64_t first, last; /* milliseconds; 0: unknown */
	enum audit_says says; /* what the profile says of it */
	char *verdict;        /* the same in words, or NULL */
};

struct audit_program {
	char *name;        /* the executable's path, else what it calls itself */
	struct strv comms; /* what its threads call themselves, at most AUDIT_COMMS of them */
	struct audit_call *calls;
	size_t ncalls;
	uint64_t count;
	void *by_call; /* of audit_table_add() */
};
enum { AUDIT_COMMS = 8 };

struct audit_table {
	struct audit_program *programs;
	size_t nprograms;
	uint64_t count;
	uint64_t undated;                /* of them, those whose time isn't known */
	bool loss[AUDIT_LOSS_KINDS];     /* whether any was said */
	uint64_t lost[AUDIT_LOSS_KINDS]; /* and how many */
	const char *comm;                /* only those with this name, of which 15 bytes count */
	uint64_t since;                  /* only those of this time on */
	uint64_t limit_seen;             /* the kernel's count of AUDIT_LOSS_LIMIT so far */
	bool cut;                        /* the last line, a record, had no end */
	void *by_name;                   /* of audit_table_add() */
};

/* Counts the record, if it is one of those asked for. */
void audit_table_add(struct audit_table *table, const struct audit_record *record);

/* Takes note of lost records, in the order of the log. AUDIT_LOSS_LIMIT's number is the kernel's
 * count since its start; a lower one than before is taken for that of another start. */
void audit_table_add_loss(struct audit_table *table, enum audit_loss loss, uint64_t lost);

/* Programs and their calls by count, the highest first. Nothing can be added afterwards. */
void audit_table_sort(struct audit_table *table);
void audit_table_free(struct audit_table *table);
#define _cleanup_audit_table_ __attribute__((cleanup(audit_table_free)))

/* "log", "errno", "kill" and so on. */
const char *audit_action_name(uint32_t action);

/*
 * The names to write behind "allow =" and "deny =" for what the program did, with a @group in place
 * of its members where the program used all of them and that is shorter. An allow list has
 * @default without saying so, and denying one of those would keep any program from starting: they
 * are in neither. Nor is a call of which the profile says the same already.
 */
void audit_profile_lists(const struct audit_program *program, struct strv *allow,
			 struct strv *deny);

#endif
