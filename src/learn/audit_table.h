/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SECCOMP records counted by program and system call, and what Landlock denied each program. */
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

/* What changes a denial into a permission. A set; nothing where the profile isn't known. */
enum audit_lift {
	AUDIT_LIFT_ARCH = 1,   /* arch = the call's ABI */
	AUDIT_LIFT_EXEMPT = 2, /* exempt = NAME */
	AUDIT_LIFT_ALLOW = 4,  /* allow = NAME */
	AUDIT_LIFT_CHANGE = 8, /* no line that is added: the one at `place` has to be changed */
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
	unsigned lift;        /* AUDIT_LIFT_* */
	char *place;          /* FILE:LINE of the denial, if a file has it, or NULL */
	bool partly;          /* allowed, but for some arguments denied */
};

/* What Landlock denied; audit_denials.h. */
struct audit_denial {
	char *blockers; /* the rights that were lacking */
	char *object;   /* "-": none is named */
	int port;       /* of the object; -1: it is no address */
	uint64_t count;
	uint64_t first, last; /* as above */
};

struct audit_program {
	char *name;        /* the executable's path, else what it calls itself */
	struct strv comms; /* what its threads call themselves, at most AUDIT_COMMS of them */
	struct audit_call *calls;
	size_t ncalls;
	uint64_t count; /* of the calls' records */
	struct audit_denial *denials;
	size_t ndenials;
	uint64_t denied; /* the denials' records */
	void *by_call;   /* of audit_table_add() */
	void *by_denial; /* of audit_table_add_access() */
};
enum { AUDIT_COMMS = 8 };

struct audit_table {
	struct audit_program *programs;
	size_t nprograms;
	uint64_t count;                  /* SECCOMP records */
	uint64_t denied;                 /* LANDLOCK_ACCESS records */
	uint64_t undated;                /* of both, those whose time isn't known */
	bool loss[AUDIT_LOSS_KINDS];     /* whether any was said */
	uint64_t lost[AUDIT_LOSS_KINDS]; /* and how many */
	const char *comm;                /* only those with this name, of which 15 bytes count */
	uint64_t since;                  /* only those of this time on */
	uint64_t limit_seen;             /* the kernel's count of AUDIT_LOSS_LIMIT so far */
	bool full;                       /* the last came as fast as the kernel's log takes them */
	bool cut;                        /* the last line, a record, had no end */
	void *by_name;                   /* of audit_table_add() */
};

/* Counts the record, if it is one of those asked for. */
void audit_table_add(struct audit_table *table, const struct audit_record *record);

/* What audit_denials.h counts with: whether a record of that name and time is asked for; the
 * program's entry, which is made if there is none; a record's time, between the two; and a copy of
 * a node, owned by the tree. */
bool audit_table_wants(const struct audit_table *table, const char *comm, uint64_t time);
struct audit_program *audit_table_program(struct audit_table *table, const char *name,
					  const char *comm);
void audit_table_date(struct audit_table *table, uint64_t time, uint64_t *first, uint64_t *last);
void audit_tree_add(void **tree, const void *node, size_t size,
		    int (*order)(const void *, const void *));

/* Takes note of lost records, in the order of the log. AUDIT_LOSS_LIMIT's number is the kernel's
 * count since its start; a lower one than before is taken for that of another start. */
void audit_table_add_loss(struct audit_table *table, enum audit_loss loss, uint64_t lost);

/* Programs and their calls by count, the highest first. Nothing can be added afterwards. */
void audit_table_sort(struct audit_table *table);
void audit_table_free(struct audit_table *table);
#define _cleanup_audit_table_ __attribute__((cleanup(audit_table_free)))

/* "log", "errno", "kill" and so on. */
const char *audit_action_name(uint32_t action);

/* The words of lines for a profile. */
struct audit_lists {
	struct strv arch, exempt, allow; /* behind these keys, to allow what the program did */
	struct strv change;              /* "FILE:LINE (NAME...)" to be changed for that */
	struct strv partly;              /* denied for some arguments only */
	struct strv deny;                /* behind this key, to deny what it did */
};

/*
 * The lists for what the program did, where the profile does not say the same already. In `allow`
 * and `deny` a @group stands in place of its members where the program used all of them and that is
 * shorter. An allow list has @default without saying so, and denying one of those would keep any
 * program from starting: they are in neither, unless the profile is known to deny them. Nor is what
 * no line can reach: audit_unreachable(). Where no profile is named, `exempt` has what the baseline
 * denies.
 */
void audit_profile_lists(const struct audit_program *program, struct audit_lists *out);
void audit_lists_free(struct audit_lists *lists);
#define _cleanup_audit_lists_ __attribute__((cleanup(audit_lists_free)))

/* Why no line of a profile for this machine reaches the call, or NULL if one does. */
const char *audit_unreachable(const struct audit_call *call);

#endif
