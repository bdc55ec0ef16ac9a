/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* json-c with checks: a member of the wrong type or range counts as absent. */
#ifndef NETNS_JSON_H
#define NETNS_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

static inline void json_freep(struct json_object **o)
{
	json_object_put(*o);
}
#define _cleanup_json_ __attribute__((cleanup(json_freep)))

/* The member `key` of type `type`; NULL when `o` is no object or has none of that type. */
struct json_object *json_member(struct json_object *o, const char *key, enum json_type type);

/* The text without NUL bytes, owned by `o`. */
const char *json_text(struct json_object *o, const char *key);
bool json_flag(struct json_object *o, const char *key, bool *out);
bool json_number(struct json_object *o, const char *key, int64_t min, int64_t max, int64_t *out);

void json_put_text(struct json_object *o, const char *key, const char *text);
void json_put_flag(struct json_object *o, const char *key, bool value);
void json_put_number(struct json_object *o, const char *key, int64_t value);

#endif
