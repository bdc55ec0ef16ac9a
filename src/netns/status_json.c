/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A status as JSON: for programs. Times are seconds since 1970. */
#include "base/mem.h"
#include "netns/json.h"
#include "netns/paths.h"
#include "netns/status.h"

static void add_times(const struct status *s, const struct lease_part *part, const char *key,
		      struct json_object *o)
{
	struct json_object *family = json_member(o, key, json_type_object);
	int64_t offset = s->epoch - s->boot;
	struct lease_times times;

	/* How the file keeps it; what follows says it for readers. */
	json_object_object_del(family, "obtained_boottime");
	if (!lease_times(part, &times))
		return;
	json_put_number(family, "obtained", times.obtained + offset);
	if (!times.expiry)
		return;
	json_put_number(family, "renewal", times.renewal + offset);
	json_put_number(family, "rebinding", times.rebinding + offset);
	json_put_number(family, "expiry", times.expiry + offset);
}

static void add_link(const struct inside *in, bool passing, struct json_object *o)
{
	struct json_object *link;

	if (!in->found) {
		json_object_object_add(o, "link", NULL);
		return;
	}
	link = json_object_new_object();
	if (in->driver[0])
		json_put_text(link, "driver", in->driver);
	if (in->mac[0])
		json_put_text(link, "mac", in->mac);
	json_put_number(link, "mtu", in->mtu);
	json_put_flag(link, "up", in->up);
	json_put_flag(link, "carrier", in->carrier);
	if (passing) {
		json_put_number(link, "bytes_in", (int64_t)in->received);
		json_put_number(link, "bytes_out", (int64_t)in->sent);
	}
	json_object_object_add(o, "link", link);
}

static const char *family_name(int family)
{
	return family == AF_INET ? "ipv4" : "ipv6";
}

static void add_addresses(const struct inside *in, struct json_object *o)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < in->naddresses; i++) {
		struct json_object *a = json_object_new_object();

		json_put_text(a, "family", family_name(in->addresses[i].family));
		json_put_text(a, "address", in->addresses[i].text);
		json_put_number(a, "prefix", in->addresses[i].prefix);
		json_object_array_add(array, a);
	}
	json_object_object_add(o, "addresses", array);
}

static void add_routes(const struct inside *in, struct json_object *o)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < in->nroutes; i++) {
		const struct inside_route *route = &in->routes[i];
		struct json_object *r = json_object_new_object();

		json_put_text(r, "family", family_name(route->family));
		json_put_text(r, "kind", route->kind);
		json_put_text(r, "destination", route->destination);
		if (route->gateway[0])
			json_put_text(r, "gateway", route->gateway);
		if (route->device_name[0])
			json_put_text(r, "device", route->device_name);
		json_put_number(r, "metric", route->metric);
		json_put_number(r, "table", route->table);
		json_object_array_add(array, r);
	}
	json_object_object_add(o, "routes", array);
}

static void add_programs(const struct programs *programs, struct json_object *o)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < programs->listed; i++) {
		struct json_object *p = json_object_new_object();

		json_put_number(p, "pid", programs->items[i].pid);
		json_put_text(p, "name", programs->items[i].name);
		json_object_array_add(array, p);
	}
	json_object_object_add(o, "programs", array);
	json_put_number(o, "programs_count", programs->count);
}

struct json_object *status_json(const struct status *s, bool passing)
{
	struct json_object *o = json_object_new_object();
	_cleanup_free_ char *resolv = NULL, *pin = NULL;

	json_put_text(o, "name", s->name);
	json_put_text(o, "status", status_word(s->status));
	if (s->problem)
		json_put_text(o, "problem", s->problem);
	if (!s->known)
		return o;
	resolv = xasprintf("%s/%s/%s/%s", STATE_DIR, s->name, LEASE_DIR, LEASE_RESOLV);
	pin = xasprintf("%s/%s", PIN_DIR, s->name);
	json_put_text(o, "owner", s->state.owner.name);
	json_put_number(o, "uid", (int64_t)s->state.owner.uid);
	if (*s->state.interface)
		json_put_text(o, "interface", s->state.interface);
	json_put_text(o, "inside", s->state.inside);
	json_put_text(o, "client", client_name(s->state.client));
	json_put_number(o, "pid", s->state.pid);
	if (s->programs.client)
		json_put_number(o, "client_pid", s->programs.client);
	json_put_text(o, "namespace", pin);
	json_put_text(o, "resolv_conf", resolv);
	lease_to_json(&s->lease, o);
	add_times(s, &s->lease.v4, "ipv4", o);
	add_times(s, &s->lease.v6, "ipv6", o);
	if (!s->seen)
		return o;
	add_link(&s->inside, passing, o);
	add_addresses(&s->inside, o);
	add_routes(&s->inside, o);
	if (s->inside.more)
		json_put_flag(o, "more", true);
	if (passing)
		add_programs(&s->programs, o);
	return o;
}
