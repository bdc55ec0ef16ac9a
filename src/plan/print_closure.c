/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/print_closure.h"

#include <json-c/json.h>

struct json_object *plan_closure_json(const struct plan *plan)
{
	struct json_object *object, *files, *left_out;

	if (plan->nclosure == 0)
		return NULL;
	object = json_object_new_object();
	files = json_object_new_array();
	left_out = json_object_new_array();
	for (size_t i = 0; i < plan->nclosure; i++) {
		const struct plan_closure_file *file = &plan->closure[i];
		struct json_object *entry = json_object_new_object();

		json_object_object_add(entry, "path", json_object_new_string(file->path));
		json_object_object_add(entry, "via",
				       file->via ? json_object_new_string(file->via) : NULL);
		json_object_object_add(entry, "place",
				       json_object_new_string(loc_text(&file->loc)));
		json_object_array_add(files, entry);
	}
	for (size_t i = 0; i < plan->nclosure_notes; i++)
		json_object_array_add(left_out, json_object_new_string(plan->closure_notes[i]));
	json_object_object_add(object, "files", files);
	json_object_object_add(object, "left_out", left_out);
	return object;
}
