/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "netns/client.h"
#include "netns/event.h"
#include "netns/lease.h"
#include "netns/link.h"
#include "netns/owner.h"
#include "netns/process.h"
#include "netns/report.h"
#include "netns/state.h"
#include "unit/environment.h"

#define TEXTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* A directory that is removed, with the plain files in it, at the test's end. */
static char *temporary_directory(int *fd)
{
	char *path = xstrdup("/tmp/test-netns-XXXXXX");

	cr_assert_not_null(mkdtemp(path));
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(*fd, 0);
	return path;
}

static void remove_directory(char *path, int fd, const char *const *files)
{
	for (; *files; files++)
		unlinkat(fd, *files, 0);
	close(fd);
	cr_expect_eq(rmdir(path), 0, "%s: %s", path, strerror(errno));
	free(path);
}

static char *slurp(int dir, const char *name)
{
	char *data = NULL;
	size_t len;

	cr_assert_eq(io_read_file(dir, name, 1 << 20, &data, &len, NULL), 0);
	return data;
}

Test(lease, address_takes_only_what_a_host_can_have)
{
	char out[LEASE_ADDRESS_LEN];

	cr_assert(lease_address("192.168.42.17", AF_INET, out, sizeof(out)));
	cr_assert_str_eq(out, "192.168.42.17");
	cr_assert(lease_address("2001:DB8::1", AF_INET6, out, sizeof(out)));
	cr_assert_str_eq(out, "2001:db8::1");
	strcpy(out, "kept");
	for (const char *const *bad =
		     TEXTS("", "0.0.0.0", "0.1.2.3", "127.0.0.1", "127.8.8.8", "224.0.0.1",
			   "240.0.0.1", "255.255.255.255", "1.2.3", "1.2.3.4 ", "1.2.3.4;id",
			   "1.2.3.4\n", "1.2.3.4/24", "0x7f.1.1.1", "::1", "2001:db8::1");
	     *bad; bad++)
		cr_expect_not(lease_address(*bad, AF_INET, out, sizeof(out)), "\"%s\"", *bad);
	for (const char *const *bad =
		     TEXTS("", "::", "::1", "ff02::1", "::ffff:1.2.3.4", "::1.2.3.4",
			   "fe80::1%usb0", "2001:db8::1/64", "1.2.3.4", "g::1");
	     *bad; bad++)
		cr_expect_not(lease_address(*bad, AF_INET6, out, sizeof(out)), "\"%s\"", *bad);
	cr_assert_str_eq(out, "kept", "a refused address was written");
}

Test(lease, domain)
{
	char out[LEASE_DOMAIN_MAX + 1], longest[300];

	cr_assert(lease_domain("Home.example-1.net", out, sizeof(out)));
	cr_assert_str_eq(out, "Home.example-1.net");
	cr_assert(lease_domain("home.", out, sizeof(out)));
	cr_assert_str_eq(out, "home");
	for (const char *const *bad =
		     TEXTS("", ".", "..", ".a", "a..b", "-a", "a-", "a-.b", "a.-b", "a b",
			   "a\nnameserver", "a;id", "$(id)", "`id`", "a/b", "a\\b", "a'b",
			   "\xc3\xa4", "a#b",
			   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	     *bad; bad++)
		cr_expect_not(lease_domain(*bad, out, sizeof(out)), "\"%s\"", *bad);
	for (size_t i = 0; i < 254; i++)
		longest[i] = i % 64 == 63 ? '.' : 'a';
	longest[254] = '\0';
	cr_assert_not(lease_domain(longest, out, sizeof(out)));
	longest[253] = '\0';
	cr_assert(lease_domain(longest, out, sizeof(out)));
}

Test(lease, prefix_and_mtu)
{
	unsigned n = 77;

	cr_assert(lease_prefix("24", AF_INET, &n));
	cr_assert_eq(n, 24u);
	cr_assert(lease_prefix("255.255.255.240", AF_INET, &n));
	cr_assert_eq(n, 28u);
	cr_assert(lease_prefix("255.255.255.255", AF_INET, &n));
	cr_assert_eq(n, 32u);
	for (const char *const *bad =
		     TEXTS("", "0", "33", "-1", "0.0.0.0", "255.0.255.0", "0.0.0.255");
	     *bad; bad++)
		cr_expect_not(lease_prefix(*bad, AF_INET, &n), "\"%s\"", *bad);
	cr_assert(lease_prefix("64", AF_INET6, &n));
	cr_assert_not(lease_prefix("129", AF_INET6, &n));
	cr_assert(lease_mtu("576", &n));
	cr_assert(lease_mtu("9216", &n));
	for (const char *const *bad = TEXTS("", "575", "9217", "65535", "-1", "1500x", "0x600");
	     *bad; bad++)
		cr_expect_not(lease_mtu(*bad, &n), "\"%s\"", *bad);
	cr_assert_eq(n, 9216u);
}

Test(lease, lists_are_bounded_and_without_repetition)
{
	struct lease_part part = {0};

	lease_add_dns(&part, "10.0.0.1 10.0.0.1 127.0.0.1 10.0.0.2  10.0.0.3 10.0.0.4", AF_INET,
		      "");
	cr_assert_eq(part.ndns, 3u);
	cr_assert_str_eq(part.dns[2], "10.0.0.3");
	lease_add_search(&part, "a a b;c d e f g h i j");
	cr_assert_eq(part.nsearch, (size_t)LEASE_SEARCH_MAX);
	cr_assert_str_eq(part.search[1], "d");
	lease_add_routers(&part, "10.0.0.9 0.0.0.0 10.0.0.8 10.0.0.7 10.0.0.6", AF_INET);
	cr_assert_eq(part.nrouters, 3u);
}

Test(lease, link_local_servers_get_their_interface)
{
	struct lease lease = {0};
	_cleanup_str_ struct str text = {0};

	lease_add_dns(&lease.v6, "fe80::1 2001:db8::53", AF_INET6, "usb0");
	lease_resolv_conf(&lease, "usb0", &text);
	cr_assert_not_null(
		strstr(text.text, "\nnameserver fe80::1%usb0\nnameserver 2001:db8::53\n"));
}

Test(event, the_three_clients_words)
{
	struct event event;

	environment =
		TEXTS("interface", "usb0", "reason", "BOUND", "new_ip_address", "192.168.42.7",
		      "new_subnet_cidr", "24", "new_routers", "192.168.42.129",
		      "new_domain_name_servers", "192.168.42.129 9.9.9.9", "new_domain_name",
		      "home.example", "new_interface_mtu", "1400", "new_dhcp_lease_time", "3600");
	cr_assert_eq(event_read(DHCP_DHCPCD, NULL, get, &event), 0);
	cr_assert_eq(event.kind, EVENT_LEASE4);
	cr_assert_str_eq(event.part.addresses[0].text, "192.168.42.7");
	cr_assert_eq(event.part.addresses[0].prefix, 24u);
	cr_assert_eq(event.part.ndns, 2u);
	cr_assert_str_eq(event.part.search[0], "home.example");
	cr_assert_eq(event.part.mtu, 1400u);
	cr_assert_eq(event.part.seconds, 3600u);

	environment =
		TEXTS("interface", "usb0", "ip", "192.168.42.8", "mask", "28", "router",
		      "192.168.42.129", "dns", "192.168.42.129", "domain", "x", "lease", "60");
	cr_assert_eq(event_read(DHCP_UDHCPC, "bound", get, &event), 0);
	cr_assert_eq(event.kind, EVENT_LEASE4);
	cr_assert_eq(event.part.addresses[0].prefix, 28u);
	cr_assert_str_eq(event.reason, "BOUND");
	cr_assert_eq(event_read(DHCP_UDHCPC, "deconfig", get, &event), 0);
	cr_assert_eq(event.kind, EVENT_LOST4);
	cr_assert_eq(event_read(DHCP_UDHCPC, "leasefail", get, &event), 0);
	cr_assert_eq(event.kind, EVENT_NONE);

	environment = TEXTS("interface", "usb0", "reason", "REBOOT", "new_ip_address", "10.0.0.2",
			    "new_subnet_mask", "255.255.0.0");
	cr_assert_eq(event_read(DHCP_DHCLIENT, NULL, get, &event), 0);
	cr_assert_eq(event.part.addresses[0].prefix, 16u);
}

Test(event, hostile_values_are_not_said)
{
	struct event event;

	environment = TEXTS("interface", "usb0", "reason", "BOUND", "new_ip_address",
			    "10.0.0.2;reboot", "new_subnet_cidr", "24");
	cr_assert_eq(event_read(DHCP_DHCPCD, NULL, get, &event), 0);
	cr_assert_eq(event.kind, EVENT_LOST4, "a lease without a usable address is none");
	environment = TEXTS("interface", "../usb0", "reason", "BOUND");
	cr_assert_eq(event_read(DHCP_DHCPCD, NULL, get, &event), -1);
	environment = TEXTS("interface", "usb0", "reason", "BOUND\nx");
	cr_assert_eq(event_read(DHCP_DHCPCD, NULL, get, &event), 0);
	cr_assert_eq(event.kind, EVENT_NONE);
	environment = TEXTS("reason", "BOUND");
	cr_assert_eq(event_read(DHCP_DHCPCD, NULL, get, &event), -1);
}

Test(event, families_live_side_by_side)
{
	struct lease lease = {0};
	struct event event;

	environment = TEXTS("interface", "usb0", "reason", "ROUTERADVERT", "nd1_from", "fe80::9",
			    "nd1_addr1", "2001:db8::7/64", "nd1_rdnss1_servers", "fe80::9");
	cr_assert_eq(event_read(DHCP_DHCPCD, NULL, get, &event), 0);
	cr_assert(event_apply(&event, &lease));
	cr_assert_not(lease_is_bound(&lease, false));
	cr_assert(lease_is_bound(&lease, true));
	environment = TEXTS("interface", "usb0", "reason", "BOUND6", "new_dhcp6_ia_na1_ia_addr1",
			    "2001:db8::100", "new_dhcp6_name_servers", "2001:db8::53 fe80::9");
	cr_assert_eq(event_read(DHCP_DHCPCD, NULL, get, &event), 0);
	cr_assert(event_apply(&event, &lease));
	cr_assert_eq(lease.v6.naddresses, 2u);
	cr_assert_eq(lease.v6.ndns, 2u);
	environment = TEXTS("interface", "usb0", "reason", "BOUND", "new_ip_address", "10.0.0.2",
			    "new_subnet_cidr", "24");
	cr_assert_eq(event_read(DHCP_DHCPCD, NULL, get, &event), 0);
	cr_assert(event_apply(&event, &lease));
	cr_assert_eq(lease.v6.naddresses, 2u, "IPv4 took IPv6 away");
	environment = TEXTS("interface", "usb0", "reason", "EXPIRE");
	cr_assert_eq(event_read(DHCP_DHCPCD, NULL, get, &event), 0);
	cr_assert(event_apply(&event, &lease));
	cr_assert_eq(lease.v4.naddresses, 0u);
	cr_assert_eq(lease.v6.naddresses, 2u);
	environment = TEXTS("interface", "usb0", "reason", "NOCARRIER");
	cr_assert_eq(event_read(DHCP_DHCPCD, NULL, get, &event), 0);
	cr_assert(event_apply(&event, &lease));
	cr_assert_not(lease_is_bound(&lease, true));
	environment = TEXTS("interface", "usb0", "reason", "PREINIT");
	cr_assert_eq(event_read(DHCP_DHCPCD, NULL, get, &event), 0);
	cr_assert_not(event_apply(&event, &lease));
}

static struct lease sample_lease(void)
{
	struct lease lease = {.reason = "BOUND"};

	lease_add_address(&lease.v4, "192.168.42.7", "24", AF_INET);
	lease_add_routers(&lease.v4, "192.168.42.129", AF_INET);
	lease_add_dns(&lease.v4, "192.168.42.129", AF_INET, "");
	lease_add_search(&lease.v4, "home.example and.more");
	lease.v4.mtu = 1400;
	lease.v4.seconds = 3600;
	lease_add_address(&lease.v6, "2001:db8::7", "64", AF_INET6);
	lease_add_dns(&lease.v6, "fe80::9", AF_INET6, "usb0");
	return lease;
}

static bool same_lease(const struct lease *a, const struct lease *b)
{
	struct json_object *x = json_object_new_object(), *y = json_object_new_object();
	bool same;

	lease_to_json(a, x);
	lease_to_json(b, y);
	same = streq(json_object_to_json_string(x), json_object_to_json_string(y));
	json_object_put(x);
	json_object_put(y);
	return same;
}

Test(lease, written_in_place_and_read_back)
{
	const struct lease lease = sample_lease(), empty = {0};
	struct lease back;
	struct stat first, second;
	_cleanup_free_ char *text = NULL;
	int dir;
	char *path = temporary_directory(&dir);

	cr_assert_eq(lease_write(dir, &lease, "usb0", NULL), 0);
	cr_assert_eq(fstatat(dir, "resolv.conf", &first, 0), 0);
	lease_read(dir, &back);
	cr_assert(same_lease(&back, &lease));
	text = slurp(dir, "resolv.conf");
	cr_assert_str_eq(text, "# DNS servers that the network behind usb0 named\n"
			       "nameserver 192.168.42.129\n"
			       "nameserver fe80::9%usb0\n"
			       "search home.example and.more\n");
	cr_assert_eq(lease_write(dir, &empty, "usb0", NULL), 0);
	cr_assert_eq(fstatat(dir, "resolv.conf", &second, 0), 0);
	cr_assert_eq(first.st_ino, second.st_ino, "a sandbox would keep the old file");
	free(text);
	text = slurp(dir, "resolv.conf");
	cr_assert_str_eq(text, "# DNS servers that the network behind usb0 named\n");
	remove_directory(path, dir, TEXTS("resolv.conf", "status.json"));
}

/*
 * Neither an empty file nor one without its head, as truncate-and-write would show. A line may be
 * seen while it changes, for read(2) and write(2) aren't atomic to each other; the C library reads
 * again when the file has changed under it.
 */
Test(lease, a_reader_always_sees_a_file)
{
	const struct lease lease = sample_lease(), empty = {0};
	int dir;
	char *path = temporary_directory(&dir);
	pid_t writer;

	cr_assert_eq(lease_write(dir, &empty, "usb0", NULL), 0);
	writer = fork();
	if (writer == 0) {
		for (;;) {
			lease_write(dir, &lease, "usb0", NULL);
			lease_write(dir, &empty, "usb0", NULL);
		}
	}
	for (int i = 0; i < 20000; i++) {
		_cleanup_free_ char *text = slurp(dir, "resolv.conf");

		cr_assert(str_starts(text, "# "), "\"%s\"", text);
	}
	kill(writer, SIGKILL);
	waitpid(writer, NULL, 0);
	remove_directory(path, dir, TEXTS("resolv.conf", "status.json"));
}

Test(lease, reading_believes_nothing)
{
	struct lease lease;
	int dir, fd;
	char *path = temporary_directory(&dir);

	lease_read(dir, &lease);
	cr_assert_not(lease_is_bound(&lease, true));
	cr_assert_eq(symlinkat("/etc/passwd", dir, "status.json"), 0);
	lease_read(dir, &lease);
	cr_assert_eq(unlinkat(dir, "status.json", 0), 0);
	cr_assert_eq(mkfifoat(dir, "status.json", 0600), 0);
	lease_read(dir, &lease); /* must not wait for a writer */
	cr_assert_eq(unlinkat(dir, "status.json", 0), 0);
	for (const char *const *bad = TEXTS(
		     "", "{", "[]", "null", "7", "{\"ipv4\":7}", "{\"ipv4\":{\"addresses\":7}}",
		     "{\"ipv4\":{\"addresses\":[7,{}]}}",
		     "{\"ipv4\":{\"addresses\":[{\"address\":\"1.2.3.4 x\",\"prefix\":24}]}}",
		     "{\"ipv4\":{\"addresses\":[{\"address\":\"1.2.3.4\",\"prefix\":\"24\"}]}}",
		     "{\"ipv4\":{\"addresses\":[{\"address\":\"1.2.3.4\\u0000\",\"prefix\":24}]}}",
		     "{\"ipv4\":{\"addresses\":[{\"address\":\"1.2.3.4\",\"prefix\":129}]}}",
		     "{\"reason\":\"\\u001b[2J\",\"ipv6\":{\"dns\":[\"fe80::1%a/b\",\"::1\"]}}");
	     *bad; bad++) {
		fd = openat(dir, "status.json", O_WRONLY | O_CREAT | O_TRUNC, 0600);
		cr_assert_eq(io_write_all(fd, *bad, strlen(*bad)), 0);
		close(fd);
		lease_read(dir, &lease);
		cr_expect_not(lease_is_bound(&lease, true), "%s", *bad);
		cr_expect_eq(lease.v6.ndns, 0u, "%s", *bad);
		cr_expect_str_eq(lease.reason, "");
	}
	remove_directory(path, dir, TEXTS("status.json"));
}

Test(link, names)
{
	cr_assert(link_is_name("enp0s20f0u6"));
	cr_assert(link_is_name("usb0.7"));
	for (const char *const *bad = TEXTS("", ".", "..", "a/b", "a:b", "a b", "a\n", "usb%d",
					    "aaaaaaaaaaaaaaaa", "\xc3\xa4");
	     *bad; bad++)
		cr_expect_not(link_is_name(*bad), "\"%s\"", *bad);
}

Test(link, what_can_not_be_moved)
{
	int dir;
	char *sysfs = temporary_directory(&dir);
	struct link_info lo = {.index = 1, .name = "lo", .flags = IFF_LOOPBACK};
	struct link_info bridge = {.index = 2, .name = "br0", .kind = "bridge"};
	struct link_info wlan = {.index = 3, .name = "wlan0"};
	struct link_info veth = {.index = 4, .name = "usb0", .kind = "veth"};
	_cleanup_free_ char *file = xasprintf("%s/wlan0/ifindex", sysfs);
	FILE *f;

	cr_assert_not_null(link_immovable(&lo, sysfs));
	cr_assert_not_null(link_immovable(&bridge, sysfs));
	cr_assert_null(link_immovable(&veth, sysfs));
	cr_assert_eq(mkdirat(dir, "wlan0", 0755), 0);
	cr_assert_eq(mkdirat(dir, "wlan0/phy80211", 0755), 0);
	f = fopen(file, "w");
	cr_assert_not_null(f);
	fputs("3\n", f);
	fclose(f);
	cr_assert_not_null(link_immovable(&wlan, sysfs));
	wlan.index = 9; /* sysfs shows another namespace's wlan0 */
	cr_assert_null(link_immovable(&wlan, sysfs));
	unlinkat(dir, "wlan0/ifindex", 0);
	unlinkat(dir, "wlan0/phy80211", AT_REMOVEDIR);
	unlinkat(dir, "wlan0", AT_REMOVEDIR);
	remove_directory(sysfs, dir, TEXTS("none"));
}

Test(owner, root_is_refused)
{
	struct owner owner;

	for (const char *const *bad = TEXTS("root", "0", "no-such-user-here", "4294967295", "-1");
	     *bad; bad++) {
		_cleanup_err_ struct err *err = NULL;

		cr_expect_eq(owner_find(*bad, &owner, &err), -1, "%s", *bad);
		cr_expect_not_null(err);
	}
	cr_assert_eq(owner_find("daemon", &owner, NULL), 0);
	cr_assert_neq(owner.uid, 0u);
}

static char *id_map(const char *text, unsigned *last)
{
	const struct owner anna = {.uid = 1000, .gid = 1000, .name = "anna"};
	int dir, fd;
	char *path = temporary_directory(&dir), *map;
	_cleanup_free_ char *file = xasprintf("%s/subuid", path);

	fd = openat(dir, "subuid", O_WRONLY | O_CREAT, 0600);
	cr_assert_eq(io_write_all(fd, text, strlen(text)), 0);
	close(fd);
	map = owner_id_map(&anna, file, 1000, last);
	remove_directory(path, dir, TEXTS("subuid"));
	return map;
}

Test(owner, id_maps)
{
	unsigned last;
	char *map = id_map("bob:1:1\nanna:100000:65536\n1000:200000:10\n", &last);

	cr_assert_str_eq(map, "0 1000 1\n1 100000 65536\n65537 200000 10\n");
	cr_assert_eq(last, 65546u);
	free(map);
	map = id_map("", &last);
	cr_assert_str_eq(map, "0 1000 1\n");
	cr_assert_eq(last, 0u);
	free(map);
	/* Root, the user himself, ranges that overlap or run over, and what is no line at all. */
	map = id_map("anna:0:10\nanna:990:20\nanna:5000:10\nanna:5005:10\nanna:4294967290:10\n"
		     "anna:7:0\nanna::\nanna\nanna:-1:5\nanna:9:9x\n",
		     &last);
	cr_assert_str_eq(map, "0 1000 1\n1 5000 10\n");
	free(map);
}

Test(state, round_trip)
{
	const struct state state = {
		.up = true,
		.owner = {1000, 1001, "anna"},
		.interface = "enp0s20f0u6",
		.inside = "phone0",
		.ifindex = 7,
		.before = {.mtu = 1500, .flags = 7, .kind = "veth", .mac = "02:00:5e:10:00:01"},
		.netns = 4026532000u,
		.client = DHCP_UDHCPC,
		.pid = 4711,
		.start_time = 123456789012345u};
	struct state back;
	int dir;
	char *path = temporary_directory(&dir);

	cr_assert_eq(state_read(dir, &back, NULL), 0, "there is none yet");
	cr_assert_eq(state_write(dir, &state, NULL), 0);
	if (geteuid() == 0) {
		cr_assert_eq(state_read(dir, &back, NULL), 1);
		cr_assert_eq(back.pid, 4711);
		cr_assert_eq(back.start_time, state.start_time);
		cr_assert_str_eq(back.inside, "phone0");
		cr_assert_eq(back.before.mtu, 1500u);
		cr_assert_eq(back.before.flags, 7u);
		cr_assert_str_eq(back.before.kind, "veth");
		cr_assert_str_eq(back.before.mac, "02:00:5e:10:00:01");
		cr_assert_eq(back.client, DHCP_UDHCPC);
		cr_assert(back.up);
		cr_assert_eq(fchmodat(dir, "state.json", 0666, 0), 0);
	}
	cr_assert_eq(state_read(dir, &back, NULL), -1, "a record that isn't root's alone was read");
	cr_assert_eq(state_forget(dir, NULL), 0);
	remove_directory(path, dir, TEXTS("state.json"));
}

Test(process, identity_is_pid_and_start_time)
{
	uint64_t start;
	pid_t child = fork();
	int pidfd;

	if (child == 0) {
		pause();
		_exit(0);
	}
	cr_assert_eq(process_start_time(child, &start), 0);
	cr_assert(process_is_alive(child, start));
	cr_assert_not(process_is_alive(child, start + 1));
	cr_assert_eq(process_open(child, start + 1), -1);
	cr_assert_eq(process_open(0, start), -1);
	pidfd = process_open(child, start);
	cr_assert_geq(pidfd, 0);
	cr_assert_eq(process_end(pidfd, 1000), 0);
	cr_assert_not(process_is_alive(child, start), "a zombie is not alive");
	cr_assert_eq(waitpid(child, NULL, 0), child);
	cr_assert_eq(process_open(child, start), -1);
	close(pidfd);
}

Test(process, what_ignores_term_is_killed)
{
	uint64_t start;
	int ready[2], pidfd;
	char byte;
	pid_t child;

	cr_assert_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		signal(SIGTERM, SIG_IGN);
		(void)!write(ready[1], "x", 1);
		for (;;)
			pause();
	}
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	cr_assert_eq(process_start_time(child, &start), 0);
	pidfd = process_open(child, start);
	cr_assert_eq(process_end(pidfd, 50), 0);
	cr_assert_eq(waitpid(child, NULL, 0), child);
	close(pidfd);
}

Test(report, messages_errors_and_the_end)
{
	_cleanup_err_ struct err *err = NULL, *sent = NULL;
	struct report report;
	int pair[2], fd, null = open("/dev/null", O_RDONLY);

	cr_assert_eq(report_pair(pair, NULL), 0);
	report_send(pair[0], REPORT_NETNS, 5, null, "text");
	cr_assert_eq(report_receive(pair[1], &report, &fd, NULL), 1);
	cr_assert_eq(report.value, 5);
	cr_assert_str_eq(report.text, "text");
	cr_assert_geq(fd, 0);
	close(fd);
	err_set(&sent, ENOSPC, "make it");
	report_error(pair[0], sent);
	cr_assert_eq(report_receive(pair[1], &report, NULL, &err), -1);
	cr_assert_str_eq(err->text, "make it: No space left on device");
	cr_assert_eq(err->errnum, ENOSPC);
	close(pair[0]);
	cr_assert_eq(report_receive(pair[1], &report, NULL, NULL), 0);
	report_send(pair[1], REPORT_READY, 0, -1, ""); /* nobody listens: no SIGPIPE */
	close(pair[1]);
	close(null);
}

Test(client, command_lines)
{
	_cleanup_strv_ struct strv argv = {0};
	_cleanup_str_ struct str config = {0};
	enum dhcp_client client;

	cr_assert_eq(client_parse("udhcpc", &client, NULL), 0);
	cr_assert_eq(client_parse("UDHCPC", &client, NULL), -1);
	client_command(DHCP_DHCPCD, "usb0", false, &argv, &config);
	cr_assert_str_eq(argv.items[0], "dhcpcd");
	cr_assert(strv_contains(&argv, "--nodev"));
	cr_assert(strv_contains(&argv, CLIENT_HOOK_DIR "/dhcpcd"));
	cr_assert(str_starts(config.text, "allowinterfaces usb0\n"));
	cr_assert_not_null(strstr(config.text, "\noption interface_mtu\n"));
	str_free(&config);
	client_command(DHCP_DHCPCD, "usb0", true, &argv, &config);
	cr_assert_not_null(strstr(config.text, "\nnooption interface_mtu\n"));
}
