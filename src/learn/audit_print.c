/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

#include "learn/audit_denials.h"

enum { LIST_COLUMNS = 90, BAR_MIN = 8, BAR_MAX = 40, TIME_COLUMNS = 19 };

char *audit_escape(const char *text, size_t *columns)
{
	struct str out = {0};
	mbstate_t state = {0};
	size_t left = strlen(text);

	*columns = 0;
	while (left > 0) {
		wchar_t c;
		size_t len = mbrtowc(&c, text, left, &state);
		int width = len <= left ? wcwidth(c) : -1;

		/* Marks that take no column of their own may turn the order of others round. */
		if (len == 0 || len > left || !iswprint((wint_t)c) || width <= 0 || c == L'\\') {
			str_addf(&out, "\\x%02x", (unsigned char)*text);
			*columns += 4;
			len = 1;
			state = (mbstate_t){0};
		} else {
			str_add_len(&out, text, len);
			*columns += (size_t)width;
		}
		text += len;
		left -= len;
	}
	return str_steal(&out);
}

static void format_time(uint64_t ms, char out[TIME_COLUMNS + 1])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	if (!ms || !localtime_r(&seconds, &tm) ||
	    strftime(out, TIME_COLUMNS + 1, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		snprintf(out, TIME_COLUMNS + 1, "%-19s", "?");
}

static void spaces(size_t have, size_t want)
{
	for (; have < want; have++)
		putchar(' ');
}

/* A bar of `eighths` of a column. */
static void bar(uint64_t eighths, bool utf8)
{
	static const char *const parts[] = {"",       "\u258f", "\u258e", "\u258d",
					    "\u258c", "\u258b", "\u258a", "\u2589"};

	if (!utf8) {
		for (uint64_t i = 0; i < (eighths + 7) / 8; i++)
			putchar('#');
		return;
	}
	for (; eighths >= 8; eighths -= 8)
		fputs("\u2588", stdout);
	fputs(parts[eighths], stdout);
}

/* "openat", "socket (x86)"; the caller frees. */
static char *call_label(const struct audit_call *call, size_t *columns)
{
	_cleanup_free_ char *name = audit_escape(call->name, columns);
	char *label;

	if (call->has_abi && call->abi == ABI_NATIVE)
		return steal_ptr(&name);
	label = xasprintf("%s (%s)", name, call->has_abi ? abi_name(call->abi) : "other ABI");
	*columns += strlen(label) - strlen(name);
	return label;
}

struct layout {
	size_t name, count, verdict; /* columns, of the verdict without the spaces before it */
	unsigned bars;               /* columns for the longest bar, 0 for none */
	bool apart;                  /* the bars stand below the table */
	uint64_t most;
};

static void grow(size_t *width, size_t columns)
{
	if (columns > *width)
		*width = columns;
}

/* Bars stand in the table where the terminal is wide enough for both, else below it. */
static struct layout make_layout(const struct audit_program *program, const struct audit_view *view)
{
	struct layout l = {.name = strlen("SYSCALL"), .count = strlen("COUNT")};
	size_t used, columns;

	for (size_t i = 0; i < program->ncalls; i++) {
		const struct audit_call *call = &program->calls[i];
		_cleanup_free_ char *label = call_label(call, &columns), *verdict = NULL;

		grow(&l.name, columns);
		grow(&l.count, (size_t)snprintf(NULL, 0, "%llu", (unsigned long long)call->count));
		if (call->count > l.most)
			l.most = call->count;
		if (call->verdict) {
			verdict = audit_escape(call->verdict, &columns);
			grow(&l.verdict, columns);
		}
	}
	used = 2 + l.name + 2 + l.count + 2 + 11 + 2 + TIME_COLUMNS + 2 + TIME_COLUMNS + 2;
	if (l.verdict)
		used += l.verdict + 2;
	if (view->width < used + BAR_MIN) {
		l.apart = true;
		used = 2 + l.name + 2;
	}
	if (view->width >= used + BAR_MIN)
		l.bars = view->width - (unsigned)used < BAR_MAX ? view->width - (unsigned)used
								: BAR_MAX;
	return l;
}

/* The call's bar; returns its columns. */
static size_t print_bar(const struct audit_call *call, const struct layout *l, bool utf8)
{
	/* In floating point, for a count can be near the end of its range. */
	uint64_t eighths = (uint64_t)((double)call->count / (double)l->most * l->bars * 8);

	eighths += eighths == 0;
	bar(eighths, utf8);
	return (eighths + 7) / 8;
}

static void print_call(const struct audit_call *call, const struct layout *l,
		       const struct audit_view *view)
{
	char first[TIME_COLUMNS + 1], last[TIME_COLUMNS + 1];
	size_t columns;
	_cleanup_free_ char *label = call_label(call, &columns);

	format_time(call->first, first);
	format_time(call->last, last);
	printf("  %s", label);
	spaces(columns, l->name);
	printf("  %*llu  %-11s  %s  %s", (int)l->count, (unsigned long long)call->count,
	       audit_action_name(call->action), first, last);
	if (l->bars && !l->apart) {
		fputs("  ", stdout);
		columns = print_bar(call, l, view->utf8);
		if (call->verdict)
			spaces(columns, l->bars);
	}
	if (call->verdict) {
		_cleanup_free_ char *verdict = audit_escape(call->verdict, &columns);

		printf("  %s", verdict);
	}
	putchar('\n');
}

static void print_chart(const struct audit_program *program, const struct layout *l, bool utf8)
{
	putchar('\n');
	for (size_t i = 0; i < program->ncalls; i++) {
		size_t columns;
		_cleanup_free_ char *label = call_label(&program->calls[i], &columns);

		printf("  %s", label);
		spaces(columns, l->name + 2);
		print_bar(&program->calls[i], l, utf8);
		putchar('\n');
	}
}

/* "START WORD WORD...", with as many lines of it as its words need. */
static void print_words(const char *start, const struct strv *words)
{
	size_t column = 0;

	for (size_t i = 0; i < words->count; i++) {
		size_t len = strlen(words->items[i]) + 1;

		if (column == 0 || column + len > LIST_COLUMNS) {
			printf("%s%s", column ? "\n" : "", start);
			column = strlen(start);
		}
		printf(" %s", words->items[i]);
		column += len;
	}
	if (column)
		putchar('\n');
}

static void print_list(const char *key, const struct strv *words)
{
	_cleanup_free_ char *start = xasprintf("    %s =", key);

	print_words(start, words);
}

static void print_lists(const struct audit_program *program)
{
	_cleanup_audit_lists_ struct audit_lists lists = {0};

	audit_profile_lists(program, &lists);
	if (lists.arch.count || lists.exempt.count || lists.allow.count)
		puts("\n  to allow these, below [seccomp]:");
	print_list("arch", &lists.arch);
	print_list("exempt", &lists.exempt);
	print_list("allow", &lists.allow);
	if (lists.change.count)
		puts("\n  to allow these, no line that is added helps:");
	for (size_t i = 0; i < lists.change.count; i++) {
		size_t columns;
		_cleanup_free_ char *change = audit_escape(lists.change.items[i], &columns);

		printf("    change %s\n", change);
	}
	if (lists.partly.count)
		puts("\n  allowed, but with some arguments denied, which only an exempt line with the "
		     "name would lift:");
	print_words("   ", &lists.partly);
	if (lists.deny.count)
		puts("\n  to deny them:");
	print_list("deny", &lists.deny);
}

static void print_heading(const struct audit_program *program)
{
	size_t columns;
	_cleanup_free_ char *name = audit_escape(program->name, &columns);

	printf("%s", name);
	for (size_t i = 0; i < program->comms.count; i++) {
		_cleanup_free_ char *comm = audit_escape(program->comms.items[i], &columns);

		printf("%s%s", i ? ", " : " (", comm);
	}
	printf("%s: ", program->comms.count ? ")" : "");
	if (program->count)
		printf("%llu record%s%s", (unsigned long long)program->count,
		       program->count == 1 ? "" : "s", program->denied ? ", " : "");
	if (program->denied)
		printf("%llu denial%s of Landlock's", (unsigned long long)program->denied,
		       program->denied == 1 ? "" : "s");
	putchar('\n');
}

static void print_calls(const struct audit_program *program, const struct audit_view *view)
{
	struct layout l = make_layout(program, view);

	printf("  %-*s  %*s  %-11s  %-19s  %s", (int)l.name, "SYSCALL", (int)l.count, "COUNT",
	       "ACTION", "FIRST", "LAST");
	if (l.verdict) {
		/* Below the heading of the last time, and the bars if they are there. */
		spaces(strlen("LAST"), TIME_COLUMNS + (l.bars && !l.apart ? l.bars + 2 : 0));
		fputs("  PROFILE", stdout);
	}
	putchar('\n');
	for (size_t i = 0; i < program->ncalls; i++)
		print_call(&program->calls[i], &l, view);
	if (l.bars && l.apart)
		print_chart(program, &l, view->utf8);
	print_lists(program);
}

static void print_denials(const struct audit_program *program)
{
	_cleanup_strv_ struct strv connect = {0}, bind = {0};
	size_t name = strlen("BLOCKERS"), count = strlen("COUNT"), columns;

	for (size_t i = 0; i < program->ndenials; i++) {
		const struct audit_denial *denial = &program->denials[i];
		_cleanup_free_ char *blockers = audit_escape(denial->blockers, &columns);

		grow(&name, columns);
		grow(&count, (size_t)snprintf(NULL, 0, "%llu", (unsigned long long)denial->count));
	}
	printf("  %-*s  %*s  %-19s  %-19s  %s\n", (int)name, "BLOCKERS", (int)count, "COUNT",
	       "FIRST", "LAST", "OBJECT");
	for (size_t i = 0; i < program->ndenials; i++) {
		const struct audit_denial *denial = &program->denials[i];
		_cleanup_free_ char *object = audit_escape(denial->object, &columns);
		_cleanup_free_ char *blockers = audit_escape(denial->blockers, &columns);
		char first[TIME_COLUMNS + 1], last[TIME_COLUMNS + 1];

		format_time(denial->first, first);
		format_time(denial->last, last);
		printf("  %s", blockers);
		spaces(columns, name);
		printf("  %*llu  %s  %s  %s\n", (int)count, (unsigned long long)denial->count,
		       first, last, object);
	}
	audit_ports(program, &connect, &bind);
	if (connect.count || bind.count)
		puts("\n  to allow these ports, below [landlock]:");
	print_list("tcp-connect", &connect);
	print_list("tcp-bind", &bind);
}

static void print_program(const struct audit_program *program, const struct audit_view *view)
{
	print_heading(program);
	if (program->ncalls)
		print_calls(program, view);
	if (program->ncalls && program->ndenials)
		putchar('\n');
	if (program->ndenials)
		print_denials(program);
	putchar('\n');
}

/* "1 record", "2 records"; the caller frees. */
static char *counted(uint64_t count, const char *what)
{
	return xasprintf("%llu %s%s", (unsigned long long)count, what, count == 1 ? "" : "s");
}

void audit_loss_notes(const struct audit_table *table, struct strv *out)
{
	_cleanup_free_ char *printk = counted(table->lost[AUDIT_LOSS_PRINTK], "message");
	_cleanup_free_ char *journal = counted(table->lost[AUDIT_LOSS_JOURNAL], "message");
	_cleanup_free_ char *undated = counted(table->undated, "record");

	if (table->loss[AUDIT_LOSS_PRINTK])
		strv_take(out,
			  xasprintf("records were lost: the kernel's log was full and left out "
				    "%s; with auditd(8) it does not",
				    printk));
	if (table->full)
		strv_add(
			out,
			"records may be lost: the last ones came as fast as the kernel's log takes "
			"them, and it says what it left out with the next one only");
	if (table->loss[AUDIT_LOSS_LIMIT])
		strv_take(out, xasprintf("records were lost to audit's rate limit or backlog limit "
					 "(%llu or more, as the kernel's messages count them); "
					 "auditctl -b raises the backlog limit",
					 (unsigned long long)table->lost[AUDIT_LOSS_LIMIT]));
	if (table->loss[AUDIT_LOSS_JOURNAL])
		strv_take(out, xasprintf("records may be lost: the journal missed %s of the kernel",
					 journal));
	if (table->cut)
		strv_add(out,
			 "the last line has no end: it may be cut short, and its record wrong or "
			 "left out");
	if (table->undated)
		strv_take(out, xasprintf("the time of %s could not be read; counted whatever "
					 "--since says",
					 undated));
}

void audit_print_text(const struct audit_table *table, const struct audit_view *view)
{
	_cleanup_strv_ struct strv notes = {0};

	for (size_t i = 0; i < table->nprograms; i++)
		print_program(&table->programs[i], view);
	if (!table->count && !table->denied)
		printf("No SECCOMP or LANDLOCK_ACCESS record%s in %s.\n",
		       table->comm || table->since ? " that was asked for" : "", view->source);
	if (table->count)
		puts(AUDIT_NO_ARGUMENTS
		     "\nA list of calls to allow is complete only if all calls were logged, as the "
		     "profile logall does.");
	audit_loss_notes(table, &notes);
	for (size_t i = 0; i < view->notes->count; i++)
		printf("note: %s\n", view->notes->items[i]);
	for (size_t i = 0; i < notes.count; i++)
		printf("note: %s\n", notes.items[i]);
}
