/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "closure/elf_file.h"

#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Far more than any real file has; the linker itself has no such limits. */
enum {
	MOST_SEGMENTS = 4096,
	MOST_LOADED = 256,
	MOST_NEEDED = 1024,
	MOST_STRING = 64 << 10,
	MOST_DYNAMIC = 1 << 20,
};

/* Of the strings of one file; those of the largest browsers are some MiB. */
#define MOST_STRINGS ((size_t)256 << 20)

static void end_elf(Elf **elf)
{
	if (*elf)
		elf_end(*elf);
}

/* A part of the file that is mapped, in the addresses of the file. */
struct loaded {
	GElf_Addr start;
	GElf_Off offset;
	GElf_Xword size; /* in the file */
};

struct reader {
	Elf *elf;
	size_t file_size;
	struct loaded loaded[MOST_LOADED];
	size_t nloaded;
	GElf_Phdr dynamic, interpreter;
	bool has_dynamic, has_interpreter;
	const char *strings;
	size_t strings_size;
};

static int malformed(struct err **err, const char *what)
{
	return err_set(err, 0, "malformed ELF: %s", what);
}

/* `len` bytes of the file, owned by libelf, or NULL where it ends before. */
static Elf_Data *chunk(struct reader *r, GElf_Off offset, size_t len, Elf_Type type)
{
	if (len == 0 || offset > r->file_size || len > r->file_size - offset)
		return NULL;
	return elf_getdata_rawchunk(r->elf, (int64_t)offset, len, type);
}

/*
 * The place in the file of what is mapped at `address`, and how many bytes of the file follow it
 * there. By addresses, for that is how the linker finds it: an offset that says something else, in
 * PT_DYNAMIC or a section, would show sbox one file and the linker another.
 */
static bool find_address(const struct reader *r, GElf_Addr address, GElf_Off *offset, size_t *left)
{
	for (size_t i = 0; i < r->nloaded; i++) {
		const struct loaded *part = &r->loaded[i];
		GElf_Addr into = address - part->start;

		if (address < part->start || into >= part->size)
			continue;
		*offset = part->offset + into;
		*left = (size_t)(part->size - into);
		return *offset >= part->offset;
	}
	return false;
}

static int read_segments(struct reader *r, const GElf_Ehdr *header, struct err **err)
{
	size_t size =
		header->e_ident[EI_CLASS] == ELFCLASS64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);

	/* As the kernel and the linkers count, who know no PN_XNUM; libelf would stop at the end of
	 * the file, where they refuse it. */
	if (header->e_phnum == 0)
		return malformed(err, "no program headers");
	if (header->e_phnum > MOST_SEGMENTS)
		return malformed(err, "too many program headers");
	if (header->e_phentsize != size)
		return malformed(err, "program headers of an unknown size");
	if (header->e_phoff > r->file_size ||
	    header->e_phnum * size > r->file_size - header->e_phoff)
		return malformed(err, "a program header lies outside of the file");
	for (size_t i = 0; i < header->e_phnum; i++) {
		GElf_Phdr part;

		if (!gelf_getphdr(r->elf, (int)i, &part))
			return malformed(err, "a program header lies outside of the file");
		if (part.p_type == PT_DYNAMIC) {
			r->dynamic = part;
			r->has_dynamic = true;
		} else if (part.p_type == PT_INTERP && !r->has_interpreter) {
			r->interpreter = part;
			r->has_interpreter = true;
		} else if (part.p_type == PT_LOAD) {
			if (r->nloaded == MOST_LOADED)
				return malformed(err, "too many segments to load");
			r->loaded[r->nloaded++] =
				(struct loaded){part.p_vaddr, part.p_offset, part.p_filesz};
		}
	}
	return 0;
}

/* A path or a list of them; one that nothing could open is refused. */
static int take_text(const char *text, size_t size, char **out, struct err **err)
{
	const char *end = memchr(text, '\0', size);

	if (!end)
		return malformed(err, "a string has no end");
	if (end - text >= MOST_STRING)
		return malformed(err, "a string is too long");
	free(*out);
	*out = xstrndup(text, (size_t)(end - text));
	return 0;
}

static int read_interpreter(struct reader *r, struct elf_file *out, struct err **err)
{
	Elf_Data *data;

	if (!r->has_interpreter)
		return 0;
	/* The kernel's own limit, load_elf_binary(); it goes by the offset. */
	if (r->interpreter.p_filesz < 2 || r->interpreter.p_filesz > PATH_MAX)
		return malformed(err, "the interpreter's path is too short or too long");
	data = chunk(r, r->interpreter.p_offset, (size_t)r->interpreter.p_filesz, ELF_T_BYTE);
	if (!data)
		return malformed(err, "the interpreter's path lies outside of the file");
	return take_text(data->d_buf, data->d_size, &out->interpreter, err);
}

static int take_string(const struct reader *r, GElf_Xword at, char **out, struct err **err)
{
	if (at >= r->strings_size)
		return malformed(err, "a string lies outside of its table");
	return take_text(r->strings + at, r->strings_size - at, out, err);
}

static int take_entry(const struct reader *r, const GElf_Dyn *entry, struct elf_file *out,
		      struct err **err)
{
	char *name = NULL;

	switch (entry->d_tag) {
	case DT_NEEDED:
		if (out->needed.count == MOST_NEEDED)
			return malformed(err, "too many libraries are needed");
		if (take_string(r, entry->d_un.d_val, &name, err) < 0)
			return -1;
		strv_take(&out->needed, name);
		return 0;
	case DT_SONAME:
		return take_string(r, entry->d_un.d_val, &out->soname, err);
	case DT_RPATH:
		return take_string(r, entry->d_un.d_val, &out->rpath, err);
	case DT_RUNPATH:
		return take_string(r, entry->d_un.d_val, &out->runpath, err);
	case DT_FLAGS_1:
		out->no_default = entry->d_un.d_val & DF_1_NODEFLIB;
		return 0;
	default:
		return 0;
	}
}

/* The string table that the dynamic section names. */
static int find_strings(struct reader *r, Elf_Data *dynamic, int count, struct err **err)
{
	GElf_Addr address = 0;
	GElf_Xword size = 0;
	GElf_Off offset;
	Elf_Data *data;
	size_t left;

	for (int i = 0; i < count; i++) {
		GElf_Dyn entry;

		if (!gelf_getdyn(dynamic, i, &entry))
			break;
		if (entry.d_tag == DT_STRTAB)
			address = entry.d_un.d_ptr;
		else if (entry.d_tag == DT_STRSZ)
			size = entry.d_un.d_val;
	}
	if (!address || !size)
		return 0; /* each string that is asked for is then outside of it */
	if (!find_address(r, address, &offset, &left))
		return malformed(err, "the string table isn't loaded");
	if (size > left || size > MOST_STRINGS)
		return malformed(err, "the string table is too long");
	data = chunk(r, offset, (size_t)size, ELF_T_BYTE);
	if (!data)
		return malformed(err, "the string table lies outside of the file");
	r->strings = data->d_buf;
	r->strings_size = data->d_size;
	return 0;
}

/* How many entries come before DT_NULL; -1 when there is none. */
static int count_entries(Elf_Data *dynamic, size_t entry_size)
{
	GElf_Dyn entry;

	for (int i = 0; i < (int)(dynamic->d_size / entry_size) && gelf_getdyn(dynamic, i, &entry);
	     i++)
		if (entry.d_tag == DT_NULL)
			return i;
	return -1;
}

static int read_dynamic(struct reader *r, struct elf_file *out, struct err **err)
{
	size_t entry_size = out->class == ELFCLASS64 ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);
	/* The linker reads on to DT_NULL, whatever size the header says; mostly that is right. */
	size_t sizes[2] = {(size_t)r->dynamic.p_filesz, MOST_DYNAMIC}, left;
	GElf_Off offset;
	Elf_Data *data = NULL;
	int count = -1;

	if (!r->has_dynamic)
		return 0;
	if (!find_address(r, r->dynamic.p_vaddr, &offset, &left))
		return malformed(err, "the dynamic section isn't loaded");
	if (offset >= r->file_size)
		return malformed(err, "the dynamic section lies outside of the file");
	if (left > r->file_size - offset)
		left = r->file_size - offset;
	for (size_t i = 0; i < ARRAY_SIZE(sizes) && count < 0; i++) {
		size_t size = sizes[i] < left ? sizes[i] : left;

		if (size > MOST_DYNAMIC)
			size = MOST_DYNAMIC;
		data = chunk(r, offset, size - size % entry_size, ELF_T_DYN);
		if (data)
			count = count_entries(data, entry_size);
	}
	if (count < 0)
		return malformed(err, "the dynamic section has no end");
	if (find_strings(r, data, count, err) < 0)
		return -1;
	for (int i = 0; i < count; i++) {
		GElf_Dyn entry;

		if (!gelf_getdyn(data, i, &entry))
			return malformed(err, "the dynamic section can't be read");
		if (take_entry(r, &entry, out, err) < 0)
			return -1;
	}
	return 0;
}

static int read_elf(Elf *elf, size_t size, struct elf_file *out, struct err **err)
{
	struct reader reader = {.elf = elf, .file_size = size};
	GElf_Ehdr header;

	if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
		return malformed(err, "a header cut short or of an unknown kind");
	if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
		return 0;
	out->class = header.e_ident[EI_CLASS];
	out->data = header.e_ident[EI_DATA];
	out->machine = header.e_machine;
	if (read_segments(&reader, &header, err) < 0 || read_interpreter(&reader, out, err) < 0 ||
	    read_dynamic(&reader, out, err) < 0)
		return -1;
	return 1;
}

/* libelf isn't asked about anything else, such as archives. */
static bool has_magic(const char *head, ssize_t len)
{
	return len >= SELFMAG && memcmp(head, ELFMAG, SELFMAG) == 0;
}

int elf_file_read(int fd, struct elf_file *out, struct err **err)
{
	__attribute__((cleanup(end_elf))) Elf *elf = NULL;
	char head[SELFMAG];
	struct stat st;
	ssize_t len;

	*out = (struct elf_file){0};
	len = pread(fd, head, sizeof(head), 0);
	if (len < 0 || fstat(fd, &st) < 0)
		return err_set(err, errno, "read");
	if (!has_magic(head, len))
		return 0;
	elf_version(EV_CURRENT);
	/* Not mapped: a file that is cut short meanwhile is a failed read then, and no SIGBUS. */
	elf = elf_begin(fd, ELF_C_READ, NULL);
	return read_elf(elf, (size_t)st.st_size, out, err);
}

int elf_file_read_memory(char *image, size_t size, struct elf_file *out, struct err **err)
{
	__attribute__((cleanup(end_elf))) Elf *elf = NULL;

	*out = (struct elf_file){0};
	if (!has_magic(image, (ssize_t)size))
		return 0;
	elf_version(EV_CURRENT);
	elf = elf_memory(image, size);
	return read_elf(elf, size, out, err);
}

void elf_file_free(struct elf_file *file)
{
	free(file->interpreter);
	free(file->soname);
	free(file->rpath);
	free(file->runpath);
	strv_free(&file->needed);
	*file = (struct elf_file){0};
}
