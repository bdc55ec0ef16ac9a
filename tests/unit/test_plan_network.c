/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What [network] makes of a plan: pasta's command line, name servers, hosts. */
#include <criterion/criterion.h>
#include <sched.h>

#include "base/str.h"
#include "plan/print.h"
#include "unit/plan_fake.h"

#define ROUTES                                                                                     \
	"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
#define ETH0_DEFAULT "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
#define USB0_DEFAULT "usb0\t00000000\t812AA8C0\t0003\t0\t0\t1000\t00000000\t0\t0\t0\n"
#define USB0_LINK    "usb0\t002AA8C0\t00000000\t0001\t0\t0\t1000\t00FFFFFF\t0\t0\t0\n"
#define ZEROS        "00000000000000000000000000000000"
#define USB0_DEFAULT_V6                                                                            \
	ZEROS " 00 " ZEROS " 00 fe800000000000000000000000000001 00000400 00000001 00000000 "      \
	      "00450003     usb0\n"
#define LO_REJECT ZEROS " 00 " ZEROS " 00 " ZEROS " ffffffff 00000001 00000000 00200200       lo\n"

#define USB0_ADDRESSES                                                                             \
	"20010db8000000000000000000000002 07 40 00 80     usb0\n"                                  \
	"fe800000000000000000000000000002 07 40 20 80     usb0\n"

static const char *file_text(const struct plan *plan, const char *dest)
{
	ssize_t step = find(plan, STEP_FILE, dest);

	cr_assert_geq(step, 0, "%s", dest);
	return plan->steps[step].data;
}

static bool has_argument(const struct plan *plan, const char *option, const char *value)
{
	char *const *argv = plan->net.pasta.argv;

	for (size_t i = 1; i < plan->net.pasta.argc; i++)
		if (streq(argv[i], option) &&
		    (!value || (i + 1 < plan->net.pasta.argc && streq(argv[i + 1], value))))
			return true;
	return false;
}

Test(plan, pasta_is_pinned_in_both_families_and_closed_to_the_host)
{
	static const char *const files[][2] = {
		{"/proc/self/net/route", ROUTES ETH0_DEFAULT USB0_DEFAULT USB0_LINK},
		{"/proc/self/net/ipv6_route", USB0_DEFAULT_V6 LO_REJECT},
		{"/proc/self/net/if_inet6", USB0_ADDRESSES},
		{"/run/systemd/netif/links/7",
		 "OPER_STATE=routable\nDNS=127.0.0.53 192.168.42.129 fe80::1%7 2001:db8::1#x\n"},
		{NULL, NULL}};
	_cleanup_plan_ struct plan *plan = NULL;
	_cleanup_free_ char *text = NULL, *json = NULL;

	fake_files = files;
	plan = build_ok("[network]\nuplink = usb0\npublish = 127.0.0.1:5455:5432\n"
			"publish = [::1]:80:8080\nsearch = a.test\n");
	cr_assert_eq(plan->net.mode, NET_PASTA);
	cr_expect(plan->namespaces & CLONE_NEWNET);
	cr_expect(plan->ids.own_userns);
	cr_expect_str_eq(plan->net.pasta.path, "/a/pasta");
	cr_expect(has_argument(plan, "--outbound-if4", "usb0"));
	cr_expect(has_argument(plan, "--outbound-if6", "usb0"));
	cr_expect(has_argument(plan, "--tcp-ns", "none"));
	cr_expect(has_argument(plan, "--udp-ns", "none"));
	cr_expect(has_argument(plan, "--udp-ports", "none"));
	cr_expect(has_argument(plan, "--no-map-gw", NULL));
	cr_expect(has_argument(plan, "--tcp-ports", "127.0.0.1/5455:5432"));
	cr_expect(has_argument(plan, "--tcp-ports", "::1/80:8080"));
	cr_expect_not(has_argument(plan, "--tcp-ports", "none"));
	cr_expect_not(has_argument(plan, "--runas", NULL));
	/* The servers that the sandbox can reach, none of the host's own. */
	cr_expect_str_eq(file_text(plan, "/etc/resolv.conf"),
			 "search a.test\nnameserver 192.168.42.129\nnameserver 2001:db8::1\n");
	cr_expect(strstr(plan->warnings[0], "best effort"));
	text = plan_print_text(plan);
	cr_expect(strstr(text, "usb0 through pasta, best effort; IPv4 and IPv6"));
	cr_expect(strstr(text, "/run/systemd/netif/links/7"));
	json = plan_print_json(plan);
	cr_expect(strstr(json, "\"best_effort\":true"));
}

Test(plan, a_family_without_address_or_route_is_switched_off)
{
	static const char *const files[][2] = {
		{"/proc/self/net/route", ROUTES ETH0_DEFAULT USB0_DEFAULT USB0_LINK},
		{"/proc/self/net/ipv6_route", USB0_DEFAULT_V6 LO_REJECT},
		{"/proc/self/net/if_inet6",
		 "fe800000000000000000000000000002 07 40 20 80     usb0\n"},
		{"/etc/resolv.conf", "nameserver 192.168.1.1\nnameserver 192.168.42.129\n"},
		{NULL, NULL}};
	_cleanup_plan_ struct plan *plan = NULL;

	fake_files = files;
	plan = build_ok("[network]\nuplink = usb0\n");
	cr_expect(has_argument(plan, "--ipv4-only", NULL));
	cr_expect_not(has_argument(plan, "--outbound-if6", NULL));
	cr_expect(has_argument(plan, "--tcp-ports", "none"));
	/* Of servers that the host has mixed, those in the interface's own network. */
	cr_expect_str_eq(file_text(plan, "/etc/resolv.conf"), "nameserver 192.168.42.129\n");
	build_fails("[network]\nuplink = usb1\n", ":2: there is no network interface usb1",
		    EXIT_SETUP);
	build_fails("[network]\nuplink = eth0\n", "DNS servers of eth0: name them", EXIT_SETUP);
}

Test(plan, dns_servers_come_from_who_configures_the_interface)
{
	static const struct {
		const char *file, *content, *servers;
	} rows[] = {
		{"/run/systemd/netif/leases/7", "ADDRESS=1.2.3.4\nDNS=192.0.2.1 192.0.2.2\n",
		 "nameserver 192.0.2.1\nnameserver 192.0.2.2\n"},
		{"/run/systemd/resolve/netif/7", "LLMNR=yes\nSERVERS=192.0.2.1\n",
		 "nameserver 192.0.2.1\n"},
		{"/run/dhcpcd/hook-state/resolv.conf/usb0.dhcp",
		 "# by dhcpcd\ndomain x\nnameserver 192.0.2.1\nnameserver 192.0.2.1\n",
		 "nameserver 192.0.2.1\n"},
		{"/run/resolvconf/interface/usb0.dhclient", "nameserver 192.0.2.7\n",
		 "nameserver 192.0.2.7\n"},
		{"/var/lib/dhcp/dhclient.usb0.leases",
		 "lease {\n  option domain-name-servers 192.0.2.1;\n}\n"
		 "lease {\n  option domain-name-servers 192.0.2.2,192.0.2.3;\n}\n",
		 "nameserver 192.0.2.2\nnameserver 192.0.2.3\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *const files[][2] = {
			{"/proc/self/net/route", ROUTES USB0_DEFAULT USB0_LINK},
			{rows[i].file, rows[i].content},
			{"/run/systemd/netif/links/2", "DNS=192.0.2.66\n"},
			{"/run/resolvconf/interface/usb01.dhclient", "nameserver 192.0.2.67\n"},
			{NULL, NULL}};
		_cleanup_plan_ struct plan *plan = NULL;

		fake_files = files;
		plan = build_ok("[network]\nuplink = usb0\n");
		cr_expect_str_eq(file_text(plan, "/etc/resolv.conf"), rows[i].servers, "%s",
				 rows[i].file);
		cr_expect_str_eq(plan->net.dns_source, rows[i].file);
	}
}

Test(plan, no_default_route_no_pasta)
{
	static const char *const files[][2] = {{"/proc/self/net/route",
						ROUTES ETH0_DEFAULT USB0_LINK},
					       {"/proc/self/net/ipv6_route", LO_REJECT},
					       {NULL, NULL}};

	fake_files = files;
	build_fails("[network]\nuplink = usb0\n", ":2: no default route leads through usb0",
		    EXIT_SETUP);
}

Test(plan, named_servers_stand_for_the_lease_and_the_host)
{
	_cleanup_plan_ struct plan *host = build_ok("[network]\nmode = host\ndns = 192.0.2.1\n");
	_cleanup_plan_ struct plan *uplink =
		build_ok("[filesystem]\nro = /etc\n[network]\nnetns = phone\n"
			 "dns = 192.0.2.1 192.0.2.2\nsearch = a b\nsearch = c\n");
	_cleanup_plan_ struct plan *lease = build_ok("[network]\nnetns = phone\nsearch = a b\n");
	bool found = false;

	cr_expect_str_eq(file_text(host, "/etc/resolv.conf"), "nameserver 192.0.2.1\n");
	cr_expect_eq(host->steps[find(host, STEP_FILE, "/etc/resolv.conf")].loc.line, 3u);
	cr_expect_str_eq(file_text(uplink, "/etc/resolv.conf"),
			 "search a b c\nnameserver 192.0.2.1\nnameserver 192.0.2.2\n");
	cr_expect_geq(find(uplink, STEP_FILE, "/etc/nsswitch.conf"), 0);
	/* A file that changes with the lease is shown as it is. */
	cr_expect_geq(find(lease, STEP_BIND, "/etc/resolv.conf"), 0);
	for (char *const *v = lease->exec.envp; *v; v++)
		found = found || streq(*v, "LOCALDOMAIN=a b");
	cr_expect(found);
}

Test(plan, hosts_stand_in_front)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[network]\nhosts = 192.0.2.1 db db.test\nhosts = ::1 x\n");

	cr_expect(str_starts(file_text(plan, "/etc/hosts"),
			     "192.0.2.1\tdb db.test\n::1\tx\n127.0.0.1\tlocalhost\n"));
	build_fails("[filesystem]\nfile = /etc/hosts=x\n[network]\nhosts = ::1 x\n", "contradicts",
		    EXIT_PROFILE);
}

Test(plan, a_namespace_behind_the_uplink)
{
	_cleanup_plan_ struct plan *plan = build_ok("[network]\nnetns = phone\nshare = no\n");

	cr_expect(plan->net.own_netns && plan->lo_up);
	cr_expect(plan->namespaces & CLONE_NEWNET);
	cr_expect(plan->ids.nest && !plan->ids.own_userns);
	/* There is no other interface that it could use. */
	cr_expect_not(has_argument(plan, "--outbound-if4", NULL));
	cr_expect(has_argument(plan, "--tcp-ports", "none"));
	cr_expect_geq(find(plan, STEP_BIND, "/etc/resolv.conf"), 0);
	cr_expect_eq(plan->nwarnings, 0u);
}
