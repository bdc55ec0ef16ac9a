/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PLAN_PRINT_H
#define PLAN_PRINT_H

#include "plan/plan.h"

/* The plan for a person to read, each part with its profile line; the caller frees. */
char *plan_print_text(const struct plan *plan);

/* The plan complete, as JSON: every step in order, every rule; the caller frees. */
char *plan_print_json(const struct plan *plan);

struct json_object;
struct str;

/*
 * A line of the plan in words, printable, with the profile's line behind it, or "default"; and one
 * that follows from the line above.
 */
void print_line(struct str *out, const struct loc *loc, const char *text);
void print_remark(struct str *out, const char *text);

/* Adds to `object`, under `key`, the profile's line, or "default". */
void print_place(struct json_object *object, const char *key, const struct loc *loc);

/* Their part about namespaces and identity. */
void print_ids_text(struct str *out, const struct plan *plan);
struct json_object *print_ids_json(const struct plan *plan);

#endif
