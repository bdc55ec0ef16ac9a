/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One line of text that may hold an audit record of type SECCOMP (1326), or one of those that tell
 * of a denial of Landlock's: LANDLOCK_ACCESS (1423), LANDLOCK_DOMAIN (1424), and SYSCALL (1300),
 * which has the process, of a call that failed: of audit.log or
 * "ausearch --raw", of "ausearch -i", of the kernel's log by way of dmesg, journalctl or a syslog
 * file, or of journald's own audit messages. Nothing here allocates without bound or trusts a byte:
 * the names of programs in a record are chosen by those programs.
 */
#ifndef LEARN_AUDIT_LINE_H
#define LEARN_AUDIT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sysname/syscall.h"

/* A record; strings are owned, audit_record_clear(). */
struct audit_record {
	uint64_t time; /* milliseconds since the epoch, 0 when it isn't known */
	char *comm;    /* bytes as the process set them */
	char *exe;     /* NULL when the record has none */
	char *call; /* the system call's name or number in words, when `nr` isn't known, or NULL */
	uint32_t nr;
	bool has_nr;
	enum abi abi;
	bool has_abi;
	uint32_t code; /* SECCOMP_RET_* */
};

void audit_record_clear(struct audit_record *record);

/* Sets abi, and nr without x32's bit, from a record's numbers; an AUDIT_ARCH_* that sbox has no
 * table for leaves has_abi false. */
void audit_record_set_call(struct audit_record *record, uint32_t arch, uint64_t nr);

/* The types that the reference system's <linux/audit.h> doesn't have. */
enum { AUDIT_TYPE_LANDLOCK_ACCESS = 1423, AUDIT_TYPE_LANDLOCK_DOMAIN = 1424 };

enum audit_line_kind {
	AUDIT_LINE_OTHER,
	AUDIT_LINE_RAW,         /* `raw` is the record as audit.log has it */
	AUDIT_LINE_INTERPRETED, /* `record` is it, of type SECCOMP */
	AUDIT_LINE_LOSS,        /* records were lost */
};

enum audit_loss {
	AUDIT_LOSS_PRINTK, /* the kernel's log was full of messages: `lost` more */
	AUDIT_LOSS_LIMIT,  /* audit's rate or backlog limit; `lost` since the kernel's start, 0 when
			      not said */
	AUDIT_LOSS_JOURNAL, /* the journal missed `lost` messages of the kernel */
	AUDIT_LOSS_KINDS
};

/* The second in `raw` where a line doesn't say when it was. */
enum { AUDIT_UNDATED = 1 };

struct audit_line {
	enum audit_line_kind kind;
	unsigned type; /* of `raw` */
	char *raw;
	/* Where the record's own fields begin in `raw`. Equal fields of a kernel's line and a
	 * journal's are the same record. */
	size_t fields;
	bool journal;  /* journald's audit message, without the kernel's stamp */
	bool kernel;   /* from the kernel's log, which takes few records at a time */
	uint64_t time; /* with `kernel`: the record's, in milliseconds */
	struct audit_record record;
	enum audit_loss loss;
	uint64_t lost;
};

/*
 * Reads `text`, NUL-terminated and without its newline. `now`, in seconds, is for times that lack
 * the year. *out is always set; audit_line_clear() frees what it owns.
 */
void audit_line_parse(const char *text, uint64_t now, struct audit_line *out);
void audit_line_clear(struct audit_line *line);

#endif
