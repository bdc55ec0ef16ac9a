/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The typed members of a Docker file's objects. Private to docker*.c. */
#ifndef PROFILE_DOCKER_JSON_H
#define PROFILE_DOCKER_JSON_H

#include <stdint.h>

#include "base/json.h"
#include "base/str.h"
#include "profile/docker.h"

/* An object of the file and how to speak of it. */
struct node {
	const char *file;
	struct json_object *object;
	unsigned line;
	const char *what; /* "syscalls[3]: ", or "" at the top */
	struct strv *errors;
};

/* Appends "FILE:LINE: WHAT message"; returns -1. The line is that of `at`, or else of the node. */
int node_mistake(const struct node *node, struct json_object *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A mistake when the object has a key that isn't in `keys`, which is NULL-terminated. */
int node_check_keys(const struct node *node, const char *const *keys);

/*
 * A member, NULL when it is missing or null; -1 when it is of another type. `type` is string,
 * array, object, or int.
 */
int node_get(const struct node *node, const char *key, enum json_type type,
	     struct json_object **out);

/* A member that is a string without NUL bytes; NULL when it is missing. */
int node_string(const struct node *node, const char *key, const char **out);

/* A member that is a whole number from 0 on; `fallback` when it is missing. */
int node_number(const struct node *node, const char *key, uint64_t fallback, uint64_t *out);

/* A member that is a list of strings, appended to `out`; nothing when it is missing. */
int node_strings(const struct node *node, const char *key, struct strv *out);

/*
 * An action, and with SCMP_ACT_ERRNO its errno: the members `action_key`, `number_key` and
 * `name_key`.
 */
int node_action(const struct node *node, const char *action_key, const char *number_key,
		const char *name_key, enum rule_action *action, int *errnum);

/* profile/docker_entry.c: one entry of "syscalls"; what is read of it stays also on failure. */
int docker_read_entry(const struct node *node, struct docker_entry *entry);
void docker_entry_clear(struct docker_entry *entry);

#endif
