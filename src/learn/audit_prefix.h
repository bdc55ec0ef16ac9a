/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands in front of a message in a log, and whether it says that the kernel wrote it. */
#ifndef LEARN_AUDIT_PREFIX_H
#define LEARN_AUDIT_PREFIX_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the first `len` bytes of `line` are what a log puts in front of a message of the kernel,
 * and nothing else: nothing; a time in brackets; dmesg's facility and level; /dev/kmsg's numbers; a
 * syslog priority of the kernel's facility; a time, a host and "kernel:". Words of a message come
 * behind all of those, so that what a program writes can't be part of it. What names the program
 * itself is another matter: syslog and journald take that from the program.
 */
bool audit_prefix_kernel(const char *line, size_t len);

/* Whether they can be a time and a host: no program has been named yet. */
bool audit_prefix_header(const char *line, size_t len);

/* Whether a program is named behind the start of `text`: "name[123]: ". journald puts the process
 * behind the name that a program chose, so that one that has a record in it ends like this. */
bool audit_prefix_follows(const char *text);

/*
 * For the first line of a text: which of journalctl's forms it is in that no record is read from,
 * as its option --output names it, or NULL. No message can look like that where a time, or anything
 * else of the journal's, stands in front of each.
 */
const char *audit_prefix_journal_form(const char *line);

#endif
