/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/elf_image.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>

#include "base/io.h"
#include "base/path.h"

/* Headers, then the interpreter, then the strings, then the dynamic section, which is the last. */
enum { INTERPRETER = 512, STRINGS = 1024, DYNAMIC = ELF_IMAGE_DYNAMIC, ROOM = 8192 };

struct entry {
	uint64_t tag, value;
};

static uint64_t add_string(char *bytes, size_t *used, const char *text)
{
	size_t at = *used, len = strlen(text) + 1;

	cr_assert_leq(STRINGS + at + len, (size_t)DYNAMIC);
	memcpy(bytes + STRINGS + at, text, len);
	*used += len;
	return at;
}

static size_t collect(const struct elf_image *image, char *bytes, struct entry *entries)
{
	const struct {
		uint64_t tag;
		const char *text;
	} texts[] = {{DT_SONAME, image->soname},
		     {DT_RPATH, image->rpath},
		     {DT_RUNPATH, image->runpath}};
	size_t count = 0, used = 1;

	for (const char *const *name = image->needed; *name; name++)
		entries[count++] = (struct entry){DT_NEEDED, add_string(bytes, &used, *name)};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].text)
			entries[count++] = (struct entry){texts[i].tag,
							  add_string(bytes, &used, texts[i].text)};
	if (image->flags_1)
		entries[count++] = (struct entry){DT_FLAGS_1, image->flags_1};
	entries[count++] = (struct entry){DT_STRTAB, ELF_IMAGE_ADDRESS + STRINGS};
	entries[count++] = (struct entry){DT_STRSZ, used};
	entries[count++] = (struct entry){DT_NULL, 0};
	return count;
}

/* The headers of either class: their structs differ in the order and width of the fields. */
#define FILL(N)                                                                                    \
	static size_t fill##N(const struct elf_image *image, char *bytes,                          \
			      const struct entry *entries, size_t count, unsigned machine)         \
	{                                                                                          \
		size_t size = DYNAMIC + count * sizeof(Elf##N##_Dyn);                              \
		size_t interpreter = image->interpreter ? strlen(image->interpreter) + 1 : 0;      \
		Elf##N##_Ehdr header = {.e_ident = ELFMAG,                                         \
					.e_type = ET_DYN,                                          \
					.e_machine = (Elf##N##_Half)machine,                       \
					.e_version = EV_CURRENT,                                   \
					.e_phoff = sizeof(header),                                 \
					.e_ehsize = sizeof(header),                                \
					.e_phentsize = sizeof(Elf##N##_Phdr),                      \
					.e_phnum = interpreter ? 3 : 2};                           \
		Elf##N##_Phdr parts[3] = {                                                         \
			{.p_type = PT_LOAD, .p_vaddr = ELF_IMAGE_ADDRESS, .p_filesz = size},       \
			{.p_type = PT_DYNAMIC,                                                     \
			 .p_offset = DYNAMIC,                                                      \
			 .p_vaddr = ELF_IMAGE_ADDRESS + DYNAMIC,                                   \
			 .p_filesz = size - DYNAMIC},                                              \
			{.p_type = PT_INTERP, .p_offset = INTERPRETER, .p_filesz = interpreter}};  \
                                                                                                   \
		header.e_ident[EI_CLASS] = ELFCLASS##N;                                            \
		header.e_ident[EI_DATA] = ELFDATA2LSB;                                             \
		header.e_ident[EI_VERSION] = EV_CURRENT;                                           \
		memcpy(bytes, &header, sizeof(header));                                            \
		memcpy(bytes + sizeof(header), parts, sizeof(parts));                              \
		if (interpreter)                                                                   \
			memcpy(bytes + INTERPRETER, image->interpreter, interpreter);              \
		for (size_t i = 0; i < count; i++) {                                               \
			Elf##N##_Dyn entry = {.d_tag = (__typeof__(entry.d_tag))entries[i].tag};   \
                                                                                                   \
			entry.d_un.d_val = (__typeof__(entry.d_un.d_val))entries[i].value;         \
			memcpy(bytes + DYNAMIC + i * sizeof(entry), &entry, sizeof(entry));        \
		}                                                                                  \
		return size;                                                                       \
	}
FILL(32)
FILL(64)

char *elf_image_make(const struct elf_image *image, size_t *size)
{
	unsigned machine = image->machine ? image->machine : image->narrow ? EM_386 : EM_X86_64;
	char *bytes = xzalloc(ROOM);
	struct entry entries[16];
	size_t count = collect(image, bytes, entries);

	*size = image->narrow ? fill32(image, bytes, entries, count, machine)
			      : fill64(image, bytes, entries, count, machine);
	return bytes;
}

void elf_image_write(const char *path, const struct elf_image *image)
{
	_cleanup_free_ char *dir = path_dir(path), *bytes = NULL;
	_cleanup_close_ int fd = -1;
	size_t size;

	cr_assert_eq(io_mkdirs(dir, 0755, NULL), 0);
	bytes = elf_image_make(image, &size);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	cr_assert_geq(fd, 0, "%s", path);
	cr_assert_eq(io_write_all(fd, bytes, size), 0);
}
