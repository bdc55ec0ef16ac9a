/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plans of sandboxes that share a network with others, or that must not reach the host's. */
#include <criterion/criterion.h>

#include "base/str.h"
#include "base/sys.h"
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
