/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_WRONG_CALL = 64, SPILL_MAX = 65536 };

static void say(const char *word, const char *format, va_list args)
{
	printf("%s ", word);
	vprintf(format, args);
}

void got(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("GOT", format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

void refused(const char *format, ...)
{
	const char *name = strerrorname_np(errno);
	va_list args;

	va_start(args, format);
	say("no", format, args);
	va_end(args);
	printf(": %s\n", name ? name : "unknown error");
	fflush(stdout);
}

void outcome(bool ok, const char *format, ...)
{
	const char *name = strerrorname_np(errno);
	va_list args;

	va_start(args, format);
	say(ok ? "GOT" : "no", format, args);
	va_end(args);
	printf("%s%s\n", ok ? "" : ": ", ok ? "" : name ? name : "unknown error");
	fflush(stdout);
}

int done(void)
{
	printf("DONE\n");
	fflush(stdout);
	return 0;
}

void spill(int fd)
{
	char buf[4096];
	size_t total = 0;
	ssize_t n;

	while (total < SPILL_MAX && (n = read(fd, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			putchar(buf[i] >= ' ' && buf[i] < 0x7f ? buf[i] : '\n');
		total += (size_t)n;
	}
	putchar('\n');
}

void spill_path(int dirfd, const char *path)
{
	struct stat st;
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		refused("read %s", path);
		return;
	}
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		int key = openat(fd, "key", O_RDONLY | O_CLOEXEC | O_NONBLOCK);

		if (key >= 0) {
			spill(key);
			close(key);
		}
	} else {
		spill(fd);
	}
	close(fd);
}

static const struct attack *const tables[] = {process_attacks, call_attacks, outside_helpers};

int main(int argc, char **argv)
{
	for (size_t t = 0; argc > 1 && t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (const struct attack *a = tables[t]; a->name; a++) {
			if (strcmp(a->name, argv[1]) == 0 && argc - 2 >= a->min_args)
				return a->run(argc - 2, argv + 2);
		}
	}
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (const struct attack *a = tables[t]; a->name; a++)
			fprintf(stderr, "  %s %s\n", a->name, a->args);
	}
	return EXIT_WRONG_CALL;
}
