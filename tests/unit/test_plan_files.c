/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trees, overlays and noexec in plans. */
#include <criterion/criterion.h>

#include "base/str.h"
#include "base/sys.h"
#include "plan/print.h"
#include "unit/plan_fake.h"

/* The tree's top and the directory in which a mount point is missing. */
static const char *const tree_files[][2] = {{"/tree/usr", ""},
					    {"/tree/dev", ""},
					    {"/tree/proc", ""},
					    {"/tree/missing-none", ""},
					    {"/tree/etc/passwd", "root:x:0:0::/root:/bin/sh"},
					    {"/tree/etc/group", "g:x:100:\n"},
					    {NULL, NULL}};

Test(files, a_tree_is_shown_entry_by_entry_but_for_what_is_the_sandboxs_own)
{
	_cleanup_plan_ struct plan *plan = NULL;
	ssize_t usr, passwd;

	fake_files = tree_files;
	plan = build_ok("[filesystem]\nbase = /tree\n");
	usr = find(plan, STEP_BIND, "/usr");
	cr_assert_geq(usr, 0);
	cr_expect_str_eq(plan->steps[usr].source, "/tree/usr");
	cr_expect(plan->steps[usr].attr & MOUNT_ATTR_RDONLY);
	cr_expect(plan->steps[usr].attr & MOUNT_ATTR_NOSUID);
	cr_expect_lt(find(plan, STEP_BIND, "/dev"), 0);
	cr_expect_geq(find(plan, STEP_TMPFS, "/dev"), 0);
	cr_expect_geq(find(plan, STEP_PROC, "/proc"), 0);
	passwd = find(plan, STEP_FILE, "/etc/passwd");
	cr_assert_geq(passwd, 0);
	cr_expect_str_eq(plan->steps[passwd].data,
			 "root:x:0:0::/root:/bin/sh\nu:x:1000:100:u:/home/u:/bin/sh\n");
	cr_expect_lt(find(plan, STEP_FILE, "/etc/group"), 0, "it has the group's id");
	cr_expect_lt(find(plan, STEP_FILE, "/etc/nsswitch.conf"), 0);
	fake_files = NULL;
}

Test(files, bad_trees)
{
	build_fails("[filesystem]\nbase = /missing/tree\n", ":2: /missing/tree", EXIT_SETUP);
	build_fails("[filesystem]\nbase = /x.conf\n", "/x.conf is not a directory", EXIT_SETUP);
	build_fails("[filesystem]\nbase = /\n", "base = host-ro", EXIT_PROFILE);
}

Test(files, an_overlay_lies_over_each_directory_of_the_base)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[filesystem]\noverlay = persist:o\nlist-changes = yes\n");
	ssize_t usr = find(plan, STEP_OVERLAY, "/usr");
	_cleanup_free_ char *text = NULL, *json = NULL, *step = NULL;

	cr_assert_geq(usr, 0);
	cr_expect_str_eq(plan->overlay.dir, "/home/u/.local/share/sbox/overlays/o");
	cr_expect_str_eq(plan->steps[usr].upper, "/home/u/.local/share/sbox/overlays/o/usr/upper");
	cr_expect_str_eq(plan->steps[usr].work, "/home/u/.local/share/sbox/overlays/o/usr/work");
	cr_expect(!(plan->steps[usr].attr & MOUNT_ATTR_RDONLY));
	step = step_text(&plan->steps[usr]);
	cr_expect_str_eq(step, "overlay /usr, changes in "
			       "/home/u/.local/share/sbox/overlays/o/usr/upper");
	text = plan_print_text(plan);
	cr_expect(strstr(text, "writable by overlays, listed at the end"), "%s", text);
	json = plan_print_json(plan);
	cr_expect(strstr(json, "\"kind\":\"overlay\"") && strstr(json, "\"list_changes\":true"));
}

Test(files, an_overlay_of_one_directory_goes_to_memory)
{
	_cleanup_plan_ struct plan *plan = build_ok("[filesystem]\noverlay-dir = /x:/a/b-c\n");
	ssize_t at = find(plan, STEP_OVERLAY, "/a/b-c");

	cr_assert_geq(at, 0);
	cr_expect_str_eq(plan->steps[at].source, "/x");
	cr_expect_null(plan->steps[at].upper);
	cr_expect_geq(find(plan, STEP_BIND, "/usr"), 0, "the base has none");
}

Test(files, places_of_overlays_have_one_name_each)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[filesystem]\noverlay = /changes/o\nbase = none\n"
			 "overlay-dir = /x:/a/b-c\noverlay-dir = /x:/a/b/c\n");

	cr_expect_str_eq(plan->steps[find(plan, STEP_OVERLAY, "/a/b-c")].upper,
			 "/changes/o/a-b\\x2dc/upper");
	cr_expect_str_eq(plan->steps[find(plan, STEP_OVERLAY, "/a/b/c")].upper,
			 "/changes/o/a-b-c/upper");
}

Test(files, contradictions_of_overlays)
{
	build_fails("[filesystem]\noverlay = /changes/o\noverlay-dir = /changes\n",
		    "it holds the directory for what is written", EXIT_SETUP);
	build_fails("[filesystem]\noverlay = /changes/o\noverlay-dir = /changes/o/x\n",
		    "it lies in the directory for what is written", EXIT_SETUP);
	build_fails("[filesystem]\noverlay = /changes/nfs\n", "is on NFS, which can't hold",
		    EXIT_SETUP);
	build_fails("[filesystem]\noverlay = /changes/o\nrw = /changes\n",
		    "behind the overlay's back", EXIT_PROFILE);
	build_fails("[filesystem]\noverlay-dir = /mounted\n", "mounted below it", EXIT_SETUP);
	build_fails("[filesystem]\noverlay-dir = /proc:/w\n",
		    ":2: there can't be an overlay on /proc: it is the kernel's own, procfs",
		    EXIT_SETUP);
	build_fails("[filesystem]\noverlay-dir = /proc/sys:/w\n", "procfs", EXIT_SETUP);
	build_fails("[filesystem]\noverlay-dir = /x.conf\n", "/x.conf is not a directory",
		    EXIT_SETUP);
	build_fails("[filesystem]\noverlay-dir = /missing/x\n", ":2: /missing/x", EXIT_SETUP);
}

Test(files, noexec)
{
	_cleanup_plan_ struct plan *plan =
		build_ok("[filesystem]\nnoexec = /tmp\ntmpfs = /s:noexec\n");
	ssize_t at = find(plan, STEP_NOEXEC, "/tmp");

	cr_assert_gt(at, find(plan, STEP_TMPFS, "/tmp"));
	cr_expect_eq(plan->steps[at].attr, (uint64_t)MOUNT_ATTR_NOEXEC);
	cr_expect(plan->steps[find(plan, STEP_TMPFS, "/s")].attr & MOUNT_ATTR_NOEXEC);
	build_fails("[filesystem]\nnoexec = /\n", "nothing at all", EXIT_PROFILE);
}

Test(files, a_symlink_in_the_place_of_a_layer_is_refused_before_anything_is_made)
{
	build_fails("[filesystem]\noverlay = /changes/planted\n",
		    "/changes/planted/usr is a symlink: it isn't followed", EXIT_SETUP);
	build_fails("[filesystem]\noverlay = /changes/upper\n",
		    "/changes/upper/usr/upper is a symlink: it isn't followed", EXIT_SETUP);
	build_fails("[filesystem]\noverlay = /changes/work\n",
		    "/changes/work/usr/work is a symlink: it isn't followed", EXIT_SETUP);
}

Test(files, what_is_to_be_hidden_or_noexec_is_there)
{
	static const char *const there[] = {
		"hide = /usr/x",
		"noexec = /usr/x",
		"hide = /tmp",
		"hide = /bin/sh",          /* by a symlink, so it isn't known */
		"ro = /x:/a/b\nhide = /a", /* refused elsewhere if at all */
		"ro = /x:/a/b\nhide = /a/b/c",
		"mkdir = /a/b\nnoexec = /a",
		"hide = -/missing",
		"noexec = -/a/b",
		"hide = -${WAYLAND_DISPLAY}/x",
		"hide = /proc/nobody/knows",
		"overlay-dir = /x\nhide = /x/y",
		"overlay = /changes/o\noverlay-dir = /missingly:/w\nhide = /w/x",
		/* What the plan links to may be made by another step, by another name. */
		"symlink = /deep:/l\ntmpfs = /l/x\nhide = /deep/x",
	};
	static const char *const missing[][2] = {
		{"hide = /missing", ":2: hide = /missing: there is no such path in the sandbox"},
		{"noexec = /a/b", ":2: noexec = /a/b: there is no such path in the sandbox"},
		{"hide = /tmp/x", ":2: hide = /tmp/x: there is no such path"},
		{"ro = /:/a\nhide = /a/missing/x", ":3: hide = /a/missing/x: there is no such"},
		{"ro = /x\nhide = /home/u/x", ":3: hide = /home/u/x: there is no such path"},
		{"overlay-dir = /:/a\nnoexec = /a/missing", ":3: noexec = /a/missing: there"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(there); i++) {
		_cleanup_free_ char *text = xasprintf("[filesystem]\n%s\n", there[i]);
		_cleanup_err_ struct err *err = NULL;
		_cleanup_plan_ struct plan *plan = build(text, &err);

		cr_expect(plan || !strstr(err->text, "no such path"), "%s", err ? err->text : "");
	}
	for (size_t i = 0; i < ARRAY_SIZE(missing); i++) {
		_cleanup_free_ char *text = xasprintf("[filesystem]\n%s\n", missing[i][0]);

		build_fails(text, missing[i][1], EXIT_SETUP);
	}
}

Test(files, a_tree_answers_for_what_it_shows)
{
	static const char *const files[][2] = {{"/tree/usr", ""}, {NULL, NULL}};
	_cleanup_plan_ struct plan *plan = NULL, *host = build_ok("[filesystem]\nro = /x\n");

	fake_files = files;
	plan = build_ok("[filesystem]\nbase = /tree\nro = /x\n");
	fake_files = NULL;
	cr_assert_str_eq(plan->tree, "/tree");
	cr_expect_str_eq(plan_tree_at(plan, "/usr/bin/prog"), "/tree");
	cr_expect_null(plan_tree_at(plan, "/x/prog"));
	cr_expect_null(plan_tree_at(plan, "/home/u/bin/prog"));
	cr_expect_null(plan_tree_at(host, "/usr/bin/prog"));
}

static void downloads_are(const char *text, const char *wanted)
{
	const char *const files[][2] = {{"/home/u/.config/user-dirs.dirs", text}, {NULL, NULL}};
	static const char profile[] = "[filesystem]\ntmpfs = ${XDG_DOWNLOAD_DIR}\n";

	fake_files = files;
	if (wanted) {
		_cleanup_plan_ struct plan *plan = build_ok(profile);

		cr_expect_geq(find(plan, STEP_TMPFS, wanted), 0, "%s", text);
	} else {
		build_fails(profile, "XDG_DOWNLOAD_DIR is not set", EXIT_SETUP);
	}
	fake_files = NULL;
}

Test(files, the_directory_for_downloads_is_that_of_xdg_user_dirs)
{
	downloads_are("", "/home/u/Downloads");
	downloads_are("XDG_MUSIC_DIR=\"$HOME/a\"\n XDG_DOWNLOAD_DIR=\"$HOME/b/c\"\n",
		      "/home/u/b/c");
	downloads_are("XDG_DOWNLOAD_DIR=\"/data/dl/\"\n", "/data/dl");
	downloads_are("XDG_DOWNLOAD_DIR=\"$HOME/a\"\nXDG_DOWNLOAD_DIR=\"$HOME/b\"\n", "/home/u/b");
	downloads_are("XDG_DOWNLOAD_DIR=\"$HOME/\"\nXDG_DOWNLOAD_DIR=\"$HOME/b\"\n", "/home/u/b");
	/* No such line. */
	downloads_are("#XDG_DOWNLOAD_DIR=\"$HOME/b\"\n", "/home/u/Downloads");
	downloads_are("XDG_DOWNLOAD_DIR=\"$HOME/b\nXDG_MUSIC_DIR=\"$HOME/a\"\n",
		      "/home/u/Downloads");
	downloads_are("XDG_DOWNLOAD_DIR=\"$HOMER/b\"\n", "/home/u/Downloads");
	downloads_are("XDG_DOWNLOAD_DIR=\"b\"\n", "/home/u/Downloads");
	downloads_are("XDG_DOWNLOAD_DIR=\"\"\n", "/home/u/Downloads");
	downloads_are("XDG_DOWNLOAD_DIR=\"$HOME/../x\"\n", "/home/u/Downloads");
	/* None. */
	downloads_are("XDG_DOWNLOAD_DIR=\"$HOME/\"\n", NULL);
	downloads_are("XDG_DOWNLOAD_DIR=\"$HOME\"\n", NULL);
	downloads_are("XDG_DOWNLOAD_DIR=\"/home/u/.\"\n", NULL);
	downloads_are("XDG_DOWNLOAD_DIR=\"/\"\n", NULL);
	downloads_are("XDG_DOWNLOAD_DIR=\"$HOME/\"\nXDG_DOWNLOAD_DIR=\"$HOME/../x\"\n", NULL);
}
