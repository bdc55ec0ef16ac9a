/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-c/json.h>
#include <stdio.h>

#include "learn/audit_denials.h"
#include "learn/audit_print.h"

/* Escaped as for a terminal, so that it is always UTF-8 or less. */
static struct json_object *text(const char *s)
{
	size_t columns;
	_cleanup_free_ char *escaped = audit_escape(s, &columns);

	return json_object_new_string(escaped);
}

static struct json_object *number(uint64_t n)
{
	return json_object_new_int64(n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

/* Seconds since the epoch, or null. */
static struct json_object *seconds(uint64_t ms)
{
	char digits[32];

	if (!ms)
		return NULL;
	snprintf(digits, sizeof(digits), "%llu.%03llu", (unsigned long long)ms / 1000,
		 (unsigned long long)ms % 1000);
	return json_object_new_double_s((double)ms / 1000, digits);
}

static struct json_object *strings(const struct strv *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->count; i++)
		json_object_array_add(array, text(list->items[i]));
	return array;
}

static struct json_object *call_json(const struct audit_call *call)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "syscall", text(call->name));
	json_object_object_add(o, "number", call->has_nr ? number(call->nr) : NULL);
	json_object_object_add(o, "abi", call->has_abi ? text(abi_name(call->abi)) : NULL);
	json_object_object_add(o, "action", text(audit_action_name(call->action)));
	json_object_object_add(o, "count", number(call->count));
	json_object_object_add(o, "first", seconds(call->first));
	json_object_object_add(o, "last", seconds(call->last));
	if (call->verdict)
		json_object_object_add(o, "profile", text(call->verdict));
	return o;
}

/* "fs.make_reg,fs.refer" as an array. */
static struct json_object *blockers_json(const char *blockers)
{
	struct json_object *array = json_object_new_array();

	for (const char *s = blockers; *s; s += *s == ',') {
		size_t len = strcspn(s, ",");
		_cleanup_free_ char *blocker = xstrndup(s, len);

		json_object_array_add(array, text(blocker));
		s += len;
	}
	return array;
}

static struct json_object *denial_json(const struct audit_denial *denial)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "blockers", blockers_json(denial->blockers));
	json_object_object_add(o, "object", text(denial->object));
	json_object_object_add(o, "count", number(denial->count));
	json_object_object_add(o, "first", seconds(denial->first));
	json_object_object_add(o, "last", seconds(denial->last));
	return o;
}

static void add_denials(struct json_object *o, const struct audit_program *program)
{
	struct json_object *denials = json_object_new_array();
	_cleanup_strv_ struct strv connect = {0}, bind = {0};

	for (size_t i = 0; i < program->ndenials; i++)
		json_object_array_add(denials, denial_json(&program->denials[i]));
	json_object_object_add(o, "denials", denials);
	audit_ports(program, &connect, &bind);
	json_object_object_add(o, "tcp-connect", strings(&connect));
	json_object_object_add(o, "tcp-bind", strings(&bind));
}

static struct json_object *program_json(const struct audit_program *program)
{
	struct json_object *o = json_object_new_object(), *calls = json_object_new_array();
	_cleanup_audit_lists_ struct audit_lists lists = {0};

	json_object_object_add(o, "program", text(program->name));
	json_object_object_add(o, "comm", strings(&program->comms));
	json_object_object_add(o, "records", number(program->count));
	for (size_t i = 0; i < program->ncalls; i++)
		json_object_array_add(calls, call_json(&program->calls[i]));
	json_object_object_add(o, "calls", calls);
	audit_profile_lists(program, &lists);
	json_object_object_add(o, "arch", strings(&lists.arch));
	json_object_object_add(o, "exempt", strings(&lists.exempt));
	json_object_object_add(o, "allow", strings(&lists.allow));
	json_object_object_add(o, "change", strings(&lists.change));
	json_object_object_add(o, "partly", strings(&lists.partly));
	json_object_object_add(o, "deny", strings(&lists.deny));
	add_denials(o, program);
	return o;
}

void audit_print_json(const struct audit_table *table, const struct audit_view *view)
{
	struct json_object *o = json_object_new_object(), *programs = json_object_new_array();
	struct json_object *lost = json_object_new_object();
	static const char *const losses[] = {"kernel-log", "audit-limits", "journal"};
	_cleanup_strv_ struct strv notes = {0};

	json_object_object_add(o, "source", text(view->source));
	json_object_object_add(o, "records", number(table->count));
	for (size_t i = 0; i < AUDIT_LOSS_KINDS; i++)
		if (table->loss[i])
			json_object_object_add(lost, losses[i], number(table->lost[i]));
	json_object_object_add(o, "lost", lost);
	for (size_t i = 0; i < view->notes->count; i++)
		strv_add(&notes, view->notes->items[i]);
	audit_loss_notes(table, &notes);
	if (table->count)
		strv_add(&notes, AUDIT_NO_ARGUMENTS);
	json_object_object_add(o, "notes", strings(&notes));
	for (size_t i = 0; i < table->nprograms; i++)
		json_object_array_add(programs, program_json(&table->programs[i]));
	json_object_object_add(o, "programs", programs);
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}
