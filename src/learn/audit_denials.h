/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LANDLOCK_ACCESS records counted by program, and what of a profile would lift them. */
#ifndef LEARN_AUDIT_DENIALS_H
#define LEARN_AUDIT_DENIALS_H

#include "learn/audit_table.h"

/* What one record says; strings are the caller's. */
struct audit_access {
	uint64_t time;        /* milliseconds since the epoch, 0 when it isn't known */
	const char *comm;     /* of the process, or NULL */
	const char *exe;      /* its executable's path, or NULL */
	const char *blockers; /* the rights that were lacking: "fs.make_reg,fs.refer" */
	const char *object;   /* what they were lacking for, or NULL */
	int port;             /* of the object, if it is an address; -1 else */
};

/* The record's fields that name the object, as they stand in it, or NULL. */
struct audit_object {
	const char *path; /* quoted or in hexadecimal */
	const char *name; /* likewise */
	const char *comm; /* likewise, of another process */
	const char *address, *port;
};

/*
 * "/tmp/x", "@abstract" for a socket without a path, "127.0.0.1:80", or another process's name;
 * NULL for a record that has none of them. The caller frees.
 */
char *audit_object_text(const struct audit_object *object);

/* Counts the denial, if it is one of those asked for. */
void audit_table_add_access(struct audit_table *table, const struct audit_access *access);

/*
 * The ports that the program was denied, "25", in rising order: for tcp-connect, and for tcp-bind.
 */
void audit_ports(const struct audit_program *program, struct strv *connect, struct strv *bind);

#endif
