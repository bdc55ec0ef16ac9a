/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sbox-closure: run by the launcher for the key closure. A program of its own, for libelf is
 * nothing that every start of an application should load, and what it reads may be hostile: it can
 * only read (closure/confine.h), and only says names of files, of which the launcher believes none.
 *
 * usage: sbox-closure ITEM...	(closure/resolve.h)
 *
 * Prints records of four strings, each with its NUL: the kind, the index of the item, a text, and
 * the file that needs it or "". The kinds are f, a file; n, a note; e, an error, the last record.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "closure/confine.h"
#include "closure/resolve.h"

static void record(const char *kind, size_t item, const char *text, const char *via)
{
	printf("%s%c%zu%c%s%c%s%c", kind, '\0', item, '\0', text, '\0', via ? via : "", '\0');
}

int main(int argc, char **argv)
{
	struct closure closure = {.cache = "/etc/ld.so.cache"};
	_cleanup_err_ struct err *err = NULL;
	const char *path = getenv("PATH");
	int result;

	log_setup("sbox-closure", LOG_LEVEL_NOTE);
	if (confine(&err) < 0) {
		log_error("%s", err->text);
		return EXIT_SETUP;
	}
	closure.search = path ? path : "";
	result = closure_resolve(&closure, (const char *const *)argv + (argc > 0), &err);
	for (size_t i = 0; result == 0 && i < closure.nfiles; i++)
		record("f", closure.files[i].item, closure.files[i].path, closure.files[i].via);
	for (size_t i = 0; i < closure.nnotes; i++)
		record("n", closure.notes[i].item, closure.notes[i].text, NULL);
	if (result < 0)
		record("e", closure.failed, err->text, NULL);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		log_error("write to standard output");
		return EXIT_SETUP;
	}
	/* At once: what is freed by the end of the process needn't be freed before it. */
	_exit(EXIT_SUCCESS);
}
