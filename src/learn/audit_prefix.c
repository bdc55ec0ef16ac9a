/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_prefix.h"

#include <stdlib.h>

#include "base/str.h"

/* The kernel's facility is 0; what user space writes to /dev/kmsg gets another one. */
enum { KERNEL_PRIORITIES = 8 };

static const char *skip_spaces(const char *s)
{
	return s + strspn(s, " ");
}

/* Steps over "[   12.345678] ", "[Tue Nov 14 22:13:20 2023] ", "[    1.5][   T1] ". */
static const char *skip_stamps(const char *s)
{
	while (*s == '[') {
		size_t len = strcspn(s + 1, "[]");

		if (s[1 + len] != ']')
			break;
		s = skip_spaces(s + len + 2);
	}
	return s;
}

/* "<5>" and "5,1234,5678901,-;" are from the kernel, "<13>" is not. Steps over the number. */
static bool kernel_priority(const char **s)
{
	char *end;

	if (**s < '0' || **s > '9' || strtoul(*s, &end, 10) >= KERNEL_PRIORITIES)
		return false;
	*s = end;
	return true;
}

static bool is_kmsg(const char *s)
{
	return kernel_priority(&s) && *s == ',' && s[strcspn(s, "; ")] == ';' &&
	       !s[strcspn(s, ";") + 1];
}

/* Steps over "kern  :notice: ". */
static const char *skip_level(const char *s)
{
	const char *at;

	if (!str_starts(s, "kern "))
		return s;
	at = skip_spaces(s + strlen("kern"));
	if (*at++ != ':')
		return s;
	at += strspn(at, "abcdefghijklmnopqrstuvwxyz");
	at = skip_spaces(at);
	return at[0] == ':' && at[1] == ' ' ? skip_spaces(at + 1) : s;
}

/* "2023-11-14T22:13:20,123456+00:00 " */
static bool is_iso_time(const char *s)
{
	size_t len = strspn(s, "0123456789-T:,+");

	return len >= strlen("2023-11-14T22:13:20") && s[10] == 'T' && s[len] == ' ' &&
	       !*skip_spaces(s + len);
}

/* "1 TIME HOST kernel - - - ", the fields of RFC 5424 behind "<5>". */
static bool is_rfc5424(const char *s)
{
	s += strlen("1 ");
	for (int word = 0; word < 2; word++) {
		s += strcspn(s, " ");
		s += *s == ' ';
	}
	if (!str_starts(s, "kernel - - - "))
		return false;
	s += strlen("kernel - - - ");
	return !*skip_stamps(skip_spaces(s));
}

/* "TIME HOST kernel: ", with the kernel's own time behind it or not. */
static bool is_syslog(const char *s)
{
	const char *colon = strstr(s, ": ");
	const char *name = colon ? colon - strlen("kernel") : s;

	if (!colon || name < s || strncmp(name, "kernel", strlen("kernel")) != 0 ||
	    (name > s && name[-1] != ' '))
		return false;
	return !*skip_stamps(skip_spaces(colon + 1));
}

bool audit_prefix_kernel(const char *line, size_t len)
{
	_cleanup_free_ char *prefix = xstrndup(line, len);
	const char *s = prefix;

	/* journalctl indents what follows the first line of a message. */
	if (*s == ' ')
		return false;
	if (is_kmsg(s))
		return true;
	if (*s == '<') {
		s++;
		if (!kernel_priority(&s) || *s++ != '>')
			return false;
		if (str_starts(s, "1 "))
			return is_rfc5424(s);
	}
	s = skip_stamps(skip_level(s));
	return !*s || is_iso_time(s) || is_syslog(s);
}

bool audit_prefix_header(const char *line, size_t len)
{
	_cleanup_free_ char *prefix = xstrndup(line, len);

	return *prefix && *prefix != ' ' && !strstr(prefix, ": ");
}

const char *audit_prefix_journal_form(const char *line)
{
	const char *stamp = strstr(line, " [s=");

	if (str_starts(line, "__CURSOR=s="))
		return "export";
	/* Fields come in any order. The entry is in one line, or begins with one that has "{" only.
	 */
	if (str_starts(line, "data: {"))
		return "json-sse";
	if (str_starts(line, "\x1e{"))
		return "json-seq";
	if (streq(line, "{"))
		return "json-pretty";
	if (str_starts(line, "{") && strstr(line, "\"__CURSOR\""))
		return "json";
	/* "Tue 2023-11-14 22:13:20.123456 UTC [s=...;i=...;b=...;m=...;t=...;x=...]" */
	if (stamp && strstr(stamp, ";x=") && str_ends(line, "]") && !strstr(line, ": "))
		return "verbose";
	return NULL;
}

bool audit_prefix_follows(const char *text)
{
	return strstr(text, "]: ") || str_ends(text, "]:");
}
