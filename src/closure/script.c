/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "closure/script.h"

#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

static const char blanks[] = " \t";

/* Of "env [-S] [-OPTION] [NAME=VALUE] COMMAND ...": the first word that is nothing else. */
static char *env_command(const char *arguments)
{
	for (const char *s = arguments + strspn(arguments, blanks); *s; s += strspn(s, blanks)) {
		size_t len = strcspn(s, blanks);

		/* -SCOMMAND and --split-string=COMMAND are words that hold another one. */
		if (str_starts(s, "-S") && len > 2) {
			s += 2;
			continue;
		}
		if (str_starts(s, "--split-string=")) {
			s += strlen("--split-string=");
			continue;
		}
		if (*s != '-' && !memchr(s, '=', len))
			return xstrndup(s, len);
		s += len;
	}
	return NULL;
}

bool script_read(const char *head, size_t len, char **interpreter, char **command)
{
	_cleanup_free_ char *line = NULL;
	const char *start;
	size_t size;

	if (len > SCRIPT_HEAD)
		len = SCRIPT_HEAD;
	if (len < 2 || head[0] != '#' || head[1] != '!')
		return false;
	line = xstrndup(head + 2, len - 2); /* up to a NUL, as the kernel does */
	line[strcspn(line, "\n")] = '\0';
	start = line + strspn(line, blanks);
	size = strcspn(start, blanks);
	if (size == 0)
		return false;
	*interpreter = xstrndup(start, size);
	*command = streq(path_base(*interpreter), "env") ? env_command(start + size) : NULL;
	return true;
}
