/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plans from profile text and made-up facts of a host: nothing here touches the kernel. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#include "base/io.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"
#include "plan/build.h"
#include "plan/print.h"

/* A host in which every path exists but those below /missing; /bin is a link as on Debian. */
static int fake_stat(const char *path, struct stat *st)
{
	if (str_starts(path, "/missing") || streq(path, "/libx32") || streq(path, "/lib32")) {
		errno = ENOENT;
		return -1;
	}
	*st = (struct stat){.st_dev = 7, .st_ino = strlen(path), .st_mode = S_IFDIR | 0755};
	if (str_ends(path, ".conf"))
		st->st_mode = S_IFREG | 0644;
	if (str_ends(path, "/pasta"))
		st->st_mode = S_IFREG | 0755;
	return 0;
}

static int fake_lstat(const char *path, struct stat *st)
{
	if (fake_stat(path, st) < 0)
		return -1;
	if (streq(path, "/bin") || streq(path, "/lnk") || streq(path, "/data/planted"))
		st->st_mode = S_IFLNK | 0777;
	return 0;
}

static ssize_t fake_readlink(const char *path, char *buf, size_t size)
{
	cr_assert_str_eq(path, "/bin");
	cr_assert_gt(size, 7u);
	memcpy(buf, "usr/bin", 7);
	return 7;
}

/* Files whose content a test cares about: path, content; NULL ends them. */
static const char *const (*fake_files)[2];

static int fake_read(const char *path, char **data, size_t *len)
{
	for (size_t i = 0; fake_files && fake_files[i][0]; i++) {
		if (streq(path, fake_files[i][0])) {
			*data = xstrdup(fake_files[i][1]);
			*len = strlen(*data);
			return 0;
		}
	}
	if (str_starts(path, "/run/") || str_starts(path, "/missing") ||
	    str_ends(path, "user-dirs.dirs")) {
		errno = ENOENT;
		return -1;
	}
	*data = xstrdup("content\n");
	*len = 8;
	return 0;
}

static char **fake_list(const char *path)
{
	struct strv names = {0};

	for (size_t i = 0; fake_files && fake_files[i][0]; i++) {
		_cleanup_free_ char *dir = path_dir(fake_files[i][0]);

		if (streq(dir, path))
			strv_add(&names, path_base(fake_files[i][0]));
	}
	return names.items ? names.items : xzalloc(sizeof(char *));
}

static char *fake_realpath(const char *path)
{
	return xstrdup(path);
}

static int fake_make_private(const char *path)
{
	cr_assert_str_eq(path, "/home/u/.local/share/sbox/homes/h");
	return 0;
}

/* "/lnk" is a symlink to "/data/real". */
static int fake_identify(const char *path, struct stat *st, char **real)
{
	*real = str_starts(path, "/lnk") ? xasprintf("/data/real%s", path + 4) : NULL;
	return fake_stat(path, st);
}

/* "usb0" is there, and "eth0". */
static unsigned fake_interface(const char *name)
{
	return streq(name, "usb0") ? 7 : streq(name, "eth0") ? 2 : 0;
}

static const struct host_fs fake_fs = {fake_stat,     fake_identify,     fake_lstat,
				       fake_readlink, fake_read,         fake_list,
				       fake_realpath, fake_make_private, fake_interface};

static char home_variable[] = "HOME=/home/u",
	    path_variable[] = "PATH=/a:/b:relative:", secret_variable[] = "AWS_SECRET_KEY=x",
	    locale_variable[] = "LC_ALL=C";
static char *fake_environ[] = {home_variable, path_variable, secret_variable, locale_variable,
			       NULL};

static struct host fake_host(void)
{
	static char user[] = "u", group[] = "g", home[] = "/home/u", shell[] = "/bin/sh";
	static char cwd[] = "/work";

	return (struct host){.uid = 1000,
			     .gid = 100,
			     .user = user,
			     .group = group,
			     .home = home,
			     .shell = shell,
			     .cwd = cwd,
			     .environ = fake_environ,
			     .fs = &fake_fs};
}

static struct plan *build_as(const struct host *host, const char *text, const char *const *argv,
			     struct err **err)
{
	static const char *const no_dirs[] = {NULL};
	/* A plan's places are its profile's, so that outlives it here. */
	static struct profile *kept[16];
	static size_t nkept;
	struct profile *profile = NULL;
	_cleanup_strv_ struct strv mistakes = {0};
	char file[] = "/tmp/sbox-plan-XXXXXX";
	_cleanup_close_ int fd = mkstemp(file);
	const char *name = file;
	struct plan *plan = NULL;

	cr_assert_eq(io_write_all(fd, text, strlen(text)), 0);
	if (profile_load(no_dirs, &name, 1, NULL, 0, &mistakes, &profile, err) < 0)
		cr_assert_fail("%s", mistakes.count ? mistakes.items[0] : (*err)->text);
	cr_assert_lt(nkept, ARRAY_SIZE(kept));
	kept[nkept++] = profile;
	plan_build(profile, host, argv, &plan, err);
	unlink(file);
	return plan;
}

static struct plan *build(const char *text, struct err **err)
{
	static const char *const argv[] = {"prog", NULL};
	struct host host = fake_host();

	return build_as(&host, text, argv, err);
}

static struct plan *build_ok(const char *text)
{
	_cleanup_err_ struct err *err = NULL;
	struct plan *plan = build(text, &err);

	cr_assert_not_null(plan, "%s", err ? err->text : "?");
	return plan;
}

static void build_fails(const char *text, const char *expected, int exit_code)
{
	_cleanup_err_ struct err *err = NULL;
	_cleanup_plan_ struct plan *plan = build(text, &err);

	cr_assert_null(plan, "passed: %s", text);
	cr_expect(strstr(err->text, expected), "\"%s\" is not in \"%s\"", expected, err->text);
	cr_expect_eq(err->exit_code, exit_code, "%s", err->text);
}

static ssize_t find(const struct plan *plan, enum step_kind kind, const char *dest)
{
	for (size_t i = 0; i < plan->nsteps; i++)
		if (plan->steps[i].kind == kind && streq(plan->steps[i].dest, dest))
			return (ssize_t)i;
	return -1;
}

Test(plan, defaults_are_the_tightest)
{
	_cleanup_plan_ struct plan *plan = build_ok("[profile]\n");

	cr_expect_eq(plan->namespaces,
		     (unsigned long)(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
				     CLONE_NEWCGROUP | CLONE_NEWNET));
	cr_expect(plan->ids.own_userns && !plan->ids.nest);
	cr_expect_str_eq(plan->ids.maps.uid, "1000 1000 1\n");
	cr_expect_str_eq(plan->ids.maps.gid, "100 100 1\n");
	cr_expect_eq(plan->net.mode, NET_NONE);
	cr_expect_geq(find(plan, STEP_TMPFS, "/home/u"), 0);
	cr_expect_geq(find(plan, STEP_SYMLINK, "/bin"), 0);
	cr_expect_geq(find(plan, STEP_FILE, "/etc/passwd"), 0);
	cr_expect_lt(find(plan, STEP_BIND, "/etc/shadow"), 0);
	cr_expect_lt(find(plan, STEP_BIND, "/etc/resolv.conf"), 0);
	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];

		if (step->kind == STEP_BIND)
			cr_expect((step->attr & MOUNT_ATTR_NOSUID) &&
					  ((step->attr & MOUNT_ATTR_RDONLY) ||
					   str_starts(step->dest, "/dev/")),
				  "%s", step->dest);
	}
	cr_expect(plan->exec.die_with_parent && !plan->exec.new_session);
}

Test(plan, environment_keeps_the_list_and_nothing_else)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[environment]\nset = A=${HOME}/x\nunset = LC_*\n");
	size_t count = 0;

	for (char *const *v = plan->exec.envp; *v; v++, count++)
		cr_expect(streq(*v, "HOME=/home/u") || streq(*v, path_variable) ||
				  streq(*v, "A=/home/u/x"),
			  "%s", *v);
	cr_expect_eq(count, 3u);
}

Test(plan, candidates_follow_path_but_never_relative_parts)
{
	_cleanup_plan_ struct plan *plan = build_ok("[profile]\n");

	cr_assert_str_eq(plan->exec.candidates[0], "/a/prog");
	cr_assert_str_eq(plan->exec.candidates[1], "/b/prog");
	cr_assert_null(plan->exec.candidates[2]);
}

Test(plan, mounts_come_before_what_lies_below_them_whatever_the_lines_say)
{
	_cleanup_plan_ struct plan *plan = build_ok("[filesystem]\n"
						    "rw = /x/y/z\n"
						    "hide = /x/y/z/secret\n"
						    "ro = /x\n"
						    "tmpfs = /x/y\n");
	ssize_t x = find(plan, STEP_BIND, "/x"), y = find(plan, STEP_TMPFS, "/x/y");
	ssize_t z = find(plan, STEP_BIND, "/x/y/z"), hide = find(plan, STEP_HIDE, "/x/y/z/secret");

	cr_assert(x >= 0 && x < y && y < z && z < hide);
	cr_assert_eq(plan->steps[z].loc.line, 2u);
	cr_assert_str_eq(plan->steps[z].source, "/x/y/z");
	cr_assert_eq(plan->steps[z].id.dev, (dev_t)7);
}

Test(plan, contradictions_name_both_lines)
{
	build_fails("[filesystem]\nro = /x\nrw = /x\n", ":2)", EXIT_PROFILE);
	build_fails("[filesystem]\nro = /x\nrw = /x\n", ":3: bind /x, writable contradicts",
		    EXIT_PROFILE);
	build_fails("[filesystem]\nhide = /x\nro = /x/y\n", "contradicts hide /x", EXIT_PROFILE);
	build_fails("[filesystem]\nro = /x\nhide = /x\n", "contradicts", EXIT_PROFILE);
}

Test(plan, hiding_goes_before_what_sbox_shows_by_itself)
{
	_cleanup_plan_ struct plan *plan = build_ok("[filesystem]\nhide = /etc/ssl\n");

	cr_expect_lt(find(plan, STEP_BIND, "/etc/ssl/certs"), 0);
	cr_expect(plan->steps[find(plan, STEP_HIDE, "/etc/ssl")].if_present);
}

Test(plan, the_same_rule_twice_is_one)
{
	_cleanup_plan_ struct plan *plan = build_ok("[filesystem]\nro = /x\nro = /x\nmkdir = /x\n");
	size_t count = 0;

	for (size_t i = 0; i < plan->nsteps; i++)
		count += streq(plan->steps[i].dest, "/x");
	cr_assert_eq(count, 1u);
}

Test(plan, a_rule_stands_for_sbox_own_of_the_same_place)
{
	_cleanup_plan_ struct plan *plan = build_ok("[filesystem]\nrw = /tmp\nro = /etc\n");

	cr_expect_lt(find(plan, STEP_TMPFS, "/tmp"), 0);
	cr_expect_geq(find(plan, STEP_BIND, "/tmp"), 0);
	cr_expect_lt(find(plan, STEP_FILE, "/etc/passwd"), 0, "the shown /etc has its own");
}

Test(plan, an_uplink_keeps_its_resolver_even_over_a_shown_etc)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[filesystem]\nro = /etc\n[network]\nnetns = phone\n");
	ssize_t resolver = find(plan, STEP_BIND, "/etc/resolv.conf");

	cr_assert_geq(resolver, 0);
	cr_assert_str_eq(plan->steps[resolver].source, "/etc/netns/phone/resolv.conf");
	cr_assert_geq(find(plan, STEP_FILE, "/etc/nsswitch.conf"), 0);
	cr_assert(plan->ids.nest && !plan->ids.own_userns);
	cr_assert_str_eq(plan->ids.nested_maps.uid, "1000 0 1\n");
	cr_assert_not(plan->namespaces & CLONE_NEWNET);
	cr_assert_str_eq(plan->net.netns_path, "/run/netns/phone");
}

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

Test(plan, a_family_without_a_route_is_switched_off)
{
	static const char *const files[][2] = {
		{"/proc/self/net/route", ROUTES ETH0_DEFAULT USB0_DEFAULT USB0_LINK},
		{"/proc/self/net/ipv6_route", LO_REJECT},
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

Test(plan, a_symlink_that_a_sandbox_could_plant_is_not_followed)
{
	_cleanup_plan_ struct plan *plan = build_ok("[filesystem]\nro = /lnk/sub:/mnt/sub\n");
	const struct step *step = &plan->steps[find(plan, STEP_BIND, "/mnt/sub")];

	cr_expect_str_eq(step->source, "/lnk/sub");
	cr_expect_str_eq(step->real, "/data/real/sub");
	/* The same link, where the directory that it lies in is writable inside. */
	build_fails("[filesystem]\nrw = /:/mnt/all\nro = /lnk/sub:/mnt/sub\n",
		    "leads through the symlink /lnk", EXIT_SETUP);
	build_fails("[filesystem]\nrw = /data\nfile = /data/planted:/etc/x\n",
		    "leads through the symlink /data/planted", EXIT_SETUP);
}

Test(plan, directories_above_what_is_hidden_cannot_be_moved)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[filesystem]\nrw = /w\nhide = /w/a/b/secret\nro = /w/c/d:/w/c/d\n");
	static const char *const pinned[] = {"/w/a", "/w/a/b", "/w/c"};
	ssize_t writable = find(plan, STEP_BIND, "/w");

	for (size_t i = 0; i < ARRAY_SIZE(pinned); i++) {
		ssize_t at = find(plan, STEP_BIND, pinned[i]);

		cr_assert_gt(at, writable, "%s", pinned[i]);
		cr_expect(plan->steps[at].pins && !(plan->steps[at].attr & MOUNT_ATTR_RDONLY));
		cr_expect_str_eq(plan->steps[at].real, pinned[i]);
	}
	cr_expect_eq(plan->steps[find(plan, STEP_HIDE, "/w/a/b/secret")].within,
		     (int)find(plan, STEP_BIND, "/w/a/b"));
}

Test(plan, what_is_hidden_comes_last)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[filesystem]\nhide = /x\nsymlink = /deep/er:/l\nro = /deep/er/still\n");

	cr_expect_gt(find(plan, STEP_HIDE, "/x"), find(plan, STEP_BIND, "/deep/er/still"));
}

Test(plan, a_home_that_is_part_of_the_system_is_none)
{
	static const char *const argv[] = {"prog", NULL};
	static char usr[] = "/usr/sbin", shell[] = "HOME=/usr/sbin";
	static char *env[] = {shell, NULL};
	struct host host = fake_host();
	_cleanup_err_ struct err *err = NULL;
	_cleanup_plan_ struct plan *plan = NULL;

	host.home = usr;
	host.environ = env;
	plan = build_as(&host, "[profile]\n", argv, &err);
	cr_assert_not_null(plan);
	cr_expect_lt(find(plan, STEP_TMPFS, "/usr/sbin"), 0);
	err_free(err);
	err = NULL;
	cr_expect_null(build_as(&host, "[filesystem]\nhome = host\n", argv, &err));
	cr_expect(strstr(err->text, "part of the system"));
}

Test(plan, own_files_stay_read_only_in_a_writable_home)
{
	_cleanup_plan_ struct plan *plan = build_ok("[filesystem]\nhome = host\n");
	ssize_t config = find(plan, STEP_BIND, "/home/u/.config/sbox");

	cr_assert_geq(config, 0);
	cr_assert(plan->steps[config].attr & MOUNT_ATTR_RDONLY);
	cr_assert_not(plan->steps[find(plan, STEP_BIND, "/home/u")].attr & MOUNT_ATTR_RDONLY);
}

Test(plan, a_persistent_home_may_take_mount_points)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[filesystem]\nhome = persist:h\nro = ~/.fonts\n");
	const struct step *home = &plan->steps[find(plan, STEP_BIND, "/home/u")];

	cr_expect_str_eq(home->source, "/home/u/.local/share/sbox/homes/h");
	cr_expect(home->may_create);
	cr_expect_not(home->attr & MOUNT_ATTR_RDONLY);
}

Test(plan, what_only_the_host_shows_is_a_setup_error_with_its_line)
{
	build_fails("[filesystem]\n\nro = /missing/x\n", ":3: /missing/x", EXIT_SETUP);
	build_fails("[filesystem]\nro = ${WAYLAND_DISPLAY}/x\n", "WAYLAND_DISPLAY is not set",
		    EXIT_SETUP);
	build_fails("[namespaces]\nuser = host\n", "only root", EXIT_SETUP);
	build_fails("[desktop]\nx11 = yes\n", "DISPLAY is not set", EXIT_SETUP);
	plan_free(build_ok("[filesystem]\nro = -/missing/x\nro = -${WAYLAND_DISPLAY}/x\n"));
}

Test(plan, no_command_anywhere_is_a_usage_error)
{
	static const char *const none[] = {NULL};
	_cleanup_err_ struct err *err = NULL;
	struct host host = fake_host();

	cr_assert_null(build_as(&host, "[profile]\n", none, &err));
	cr_assert_eq(err->exit_code, EXIT_USAGE);
}

Test(plan, kernel_settings_are_guarded_from_root)
{
	static const char *const argv[] = {"prog", NULL};
	struct host host = fake_host();
	_cleanup_err_ struct err *err = NULL;
	_cleanup_plan_ struct plan *plan = NULL;

	host.uid = host.gid = 0;
	plan = build_as(&host, "[profile]\n", argv, &err);
	cr_assert_not_null(plan);
	cr_assert(plan->steps[find(plan, STEP_READONLY, "/proc/sys")].cover);
}

Test(plan, text_and_json_show_the_line_behind_each_part)
{
	_cleanup_plan_ struct plan *plan = build_ok("[filesystem]\nrw = /data\n");
	_cleanup_free_ char *text = plan_print_text(plan);
	_cleanup_free_ char *json = plan_print_json(plan);

	cr_expect(strstr(text, "bind /data, writable"));
	cr_expect(strstr(text, ":2"));
	cr_expect(strstr(json, "\"source\": \"/data\"") || strstr(json, "\"source\":\"/data\""));
}
