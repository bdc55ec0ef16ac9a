/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_denials.h"

#include <search.h>
#include <stdlib.h>

/* For a tree over the array, as there are for calls. */
struct denial_node {
	const char *blockers, *object;
	size_t i;
};

static int denial_compare(const void *pa, const void *pb)
{
	const struct denial_node *a = pa, *b = pb;
	int order = strcmp(a->blockers, b->blockers);

	return order ? order : strcmp(a->object, b->object);
}

static int nibble(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* What the kernel quotes, or writes in hexadecimal where it could be mistaken. */
static char *decode(const char *text)
{
	size_t len = strlen(text);
	struct str out = {0};

	if (len == 0)
		return xstrdup(text);
	if (len >= 2 && text[0] == '"' && text[len - 1] == '"')
		return xstrndup(text + 1, len - 2);
	for (size_t i = 0; i < len; i += 2) {
		int high = nibble(text[i]), low = high < 0 ? -1 : nibble(text[i + 1]);

		if (low < 0) {
			str_free(&out);
			return xstrdup(text);
		}
		/* The name of an abstract socket begins with a NUL, and may have others. */
		str_add_len(&out, high + low ? &(char){(char)(high * 16 + low)} : "@", 1);
	}
	return str_steal(&out);
}

char *audit_object_text(const struct audit_object *object)
{
	bool v6 = object->address && strchr(object->address, ':');

	if (object->path || object->name)
		return decode(object->path ? object->path : object->name);
	if (object->comm)
		return decode(object->comm);
	/* Without an address it is that of all interfaces, without a port any. */
	if (object->address || object->port)
		return xasprintf("%s%s%s:%s", v6 ? "[" : "",
				 object->address ? object->address : "*", v6 ? "]" : "",
				 object->port ? object->port : "0");
	return NULL;
}

void audit_table_add_access(struct audit_table *table, const struct audit_access *access)
{
	static const char unknown[] = "?";
	const char *comm = access->comm ? access->comm : unknown;
	struct audit_program *program;
	struct denial_node key = {access->blockers, access->object ? access->object : "-", 0};
	struct denial_node **found;
	struct audit_denial *denial;

	if (!audit_table_wants(table, comm, access->time))
		return;
	program = audit_table_program(table, access->exe ? access->exe : comm, comm);
	key.i = program->ndenials;
	found = tfind(&key, &program->by_denial, denial_compare);
	if (found) {
		denial = &program->denials[(*found)->i];
	} else {
		denial = array_grow(&program->denials, &program->ndenials);
		*denial = (struct audit_denial){
			.blockers = xstrdup(key.blockers),
			.object = xstrdup(key.object),
			.port = access->port,
		};
		key.blockers = denial->blockers;
		key.object = denial->object;
		audit_tree_add(&program->by_denial, &key, sizeof(key), denial_compare);
	}
	denial->count++;
	program->denied++;
	table->denied++;
	audit_table_date(table, access->time, &denial->first, &denial->last);
}

static int port_order(const void *pa, const void *pb)
{
	return *(const int *)pa - *(const int *)pb;
}

static void ports_with(const struct audit_program *program, const char *blocker, int least,
		       struct strv *out)
{
	_cleanup_free_ int *ports = NULL;
	size_t n = 0;

	for (size_t i = 0; i < program->ndenials; i++)
		if (streq(program->denials[i].blockers, blocker) &&
		    program->denials[i].port >= least)
			*array_grow(&ports, &n) = program->denials[i].port;
	if (n)
		qsort(ports, n, sizeof(*ports), port_order);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || ports[i] != ports[i - 1])
			strv_take(out, xasprintf("%d", ports[i]));
}

void audit_ports(const struct audit_program *program, struct strv *connect, struct strv *bind)
{
	/* To connect to port 0 always fails; a bind to it takes a free one. */
	ports_with(program, "net.connect_tcp", 1, connect);
	ports_with(program, "net.bind_tcp", 0, bind);
}
