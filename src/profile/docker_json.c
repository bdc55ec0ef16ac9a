/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/docker_json.h"

#include <errno.h>

#include "sysname/names.h"

int node_mistake(const struct node *node, struct json_object *at, const char *fmt, ...)
{
	struct loc loc = {node->file, json_line(at) ? json_line(at) : node->line};
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	strv_take(node->errors, xasprintf("%s: %s%s", loc_text(&loc), node->what, text));
	return -1;
}

static const char *next_key(void *cursor)
{
	const char *const **at = cursor;

	return **at ? *(*at)++ : NULL;
}

static bool is_among(const char *key, const char *const *keys)
{
	for (; *keys; keys++)
		if (streq(key, *keys))
			return true;
	return false;
}

int node_check_keys(const struct node *node, const char *const *keys)
{
	json_object_object_foreach(node->object, key, value)
	{
		const char *const *at = keys;
		const char *nearest;

		if (is_among(key, keys))
			continue;
		nearest = str_nearest(key, next_key, &at);
		return nearest ? node_mistake(node, value,
					      "unknown key \"%s\"; did you mean \"%s\"?", key,
					      nearest)
			       : node_mistake(node, value, "unknown key \"%s\"", key);
	}
	return 0;
}

static const char *type_text(enum json_type type)
{
	switch (type) {
	case json_type_string:
		return "a string";
	case json_type_array:
		return "a list";
	case json_type_object:
		return "an object";
	default:
		return "a whole number";
	}
}

int node_get(const struct node *node, const char *key, enum json_type type,
	     struct json_object **out)
{
	*out = NULL;
	if (!json_object_object_get_ex(node->object, key, out) || !*out)
		return 0;
	if (!json_object_is_type(*out, type))
		return node_mistake(node, *out, "%s is not %s", key, type_text(type));
	return 0;
}

/* The string, or NULL with a mistake. */
static const char *text_of(const struct node *node, const char *key, struct json_object *value)
{
	const char *text = json_object_get_string(value);

	if (strlen(text) == (size_t)json_object_get_string_len(value))
		return text;
	node_mistake(node, value, "%s has a NUL byte in it", key);
	return NULL;
}

int node_string(const struct node *node, const char *key, const char **out)
{
	struct json_object *value;

	*out = NULL;
	if (node_get(node, key, json_type_string, &value) < 0)
		return -1;
	if (!value)
		return 0;
	*out = text_of(node, key, value);
	return *out ? 0 : -1;
}

int node_number(const struct node *node, const char *key, uint64_t fallback, uint64_t *out)
{
	struct json_object *value;

	*out = fallback;
	if (node_get(node, key, json_type_int, &value) < 0)
		return -1;
	if (!value)
		return 0;
	if (json_object_get_int64(value) < 0)
		return node_mistake(node, value, "%s is negative", key);
	*out = json_object_get_uint64(value);
	return 0;
}

int node_strings(const struct node *node, const char *key, struct strv *out)
{
	struct json_object *list;

	if (node_get(node, key, json_type_array, &list) < 0)
		return -1;
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *value = json_object_array_get_idx(list, i);
		const char *text;

		if (!json_object_is_type(value, json_type_string))
			return node_mistake(node, value ? value : list, "%s[%zu] is not a string",
					    key, i);
		text = text_of(node, key, value);
		if (!text)
			return -1;
		strv_add(out, text);
	}
	return 0;
}

static const struct {
	const char *name;
	enum rule_action action;
	const char *refusal; /* why sbox doesn't take it, or NULL */
} actions[] = {
	{"SCMP_ACT_ALLOW", ACTION_ALLOW, NULL},
	{"SCMP_ACT_LOG", ACTION_LOG, NULL},
	{"SCMP_ACT_ERRNO", ACTION_ERRNO, NULL},
	/* A filter of sbox's ends the whole process where another would end the thread. */
	{"SCMP_ACT_KILL", ACTION_KILL, NULL},
	{"SCMP_ACT_KILL_THREAD", ACTION_KILL, NULL},
	{"SCMP_ACT_KILL_PROCESS", ACTION_KILL, NULL},
	{"SCMP_ACT_TRAP", ACTION_KILL, "sbox sends no SIGSYS for a handler to take"},
	{"SCMP_ACT_TRACE", ACTION_KILL, "sbox has no tracer to ask"},
	{"SCMP_ACT_NOTIFY", ACTION_KILL, "sbox has no supervisor to ask"},
};

static const char *next_action(void *cursor)
{
	size_t *at = cursor;

	return *at < ARRAY_SIZE(actions) ? actions[(*at)++].name : NULL;
}

static int read_action(const struct node *node, const char *key, enum rule_action *out)
{
	struct json_object *value = NULL;
	const char *text, *nearest;
	size_t cursor = 0;

	if (node_string(node, key, &text) < 0)
		return -1;
	if (!text)
		return node_mistake(node, NULL, "%s is missing", key);
	json_object_object_get_ex(node->object, key, &value);
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (!streq(text, actions[i].name))
			continue;
		if (actions[i].refusal)
			return node_mistake(node, value, "%s %s can't be kept: %s", key, text,
					    actions[i].refusal);
		*out = actions[i].action;
		return 0;
	}
	nearest = str_nearest(text, next_action, &cursor);
	return nearest ? node_mistake(node, value, "unknown %s \"%s\"; did you mean \"%s\"?", key,
				      text, nearest)
		       : node_mistake(node, value, "unknown %s \"%s\"", key, text);
}

/* The errno that a number stands for; 0 when there is none. */
static int read_errno_number(const struct node *node, const char *key, int *out)
{
	struct json_object *value;
	uint64_t number;

	*out = 0;
	if (node_number(node, key, 0, &number) < 0 ||
	    node_get(node, key, json_type_int, &value) < 0)
		return -1;
	if (!value)
		return 0;
	if (number == 0)
		return node_mistake(node, value,
				    "%s 0 can't be kept: the call would seem to have been done",
				    key);
	if (number > INT32_MAX || !errno_name((int)number))
		return node_mistake(node, value, "%s %llu is no errno", key,
				    (unsigned long long)number);
	*out = (int)number;
	return 0;
}

static int read_errno(const struct node *node, const char *number_key, const char *name_key,
		      int *out)
{
	struct json_object *value = NULL;
	const char *name;
	int number, named;

	if (read_errno_number(node, number_key, &number) < 0 ||
	    node_string(node, name_key, &name) < 0)
		return -1;
	if (!name || !*name) {
		*out = number ? number : EPERM;
		return 0;
	}
	json_object_object_get_ex(node->object, name_key, &value);
	named = errno_number(name);
	if (!named)
		return node_mistake(node, value, "%s \"%s\" is no errno", name_key, name);
	if (number && number != named)
		return node_mistake(node, value, "%s %s contradicts %s %d, which is %s", name_key,
				    name, number_key, number, errno_name(number));
	*out = named;
	return 0;
}

int node_action(const struct node *node, const char *action_key, const char *number_key,
		const char *name_key, enum rule_action *action, int *errnum)
{
	if (read_action(node, action_key, action) < 0)
		return -1;
	/* Of another action runtimes take no notice of it either. */
	return *action == ACTION_ERRNO ? read_errno(node, number_key, name_key, errnum) : 0;
}
