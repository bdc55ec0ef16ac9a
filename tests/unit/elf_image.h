/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ELF files made by hand: the headers alone, nothing that could run. */
#ifndef UNIT_ELF_IMAGE_H
#define UNIT_ELF_IMAGE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>

/* What is NULL or 0 the file doesn't have; `needed` ends with NULL. */
struct elf_image {
	bool narrow;      /* ELFCLASS32, i386; else ELFCLASS64 */
	unsigned machine; /* 0: EM_X86_64, or EM_386 where narrow */
	const char *interpreter, *soname, *rpath, *runpath;
	const char *needed[8];
	unsigned flags_1; /* DT_FLAGS_1 */
};

/* Where the dynamic section is in what elf_image_make() returns. */
enum { ELF_IMAGE_ADDRESS = 0x400000, ELF_IMAGE_DYNAMIC = 4096 };

/* The file's bytes; the caller frees. */
char *elf_image_make(const struct elf_image *image, size_t *size);

/* Writes it to the path, whose directories are made. */
void elf_image_write(const char *path, const struct elf_image *image);

#endif
