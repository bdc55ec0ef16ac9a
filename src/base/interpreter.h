/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_INTERPRETER_H
#define BASE_INTERPRETER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The program that the kernel starts for the executable behind `fd`: a script's, or an ELF file's
 * dynamic linker. It opens it without a system call, so nobody else tells. False when there is
 * none.
 */
bool interpreter_of(int fd, char *out, size_t size);

#endif
