/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_line.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <time.h>

#include "base/str.h"
#include "learn/audit_prefix.h"

void audit_record_clear(struct audit_record *record)
{
	free(record->comm);
	free(record->exe);
	free(record->call);
	*record = (struct audit_record){0};
}

void audit_line_clear(struct audit_line *line)
{
	free(line->raw);
	audit_record_clear(&line->record);
	*line = (struct audit_line){0};
}

void audit_record_set_call(struct audit_record *record, uint32_t arch, uint64_t nr)
{
	if (nr > UINT32_MAX)
		return;
	record->has_nr = true;
	record->has_abi = syscall_abi(arch, (uint32_t)nr, &record->abi, &record->nr);
}

/* Digits, at most 18 of them, and the character behind; steps over both. */
static bool take_number(const char **s, char end, uint64_t *out)
{
	size_t len = strspn(*s, "0123456789");

	if (len == 0 || len > 18 || (*s)[len] != end)
		return false;
	*out = strtoull(*s, NULL, 10);
	*s += len + 1;
	return true;
}

/* "1700000000.123:456)": the kernel's stamp behind "audit(". */
static bool take_stamp(const char **s, uint64_t *ms)
{
	const char *at = *s;
	uint64_t seconds, fraction, serial;

	if (!take_number(&at, '.', &seconds) || !take_number(&at, ':', &fraction) ||
	    fraction > 999 || !take_number(&at, ')', &serial) || seconds > INT64_MAX / 1000)
		return false;
	*ms = seconds * 1000 + fraction;
	*s = at;
	return true;
}

/* What is read, and how libauparse is told, which may be older than Landlock's names. */
static const struct type {
	unsigned number;
	const char *raw;
	const char *forms[3]; /* in front of "msg=audit(" */
	const char *kernel;
} types[] = {
#define TYPE(number, name, raw)                                                                    \
	{                                                                                          \
		number, raw,                                                                       \
			{"type=" name " ", "type=" #number " ", "type=UNKNOWN[" #number "] "},     \
			"type=" #number " audit("                                                  \
	}
	TYPE(1326, "SECCOMP", "SECCOMP"),
	TYPE(1300, "SYSCALL", "SYSCALL"),
	TYPE(1423, "LANDLOCK_ACCESS", "UNKNOWN[1423]"),
	TYPE(1424, "LANDLOCK_DOMAIN", "UNKNOWN[1424]"),
#undef TYPE
};

/* The type that *s begins with, which is stepped over; NULL if it is another. */
static const struct type *take_type(const char **s)
{
	if (!str_starts(*s, "type="))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(types[i].forms); k++) {
			if (!str_starts(*s, types[i].forms[k]))
				continue;
			*s += strlen(types[i].forms[k]);
			return &types[i];
		}
	}
	return NULL;
}

/* `stamp` is "SECONDS.MS:SERIAL): FIELDS". A denial of Landlock's makes a call fail. */
static bool set_raw(struct audit_line *out, const struct type *type, const char *stamp,
		    const char *fields)
{
	if (type->number == AUDIT_SYSCALL && !strstr(fields, " success=no "))
		return false;
	out->kind = AUDIT_LINE_RAW;
	out->type = type->number;
	out->raw = xasprintf("type=%s msg=audit(%s", type->raw, stamp);
	out->fields = strlen(out->raw) - strlen(fields);
	return true;
}

static uint64_t to_ms(struct tm *tm, uint64_t ms)
{
	time_t t;

	tm->tm_isdst = -1;
	t = mktime(tm);
	return t > 0 ? (uint64_t)t * 1000 + ms : 0;
}

/* "11/24/26 10:11:12.123:456", the date as the locale of ausearch has it. 0 when it can't be read.
 */
static uint64_t local_stamp(const char *text, size_t len)
{
	static const char *const dates[] = {"%x",       "%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d",
					    "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%d/%m/%y"};
	_cleanup_free_ char *copy = xstrndup(text, len);
	char *blank = strrchr(copy, ' ');
	const char *end, *rest;
	uint64_t ms, serial;

	if (!blank)
		return 0;
	*blank = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(dates); i++) {
		struct tm tm = {0};

		end = strptime(copy, dates[i], &tm);
		if (!end || *end)
			continue;
		rest = strptime(blank + 1, "%H:%M:%S", &tm);
		if (!rest || *rest++ != '.' || !take_number(&rest, ':', &ms) || ms > 999 ||
		    !take_number(&rest, '\0', &serial))
			return 0;
		return to_ms(&tm, ms);
	}
	return 0;
}

/* Cuts " KEY=VALUE" off the end of `s` and returns VALUE, or NULL. */
static char *cut_last(char *s, const char *key)
{
	size_t len = strlen(key);
	char *found = NULL;

	for (char *at = strstr(s, key); at; at = strstr(at + 1, key))
		found = at;
	if (!found)
		return NULL;
	*found = '\0';
	return found + len;
}

static uint32_t code_value(const char *text)
{
	/* libauparse's words. */
	static const struct {
		const char *name;
		uint32_t code;
	} codes[] = {
		{"log", SECCOMP_RET_LOG},
		{"allow", SECCOMP_RET_ALLOW},
		{"errno", SECCOMP_RET_ERRNO},
		{"trap", SECCOMP_RET_TRAP},
		{"trace", SECCOMP_RET_TRACE},
		{"kill", SECCOMP_RET_KILL_THREAD},
		{"kill-thread", SECCOMP_RET_KILL_THREAD},
		{"kill-process", SECCOMP_RET_KILL_PROCESS},
		{"kill_process", SECCOMP_RET_KILL_PROCESS},
		{"user-notify", SECCOMP_RET_USER_NOTIF},
	};

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (streq(codes[i].name, text))
			return codes[i].code;
	return (uint32_t)strtoul(text, NULL, 0);
}

static uint32_t arch_value(const char *text)
{
	static const struct {
		const char *name;
		uint32_t arch;
	} archs[] = {{"x86_64", AUDIT_ARCH_X86_64},
		     {"i386", AUDIT_ARCH_I386},
		     {"aarch64", AUDIT_ARCH_AARCH64}};

	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (streq(archs[i].name, text))
			return archs[i].arch;
	return (uint32_t)strtoul(text, NULL, 16);
}

/* A name or a number, or libauparse's words for a number it doesn't know. */
static void set_call(struct audit_record *record, const char *arch, const char *call)
{
	const char *digits = call + strcspn(call, "0123456789");
	uint32_t arch_number = arch_value(arch);
	uint64_t nr = 0;
	int known;

	audit_record_set_call(record, arch_number, 0);
	record->has_nr = false;
	known = record->has_abi ? syscall_number(call, record->abi) : -1;
	if (known >= 0)
		audit_record_set_call(record, arch_number, (uint64_t)known);
	else if ((digits == call || str_starts(call, "unknown")) &&
		 (take_number(&digits, '\0', &nr) || take_number(&digits, ')', &nr)))
		audit_record_set_call(record, arch_number, nr);
	else
		record->call = xstrdup(call);
}

/*
 * "auid=... comm=NAME exe=PATH sig=... arch=... syscall=... compat=... ip=... code=...", where NAME
 * and PATH are neither quoted nor limited. What follows them is the kernel's: it is taken off from
 * the end. The first " exe=" counts, so that a name that has one in it leaves its mark in the path.
 */
static bool read_interpreted(char *fields, struct audit_record *record)
{
	char *code = cut_last(fields, " code=");
	char *ip = cut_last(fields, " ip=");
	char *compat = cut_last(fields, " compat=");
	char *call = cut_last(fields, " syscall=");
	char *arch = cut_last(fields, " arch=");
	char *sig = cut_last(fields, " sig=");
	char *comm = strstr(fields, " comm=");
	char *exe;

	if (!code || !ip || !compat || !call || !arch || !sig || !comm)
		return false;
	code[strcspn(code, " ")] = '\0';
	comm += strlen(" comm=");
	exe = strstr(comm, " exe=");
	if (exe) {
		*exe = '\0';
		record->exe = xstrdup(exe + strlen(" exe="));
	}
	record->comm = xstrdup(comm);
	record->code = code_value(code);
	set_call(record, arch, call);
	return true;
}

/* Behind "type=SECCOMP ": "msg=audit(STAMP): FIELDS" or, interpreted, "msg=audit(STAMP) : FIELDS".
 */
static void read_audit(const char *s, const struct type *type, struct audit_line *out)
{
	_cleanup_free_ char *fields = NULL;
	const char *start, *end;
	uint64_t ms;

	if (!str_starts(s, "msg=audit("))
		return;
	start = s += strlen("msg=audit(");
	if (take_stamp(&s, &ms) && str_starts(s, ": ")) {
		set_raw(out, type, start, s + 2);
		return;
	}
	end = strstr(start, ") : ");
	if (!end || type->number != AUDIT_SECCOMP)
		return;
	fields = xstrdup(end + strlen(") :"));
	if (!read_interpreted(fields, &out->record)) {
		audit_record_clear(&out->record);
		return;
	}
	out->record.time = local_stamp(start, (size_t)(end - start));
	out->kind = AUDIT_LINE_INTERPRETED;
}

/* Whether the kernel wrote `message`, which is in `line`. */
static bool from_kernel(const char *line, const char *message)
{
	return audit_prefix_kernel(line, (size_t)(message - line));
}

/* "audit: type=1326 audit(STAMP): FIELDS", "audit: " being left out by old kernels. */
static bool read_kernel_type(const char *line, const struct type *type, struct audit_line *out)
{
	const char *found = strstr(line, type->kernel), *message = found, *stamp, *s;
	uint64_t ms;

	if (!found)
		return false;
	if (found - line >= 7 && strncmp(found - 7, "audit: ", 7) == 0)
		message = found - 7;
	stamp = s = found + strlen(type->kernel);
	if (!from_kernel(line, message) || !take_stamp(&s, &ms) || !str_starts(s, ": ") ||
	    audit_prefix_follows(s + 2) || !set_raw(out, type, stamp, s + 2))
		return false;
	out->kernel = true;
	out->time = ms;
	return true;
}

static bool read_kernel(const char *line, struct audit_line *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (read_kernel_type(line, &types[i], out))
			return true;
	return false;
}

/* What follows the seconds of a time: a fraction, and an offset, "UTC", or the local time's name.
 */
static uint64_t with_zone(const char *s, struct tm *tm)
{
	struct tm zone = {0};
	time_t t;

	if (*s == '.' || *s == ',')
		s += 1 + strspn(s + 1, "0123456789");
	if (*s != '+' && *s != '-' && *s != 'Z' && !str_starts(s, " UTC "))
		return to_ms(tm, 0);
	if (*s != ' ' && !strptime(s, "%z", &zone))
		return 0;
	t = timegm(tm) - zone.tm_gmtoff;
	return t > 0 ? (uint64_t)t * 1000 : 0;
}

/* The time in front of a line of journalctl or of a syslog file, in milliseconds, or 0. */
static uint64_t line_time(const char *line, uint64_t now)
{
	static const char *const forms[] = {"%Y-%m-%dT%H:%M:%S", "%a %Y-%m-%d %H:%M:%S"};
	time_t today = (time_t)now;
	struct tm tm = {0}, local;
	const char *s = line, *end;
	uint64_t seconds, ms;

	if (take_number(&s, '.', &seconds))
		return seconds < INT64_MAX / 1000 ? seconds * 1000 : 0;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		if ((end = strptime(line, forms[i], &tm)))
			return with_zone(end, &tm);
	if (!strptime(line, "%b %d %H:%M:%S", &tm) || !localtime_r(&today, &local))
		return 0;
	tm.tm_year = local.tm_year;
	ms = to_ms(&tm, 0);
	if (ms / 1000 > now + 24 * 3600) {
		tm.tm_year--;
		ms = to_ms(&tm, 0);
	}
	return ms;
}

/* journald's own message: "TIME HOST audit[PID]: SECCOMP FIELDS". */
static bool read_journal(const char *line, uint64_t now, struct audit_line *out)
{
	const char *s = strstr(line, " audit[");
	uint64_t pid, ms;

	if (!s)
		return false;
	s += strlen(" audit[");
	if (!audit_prefix_header(line, (size_t)(s - line)) || !take_number(&s, ']', &pid) ||
	    !str_starts(s, ": SECCOMP ") || audit_prefix_follows(s + strlen(": SECCOMP ")))
		return false;
	ms = line_time(line, now);
	/* libauparse passes over records of the second 0. */
	if (!ms)
		ms = AUDIT_UNDATED * 1000;
	out->kind = AUDIT_LINE_RAW;
	out->type = AUDIT_SECCOMP;
	out->journal = true;
	out->raw = xasprintf("type=SECCOMP msg=audit(%llu.%03llu:0): %s",
			     (unsigned long long)ms / 1000, (unsigned long long)ms % 1000,
			     s + strlen(": SECCOMP "));
	out->fields = strlen(out->raw) - strlen(s + strlen(": SECCOMP "));
	return true;
}

/* The number that follows `key` in `text`, or 0. */
static uint64_t number_behind(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

static bool lost(struct audit_line *out, enum audit_loss loss, uint64_t count)
{
	out->kind = AUDIT_LINE_LOSS;
	out->loss = loss;
	out->lost = count;
	return true;
}

static bool read_loss(const char *line, struct audit_line *out)
{
	static const char *const limits[] = {
		"audit: audit_lost=",
		"audit: rate limit exceeded",
		"audit: backlog limit exceeded",
		"audit: audit_backlog=",
		"audit: kauditd hold queue overflow",
		"audit: kauditd retry queue overflow",
		"audit: printk limit exceeded",
	};
	static const char *const printks[] = {"kauditd_printk_skb: ", "audit_printk_skb: "};
	const char *at;

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		if ((at = strstr(line, limits[i])) && from_kernel(line, at))
			return lost(out, AUDIT_LOSS_LIMIT, number_behind(at, "audit_lost="));
	for (size_t i = 0; i < ARRAY_SIZE(printks); i++)
		if ((at = strstr(line, printks[i])) && from_kernel(line, at) &&
		    strstr(at, "callbacks suppressed"))
			return lost(out, AUDIT_LOSS_PRINTK, number_behind(at, printks[i]));
	at = strstr(line, " systemd-journald[");
	if (at && audit_prefix_header(line, (size_t)(at - line)) && strstr(at, "]: Missed ") &&
	    strstr(at, " kernel messages"))
		return lost(out, AUDIT_LOSS_JOURNAL, number_behind(at, "]: Missed "));
	return false;
}

void audit_line_parse(const char *text, uint64_t now, struct audit_line *out)
{
	const char *s = text;
	const struct type *type;

	*out = (struct audit_line){0};
	if (str_starts(s, "node=")) {
		s += strcspn(s, " ");
		s += *s == ' ';
	}
	type = take_type(&s);
	if (type && str_starts(s, "msg="))
		read_audit(s, type, out);
	else if (!read_kernel(text, out) && !read_journal(text, now, out))
		read_loss(text, out);
}
