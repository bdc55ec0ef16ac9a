/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Namespaces and identity, in words and as JSON. */
#include <json-c/json.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdarg.h>
#include <string.h>

#include "base/str.h"
#include "plan/print.h"

static const struct loc no_loc = {NULL, 0};

static const struct {
	unsigned long flag;
	const char *name;
} kinds[] = {{CLONE_NEWNS, "mount"}, {CLONE_NEWPID, "pid"},       {CLONE_NEWIPC, "ipc"},
	     {CLONE_NEWUTS, "uts"},  {CLONE_NEWCGROUP, "cgroup"}, {CLONE_NEWNET, "net"}};

static const struct {
	unsigned number;
	const char *name;
} capabilities[] = {{CAP_CHOWN, "chown"},   {CAP_DAC_OVERRIDE, "dac_override"},
		    {CAP_FOWNER, "fowner"}, {CAP_FSETID, "fsetid"},
		    {CAP_SETGID, "setgid"}, {CAP_SETUID, "setuid"}};

/* The namespaces that are new, each behind a blank. */
static void new_kinds(struct str *out, const struct plan *plan)
{
	str_add(out, plan->ids.own_userns || plan->ids.nest ? " user" : "");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (plan->namespaces & kinds[i].flag)
			str_addf(out, " %s", kinds[i].name);
}

static void kept(struct str *out, const struct plan_ids *ids, const char *separator)
{
	const char *between = "";

	for (size_t i = 0; i < ARRAY_SIZE(capabilities); i++) {
		if (ids->kept & 1u << capabilities[i].number) {
			str_addf(out, "%s%s", between, capabilities[i].name);
			between = separator;
		}
	}
}

/* What becomes of the caller's supplementary groups. */
static const char *groups_word(const struct plan_ids *ids)
{
	return !ids->groups_gone ? "kept" : ids->ngroups ? "dropped" : "none";
}

/* A map's lines as "INSIDE OUTSIDE COUNT, ...". */
static void map_text(struct str *out, const char *name, const char *map)
{
	str_addf(out, "  %s", name);
	for (const char *s = map; *s; s += strcspn(s, "\n"), s += *s == '\n')
		str_addf(out, "%s%.*s", s == map ? " " : ", ", (int)strcspn(s, "\n"), s);
	str_add(out, "\n");
}

/* print_line() of what printf would make of the format. */
static void __attribute__((format(printf, 3, 4)))
lined(struct str *out, const struct loc *loc, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;

	va_start(args, format);
	text = xvasprintf(format, args);
	va_end(args);
	print_line(out, loc, text);
}

static void ids_text(struct str *out, const struct plan_ids *ids)
{
	const struct id_maps *maps = ids->nest ? &ids->nested_maps : &ids->maps;
	_cleanup_str_ struct str powers = {0};

	lined(out, &ids->uid_loc, "user id %u", ids->uid);
	lined(out, &ids->gid_loc, "group id %u", ids->gid);
	if (ids->kept) {
		str_add(&powers, "capabilities over these ids alone: ");
		kept(&powers, ids, ", ");
		print_line(out, &ids->loc, powers.text);
	} else {
		print_line(out, &no_loc, "no capabilities");
	}
	print_line(out, &no_loc, "no privileges from what it executes (no_new_privs)");
	if (!ids->sub)
		return;
	print_line(out, &ids->loc, "with subordinate ids; inside, outside, how many:");
	map_text(out, "  uid map", maps->uid);
	map_text(out, "  gid map", maps->gid);
}

static void groups_text(struct str *out, const struct plan_ids *ids)
{
	const char *verb = ids->ngroups == 1 ? " is" : "s are";

	if (!ids->ngroups)
		print_line(out, &no_loc, "no supplementary groups");
	else if (ids->groups_gone)
		lined(out, ids->drops_groups ? &ids->loc : &no_loc,
		      "the caller's %zu supplementary group%s dropped", ids->ngroups, verb);
	else
		str_addf(out,
			 "  the caller's %zu supplementary group%s kept, shown as 65534: "
			 "none can be dropped without privilege\n",
			 ids->ngroups, verb);
}

/* Which namespaces are new by default, and what a line says of others. */
static void kinds_text(struct str *out, const struct plan *plan)
{
	_cleanup_str_ struct str new = {0};

	new_kinds(&new, plan);
	lined(out, &no_loc, "new:%s", new.text ?: " none");
	if (plan->new_time)
		lined(out, &plan->time_loc,
		      "new: time; monotonic and boot clock start at %lld.%06lld seconds",
		      (long long)plan->uptime / 1000000, (long long)plan->uptime % 1000000);
	for (size_t i = 0; i < plan->nshared; i++)
		lined(out, &plan->shared[i].loc, "the host's: %s", plan->shared[i].name);
}

void print_ids_text(struct str *out, const struct plan *plan)
{
	const struct plan_ids *ids = &plan->ids;

	str_add(out, "\nnamespaces\n");
	kinds_text(out, plan);
	if (plan->exec.run_as)
		lined(out, &plan->exec.run_as_loc, "root becomes %s first", plan->exec.run_as);
	if (ids->own_userns || ids->nest)
		ids_text(out, ids);
	groups_text(out, ids);
	print_line(out, &no_loc, "a session keyring of its own");
	if (ids->max_user_namespaces >= 0)
		lined(out, &ids->nested_loc, "the application may create %lld user namespace%s",
		      (long long)ids->max_user_namespaces,
		      ids->max_user_namespaces == 1 ? "" : "s");
	if (plan->hostname)
		lined(out, &plan->hostname_loc, "host name %s", plan->hostname);
}

/* "a b c" as an array. */
static struct json_object *words_json(const char *text)
{
	struct json_object *array = json_object_new_array();

	for (const char *s = text + strspn(text, " "); *s; s += strspn(s, " ")) {
		size_t len = strcspn(s, " ");

		json_object_array_add(array, json_object_new_string_len(s, (int)len));
		s += len;
	}
	return array;
}

/* Which line each of them comes from, by the names of the keys. */
static struct json_object *places_json(const struct plan *plan)
{
	const struct plan_ids *ids = &plan->ids;
	struct json_object *places = json_object_new_object();

	print_place(places, "uid", &ids->uid_loc);
	print_place(places, "gid", &ids->gid_loc);
	if (ids->sub)
		print_place(places, "ids", &ids->loc);
	if (ids->max_user_namespaces >= 0)
		print_place(places, "nested", &ids->nested_loc);
	if (plan->new_time)
		print_place(places, "uptime", &plan->time_loc);
	if (plan->hostname)
		print_place(places, "hostname", &plan->hostname_loc);
	for (size_t i = 0; i < plan->nshared; i++)
		print_place(places, plan->shared[i].name, &plan->shared[i].loc);
	return places;
}

struct json_object *print_ids_json(const struct plan *plan)
{
	const struct plan_ids *ids = &plan->ids;
	const struct id_maps *maps = ids->nest ? &ids->nested_maps : &ids->maps;
	struct json_object *object = json_object_new_object();
	_cleanup_str_ struct str new = {0}, capability = {0};

	new_kinds(&new, plan);
	str_add(&new, plan->new_time ? " time" : "");
	kept(&capability, ids, " ");
	json_object_object_add(object, "new", words_json(new.text ?: ""));
	if (plan->exec.run_as)
		json_object_object_add(object, "run_as", json_object_new_string(plan->exec.run_as));
	json_object_object_add(object, "uid", json_object_new_int64(ids->uid));
	json_object_object_add(object, "gid", json_object_new_int64(ids->gid));
	json_object_object_add(object, "ids", json_object_new_string(ids->sub ? "sub" : "own"));
	if (ids->own_userns || ids->nest) {
		json_object_object_add(object, "uid_map", json_object_new_string(maps->uid));
		json_object_object_add(object, "gid_map", json_object_new_string(maps->gid));
	}
	json_object_object_add(object, "groups", json_object_new_string(groups_word(ids)));
	json_object_object_add(object, "capabilities", words_json(capability.text ?: ""));
	if (ids->max_user_namespaces >= 0)
		json_object_object_add(object, "max_user_namespaces",
				       json_object_new_int64(ids->max_user_namespaces));
	if (plan->new_time)
		json_object_object_add(object, "uptime_us", json_object_new_int64(plan->uptime));
	json_object_object_add(object, "places", places_json(plan));
	return object;
}
