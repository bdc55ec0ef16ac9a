/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_table.h"

#include <linux/seccomp.h>
#include <stdlib.h>

static struct audit_program *find_program(struct audit_table *table, const char *name)
{
	struct audit_program *new;

	for (size_t i = 0; i < table->nprograms; i++)
		if (streq(table->programs[i].name, name))
			return &table->programs[i];
	new = array_grow(&table->programs, &table->nprograms);
	new->name = xstrdup(name);
	return new;
}

static bool same_call(const struct audit_call *call, const struct audit_record *record)
{
	return call->action == (record->code & SECCOMP_RET_ACTION_FULL) &&
	       call->has_nr == record->has_nr && call->has_abi == record->has_abi &&
	       call->abi == record->abi && call->nr == record->nr &&
	       (call->has_nr || streq(call->name, record->call));
}

static struct audit_call *find_call(struct audit_program *program,
				    const struct audit_record *record)
{
	struct audit_call *new;

	for (size_t i = 0; i < program->ncalls; i++)
		if (same_call(&program->calls[i], record))
			return &program->calls[i];
	new = array_grow(&program->calls, &program->ncalls);
	*new = (struct audit_call){
		.has_nr = record->has_nr,
		.nr = record->nr,
		.abi = record->abi,
		.has_abi = record->has_abi,
		.action = record->code & SECCOMP_RET_ACTION_FULL,
	};
	if (record->has_nr && record->has_abi)
		new->name = syscall_name(record->abi, record->nr);
	new->named = new->name != NULL;
	if (!new->name)
		new->name = record->has_nr ? xasprintf("#%u", record->nr) : xstrdup(record->call);
	return new;
}

void audit_table_add(struct audit_table *table, const struct audit_record *record)
{
	struct audit_program *program;
	struct audit_call *call;

	if ((table->comm && !streq(table->comm, record->comm)) ||
	    (record->time && record->time < table->since) || (!record->has_nr && !record->call))
		return;
	program = find_program(table, record->exe ? record->exe : record->comm);
	call = find_call(program, record);
	if (program->comms.count < AUDIT_COMMS && !strv_contains(&program->comms, record->comm))
		strv_add(&program->comms, record->comm);
	call->count++;
	program->count++;
	table->count++;
	table->undated += record->time == 0;
	if (!record->time)
		return;
	if (!call->first || record->time < call->first)
		call->first = record->time;
	if (record->time > call->last)
		call->last = record->time;
}

void audit_table_add_loss(struct audit_table *table, enum audit_loss loss, uint64_t lost)
{
	table->loss[loss] = true;
	/* The kernel counts what audit lost from its start on, everything else from the last
	 * message. */
	if (loss != AUDIT_LOSS_LIMIT)
		table->lost[loss] += lost;
	else if (lost > table->lost[loss])
		table->lost[loss] = lost;
}

static int program_order(const void *pa, const void *pb)
{
	const struct audit_program *a = pa, *b = pb;

	return a->count != b->count ? (a->count > b->count ? -1 : 1) : strcmp(a->name, b->name);
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
	if (table->nprograms)
		qsort(table->programs, table->nprograms, sizeof(*table->programs), program_order);
	for (size_t i = 0; i < table->nprograms; i++) {
		struct audit_program *program = &table->programs[i];

		qsort(program->calls, program->ncalls, sizeof(*program->calls), call_order);
		strv_sort(&program->comms);
	}
}

void audit_table_free(struct audit_table *table)
{
	for (size_t i = 0; i < table->nprograms; i++) {
		struct audit_program *program = &table->programs[i];

		for (size_t k = 0; k < program->ncalls; k++) {
			free(program->calls[k].name);
			free(program->calls[k].verdict);
		}
		free(program->calls);
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
