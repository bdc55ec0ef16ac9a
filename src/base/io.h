/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading and writing whole files and buffers. */
#ifndef BASE_IO_H
#define BASE_IO_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/*
 * From here on a write beyond the limit of a file's size, setrlimit(2), fails with EFBIG, in this
 * process and its children; by default the signal SIGXFSZ ends a process without a word. What is
 * executed inherits that, but behind io_size_limit_kills(), which makes it what it was before.
 */
void io_size_limit_fails(void);
void io_size_limit_kills(void);

/* Writes all of `data`, through short writes and EINTR. 0, or -1 with errno set. */
int io_write_all(int fd, const void *data, size_t len);

/*
 * Reads what is left of `fd`, at most `max` bytes (more is EFBIG). *data is NUL-terminated behind
 * its *len bytes, and the caller frees it. 0, or -1 with errno set.
 */
int io_read_all(int fd, size_t max, char **data, size_t *len);

/* Opens and reads the file; errors name it. `dirfd` and `path` as for openat(2). */
int io_read_file(int dirfd, const char *path, size_t max, char **data, size_t *len,
		 struct err **err);

/*
 * Replaces the file's content so that a reader, and a crash, sees the old or the new one: a
 * temporary file beside it, created with `mode`, then rename(2).
 */
int io_write_atomic(int dirfd, const char *path, const void *data, size_t len, mode_t mode,
		    struct err **err);

/* Creates the directory and its missing parents with `mode`; an existing directory is fine. */
int io_mkdirs(const char *path, mode_t mode, struct err **err);

#endif
