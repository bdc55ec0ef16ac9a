/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Namespaces and identity, in words and as JSON. */
#include <json-c/json.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>

#include "base/str.h"
#include "plan/print.h"

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
	str_add(out, plan->new_time ? " time" : "");
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

static void ids_text(struct str *out, const struct plan_ids *ids)
{
	const struct id_maps *maps = ids->nest ? &ids->nested_maps : &ids->maps;

	str_addf(out, "  uid %u, gid %u; ", ids->uid, ids->gid);
	if (ids->kept) {
		str_add(out, "over these ids alone: ");
		kept(out, ids, ", ");
	} else {
		str_add(out, "no capabilities");
	}
	str_add(out, "; no_new_privs\n");
	if (!ids->sub)
		return;
	str_addf(out, "  with subordinate ids (%s); inside, outside, how many:\n",
		 loc_text(&ids->loc));
	map_text(out, "  uid map", maps->uid);
	map_text(out, "  gid map", maps->gid);
}

static void groups_text(struct str *out, const struct plan_ids *ids)
{
	if (!ids->ngroups)
		str_add(out, "  no supplementary groups\n");
	else if (ids->groups_gone)
		str_addf(out, "  the caller's %zu supplementary groups are dropped\n",
			 ids->ngroups);
	else
		str_addf(out,
			 "  the caller's %zu supplementary groups are kept, and show as 65534: "
			 "they can't be dropped without privilege\n",
			 ids->ngroups);
}

void print_ids_text(struct str *out, const struct plan *plan)
{
	const struct plan_ids *ids = &plan->ids;

	str_add(out, "\nnamespaces\n  new:");
	new_kinds(out, plan);
	str_add(out, "\n");
	if (plan->exec.run_as)
		str_addf(out, "  root becomes %s first (%s)\n", plan->exec.run_as,
			 loc_text(&plan->exec.run_as_loc));
	if (ids->own_userns || ids->nest)
		ids_text(out, ids);
	groups_text(out, ids);
	str_add(out, "  a session keyring of its own\n");
	if (ids->max_user_namespaces >= 0)
		str_addf(out, "  the application may create %lld user namespaces\n",
			 (long long)ids->max_user_namespaces);
	if (plan->new_time)
		str_addf(out, "  monotonic and boot clock start at %lld.%06lld seconds\n",
			 (long long)plan->uptime / 1000000, (long long)plan->uptime % 1000000);
	if (plan->hostname)
		str_addf(out, "  host name %s\n", plan->hostname);
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

struct json_object *print_ids_json(const struct plan *plan)
{
	const struct plan_ids *ids = &plan->ids;
	const struct id_maps *maps = ids->nest ? &ids->nested_maps : &ids->maps;
	struct json_object *object = json_object_new_object();
	_cleanup_str_ struct str new = {0}, capability = {0};

	new_kinds(&new, plan);
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
	return object;
}
