/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A call in words, and who made it. */
#ifndef WHY_CALL_H
#define WHY_CALL_H

#include <linux/seccomp.h>
#include <sys/types.h>

#include "sysname/syscall.h"

/*
 * 'mount("tmpfs", "/x", "tmpfs")': strings are read from the caller's memory, where that can be
 * read, and known numbers named; nothing but zeros is left out at the end. The caller frees.
 */
char *why_call_text(pid_t pid, const struct seccomp_data *data, enum abi abi, unsigned nr);

/* 'openat("/x")'; the caller frees. */
char *why_path_text(const char *call, const char *path);

/* "firefox[123]": the process of a thread, by its name and number outside. The caller frees. */
char *why_process_text(pid_t tid);

#endif
