/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that a program is loaded from: anybody's may be in a closure. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "closure/elf_file.h"
#include "closure/ld_cache.h"
#include "closure/script.h"

static void elf(const uint8_t *data, size_t size)
{
	_cleanup_elf_file_ struct elf_file file = {0};
	_cleanup_err_ struct err *err = NULL;
	_cleanup_free_ char *copy = xmalloc(size); /* libelf may write to it */
	int kind;

	memcpy(copy, data, size);
	kind = elf_file_read_memory(copy, size, &file, &err);
	ALWAYS((kind < 0) == (err != NULL));
	if (kind == 0)
		ALWAYS(!file.interpreter && !file.soname && !file.needed.count);
	ALWAYS(file.needed.count <= 1024);
	ALWAYS(!file.interpreter || strlen(file.interpreter) < 4096);
}

static void cache(const uint8_t *data, size_t size)
{
	struct ld_cache_entry entry;
	struct ld_cache cache;
	uint32_t at = 0;

	if (!ld_cache_open(&cache, (const char *)data, size))
		return;
	while (ld_cache_next(&cache, "libc.so.6", &at, &entry)) {
		ALWAYS(entry.path[0] == '/');
		ALWAYS(entry.path + strlen(entry.path) < cache.data + cache.len);
	}
	ALWAYS(at == cache.count);
}

static void script(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *interpreter = NULL, *command = NULL;

	if (!script_read((const char *)data, size, &interpreter, &command))
		return;
	ALWAYS(*interpreter && !strpbrk(interpreter, " \t\n"));
	ALWAYS(!command || (*command && !strpbrk(command, " \t\n")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	elf(data, size);
	cache(data, size);
	script(data, size);
	return 0;
}
