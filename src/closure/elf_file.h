/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an ELF file asks the dynamic linker for, read with libelf. The file may be hostile: nothing
 * in it is taken without a look at its bounds, and what it may ask for is limited in number and
 * size.
 */
#ifndef CLOSURE_ELF_FILE_H
#define CLOSURE_ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* elf(5). Strings are NULL where the file has none. */
struct elf_file {
	unsigned class; /* ELFCLASS32 or ELFCLASS64 */
	unsigned data;  /* ELFDATA2LSB or ELFDATA2MSB */
	unsigned machine;
	char *interpreter; /* PT_INTERP, as it stands there */
	char *soname;
	char *rpath;
	char *runpath;
	struct strv needed;
	bool no_default; /* DF_1_NODEFLIB: cache and default directories aren't searched */
};

/*
 * Reads the file behind the descriptor, which stays the caller's, at any offset. Returns 1; 0, with
 * *out empty, when it is no ELF program or shared library; -1 when it is a malformed one. *out is
 * freed with elf_file_free() in each case.
 */
int elf_file_read(int fd, struct elf_file *out, struct err **err);

/* The same for a file in memory, which libelf may write to. */
int elf_file_read_memory(char *image, size_t size, struct elf_file *out, struct err **err);

void elf_file_free(struct elf_file *file);
#define _cleanup_elf_file_ __attribute__((cleanup(elf_file_free)))

/* Whether a program of the one kind can load a library of the other: class, byte order, machine. */
static inline bool elf_file_fits(const struct elf_file *a, const struct elf_file *b)
{
	return a->class == b->class && a->data == b->data && a->machine == b->machine;
}

#endif
