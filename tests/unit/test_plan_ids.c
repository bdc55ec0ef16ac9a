/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who the application is: id maps, groups, capabilities, clocks. */
#include <criterion/criterion.h>
#include <linux/capability.h>

#include "base/str.h"
#include "plan/print.h"
#include "unit/plan_fake.h"

static const char *const with_ranges[][2] = {
	{"/etc/subuid", "other:300000:65536\nu:100000:40000\n1000:200000:30000\n"},
	{"/etc/subgid", "u:500000:65536\n"},
	{"/usr/bin/newuidmap", ""},
	{"/usr/bin/newgidmap", ""},
	{NULL, NULL},
};

static const uint32_t root_powers = 1u << CAP_CHOWN | 1u << CAP_DAC_OVERRIDE | 1u << CAP_FOWNER |
				    1u << CAP_FSETID | 1u << CAP_SETGID | 1u << CAP_SETUID;

Test(ids, subordinate_ids_surround_ones_own)
{
	_cleanup_plan_ struct plan *plan = NULL;

	fake_files = with_ranges;
	plan = build_ok("[namespaces]\nids = sub\n");
	cr_expect_str_eq(plan->ids.maps.uid, "0 100000 1000\n1000 1000 1\n1001 101000 39000\n"
					     "40001 200000 30000\n");
	cr_expect_str_eq(plan->ids.maps.gid, "0 500000 100\n100 100 1\n101 500100 65436\n");
	cr_expect_str_eq(plan->ids.newuidmap, "/usr/bin/newuidmap");
	cr_expect_str_eq(plan->ids.newgidmap, "/usr/bin/newgidmap");
	cr_expect(plan->ids.sub && plan->ids.own_userns && !plan->ids.nest);
	cr_expect_eq(plan->ids.kept, 0u);
	cr_expect(plan->ids.drops_groups);
}

Test(ids, root_of_the_sandbox_keeps_what_it_takes_to_change_owners)
{
	_cleanup_plan_ struct plan *plan = NULL;

	fake_files = with_ranges;
	plan = build_ok("[namespaces]\nids = sub\nuid = 0\ngid = 0\n");
	cr_expect_str_eq(plan->ids.maps.uid, "0 1000 1\n1 100000 40000\n40001 200000 30000\n");
	cr_expect_str_eq(plan->ids.maps.gid, "0 100 1\n1 500000 65536\n");
	cr_expect_eq(plan->ids.kept, root_powers);
}

Test(ids, an_own_id_beyond_the_ranges_stands_alone)
{
	_cleanup_plan_ struct plan *plan = NULL;

	fake_files = with_ranges;
	plan = build_ok("[namespaces]\nids = sub\nuid = 70000\ngid = 99999\n");
	cr_expect_str_eq(plan->ids.maps.uid, "0 100000 40000\n40000 200000 30000\n70000 1000 1\n");
	cr_expect_str_eq(plan->ids.maps.gid, "0 500000 65536\n99999 100 1\n");
}

Test(ids, a_limit_on_nesting_maps_them_once_more)
{
	_cleanup_plan_ struct plan *plan = NULL;

	fake_files = with_ranges;
	plan = build_ok("[namespaces]\nids = sub\nnested = 3\n");
	cr_expect_str_eq(plan->ids.nested_maps.uid,
			 "0 0 1000\n1000 1000 1\n1001 1001 39000\n40001 40001 30000\n");
	cr_expect(plan->ids.own_userns && plan->ids.nest);
}

Test(ids, an_uplink_has_them_behind_its_owner)
{
	_cleanup_plan_ struct plan *plan = NULL;

	fake_files = with_ranges;
	plan = build_ok("[network]\nnetns = phone\n[namespaces]\nids = sub\nuid = 0\ngid = 7\n");
	cr_expect_str_eq(plan->ids.nested_maps.uid, "0 0 1\n1 1 40000\n40001 40001 30000\n");
	cr_expect_str_eq(plan->ids.nested_maps.gid, "0 1 7\n7 0 1\n8 8 65529\n");
	cr_expect(!plan->ids.own_userns && plan->ids.nest && !plan->ids.newuidmap);
	/* Its user namespace denies setgroups(2). */
	cr_expect_not(plan->ids.drops_groups);
	cr_expect_eq(plan->ids.kept, root_powers);
}

Test(ids, what_is_missing_for_them_is_said)
{
	static const char *const none[][2] = {{"/etc/subuid", "uu:100000:65536\nu:1:\nu\n"},
					      {NULL, NULL}};
	static const char *const small[][2] = {{"/etc/subuid", "u:100000:65533\n"}, {NULL, NULL}};
	static const char *const overlap[][2] = {{"/etc/subuid", "u:0:70000\nu:900:70000\n"},
						 {NULL, NULL}};
	static const char *const no_helper[][2] = {{"/etc/subuid", "u:100000:65534\n"},
						   {"/etc/subgid", "u:100000:65534\n"},
						   {NULL, NULL}};
	static const char *const no_group[][2] = {{"/etc/subuid", "u:100000:65536\n"},
						  {NULL, NULL}};

	fake_files = none;
	build_fails("[namespaces]\nids = sub\n", "/etc/subuid has no range for u", 125);
	fake_files = small;
	build_fails("[namespaces]\nids = sub\n", "/etc/subuid has only 65533 user ids for u", 125);
	fake_files = overlap;
	build_fails("[namespaces]\nids = sub\n", "/etc/subuid has no range for u", 125);
	fake_files = no_group;
	build_fails("[namespaces]\nids = sub\n", "/etc/subgid has no range for u", 125);
	fake_files = no_helper;
	build_fails("[namespaces]\nids = sub\n", "there is no newuidmap", 125);
}

Test(ids, groups_are_kept_and_counted_unless_root_is_the_caller)
{
	static gid_t groups[] = {100, 27, 44};
	static const char *const argv[] = {"prog", NULL};
	_cleanup_err_ struct err *err = NULL;
	struct host host = fake_host();
	_cleanup_plan_ struct plan *user = NULL, *root = NULL;
	_cleanup_free_ char *text = NULL, *json = NULL;

	host.groups = groups;
	host.ngroups = ARRAY_SIZE(groups);
	user = build_as(&host, "[profile]\n", argv, &err);
	cr_assert_not_null(user);
	cr_expect_eq(user->ids.ngroups, 2u);
	cr_expect(!user->ids.groups_gone && !user->ids.drops_groups);
	text = plan_print_text(user);
	cr_expect(strstr(text, "the caller's 2 supplementary groups are kept, shown as 65534"));
	json = plan_print_json(user);
	cr_expect(strstr(json, "\"groups\":\"kept\""), "%s", json);
	host.uid = 0;
	root = build_as(&host, "[profile]\n", argv, &err);
	cr_assert_not_null(root);
	cr_expect(root->ids.groups_gone && !root->ids.drops_groups);
}

Test(ids, nesting_is_of_no_use_to_the_id_0_and_that_is_said)
{
	_cleanup_plan_ struct plan *zero = build_ok("[namespaces]\nuid = 0\nnested = yes\n");
	_cleanup_plan_ struct plan *other = build_ok("[namespaces]\nnested = yes\n");

	cr_assert_eq(zero->nwarnings, 1u);
	cr_expect(strstr(zero->warnings[0], "nested = yes is of no use to the user id 0"));
	cr_expect_eq(other->nwarnings, 0u);
}

Test(ids, clocks_are_the_hosts_unless_asked_for)
{
	_cleanup_plan_ struct plan *host = build_ok("[profile]\n");
	_cleanup_plan_ struct plan *new = build_ok("[namespaces]\ntime = new\nuptime = 1500ms\n");
	_cleanup_free_ char *text = plan_print_text(new);

	cr_expect(!host->new_time);
	cr_expect(new->new_time);
	cr_expect_eq(new->uptime, 1500000);
	cr_expect(strstr(text, "start at 1.500000 seconds"));
}

Test(ids, proc_is_covered_unless_the_application_may_mount_its_own)
{
	_cleanup_plan_ struct plan *plan = build_ok("[profile]\n");
	_cleanup_plan_ struct plan *nested = build_ok("[namespaces]\nnested = yes\n");
	_cleanup_plan_ struct plan *pids = build_ok("[filesystem]\nproc = pid-only\n");

	cr_expect_geq(find(plan, STEP_HIDE, "/proc/kcore"), 0);
	cr_expect_geq(find(plan, STEP_HIDE, "/proc/keys"), 0);
	cr_expect_geq(find(plan, STEP_HIDE, "/sys/firmware"), 0);
	cr_expect_geq(find(plan, STEP_READONLY, "/proc/sys"), 0);
	cr_expect_lt(find(nested, STEP_HIDE, "/proc/kcore"), 0);
	cr_expect_lt(find(nested, STEP_READONLY, "/proc/sys"), 0);
	cr_expect_lt(find(pids, STEP_HIDE, "/proc/kcore"), 0);
}
