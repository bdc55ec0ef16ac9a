/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All that a program is loaded from, as its dynamic linker goes about it. */
#ifndef CLOSURE_PROGRAM_H
#define CLOSURE_PROGRAM_H

#include "closure/elf_file.h"
#include "closure/resolve.h"

/*
 * The interpreter and all libraries of the ELF file that is there as `path`; the file itself isn't
 * added.
 */
int program_resolve(struct closure *c, const char *path, const struct elf_file *elf,
		    struct err **err);

/* A library that a program may load by its name, for each linker that there is so far. */
int program_resolve_name(struct closure *c, const char *name, struct err **err);

#endif
