/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_table.h"

#include <linux/seccomp.h>
#include <search.h>
#include <stdlib.h>

/*
 * Trees over the arrays: how many programs and calls there are is up to those who made the records,
 * and a search from end to end for each would take hours.
 */
struct program_node {
	const char *name; /* the program's */
	size_t i;
};

struct call_node {
	uint32_t action, nr;
	bool has_nr, has_abi;
	enum abi abi;
	const char *name; /* the call's, where it has no number */
	size_t i;
};

static int program_compare(const void *pa, const void *pb)
{
	const struct program_node *a = pa, *b = pb;

	return strcmp(a->name, b->name);
}

static int compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int call_compare(const void *pa, const void *pb)
{
	const struct call_node *a = pa, *b = pb;

	int order = compare(a->nr, b->nr);

	order = order ? order : compare(a->action, b->action);
	order = order ? order : a->has_nr - b->has_nr;
	order = order ? order : a->has_abi - b->has_abi;
	order = order ? order : compare(a->abi, b->abi);
	return order || a->has_nr ? order : strcmp(a->name, b->name);
}

void audit_tree_add(void **tree, const void *node, size_t size, __compar_fn_t order)
{
	void *copy = xmalloc(size);

	memcpy(copy, node, size);
	if (!tsearch(copy, tree, order))
		abort(); /* out of memory, where xmalloc() would have ended it too */
}

/* Of a thread's name; the kernel keeps no more. */
enum { COMM_BYTES = 15 };

static struct audit_program *find_program(struct audit_table *table, const char *name)
{
	struct program_node key = {name, table->nprograms};
	struct program_node **found = tfind(&key, &table->by_name, program_compare);
	struct audit_program *new;

	if (found)
		return &table->programs[(*found)->i];
	new = array_grow(&table->programs, &table->nprograms);
	new->name = xstrdup(name);
	key.name = new->name;
	audit_tree_add(&table->by_name, &key, sizeof(key), program_compare);
	return new;
}

static struct audit_call *find_call(struct audit_program *program,
				    const struct audit_record *record)
{
	struct call_node key = {
		.action = record->code & SECCOMP_RET_ACTION_FULL,
		.nr = record->nr,
		.has_nr = record->has_nr,
		.has_abi = record->has_abi,
		.abi = record->abi,
		.name = record->call,
		.i = program->ncalls,
	};
	struct call_node **found = tfind(&key, &program->by_call, call_compare);
	struct audit_call *new;

	if (found)
		return &program->calls[(*found)->i];
	new = array_grow(&program->calls, &program->ncalls);
	*new = (struct audit_call){
		.has_nr = record->has_nr,
		.nr = record->nr,
		.abi = record->abi,
		.has_abi = record->has_abi,
		.action = key.action,
	};
	if (record->has_nr && record->has_abi)
		new->name = syscall_name(record->abi, record->nr);
	new->named = new->name != NULL;
	if (!new->name)
		new->name = record->has_nr ? xasprintf("#%u", record->nr) : xstrdup(record->call);
	key.name = new->name;
	audit_tree_add(&program->by_call, &key, sizeof(key), call_compare);
	return new;
}

static void free_trees(struct audit_table *table)
{
	tdestroy(table->by_name, free);
	table->by_name = NULL;
	for (size_t i = 0; i < table->nprograms; i++) {
		tdestroy(table->programs[i].by_call, free);
		tdestroy(table->programs[i].by_denial, free);
		table->programs[i].by_call = NULL;
		table->programs[i].by_denial = NULL;
	}
}

bool audit_table_wants(const struct audit_table *table, const char *comm, uint64_t time)
{
	return !(table->comm && strncmp(table->comm, comm, COMM_BYTES) != 0) &&
	       !(time && time < table->since);
}

struct audit_program *audit_table_program(struct audit_table *table, const char *name,
					  const char *comm)
{
	struct audit_program *program = find_program(table, name);

	if (program->comms.count < AUDIT_COMMS && !strv_contains(&program->comms, comm))
		strv_add(&program->comms, comm);
	return program;
}

void audit_table_date(struct audit_table *table, uint64_t time, uint64_t *first, uint64_t *last)
{
	table->undated += time == 0;
	if (!time)
		return;
	if (!*first || time < *first)
		*first = time;
	if (time > *last)
		*last = time;
}

void audit_table_add(struct audit_table *table, const struct audit_record *record)
{
	struct audit_program *program;
	struct audit_call *call;

	if (!audit_table_wants(table, record->comm, record->time) ||
	    (!record->has_nr && !record->call))
		return;
	program =
		audit_table_program(table, record->exe ? record->exe : record->comm, record->comm);
	call = find_call(program, record);
	call->count++;
	program->count++;
	table->count++;
	audit_table_date(table, record->time, &call->first, &call->last);
}

void audit_table_add_loss(struct audit_table *table, enum audit_loss loss, uint64_t lost)
{
	table->loss[loss] = true;
	if (loss != AUDIT_LOSS_LIMIT) {
		table->lost[loss] += lost;
		return;
	}
	/* The kernel counts what audit lost from its start on, and not every message has the count;
	 * where it goes down the kernel was started again. */
	if (!lost)
		return;
	table->lost[loss] += lost >= table->limit_seen ? lost - table->limit_seen : lost;
	table->limit_seen = lost;
}

static int program_order(const void *pa, const void *pb)
{
	const struct audit_program *a = pa, *b = pb;
	uint64_t of_a = a->count + a->denied, of_b = b->count + b->denied;

	return of_a != of_b ? (of_a > of_b ? -1 : 1) : strcmp(a->name, b->name);
}

static int denial_order(const void *pa, const void *pb)
{
	const struct audit_denial *a = pa, *b = pb;
	int order = strcmp(a->object, b->object);

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return order ? order : strcmp(a->blockers, b->blockers);
}

static int call_order(const void *pa, const void *pb)
{
	const struct audit_call *a = pa, *b = pb;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return a->abi != b->abi ? (a->abi < b->abi ? -1 : 1) : strcmp(a->name, b->name);
}

void audit_table_sort(struct audit_table *table)
{
	/* Their places are no longer true. */
	free_trees(table);
	if (table->nprograms)
		qsort(table->programs, table->nprograms, sizeof(*table->programs), program_order);
	for (size_t i = 0; i < table->nprograms; i++) {
		struct audit_program *program = &table->programs[i];

		if (program->ncalls)
			qsort(program->calls, program->ncalls, sizeof(*program->calls), call_order);
		if (program->ndenials)
			qsort(program->denials, program->ndenials, sizeof(*program->denials),
			      denial_order);
		strv_sort(&program->comms);
	}
}

void audit_table_free(struct audit_table *table)
{
	free_trees(table);
	for (size_t i = 0; i < table->nprograms; i++) {
		struct audit_program *program = &table->programs[i];

		for (size_t k = 0; k < program->ncalls; k++) {
			free(program->calls[k].name);
			free(program->calls[k].verdict);
			free(program->calls[k].place);
		}
		for (size_t k = 0; k < program->ndenials; k++) {
			free(program->denials[k].blockers);
			free(program->denials[k].object);
		}
		free(program->calls);
		free(program->denials);
		strv_free(&program->comms);
		free(program->name);
	}
	free(table->programs);
}

const char *audit_action_name(uint32_t action)
{
	switch (action) {
	case SECCOMP_RET_ALLOW:
		return "allow";
	case SECCOMP_RET_LOG:
		return "log";
	case SECCOMP_RET_TRACE:
		return "trace";
	case SECCOMP_RET_USER_NOTIF:
		return "notify";
	case SECCOMP_RET_ERRNO:
		return "errno";
	case SECCOMP_RET_TRAP:
		return "trap";
	case SECCOMP_RET_KILL_THREAD:
		return "kill-thread";
	case SECCOMP_RET_KILL_PROCESS:
		return "kill";
	}
	return "other";
}
