/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

enum { EXIT_WRONG_CALL = 64 };

static const struct verb *const tables[] = {look_verbs, act_verbs, call_verbs, net_verbs};

const char *errno_name(int errnum)
{
	static char text[16];
	const char *name = strerrorname_np(errnum);

	if (name)
		return name;
	snprintf(text, sizeof(text), "%d", errnum);
	return text;
}

uint64_t number(const char *text)
{
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(text, &end, 0);
	if (errno || end == text || *end) {
		fprintf(stderr, "probe: \"%s\" is not a number\n", text);
		exit(EXIT_WRONG_CALL);
	}
	return n;
}

void print_escaped(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p < ' ' || *p == 0x7f)
			printf("\\x%02x", *p);
		else
			putchar(*p);
	}
}

static const struct verb *find_verb(const char *name)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (const struct verb *v = tables[t]; v->name; v++) {
			if (strcmp(v->name, name) == 0)
				return v;
		}
	}
	return NULL;
}

static int usage(void)
{
	fprintf(stderr, "usage: probe VERB [ARG...] [, VERB [ARG...]]...\n");
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (const struct verb *v = tables[t]; v->name; v++)
			fprintf(stderr, "  %s %s\n", v->name, v->args);
	}
	return EXIT_WRONG_CALL;
}

int main(int argc, char **argv)
{
	int i = 1;

	if (argc < 2)
		return usage();
	while (i < argc) {
		const struct verb *verb = find_verb(argv[i]);
		int first = ++i;
		int ret;

		while (i < argc && strcmp(argv[i], ",") != 0)
			i++;
		if (!verb || i - first < verb->min_args ||
		    (verb->max_args >= 0 && i - first > verb->max_args))
			return usage();
		ret = verb->run(i - first, argv + first);
		fflush(stdout);
		if (ret)
			return ret;
		i++;
	}
	return 0;
}
