/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From bytes of a log to a table of records, with libauparse for records as audit.log has them. */
#ifndef LEARN_AUDIT_READER_H
#define LEARN_AUDIT_READER_H

#include "base/err.h"
#include "learn/audit_table.h"

struct audit_reader;

/* `table` has to outlive the reader. */
struct audit_reader *audit_reader_new(struct audit_table *table, struct err **err);

/* The next bytes, cut anywhere. A line of more than 64 KiB is no record and is passed over. */
void audit_reader_feed(struct audit_reader *reader, const char *data, size_t len);

/* Lines so far, without those of journalctl itself ("-- No entries --"). */
uint64_t audit_reader_lines(const struct audit_reader *reader);

/* Records so far that journald took from the kernel's audit itself, past the kernel's log. */
uint64_t audit_reader_from_journald(const struct audit_reader *reader);

/* The end: what libauparse holds back and a last line without a newline are
 * counted, and the table says that there was one. Frees. */
void audit_reader_end(struct audit_reader *reader);

/* Reads all of `fd`, whose name is for errors. Refused is what journalctl writes in forms such as
 * JSON: no record would be found in it. */
int audit_reader_read(struct audit_reader *reader, int fd, const char *name, struct err **err);

#endif
