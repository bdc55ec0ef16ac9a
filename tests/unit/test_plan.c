/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plans from profile text and made-up facts of a host: nothing here touches the kernel. */
#include <criterion/criterion.h>
#include <sched.h>
#include <string.h>

#include "base/str.h"
#include "base/sys.h"
#include "plan/print.h"
#include "unit/plan_fake.h"

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
	cr_expect(plan->exec.die_with_parent && plan->exec.tty == TTY_INHERIT);
}

Test(plan, the_terminal_is_inherited_new_or_none)
{
	static const struct {
		const char *text;
		enum tty_mode tty;
	} rows[] = {
		{"[exec]\ntty = inherit\n", TTY_INHERIT},
		{"[exec]\ntty = new\n", TTY_NEW},
		{"[exec]\ntty = none\n", TTY_NONE},
		{"[exec]\nnew-session = yes\n", TTY_NONE},
		{"[exec]\nnew-session = yes\ntty = none\n", TTY_NONE},
		{"[exec]\nnew-session = no\ntty = new\n", TTY_NEW},
		{"[exec]\nrun-as = u\n", TTY_NEW},
		{"[exec]\nrun-as = u\ntty = inherit\n", TTY_NEW},
		{"[exec]\nrun-as = u\ntty = none\n", TTY_NONE},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_plan_ struct plan *plan = build_ok(rows[i].text);

		cr_expect_eq(plan->exec.tty, rows[i].tty, "%s", rows[i].text);
	}
}

Test(plan, with_run_as_the_new_terminal_is_the_hosts_where_there_is_no_devpts)
{
	_cleanup_plan_ struct plan *own = build_ok("[exec]\nrun-as = u\n");
	_cleanup_plan_ struct plan *host =
		build_ok("[exec]\nrun-as = u\n[filesystem]\ntmpfs = /dev/pts\n");
	_cleanup_plan_ struct plan *users = build_ok("[filesystem]\ntmpfs = /dev/pts\n");

	cr_expect(!own->exec.tty_of_host && host->exec.tty_of_host && !users->exec.tty_of_host);
	cr_expect_eq(own->exec.tty_loc.line, 2);
	build_fails("[exec]\nrun-as = u\ntty = new\n[filesystem]\ntmpfs = /dev/pts\n",
		    ":3: tty = new contradicts tmpfs /dev/pts", EXIT_PROFILE);
}

Test(plan, a_new_terminal_needs_the_devpts)
{
	build_fails("[exec]\ntty = new\n[filesystem]\ntmpfs = /dev/pts\n",
		    ":2: tty = new contradicts tmpfs /dev/pts", EXIT_PROFILE);
	build_fails("[filesystem]\ntmpfs = /dev/pts\n[exec]\ntty = new\n", ":2)", EXIT_PROFILE);
}

Test(plan, environment_keeps_the_list_and_nothing_else)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[environment]\nset = A=${HOME}/x\nunset = LC_*\n");
	size_t count = 0;

	for (char *const *v = plan->exec.envp; *v; v++, count++)
		cr_expect(streq(*v, "HOME=/home/u") || streq(*v, "PATH=/a:/b:relative:") ||
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

Test(plan, directories_below_the_hosts_root_have_one_slash)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[filesystem]\nrw = /:/y\nhide = /y/a/b/secret\n");
	ssize_t at = find(plan, STEP_BIND, "/y/a/b");

	cr_assert_geq(at, 0);
	cr_expect_str_eq(plan->steps[at].real, "/a/b");
}

Test(plan, nothing_is_put_at_the_root_itself)
{
	_cleanup_plan_ struct plan *plan = build_ok("[filesystem]\nmkdir = /\n");

	cr_expect(plan);
	build_fails("[filesystem]\nro = /\n", ":2: bind /, read-only: the root itself is sbox's",
		    EXIT_PROFILE);
	build_fails("[filesystem]\ntmpfs = /\n", ":2: tmpfs /", EXIT_PROFILE);
	build_fails("[filesystem]\nhide = -/\n", ":2: hide /", EXIT_PROFILE);
}

Test(plan, what_is_hidden_comes_last)
{
	_cleanup_plan_ struct plan *plan = build_ok(
		"[filesystem]\nhide = /usr/x\nsymlink = /deep/er:/l\nro = /deep/er/still\n");

	cr_expect_gt(find(plan, STEP_HIDE, "/usr/x"), find(plan, STEP_BIND, "/deep/er/still"));
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
	build_fails("[filesystem]\nro = /missing/x, /y\n",
		    "x, /y: No such file or directory; a line "
		    "takes one path",
		    EXIT_SETUP);
	build_fails("[filesystem]\nro = /missing/x ~/y\n", "; a line takes one path", EXIT_SETUP);
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

/* Whether a line of the text has both, in this order. */
static bool has_line(const char *text, const char *what, const char *place)
{
	for (const char *s = text; (s = strstr(s, what)); s++) {
		const char *end = strchrnul(s, '\n'), *at = strstr(s, place);

		if (at && at < end)
			return true;
	}
	return false;
}

Test(plan, each_line_of_the_text_tells_where_it_is_from)
{
	static const struct {
		const char *what, *place;
	} rows[] = {
		{"user id 7", ":2"},
		{"group id 8", ":3"},
		{"host name box", ":4"},
		{"new: time; monotonic", ":6"},
		{"the host's: ipc", ":7"},
		{"create 3 user namespaces", ":8"},
		{"A=b", ":10"},
		{"AWS_SECRET_KEY=x", ":11"},
		{"HOME=/home/u", "default"},
		{"no capabilities", "default"},
		{"working directory /work", "default"},
		{"command prog", "command line"},
	};
	_cleanup_plan_ struct plan *plan =
		build_ok("[namespaces]\nuid = 7\ngid = 8\nhostname = box\ntime = new\n"
			 "uptime = 5s\nipc = host\nnested = 3\n[environment]\nset = A=b\n"
			 "keep = AWS_*\n");
	_cleanup_plan_ struct plan *open =
		build_ok("[environment]\nclear = no\n[network]\nnetns = phone\nsearch = a b\n"
			 "[namespaces]\ntime = new\n");
	_cleanup_free_ char *text = plan_print_text(plan), *other = plan_print_text(open);
	_cleanup_free_ char *json = plan_print_json(plan);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect(has_line(text, rows[i].what, rows[i].place), "%s: %s", rows[i].what,
			  text);
	cr_expect(has_line(other, "AWS_SECRET_KEY=x", ":2"), "%s", other);
	cr_expect(has_line(other, "search a, b", ":5"), "%s", other);
	cr_expect(has_line(other, "LOCALDOMAIN=a b", ":5"), "%s", other);
	cr_expect(has_line(other, "new: time; monotonic", ":7"), "%s", other);
	cr_expect(has_line(other, "host name sbox", "default"), "%s", other);
	cr_expect(has_line(json, "\"uid\":\"", ":2\""), "%s", json);
	cr_expect(has_line(json, "\"hostname\":\"", ":4\""), "%s", json);
}

Test(plan, what_one_line_shows_is_summed_up_under_it)
{
	static const char *const files[][2] = {
		{"/etc", ""}, {"/usr", ""}, {"/srv", ""}, {NULL, NULL}};
	_cleanup_plan_ struct plan *plan = NULL;
	_cleanup_free_ char *text = NULL;
	const char *read_only;

	fake_files = files;
	plan = build_ok("[filesystem]\nbase = host-ro\n");
	fake_files = NULL;
	text = plan_print_text(plan);
	read_only = strstr(text, "visible, read-only\n");
	cr_assert_not_null(read_only, "%s", text);
	cr_expect(has_line(read_only, "by /tmp/sbox-plan-", ":2:"), "%s", text);
	/* Device nodes have a section of their own, and are said there alone. */
	read_only = strstr(text, "/dev/urandom");
	cr_assert_not_null(read_only, "%s", text);
	cr_expect_null(strstr(read_only + 1, "/dev/urandom"), "%s", text);
}

Test(plan, a_plan_without_a_command_has_none)
{
	static const char *const argv[] = {NULL};
	struct host host = fake_host();
	_cleanup_err_ struct err *err = NULL;
	_cleanup_plan_ struct plan *plan = NULL, *refused = NULL, *own = NULL;
	_cleanup_free_ char *text = NULL, *json = NULL, *named = NULL;

	refused = build_as(&host, "[profile]\n", argv, &err);
	cr_expect_null(refused);
	cr_assert_not_null(err);
	cr_expect_eq(err->exit_code, EXIT_USAGE);
	err_free(err);
	err = NULL;
	host.explain = true;
	plan = build_as(&host, "[profile]\n", argv, &err);
	cr_assert_not_null(plan);
	text = plan_print_text(plan);
	json = plan_print_json(plan);
	cr_expect(!strstr(text, "COMMAND") && !strstr(text, "\ncommand"), "%s", text);
	cr_expect(strstr(json, "\"command\":null") && !strstr(json, "COMMAND"), "%s", json);
	own = build_as(&host, "[exec]\ncommand = run\narg = it\n", argv, &err);
	cr_assert_not_null(own);
	named = plan_print_text(own);
	cr_expect(has_line(named, "command run it", ":2"), "%s", named);
}
