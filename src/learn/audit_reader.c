/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_reader.h"

#include <auparse.h>
#include <errno.h>
#include <libaudit.h>
#include <stdlib.h>
#include <time.h>

enum { LINE_MAX_BYTES = 64 * 1024, RECENT = 256 };

/* Where journald takes part in auditing the kernel's line and journald's are both in the journal.
 */
struct recent {
	char *fields;
	bool journal;
};

struct audit_reader {
	struct audit_table *table;
	auparse_state_t *parser;
	struct str line;
	bool too_long;
	uint64_t lines;
	struct recent recent[RECENT]; /* a ring */
	size_t next;
	uint64_t now;
};

static uint64_t field_number(auparse_state_t *parser, const char *name, int base, bool *found)
{
	const char *text;

	auparse_first_field(parser);
	text = auparse_find_field(parser, name);
	*found = text && *text;
	return *found ? strtoull(text, NULL, base) : 0;
}

/* A name that the kernel quotes, or writes in hexadecimal where it could be mistaken. */
static char *field_name(auparse_state_t *parser, const char *name)
{
	const char *text;

	auparse_first_field(parser);
	text = auparse_find_field(parser, name);
	if (!text || streq(text, "(null)"))
		return NULL;
	text = auparse_interpret_field(parser);
	return text ? xstrdup(text) : NULL;
}

static void take_record(struct audit_reader *reader)
{
	auparse_state_t *parser = reader->parser;
	const au_event_t *stamp = auparse_get_timestamp(parser);
	struct audit_record record = {0};
	bool has_arch, has_call, has_code;
	uint64_t arch = field_number(parser, "arch", 16, &has_arch);
	uint64_t call = field_number(parser, "syscall", 10, &has_call);

	record.code = (uint32_t)field_number(parser, "code", 0, &has_code);
	record.comm = field_name(parser, "comm");
	record.exe = field_name(parser, "exe");
	if (stamp && stamp->sec > 0)
		record.time = (uint64_t)stamp->sec * 1000 + stamp->milli;
	if (has_arch && has_call && has_code && record.comm) {
		audit_record_set_call(&record, (uint32_t)arch, call);
		audit_table_add(reader->table, &record);
	}
	audit_record_clear(&record);
}

static void event_ready(auparse_state_t *parser, auparse_cb_event_t type, void *data)
{
	if (type != AUPARSE_CB_EVENT_READY || auparse_first_record(parser) <= 0)
		return;
	do
		if (auparse_get_type(parser) == AUDIT_SECCOMP)
			take_record(data);
	while (auparse_next_record(parser) > 0);
}

struct audit_reader *audit_reader_new(struct audit_table *table, struct err **err)
{
	struct audit_reader *reader = xzalloc(sizeof(*reader));

	reader->table = table;
	reader->now = (uint64_t)time(NULL);
	reader->parser = auparse_init(AUSOURCE_FEED, NULL);
	if (!reader->parser) {
		err_set(err, errno, "start libauparse");
		free(reader);
		return NULL;
	}
	auparse_set_escape_mode(reader->parser, AUPARSE_ESC_RAW);
	auparse_add_callback(reader->parser, event_ready, reader, NULL);
	return reader;
}

/* Whether the other one of the kernel's line and journald's was there before. */
static bool seen(struct audit_reader *reader, const struct audit_line *line)
{
	const char *fields = line->raw + line->fields;
	struct recent *slot;

	for (size_t i = 0; i < RECENT; i++) {
		struct recent *r = &reader->recent[i];

		if (!r->fields || r->journal == line->journal || !streq(r->fields, fields))
			continue;
		free(r->fields);
		r->fields = NULL;
		return true;
	}
	slot = &reader->recent[reader->next++ % RECENT];
	free(slot->fields);
	*slot = (struct recent){xstrdup(fields), line->journal};
	return false;
}

/* Whether it was a record. */
static bool take_line(struct audit_reader *reader)
{
	struct audit_line line;
	bool record;

	reader->lines += reader->line.len && !str_starts(reader->line.text, "-- ");
	audit_line_parse(reader->line.len ? reader->line.text : "", reader->now, &line);
	switch (line.kind) {
	case AUDIT_LINE_RAW:
		if (seen(reader, &line))
			break;
		auparse_feed(reader->parser, line.raw, strlen(line.raw));
		auparse_feed(reader->parser, "\n", 1);
		break;
	case AUDIT_LINE_INTERPRETED:
		audit_table_add(reader->table, &line.record);
		break;
	case AUDIT_LINE_LOSS:
		audit_table_add_loss(reader->table, line.loss, line.lost);
		break;
	case AUDIT_LINE_OTHER:
		break;
	}
	record = line.kind == AUDIT_LINE_RAW || line.kind == AUDIT_LINE_INTERPRETED;
	audit_line_clear(&line);
	return record;
}

void audit_reader_feed(struct audit_reader *reader, const char *data, size_t len)
{
	while (len > 0) {
		const char *end = memchr(data, '\n', len);
		size_t part = end ? (size_t)(end - data) : len;

		if (reader->line.len + part > LINE_MAX_BYTES)
			reader->too_long = true;
		if (!reader->too_long)
			str_add_len(&reader->line, data, part);
		if (!end)
			return;
		if (!reader->too_long)
			take_line(reader);
		str_free(&reader->line);
		reader->too_long = false;
		data += part + 1;
		len -= part + 1;
	}
}

uint64_t audit_reader_lines(const struct audit_reader *reader)
{
	return reader->lines;
}

void audit_reader_end(struct audit_reader *reader)
{
	if (reader->line.len && !reader->too_long)
		reader->table->cut = take_line(reader);
	auparse_flush_feed(reader->parser);
	auparse_destroy(reader->parser);
	str_free(&reader->line);
	for (size_t i = 0; i < RECENT; i++)
		free(reader->recent[i].fields);
	free(reader);
}

int audit_reader_read(struct audit_reader *reader, int fd, const char *name, struct err **err)
{
	_cleanup_free_ char *buffer = xmalloc(LINE_MAX_BYTES);

	for (;;) {
		ssize_t n = read(fd, buffer, LINE_MAX_BYTES);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, errno, "read %s", name);
		if (n == 0)
			return 0;
		audit_reader_feed(reader, buffer, (size_t)n);
	}
}
