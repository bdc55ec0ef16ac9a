/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [landlock]: what each of the kernel's ABIs is asked for. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <string.h>

#include "base/landlock.h"
#include "base/str.h"
#include "plan/print.h"
#include "unit/plan_fake.h"

static struct plan *build_abi(const char *text, int abi, struct err **err)
{
	static const char *const argv[] = {"prog", NULL};
	struct host host = fake_host();

	host.landlock_abi = abi;
	return build_as(&host, text, argv, err);
}

static struct plan *build_abi_ok(const char *text, int abi)
{
	_cleanup_err_ struct err *err = NULL;
	struct plan *plan = build_abi(text, abi, &err);

	cr_assert_not_null(plan, "%s", err ? err->text : "?");
	return plan;
}

static void fails(const char *text, int abi, const char *expected, int exit_code)
{
	_cleanup_err_ struct err *err = NULL;
	_cleanup_plan_ struct plan *plan = build_abi(text, abi, &err);

	cr_assert_null(plan, "passed: %s", text);
	cr_expect(strstr(err->text, expected), "\"%s\" is not in \"%s\"", expected, err->text);
	cr_expect_eq(err->exit_code, exit_code, "%s", err->text);
}

static uint64_t access_at(const struct plan *plan, enum step_kind kind, const char *dest)
{
	ssize_t at = find(plan, kind, dest);

	cr_assert_geq(at, 0, "%s", dest);
	return plan->steps[at].access;
}

Test(landlock, each_abi_is_asked_for_what_it_has)
{
	static const uint64_t first = (UINT64_C(1) << 14) - 1; /* up to REFER */
	static const struct {
		enum landlock_files files;
		uint64_t fs;
	} rows[] = {
		{LANDLOCK_FILES_LACKING, 0},       {LANDLOCK_FILES_LACKING, 0},
		{LANDLOCK_FILES, first},           {LANDLOCK_FILES, first | 1 << 14},
		{LANDLOCK_FILES, first | 1 << 14}, {LANDLOCK_FILES, first | 3 << 14},
		{LANDLOCK_FILES, first | 3 << 14}, {LANDLOCK_FILES, first | 3 << 14},
	};

	for (int abi = 0; abi < (int)ARRAY_SIZE(rows); abi++) {
		_cleanup_plan_ struct plan *plan = build_abi_ok("[profile]\n", abi);

		cr_expect_eq(plan->landlock.files, rows[abi].files, "%d", abi);
		cr_expect_eq(plan->landlock.fs, rows[abi].fs, "%d", abi);
		cr_expect_eq(plan->landlock.net, 0u);
		cr_expect_eq(plan_landlocked(&plan->landlock), abi >= 2);
		/* A rule with a right that the ruleset doesn't know is EINVAL. */
		for (size_t i = 0; i < plan->nsteps; i++)
			cr_expect_eq(plan->steps[i].access & ~rows[abi].fs, 0u, "%d", abi);
	}
	fails("[landlock]\nmode = require\n", 1,
	      ":2: mode = require: this kernel has Landlock's ABI 1", EXIT_SETUP);
	plan_free(build_abi_ok("[landlock]\nmode = require\n", 2));
}

Test(landlock, rights_are_those_of_the_mounts)
{
	static const uint64_t read = LANDLOCK_FS_READ, file = LANDLOCK_ACCESS_FS_READ_FILE,
			      exec = LANDLOCK_ACCESS_FS_EXECUTE, write = LANDLOCK_FS_WRITE,
			      ioctl = LANDLOCK_ACCESS_FS_IOCTL_DEV, change = LANDLOCK_FS_CHANGE;
	_cleanup_plan_ struct plan *plan =
		build_abi_ok("[filesystem]\nrw = /data\nrw = /one.conf\nro = /look\nro = /a.conf\n"
			     "ro = /a.sock\ndev = /dev/snd\ntmpfs = /scratch\nhide = /look/x\n",
			     7);

	cr_expect_eq(access_at(plan, STEP_BIND, "/data"), read | exec | change);
	cr_expect_eq(access_at(plan, STEP_BIND, "/one.conf"), file | exec | write);
	cr_expect_eq(access_at(plan, STEP_BIND, "/look"), read | exec);
	cr_expect_eq(access_at(plan, STEP_BIND, "/a.conf"), file | exec);
	cr_expect_eq(access_at(plan, STEP_BIND, "/a.sock"), 0u);
	cr_expect_eq(access_at(plan, STEP_BIND, "/dev/snd") & ~exec, read | write | ioctl);
	cr_expect_eq(access_at(plan, STEP_BIND, "/usr"), read | exec);
	cr_expect_eq(access_at(plan, STEP_TMPFS, "/scratch"), read | exec | change);
	cr_expect_eq(access_at(plan, STEP_TMPFS, "/home/u"), read | exec | change);
	cr_expect_eq(access_at(plan, STEP_TMPFS, "/dev"), read);
	cr_expect_eq(access_at(plan, STEP_DEVPTS, "/dev/pts"), read | write | ioctl);
	cr_expect_eq(access_at(plan, STEP_PROC, "/proc"), read | write);
	cr_expect_eq(access_at(plan, STEP_SYSFS, "/sys"), read);
	cr_expect_eq(access_at(plan, STEP_HIDE, "/look/x"), 0u);
	cr_expect_eq(change & (LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK), 0u);
}

Test(landlock, no_file_rules_where_the_application_may_mount)
{
	static const char *const texts[] = {"[namespaces]\nnested = yes\n",
					    "[namespaces]\nnested = 3\n"};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_plan_ struct plan *plan = build_abi_ok(texts[i], 7);
		_cleanup_free_ char *text = plan_print_text(plan);

		cr_expect_eq(plan->landlock.files, LANDLOCK_FILES_NESTED);
		cr_expect_eq(plan->landlock.fs, 0u);
		cr_expect_eq(access_at(plan, STEP_BIND, "/usr"), 0u);
		cr_expect(
			strstr(text, "files: no rules, for nested namespaces could mount nothing"));
	}
	fails("[namespaces]\nnested = yes\n[landlock]\nmode = require\n", 7,
	      ":4: mode = require contradicts nested = yes (", EXIT_PROFILE);
}

static bool place_ends(struct json_object *places, const char *key, const char *end)
{
	struct json_object *place;

	return json_object_object_get_ex(places, key, &place) &&
	       str_ends(json_object_get_string(place), end);
}

Test(landlock, ports_hold_without_file_rules_and_are_never_left_out)
{
	_cleanup_plan_ struct plan *plan = build_abi_ok(
		"[landlock]\nmode = off\ntcp-connect = 443 80\ntcp-connect = 25\ntcp-bind = none\n",
		4);
	_cleanup_free_ char *text = plan_print_text(plan), *json = plan_print_json(plan);
	struct json_object *places, *landlock;
	size_t rules = 0;

	cr_expect_eq(plan->landlock.fs, 0u);
	cr_expect_eq(plan->landlock.net,
		     LANDLOCK_ACCESS_NET_CONNECT_TCP | LANDLOCK_ACCESS_NET_BIND_TCP);
	cr_assert_eq(plan->landlock.nports, 3u);
	cr_expect_eq(plan->landlock.ports[2].port, 25);
	cr_expect_eq(plan->landlock.ports[2].access, LANDLOCK_ACCESS_NET_CONNECT_TCP);
	cr_expect_eq(plan->landlock.ports[2].loc.line, 4u);
	cr_expect(strstr(text, "files: no rules  "));
	cr_expect(strstr(text, "TCP ports to connect to: 443 80 25"));
	cr_expect(strstr(text, "TCP ports to bind: none"));
	cr_expect(strstr(json, "\"tcp_bind\":["));
	places = json_tokener_parse(json);
	cr_assert(json_object_object_get_ex(places, "landlock", &landlock) &&
		  json_object_object_get_ex(landlock, "places", &landlock));
	cr_expect_eq(json_object_object_length(landlock), 5);
	cr_expect(place_ends(landlock, "mode", ":2"));
	cr_expect(place_ends(landlock, "tcp-connect", ":3"));
	cr_expect(place_ends(landlock, "tcp-bind", ":5"));
	cr_expect(place_ends(landlock, "scope", "default"));
	json_object_put(places);
	for (size_t i = 0; i < plan->filter.nrules; i++) {
		const struct filter_rule *rule = &plan->filter.rules[i];

		rules += rule->loc.line == 3 && rule->action == ACTION_ERRNO;
	}
	cr_expect_eq(rules, 6u, "past the port rules: %zu", rules);
	fails("[landlock]\ntcp-connect = 443\n", 3, ":2: tcp-connect = 443: this kernel has",
	      EXIT_SETUP);
	fails("[landlock]\ntcp-bind = none\n", 0, ":2: tcp-bind = none: this kernel has",
	      EXIT_SETUP);
}

Test(landlock, connecting_is_free_where_only_binding_is_limited)
{
	_cleanup_plan_ struct plan *plan = build_abi_ok("[landlock]\ntcp-bind = 0 8080\n", 7);

	cr_expect_eq(plan->landlock.net, LANDLOCK_ACCESS_NET_BIND_TCP);
	for (size_t i = 0; i < plan->filter.nrules; i++)
		cr_expect(!streq(plan->filter.rules[i].name, "sendto"));
}

Test(landlock, a_log_that_cannot_be_kept_is_warned_of)
{
	_cleanup_plan_ struct plan *old = build_abi_ok("[landlock]\nlog = yes\n", 6);
	_cleanup_plan_ struct plan *new = build_abi_ok("[landlock]\nlog = yes\n", 7);
	_cleanup_plan_ struct plan *all = build_abi_ok("[landlock]\nlog = all\n", 7);
	_cleanup_plan_ struct plan *none = build_abi_ok("[profile]\n", 7);

	cr_assert_eq(old->nwarnings, none->nwarnings + 1);
	cr_expect(strstr(old->warnings[old->nwarnings - 1], "logs came with ABI 7"));
	cr_expect(!old->landlock.log);
	cr_expect_eq(new->nwarnings, none->nwarnings);
	cr_expect(new->landlock.log && !new->landlock.log_all);
	cr_expect(all->landlock.log && all->landlock.log_all);
	cr_expect(!none->landlock.log);
}

Test(landlock, a_log_of_nothing_is_warned_of)
{
	static const struct {
		const char *text;
		int abi;
		const char *why; /* NULL: there is something */
	} rows[] = {
		{"[landlock]\nlog = yes\nmode = off\n", 7,
		 ":2): nothing will be logged, for "
		 "Landlock denies nothing here: mode = "
		 "off"},
		{"[landlock]\nlog = all\nmode = off\n", 7, "log = all (/"},
		{"[landlock]\nlog = yes\n[namespaces]\nnested = yes\n", 7,
		 "here: nested namespaces"},
		{"[landlock]\nlog = yes\n", 1, "here: this kernel's is too old"},
		{"[landlock]\nlog = yes\n", 0, "here: this kernel has none"},
		{"[landlock]\nlog = yes\nmode = off\ntcp-bind = none\n", 7, NULL},
		{"[landlock]\nlog = yes\nmode = off\n[network]\nmode = host\n", 7, NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_plan_ struct plan *plan = build_abi_ok(rows[i].text, rows[i].abi);
		bool said = false;

		for (size_t k = 0; k < plan->nwarnings; k++)
			said = said || strstr(plan->warnings[k], rows[i].why ?: "logged");
		cr_expect_eq(said, rows[i].why != NULL, "%s", rows[i].text);
		cr_expect_eq(plan->landlock.log, rows[i].why == NULL, "%s", rows[i].text);
	}
}

Test(landlock, required_scopes_keep_signals_inside_on_any_network)
{
	static const uint64_t signals = LANDLOCK_SCOPE_SIGNAL,
			      both = signals | LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET;
	static const struct {
		const char *text;
		uint64_t scoped;
	} rows[] = {
		{"[landlock]\nscope = require\n", 0},
		{"[landlock]\nscope = require\n[namespaces]\npid = host\n", signals},
		{"[landlock]\nscope = auto\n[namespaces]\npid = host\n", 0},
		{"[landlock]\nscope = require\n[network]\nmode = host\n", both},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_plan_ struct plan *plan = build_abi_ok(rows[i].text, 7);
		_cleanup_free_ char *text = plan_print_text(plan);

		cr_expect_eq(plan->landlock.scoped, rows[i].scoped, "%s", rows[i].text);
		cr_expect_eq(strstr(text, "signals stay inside") != NULL, rows[i].scoped != 0);
		cr_expect_eq(strstr(text, "abstract sockets") != NULL, rows[i].scoped == both);
	}
	fails("[landlock]\nscope = require\n[namespaces]\npid = host\n", 5,
	      ":2: scope = require: this kernel has Landlock's ABI 5", EXIT_SETUP);
	plan_free(build_abi_ok("[landlock]\nscope = require\n", 5));
}
