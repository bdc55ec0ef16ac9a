/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Looking into a process that waits for the answer to its call: its memory, its descriptors, its
 * working directory. All of it can change between the look and the call.
 */
#ifndef LEARN_PROCESS_H
#define LEARN_PROCESS_H

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "learn/learn_record.h"

/* Bytes at `address`: how many could be read, 0 when none; process_vm_readv(2). */
size_t process_read(pid_t pid, uint64_t address, void *out, size_t len);

/* A NUL-terminated string of less than `size` bytes; false when it can't be read or is longer. */
bool process_string(pid_t pid, uint64_t address, char *out, size_t size);

/* The path of a descriptor, or of the working directory with AT_FDCWD. False when it has none. */
bool process_directory(pid_t pid, int fd, char *out, size_t size);

/*
 * Opens the process's root directory and mount namespace for the record, both or neither, once: as
 * long as the call `id` waits, so that they are that process's.
 */
void process_root(pid_t pid, int listener, uint64_t id, struct record *record);

/*
 * Whether the process has another root directory or other mounts than the record, so that a path
 * means something else to it; also when that can't be told.
 */
bool process_elsewhere(pid_t pid, const struct record *record);

/* Whether the call still waits, so that what was read is that process's; seccomp_unotify(2). */
bool process_waits(int listener, uint64_t id);

#endif
