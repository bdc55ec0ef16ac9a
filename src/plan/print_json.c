/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/json.h"
#include "base/landlock.h"
#include "base/str.h"
#include "base/sys.h"
#include "plan/print.h"
#include "plan/print_closure.h"
#include "sysname/rule.h"

static struct json_object *text(const char *s)
{
	return s ? json_object_new_string(s) : NULL;
}

void print_place(struct json_object *object, const char *key, const struct loc *loc)
{
	json_object_object_add(object, key, text(loc_text(loc)));
}

static void add_place(struct json_object *object, const struct loc *loc)
{
	print_place(object, "place", loc);
}

static struct json_object *strings(char *const *items)
{
	struct json_object *array = json_object_new_array();

	for (; *items; items++)
		json_object_array_add(array, text(*items));
	return array;
}

/* The names of LANDLOCK_ACCESS_FS_*, in the order of their bits. */
static struct json_object *rights_json(uint64_t rights)
{
	static const char *const names[] = {
		"execute",   "write_file", "read_file", "read_dir",  "remove_dir", "remove_file",
		"make_char", "make_dir",   "make_reg",  "make_sock", "make_fifo",  "make_block",
		"make_sym",  "refer",      "truncate",  "ioctl_dev",
	};
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (rights & UINT64_C(1) << i)
			json_object_array_add(array, text(names[i]));
	return array;
}

static struct json_object *step_json(const struct step *step)
{
	static const char *const kinds[] = {
		[STEP_DIR] = "directory",      [STEP_SYMLINK] = "symlink", [STEP_FILE] = "file",
		[STEP_BIND] = "bind",          [STEP_TMPFS] = "tmpfs",     [STEP_PROC] = "proc",
		[STEP_SYSFS] = "sysfs",        [STEP_DEVPTS] = "devpts",   [STEP_HIDE] = "hide",
		[STEP_READONLY] = "read-only", [STEP_OVERLAY] = "overlay", [STEP_NOEXEC] = "noexec",
	};
	static const struct {
		uint64_t flag;
		const char *name;
	} flags[] = {{MOUNT_ATTR_RDONLY, "ro"},
		     {MOUNT_ATTR_NOSUID, "nosuid"},
		     {MOUNT_ATTR_NODEV, "nodev"},
		     {MOUNT_ATTR_NOEXEC, "noexec"}};
	struct json_object *object = json_object_new_object();
	struct json_object *names = json_object_new_array();

	json_object_object_add(object, "kind", text(kinds[step->kind]));
	json_object_object_add(object, "dest", text(step->dest));
	if (step->source)
		json_object_object_add(object, "source", text(step->source));
	if (step->kind == STEP_OVERLAY)
		json_object_object_add(object, "upper", text(step->upper));
	if (step->kind == STEP_SYMLINK)
		json_object_object_add(object, "target", text(step->data));
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (step->attr & flags[i].flag)
			json_object_array_add(names, text(flags[i].name));
	json_object_object_add(object, "flags", names);
	if (step->access)
		json_object_object_add(object, "landlock", rights_json(step->access));
	json_object_object_add(object, "implied", json_object_new_boolean(step->implied));
	add_place(object, &step->loc);
	return object;
}

static struct json_object *rule_json(const struct filter_rule *rule)
{
	static const char *const actions[] = {"allow", "log", "deny", "kill"};
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "syscall", text(rule->name));
	json_object_object_add(object, "action", text(actions[rule->action]));
	if (rule->action == ACTION_ERRNO)
		json_object_object_add(object, "errno", json_object_new_int(rule->errnum));
	json_object_object_add(object, "conditional", json_object_new_boolean(rule->when != NULL));
	json_object_object_add(object, "group", text(rule->group));
	json_object_object_add(object, "baseline", json_object_new_boolean(rule->baseline));
	add_place(object, &rule->loc);
	return object;
}

static struct json_object *imports_json(const struct filter_spec *filter)
{
	struct json_object *imports = json_object_new_array();

	for (size_t i = 0; i < filter->nimports; i++) {
		const struct filter_import *import = &filter->imports[i];
		struct json_object *object = json_object_new_object();

		json_object_object_add(object, "file", text(import->file));
		json_object_object_add(object, "entries",
				       json_object_new_int64((int64_t)import->nentries));
		json_object_object_add(object, "skipped",
				       json_object_new_int64((int64_t)import->nskipped));
		json_object_object_add(object, "unknown", text(import->unknown));
		add_place(object, &import->loc);
		json_object_array_add(imports, object);
	}
	return imports;
}

static struct json_object *filter_json(const struct filter_spec *filter)
{
	static const char *const actions[] = {"allow", "log", "deny", "kill"};
	struct json_object *object = json_object_new_object();
	struct json_object *rules = json_object_new_array();
	struct json_object *exempts = json_object_new_array();

	json_object_object_add(object, "default", text(actions[filter->default_action]));
	for (size_t i = 0; i < filter->nrules; i++)
		json_object_array_add(rules, rule_json(&filter->rules[i]));
	json_object_object_add(object, "rules", rules);
	for (size_t i = 0; i < filter->nexempts; i++) {
		struct json_object *exempt = json_object_new_object();

		json_object_object_add(exempt, "name", text(filter->exempts[i].name));
		add_place(exempt, &filter->exempts[i].loc);
		json_object_array_add(exempts, exempt);
	}
	json_object_object_add(object, "exempt", exempts);
	json_object_object_add(object, "x86", json_object_new_boolean(filter->allow_x86));
	json_object_object_add(object, "x32", json_object_new_boolean(filter->allow_x32));
	json_object_object_add(object, "imports", imports_json(filter));
	return object;
}

static struct json_object *network_json(const struct plan_net *net)
{
	static const char *const modes[] = {"none", "host", "netns", "pasta"};
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "mode", text(modes[net->mode]));
	if (net->netns)
		json_object_object_add(object, "netns", text(net->netns));
	if (net->mode == NET_NETNS)
		json_object_object_add(object, "share", json_object_new_boolean(!net->own_netns));
	if (net->mode == NET_PASTA) {
		json_object_object_add(object, "uplink", text(net->uplink));
		json_object_object_add(object, "ipv4", json_object_new_boolean(net->uplink_v4));
		json_object_object_add(object, "ipv6", json_object_new_boolean(net->uplink_v6));
		json_object_object_add(object, "best_effort", json_object_new_boolean(true));
	}
	if (net->publish)
		json_object_object_add(object, "publish", strings(net->publish));
	if (net->pasta.argv)
		json_object_object_add(object, "pasta", strings(net->pasta.argv));
	if (net->dns)
		json_object_object_add(object, "dns", strings(net->dns));
	if (net->search)
		json_object_object_add(object, "search", strings(net->search));
	if (net->resolver)
		json_object_object_add(object, "resolver", text(net->resolver));
	add_place(object, &net->loc);
	return object;
}

static struct json_object *ports_json(const struct plan_landlock *landlock, uint64_t access)
{
	struct json_object *ports;

	if (!(landlock->net & access))
		return NULL;
	ports = json_object_new_array();
	for (size_t i = 0; i < landlock->nports; i++)
		if (landlock->ports[i].access & access)
			json_object_array_add(ports, json_object_new_int(landlock->ports[i].port));
	return ports;
}

/* By the names of the keys: those of the lists where they are given. */
static struct json_object *landlock_places(const struct plan_landlock *landlock)
{
	struct json_object *places = json_object_new_object();

	print_place(places, "mode", &landlock->mode_loc);
	if (landlock->net & LANDLOCK_ACCESS_NET_CONNECT_TCP)
		print_place(places, "tcp-connect", &landlock->connect_loc);
	if (landlock->net & LANDLOCK_ACCESS_NET_BIND_TCP)
		print_place(places, "tcp-bind", &landlock->bind_loc);
	print_place(places, "scope", &landlock->loc);
	if (landlock->x11.file)
		print_place(places, "x11", &landlock->x11);
	print_place(places, "log", &landlock->log_loc);
	return places;
}

static struct json_object *landlock_json(const struct plan_landlock *landlock)
{
	static const char *const files[] = {[LANDLOCK_FILES] = "rules",
					    [LANDLOCK_FILES_OFF] = "off",
					    [LANDLOCK_FILES_NESTED] = "nested",
					    [LANDLOCK_FILES_LACKING] = "lacking"};
	struct json_object *object = json_object_new_object();
	struct json_object *scope = json_object_new_array();

	if (landlock->scoped & LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET)
		json_object_array_add(scope, text("abstract-sockets"));
	if (landlock->scoped & LANDLOCK_SCOPE_SIGNAL)
		json_object_array_add(scope, text("signals"));
	json_object_object_add(object, "abi", json_object_new_int(landlock->abi));
	json_object_object_add(object, "files", text(files[landlock->files]));
	json_object_object_add(object, "handled", rights_json(landlock->fs));
	/* null: all ports */
	json_object_object_add(object, "tcp_connect",
			       ports_json(landlock, LANDLOCK_ACCESS_NET_CONNECT_TCP));
	json_object_object_add(object, "tcp_bind",
			       ports_json(landlock, LANDLOCK_ACCESS_NET_BIND_TCP));
	json_object_object_add(object, "scope", scope);
	json_object_object_add(object, "lacking", json_object_new_boolean(landlock->lacking));
	json_object_object_add(object, "log",
			       text(landlock->log_all ? "all"
				    : landlock->log   ? "yes"
						      : "no"));
	json_object_object_add(object, "places", landlock_places(landlock));
	return object;
}

static const char *const tty_words[] = {"inherit", "new", "none"};

char *plan_print_json(const struct plan *plan)
{
	struct json_object *root = json_object_new_object();
	struct json_object *steps = json_object_new_array();
	struct json_object *limits = json_object_new_object();
	char *out;

	json_object_object_add(root, "profile", text(plan->name));
	json_object_object_add(root, "command",
			       plan->exec.unnamed ? NULL : strings(plan->exec.argv));
	json_object_object_add(root, "workdir", text(plan->exec.workdir));
	json_object_object_add(root, "hostname", text(plan->hostname));
	json_object_object_add(root, "namespaces", print_ids_json(plan));
	json_object_object_add(root, "network", network_json(&plan->net));
	json_object_object_add(root, "landlock", landlock_json(&plan->landlock));
	for (size_t i = 0; i < plan->nsteps; i++)
		json_object_array_add(steps, step_json(&plan->steps[i]));
	json_object_object_add(root, "steps", steps);
	json_object_object_add(root, "closure", plan_closure_json(plan));
	json_object_object_add(root, "list_changes", json_object_new_boolean(plan->overlay.list));
	json_object_object_add(root, "seccomp", filter_json(&plan->filter));
	json_object_object_add(root, "tty", text(tty_words[plan->exec.tty]));
	json_object_object_add(root, "why", json_object_new_boolean(plan->exec.why));
	json_object_object_add(root, "environment", strings(plan->exec.envp));
	for (size_t i = 0; i < plan->nlimits; i++) {
		rlim_t value = plan->limits[i].limit.rlim_cur;

		json_object_object_add(limits, plan->limits[i].name,
				       value == RLIM_INFINITY
					       ? text("infinity")
					       : json_object_new_int64((int64_t)value));
	}
	json_object_object_add(root, "limits", limits);
	out = json_print(root);
	json_object_put(root);
	return out;
}
