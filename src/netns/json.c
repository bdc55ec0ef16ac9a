/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/json.h"

#include <string.h>

struct json_object *json_member(struct json_object *o, const char *key, enum json_type type)
{
	struct json_object *member;

	if (!json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, key, &member) || !json_object_is_type(member, type))
		return NULL;
	return member;
}

const char *json_text(struct json_object *o, const char *key)
{
	struct json_object *member = json_member(o, key, json_type_string);
	const char *text = member ? json_object_get_string(member) : NULL;

	if (!text || strlen(text) != (size_t)json_object_get_string_len(member))
		return NULL;
	return text;
}

bool json_flag(struct json_object *o, const char *key, bool *out)
{
	struct json_object *member = json_member(o, key, json_type_boolean);

	if (!member)
		return false;
	*out = json_object_get_boolean(member);
	return true;
}

bool json_number(struct json_object *o, const char *key, int64_t min, int64_t max, int64_t *out)
{
	struct json_object *member = json_member(o, key, json_type_int);
	int64_t n = member ? json_object_get_int64(member) : 0;

	if (!member || n < min || n > max)
		return false;
	*out = n;
	return true;
}

void json_put_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

void json_put_flag(struct json_object *o, const char *key, bool value)
{
	json_object_object_add(o, key, json_object_new_boolean(value));
}

void json_put_number(struct json_object *o, const char *key, int64_t value)
{
	json_object_object_add(o, key, json_object_new_int64(value));
}
