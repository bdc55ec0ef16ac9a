/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first line of a script, execve(2). */
#ifndef CLOSURE_SCRIPT_H
#define CLOSURE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

/* How much of a file the kernel looks at, BINPRM_BUF_SIZE since Linux 5.1. */
enum { SCRIPT_HEAD = 256 };

/*
 * Reads "#!INTERPRETER [ARGUMENT]" out of the first bytes of a file. False when it is no script.
 * *interpreter is the caller's to free. *command is, too: the program that env(1), as interpreter,
 * will look for in PATH, else NULL.
 */
bool script_read(const char *head, size_t len, char **interpreter, char **command);

#endif
