/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs a fuzz target over its corpus as an ordinary test: each file as it is, cut short at every
 * length, and with each byte replaced in turn by one that means something to the parsers.
 */
#include <dirent.h>
#include <fcntl.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "fuzz/fuzz.h"

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void replay(const char *data, size_t len)
{
	static const char bytes[] = "\0\n[]=:\\ $";
	/* Sizes that the sanitizers can watch: a copy for each cut, and only so many of them. */
	size_t step = len > 512 ? len / 512 : 1;

	LLVMFuzzerTestOneInput((const uint8_t *)data, len);
	for (size_t cut = 0; cut < len; cut += step) {
		_cleanup_free_ char *copy = xmalloc(len);

		memcpy(copy, data, len);
		copy[cut] = bytes[cut / step % (sizeof(bytes) - 1)];
		LLVMFuzzerTestOneInput((const uint8_t *)copy, len);
		free(copy);
		copy = xmalloc(cut);
		memcpy(copy, data, cut);
		LLVMFuzzerTestOneInput((const uint8_t *)copy, cut);
	}
}

int main(void)
{
	struct dirent **entries;
	int count = scandir(FUZZ_CORPUS, &entries, is_visible, alphasort);

	if (count <= 0) {
		printf("Bail out! no corpus in %s\n", FUZZ_CORPUS);
		return 1;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		_cleanup_free_ char *path = path_join(FUZZ_CORPUS, entries[i]->d_name);
		_cleanup_free_ char *data = NULL;
		_cleanup_err_ struct err *err = NULL;
		size_t len;

		if (io_read_file(AT_FDCWD, path, 1 << 20, &data, &len, &err) < 0) {
			printf("not ok %d - %s\n", i + 1, err->text);
			return 1;
		}
		/* A property that doesn't hold ends the program; the driver counts what is missing.
		 */
		replay(data, len);
		printf("ok %d - %s\n", i + 1, entries[i]->d_name);
		fflush(stdout);
		free(entries[i]);
	}
	free(entries);
	return 0;
}
