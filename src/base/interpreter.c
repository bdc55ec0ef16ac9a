/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/interpreter.h"

#include <elf.h>
#include <string.h>
#include <unistd.h>

/* "#!/path/to/interpreter argument", execve(2). */
static bool script(const char *head, size_t len, char *out, size_t size)
{
	const char *end = memchr(head, '\n', len);
	size_t n;

	head += 2;
	len = (size_t)((end ? end : head - 2 + len) - head);
	while (len > 0 && (*head == ' ' || *head == '\t')) {
		head++;
		len--;
	}
	for (n = 0; n < len && head[n] != ' ' && head[n] != '\t'; n++)
		;
	if (n == 0 || n >= size || head[0] != '/')
		return false;
	memcpy(out, head, n);
	out[n] = '\0';
	return true;
}

/* PT_INTERP of a 64-bit program; elf(5). */
static bool linker(int fd, const Elf64_Ehdr *header, char *out, size_t size)
{
	enum { MOST = 64 };
	Elf64_Phdr part;

	if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_phentsize != sizeof(part) ||
	    header->e_phnum > MOST)
		return false;
	for (unsigned i = 0; i < header->e_phnum; i++) {
		off_t at = (off_t)(header->e_phoff + i * sizeof(part));

		if (pread(fd, &part, sizeof(part), at) != sizeof(part))
			return false;
		if (part.p_type != PT_INTERP || part.p_filesz == 0 || part.p_filesz > size)
			continue;
		if (pread(fd, out, part.p_filesz, (off_t)part.p_offset) != (ssize_t)part.p_filesz)
			return false;
		return out[part.p_filesz - 1] == '\0' && out[0] == '/';
	}
	return false;
}

bool interpreter_of(int fd, char *out, size_t size)
{
	union {
		char text[256];
		Elf64_Ehdr elf;
	} head;
	ssize_t len = pread(fd, &head, sizeof(head), 0);

	if (len > 2 && memcmp(head.text, "#!", 2) == 0)
		return script(head.text, (size_t)len, out, size);
	if (len >= (ssize_t)sizeof(head.elf) && memcmp(head.elf.e_ident, ELFMAG, SELFMAG) == 0)
		return linker(fd, &head.elf, out, size);
	return false;
}
