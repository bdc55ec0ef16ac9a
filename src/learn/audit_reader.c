/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_reader.h"

#include <auparse.h>
#include <errno.h>
#include <libaudit.h>
#include <stdlib.h>
#include <time.h>

#include "learn/audit_denials.h"
#include "learn/audit_prefix.h"

/* The kernel's log takes 10 audit records in 5 seconds: kernel.printk_ratelimit(_burst). */
enum { LINE_MAX_BYTES = 64 * 1024, PRINTK_BURST = 10, PRINTK_INTERVAL = 5000 };

/* Of records that may come once more from elsewhere. */
enum { KERNEL_RECENT = 256, JOURNAL_RECENT = 4096, LANDLOCK_RECENT = 256 };
struct ring {
	char *fields[JOURNAL_RECENT];
	size_t next;
};

/* Who made a Landlock domain, which the first record of its denials has alone. */
struct domain {
	char *id, *comm, *exe;
};

struct audit_reader {
	struct audit_table *table;
	auparse_state_t *parser;
	/* For SECCOMP records, each of which is an event of its own here. */
	auparse_state_t *seccomp;
	struct str line;
	bool too_long;
	uint64_t lines;
	const char *form; /* journalctl's, not read */
	/* Where journald takes part in auditing, the kernel's line and journald's are both in the
	 * journal. Of the kernel's there are few, and journald may be behind with its own. */
	struct ring kernel, journal;
	uint64_t from_journald, twins;
	uint64_t pace[PRINTK_BURST]; /* times of the last ones of the kernel's log, a ring */
	size_t paced;
	struct domain domains[LANDLOCK_RECENT]; /* a ring */
	size_t next_domain;
	/* Of Landlock's records whose event is not at its end: most often the SYSCALL record is yet
	 * to come. A ring. */
	char *stamps[LANDLOCK_RECENT];
	size_t next_stamp;
	char *call; /* the last SYSCALL record, if it was none of those */
	uint64_t now;
};

/*
 * Goes to the field, of this record alone: auparse_find_field() would go on to the event's others.
 * Its text as it stands there, or NULL.
 */
static const char *find_field(auparse_state_t *parser, const char *name)
{
	auparse_first_field(parser);
	do {
		const char *found = auparse_get_field_name(parser);

		if (found && streq(found, name))
			return auparse_get_field_str(parser);
	} while (auparse_next_field(parser) > 0);
	return NULL;
}

static uint64_t field_number(auparse_state_t *parser, const char *name, int base, bool *found)
{
	const char *text = find_field(parser, name);

	*found = text && *text;
	return *found ? strtoull(text, NULL, base) : 0;
}

/* A name that the kernel quotes, or writes in hexadecimal where it could be mistaken. */
static char *field_name(auparse_state_t *parser, const char *name)
{
	const char *text = find_field(parser, name);

	if (!text || streq(text, "(null)"))
		return NULL;
	text = auparse_interpret_field(parser);
	return text ? xstrdup(text) : NULL;
}

static void take_record(struct audit_reader *reader)
{
	auparse_state_t *parser = reader->seccomp;
	const au_event_t *stamp = auparse_get_timestamp(parser);
	struct audit_record record = {0};
	bool has_arch, has_call, has_code;
	uint64_t arch = field_number(parser, "arch", 16, &has_arch);
	uint64_t call = field_number(parser, "syscall", 10, &has_call);

	record.code = (uint32_t)field_number(parser, "code", 0, &has_code);
	record.comm = field_name(parser, "comm");
	record.exe = field_name(parser, "exe");
	if (stamp && stamp->sec > AUDIT_UNDATED)
		record.time = (uint64_t)stamp->sec * 1000 + stamp->milli;
	if (has_arch && has_call && has_code && record.comm) {
		audit_record_set_call(&record, (uint32_t)arch, call);
		audit_table_add(reader->table, &record);
	}
	audit_record_clear(&record);
}

/* The field as it stands in the record, or NULL; the caller frees. */
static char *field_text(auparse_state_t *parser, const char *name)
{
	const char *text = find_field(parser, name);

	return text && *text ? xstrdup(text) : NULL;
}

static void domain_clear(struct domain *domain)
{
	free(domain->id);
	free(domain->comm);
	free(domain->exe);
	*domain = (struct domain){0};
}

static void take_domain(struct audit_reader *reader)
{
	struct domain domain = {
		.id = field_text(reader->parser, "domain"),
		.comm = field_name(reader->parser, "comm"),
		.exe = field_name(reader->parser, "exe"),
	};
	struct domain *slot;

	/* Its end has neither. */
	if (!domain.id || !domain.comm) {
		domain_clear(&domain);
		return;
	}
	slot = &reader->domains[reader->next_domain++ % LANDLOCK_RECENT];
	domain_clear(slot);
	*slot = domain;
}

/* The one that was made last by that name; an empty one if there is none. */
static const struct domain *find_domain(const struct audit_reader *reader, const char *id)
{
	static const struct domain none;

	for (size_t i = 0; i < LANDLOCK_RECENT && i < reader->next_domain; i++) {
		const struct domain *domain =
			&reader->domains[(reader->next_domain - 1 - i) % LANDLOCK_RECENT];

		if (streq(domain->id, id))
			return domain;
	}
	return &none;
}

/* `process` has the process, if the event's SYSCALL record is there. */
static void take_access(struct audit_reader *reader, const struct domain *process)
{
	auparse_state_t *parser = reader->parser;
	const au_event_t *stamp = auparse_get_timestamp(parser);
	_cleanup_free_ char *id = field_text(parser, "domain");
	_cleanup_free_ char *blockers = field_text(parser, "blockers");
	_cleanup_free_ char *path = field_text(parser, "path"), *name = field_text(parser, "name");
	_cleanup_free_ char *comm = field_text(parser, "ocomm");
	_cleanup_free_ char *daddr = field_text(parser, "daddr");
	_cleanup_free_ char *saddr = field_text(parser, "saddr");
	_cleanup_free_ char *dest = field_text(parser, "dest"), *src = field_text(parser, "src");
	bool net = blockers && str_starts(blockers, "net.");
	struct audit_object object = {path, name, comm, daddr ? daddr : saddr, dest ? dest : src};
	_cleanup_free_ char *text = NULL;

	if (!id || !blockers)
		return;
	if (net && !object.port)
		object.port = "0";
	text = audit_object_text(&object);
	if (!process->comm)
		process = find_domain(reader, id);
	audit_table_add_access(
		reader->table,
		&(struct audit_access){
			.time = stamp && stamp->sec > 0 ? (uint64_t)stamp->sec * 1000 + stamp->milli
							: 0,
			.comm = process->comm,
			.exe = process->exe,
			.blockers = blockers,
			.object = text,
			.port = net ? (int)strtoul(object.port, NULL, 10) & UINT16_MAX : -1,
		});
}

static void event_ready(auparse_state_t *parser, auparse_cb_event_t type, void *data)
{
	struct domain process = {0};

	if (type != AUPARSE_CB_EVENT_READY || auparse_first_record(parser) <= 0)
		return;
	/* What the others are about comes behind them. */
	do {
		if (auparse_get_type(parser) == AUDIT_SYSCALL && !process.comm) {
			process.comm = field_name(parser, "comm");
			process.exe = field_name(parser, "exe");
		} else if (auparse_get_type(parser) == AUDIT_TYPE_LANDLOCK_DOMAIN) {
			take_domain(data);
		}
	} while (auparse_next_record(parser) > 0);
	auparse_first_record(parser);
	do {
		if (auparse_get_type(parser) == AUDIT_TYPE_LANDLOCK_ACCESS)
			take_access(data, &process);
	} while (auparse_next_record(parser) > 0);
	domain_clear(&process);
}

static void seccomp_ready(auparse_state_t *parser, auparse_cb_event_t type, void *data)
{
	if (type == AUPARSE_CB_EVENT_READY && auparse_first_record(parser) > 0)
		take_record(data);
}

static auparse_state_t *new_parser(auparse_callback_ptr ready, struct audit_reader *reader)
{
	auparse_state_t *parser = auparse_init(AUSOURCE_FEED, NULL);

	if (!parser)
		return NULL;
	auparse_set_escape_mode(parser, AUPARSE_ESC_RAW);
	auparse_add_callback(parser, ready, reader, NULL);
	return parser;
}

static void end_parser(auparse_state_t *parser)
{
	auparse_flush_feed(parser);
	auparse_destroy(parser);
}

struct audit_reader *audit_reader_new(struct audit_table *table, struct err **err)
{
	struct audit_reader *reader = xzalloc(sizeof(*reader));

	reader->table = table;
	reader->now = (uint64_t)time(NULL);
	reader->parser = new_parser(event_ready, reader);
	reader->seccomp = reader->parser ? new_parser(seccomp_ready, reader) : NULL;
	if (!reader->seccomp) {
		err_set(err, errno, "start libauparse");
		if (reader->parser)
			auparse_destroy(reader->parser);
		free(reader);
		return NULL;
	}
	return reader;
}

static bool ring_take(struct ring *ring, size_t size, const char *fields)
{
	for (size_t i = 0; i < size && i < ring->next; i++) {
		if (!ring->fields[i] || !streq(ring->fields[i], fields))
			continue;
		free(ring->fields[i]);
		ring->fields[i] = NULL;
		return true;
	}
	return false;
}

static void ring_put(struct ring *ring, size_t size, const char *fields)
{
	char **slot = &ring->fields[ring->next++ % size];

	free(*slot);
	*slot = xstrdup(fields);
}

static void ring_clear(struct ring *ring)
{
	for (size_t i = 0; i < JOURNAL_RECENT; i++)
		free(ring->fields[i]);
}

/* Whether the other one of the kernel's line and journald's was there before. */
static bool seen(struct audit_reader *reader, const struct audit_line *line)
{
	const char *fields = line->raw + line->fields;

	reader->from_journald += line->journal;
	if (line->kernel)
		reader->pace[reader->paced++ % PRINTK_BURST] = line->time;
	if (line->journal ? ring_take(&reader->kernel, KERNEL_RECENT, fields)
			  : ring_take(&reader->journal, JOURNAL_RECENT, fields)) {
		reader->twins++;
		return true;
	}
	if (line->journal)
		ring_put(&reader->journal, JOURNAL_RECENT, fields);
	else
		ring_put(&reader->kernel, KERNEL_RECENT, fields);
	return false;
}

/* "1700000000.123:456" of a raw record, as a new string. */
static char *stamp_of(const char *raw)
{
	const char *stamp = strchr(raw, '(');

	return stamp ? xstrndup(stamp + 1, strcspn(stamp + 1, ")")) : xstrdup("");
}

static void feed(auparse_state_t *parser, const char *raw)
{
	auparse_feed(parser, raw, strlen(raw));
	auparse_feed(parser, "\n", 1);
}

/*
 * libauparse waits for more of an event until there is one of some seconds later, and compares each
 * line with all that it waits for: where thousands of records come in a second, that would take
 * longer than all else.
 */
static void feed_end(auparse_state_t *parser, const char *stamp)
{
	_cleanup_free_ char *end = xasprintf("type=EOE msg=audit(%s): ", stamp);

	feed(parser, end);
}

static void take_seccomp(struct audit_reader *reader, const struct audit_line *line)
{
	_cleanup_free_ char *stamp = stamp_of(line->raw);

	feed(reader->seccomp, line->raw);
	feed_end(reader->seccomp, stamp);
}

/*
 * A SYSCALL record is fed if its event has a record of Landlock's: mostly there are many others,
 * and libauparse takes long with many events. It comes behind those, and only PROCTITLE comes
 * behind it, so that the event can be ended; but ausearch turns the order round.
 */
static void take_landlock(struct audit_reader *reader, const struct audit_line *line)
{
	_cleanup_free_ char *stamp = stamp_of(line->raw);
	_cleanup_free_ char *earlier = reader->call ? stamp_of(reader->call) : NULL;
	char **slot;

	if (line->type == AUDIT_SYSCALL) {
		for (size_t i = 0; i < LANDLOCK_RECENT; i++) {
			if (!reader->stamps[i] || !streq(reader->stamps[i], stamp))
				continue;
			feed(reader->parser, line->raw);
			feed_end(reader->parser, stamp);
			free(reader->stamps[i]);
			reader->stamps[i] = NULL;
			return;
		}
		free(reader->call);
		reader->call = xstrdup(line->raw);
		return;
	}
	if (earlier && streq(earlier, stamp)) {
		feed(reader->parser, reader->call);
		free(reader->call);
		reader->call = NULL;
	}
	feed(reader->parser, line->raw);
	slot = &reader->stamps[reader->next_stamp++ % LANDLOCK_RECENT];
	if (*slot)
		feed_end(reader->parser, *slot);
	free(*slot);
	*slot = steal_ptr(&stamp);
}

/*
 * Records that the kernel's log left out are not lost where journald has them. And that log says
 * what it left out with the next record only: at the end of a text nothing tells of it but the
 * pace.
 */
static void settle_losses(struct audit_reader *reader)
{
	struct audit_table *table = reader->table;
	uint64_t *lost = &table->lost[AUDIT_LOSS_PRINTK];
	uint64_t alone = reader->from_journald - reader->twins;
	const uint64_t *pace = reader->pace;

	if (*lost <= alone)
		table->loss[AUDIT_LOSS_PRINTK] = false;
	*lost -= *lost < alone ? *lost : alone;
	table->full =
		alone == 0 && reader->paced >= PRINTK_BURST &&
		pace[(reader->paced - 1) % PRINTK_BURST] - pace[reader->paced % PRINTK_BURST] <=
			PRINTK_INTERVAL;
}

/* Whether it was a record. */
static bool take_line(struct audit_reader *reader)
{
	struct audit_line line;
	bool record;

	if (reader->line.len && !str_starts(reader->line.text, "-- ") && reader->lines++ == 0)
		reader->form = audit_prefix_journal_form(reader->line.text);
	audit_line_parse(reader->line.len ? reader->line.text : "", reader->now, &line);
	switch (line.kind) {
	case AUDIT_LINE_RAW:
		if (line.type != AUDIT_SECCOMP)
			take_landlock(reader, &line);
		else if (!seen(reader, &line))
			take_seccomp(reader, &line);
		break;
	case AUDIT_LINE_INTERPRETED:
		audit_table_add(reader->table, &line.record);
		break;
	case AUDIT_LINE_LOSS:
		audit_table_add_loss(reader->table, line.loss, line.lost);
		if (line.loss == AUDIT_LOSS_PRINTK)
			reader->paced = 0;
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

uint64_t audit_reader_from_journald(const struct audit_reader *reader)
{
	return reader->from_journald;
}

void audit_reader_end(struct audit_reader *reader)
{
	if (reader->line.len && !reader->too_long)
		reader->table->cut = take_line(reader);
	end_parser(reader->seccomp);
	end_parser(reader->parser);
	str_free(&reader->line);
	for (size_t i = 0; i < LANDLOCK_RECENT; i++) {
		free(reader->stamps[i]);
		domain_clear(&reader->domains[i]);
	}
	free(reader->call);
	settle_losses(reader);
	ring_clear(&reader->kernel);
	ring_clear(&reader->journal);
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
		if (reader->form)
			return err_set(err, 0,
				       "read %s: it has the form of journalctl --output=%s, which "
				       "sbox audit does not know; it reads what journalctl writes "
				       "without --output, or with --output=short-unix",
				       name, reader->form);
	}
}
