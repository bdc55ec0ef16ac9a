/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plans of sandboxes that share a network with others, or that must not reach the host's. */
#include <criterion/criterion.h>

#include "base/landlock.h"
#include "base/str.h"
#include "unit/plan_fake.h"

Test(plan, an_uplink_shows_etc_entry_by_entry)
{
	static const char *const files[][2] = {{"/etc/kept", ""},
					       {"/etc/nsswitch.conf", ""},
					       {"/etc/resolv.conf", ""},
					       {NULL, NULL}};
	_cleanup_plan_ struct plan *plan = NULL, *host_ro = NULL, *without = NULL;

	fake_files = files;
	plan = build_ok("[filesystem]\nro = /etc\n[network]\nnetns = phone\n");
	host_ro = build_ok("[filesystem]\nbase = host-ro\n[network]\nnetns = phone\n");
	without = build_ok("[filesystem]\nro = /etc\n");
	fake_files = NULL;
	cr_expect_lt(find(plan, STEP_BIND, "/etc"), 0);
	cr_expect_geq(find(plan, STEP_DIR, "/etc"), 0);
	cr_expect_geq(find(plan, STEP_BIND, "/etc/kept"), 0);
	cr_expect_lt(find(host_ro, STEP_BIND, "/etc"), 0);
	cr_expect_geq(find(host_ro, STEP_BIND, "/etc/kept"), 0);
	cr_expect_geq(find(host_ro, STEP_FILE, "/etc/nsswitch.conf"), 0);
	cr_expect_geq(find(without, STEP_BIND, "/etc"), 0);
}

Test(plan, an_uplinks_resolver_is_not_replaced)
{
	build_fails("[filesystem]\nro = /data/resolv.conf:/etc/resolv.conf\n[network]\n"
		    "netns = phone\n",
		    "contradicts", EXIT_PROFILE);
	build_fails("[filesystem]\nfile = /etc/nsswitch.conf=hosts: resolve\n[network]\n"
		    "netns = phone\n",
		    "contradicts", EXIT_PROFILE);
}

Test(plan, an_override_of_others_is_refused)
{
	build_fails("[network]\nnetns = theirs\n", "belongs to root", EXIT_SETUP);
	build_fails("[network]\nnetns = loose\n", "/etc/netns/loose is not a directory",
		    EXIT_SETUP);
}

Test(plan, an_uplink_shows_no_name_service)
{
	static const char *const refused[] = {"/",
					      "/run",
					      "/run/dbus",
					      "/run/systemd",
					      "/run/systemd/resolve/io.systemd.Resolve",
					      "/run/nscd",
					      "/var/lib/sss/pipes"};

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		_cleanup_free_ char *text =
			xasprintf("[filesystem]\nro = %s:/mnt\n[network]\nnetns = phone\n",
				  refused[i]);
		_cleanup_free_ char *alone = xasprintf("[filesystem]\nro = %s:/mnt\n", refused[i]);

		build_fails(text, "past the uplink \"phone\"", EXIT_PROFILE);
		plan_free(build_ok(alone));
	}
}

Test(plan, a_package_s_directory_of_sockets_is_covered)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[filesystem]\nro = /var\n[network]\nnetns = phone\n");

	cr_expect_geq(find(plan, STEP_HIDE, "/var/lib/sss/pipes"), 0);
}

Test(plan, a_daemon_s_socket_must_be_named)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[filesystem]\nro = /run/docker.sock\n[network]\nnetns = phone\n");

	cr_assert_eq(plan->nwarnings, 1);
	cr_expect(strstr(plan->warnings[0], "docker works in the host's network"));
	build_fails("[filesystem]\nro = /run/podman\n[network]\nnetns = phone\n",
		    "podman works in the host's network", EXIT_PROFILE);
}

Test(plan, proxies_of_another_network_are_not_passed_on)
{
	static char proxy[] = "Http_Proxy=x", other[] = "http_proxy_port=1";
	static char *environ_with_proxy[] = {proxy, other, NULL};
	static const char *const argv[] = {"prog", NULL};
	static const struct {
		const char *text;
		size_t count;
	} rows[] = {
		{"[environment]\nclear = no\n[network]\nnetns = phone\n", 1},
		{"[environment]\nclear = no\nkeep = Http_Proxy\n[network]\nnetns = phone\n", 2},
		{"[environment]\nclear = no\n", 2},
	};
	struct host host = fake_host();

	host.environ = environ_with_proxy;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_err_ struct err *err = NULL;
		_cleanup_plan_ struct plan *plan = build_as(&host, rows[i].text, argv, &err);
		size_t count = 0;

		cr_assert_not_null(plan);
		for (char *const *var = plan->exec.envp; *var; var++)
			count += str_starts(*var, "http_proxy_port=") ||
				 str_starts(*var, "Http_Proxy=");
		cr_expect_eq(count, rows[i].count, "%s", rows[i].text);
	}
}

Test(plan, scopes_where_a_network_namespace_is_shared)
{
	static const uint64_t both = LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL;
	static const struct {
		const char *text;
		int abi;
		uint64_t scoped;
		bool lacking, x11;
	} rows[] = {
		{"[profile]\n", 6, 0, false, false},
		{"[network]\nnetns = phone\n", 6, both, false, false},
		{"[network]\nnetns = phone\n", 5, 0, true, false},
		{"[network]\nnetns = phone\nshare = no\n", 6, 0, false, false},
		{"[network]\nmode = host\n", 7, both, false, false},
		{"[network]\nmode = host\n[landlock]\nscope = off\n", 7, 0, false, false},
		{"[network]\nmode = host\n[filesystem]\nro = /tmp/.X11-unix\n", 6,
		 LANDLOCK_SCOPE_SIGNAL, false, true},
		{"[network]\nmode = host\n[filesystem]\nrw = /tmp\n", 6, LANDLOCK_SCOPE_SIGNAL,
		 false, true},
		{"[network]\nnetns = phone\n[filesystem]\nro = /tmp/.X11-unix\n", 6, both, false,
		 false},
	};
	static const char *const argv[] = {"prog", NULL};
	struct host host = fake_host();

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_err_ struct err *err = NULL;
		_cleanup_plan_ struct plan *plan = NULL;

		host.landlock_abi = rows[i].abi;
		plan = build_as(&host, rows[i].text, argv, &err);
		cr_assert_not_null(plan);
		cr_expect_eq(plan->landlock.scoped, rows[i].scoped, "%s", rows[i].text);
		cr_expect_eq(plan->landlock.lacking, rows[i].lacking, "%s", rows[i].text);
		cr_expect_eq(plan->landlock.x11.file != NULL, rows[i].x11, "%s", rows[i].text);
	}
}

Test(plan, a_shared_terminal_keeps_job_control)
{
	static const struct {
		const char *text;
		bool scoped;
	} rows[] = {
		{"[network]\nnetns = phone\n", false},
		{"[network]\nnetns = phone\n[exec]\nnew-session = yes\n", true},
		{"[network]\nnetns = phone\n[exec]\ntty = new\n", true},
		{"[network]\nnetns = phone\n[exec]\ntty = none\n", true},
		{"[network]\nnetns = phone\n[landlock]\nscope = require\n", true},
	};
	static const char *const argv[] = {"prog", NULL};
	struct host host = fake_host();

	host.landlock_abi = 6;
	host.terminal = true;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_err_ struct err *err = NULL;
		_cleanup_plan_ struct plan *plan = build_as(&host, rows[i].text, argv, &err);

		cr_assert_not_null(plan);
		cr_expect(plan->landlock.scoped & LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET);
		cr_expect_eq(!!(plan->landlock.scoped & LANDLOCK_SCOPE_SIGNAL), rows[i].scoped);
		cr_expect_neq(plan->landlock.terminal, rows[i].scoped);
	}
}

Test(plan, required_scopes_are_there_or_it_is_an_error)
{
	build_fails("[network]\nmode = host\n[landlock]\nscope = require\n", "ABI 6", EXIT_SETUP);
	plan_free(build_ok("[landlock]\nscope = require\n"));
}
