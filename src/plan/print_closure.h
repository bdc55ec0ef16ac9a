/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PLAN_PRINT_CLOSURE_H
#define PLAN_PRINT_CLOSURE_H

#include "plan/plan.h"

struct json_object;

/*
 * The files of a closure, each with the one that needs it and its line of the profile, and what was
 * left out; NULL when the plan has none. The caller puts it.
 */
struct json_object *plan_closure_json(const struct plan *plan);

#endif
