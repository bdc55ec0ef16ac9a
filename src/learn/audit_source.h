/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_AUDIT_SOURCE_H
#define LEARN_AUDIT_SOURCE_H

#include "learn/audit_reader.h"

/*
 * Reads the audit daemon's log with its older files, else the kernel's messages in the journal,
 * else the kernel's own buffer. What a user should know of what was read goes to `notes`; *name
 * becomes the source's. `since` as in the table. An error says who may read it.
 */
int audit_source_read(struct audit_reader *reader, uint64_t since, struct strv *notes,
		      const char **name, struct err **err);

/* The same for a file, "-" being standard input. */
int audit_source_file(struct audit_reader *reader, const char *path, struct err **err);

/* Adds what the kernel says of its audit subsystem, to those who may ask: whether a daemon takes
 * the records, and how many were lost. */
void audit_source_status(struct strv *notes);

#endif
