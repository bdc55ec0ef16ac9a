/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the plan makes of the helper's answers for [filesystem] closure. */
#include <criterion/criterion.h>

#include "base/str.h"
#include "base/sys.h"
#include "unit/plan_fake.h"

#define ANSWER(text)                                                                               \
	do {                                                                                       \
		fake_records = (text);                                                             \
		fake_records_len = sizeof(text) - 1;                                               \
	} while (0)

Test(plan_closure, files_and_links_take_the_place_of_usr)
{
	_cleanup_plan_ struct plan *plan = NULL;
	ssize_t link, file;

	ANSWER("f\0"
	       "0\0/bin/curl\0\0"
	       "f\0"
	       "0\0/usr/lib/../lib/libc.so.6\0/bin/curl\0");
	plan = build_ok("[filesystem]\nclosure = /bin/curl\n");
	link = find(plan, STEP_SYMLINK, "/bin");
	file = find(plan, STEP_BIND, "/usr/bin/curl");
	cr_assert(link >= 0 && file > link);
	cr_expect_str_eq(plan->steps[link].data, "usr/bin");
	cr_expect_eq(plan->steps[file].loc.line, 2u);
	cr_expect(plan->steps[file].attr & MOUNT_ATTR_RDONLY);
	cr_expect(plan->steps[file].attr & MOUNT_ATTR_NOSUID);
	cr_expect_geq(find(plan, STEP_BIND, "/usr/lib/libc.so.6"), 0);
	cr_expect_geq(find(plan, STEP_DIR, "/usr/lib"), 0);
	cr_expect_lt(find(plan, STEP_BIND, "/usr"), 0);
	cr_expect_lt(find(plan, STEP_BIND, "/lib"), 0);
	cr_expect_eq(plan->nclosure, 2u);
	cr_expect_str_eq(plan->closure[1].via, "/bin/curl");
}

Test(plan_closure, what_is_shown_anyway_needs_nothing)
{
	_cleanup_plan_ struct plan *plan = NULL;

	ANSWER("f\0"
	       "0\0/bin/curl\0\0"
	       "f\0"
	       "0\0/opt/x.so\0\0");
	plan = build_ok("[filesystem]\nclosure = /bin/curl\nro = /usr\nrw = /opt/x.so\n");
	cr_expect_lt(find(plan, STEP_BIND, "/usr/bin/curl"), 0);
	cr_expect_geq(find(plan, STEP_SYMLINK, "/bin"), 0);
	cr_assert_geq(find(plan, STEP_BIND, "/opt/x.so"), 0);
	cr_expect_not(plan->steps[find(plan, STEP_BIND, "/opt/x.so")].attr & MOUNT_ATTR_RDONLY);
}

Test(plan_closure, links_in_what_the_base_shows_are_there)
{
	_cleanup_plan_ struct plan *minimal = NULL, *none = NULL, *named = NULL;

	ANSWER("f\0"
	       "0\0/etc/alternatives/x\0\0");
	minimal = build_ok("[filesystem]\nclosure = /etc/alternatives/x\n");
	cr_expect_geq(find(minimal, STEP_BIND, "/etc/alternatives"), 0);
	cr_expect_lt(find(minimal, STEP_SYMLINK, "/etc/alternatives/x"), 0);
	cr_expect_geq(find(minimal, STEP_BIND, "/opt/x.so"), 0);
	none = build_ok("[filesystem]\nbase = none\nclosure = /etc/alternatives/x\n");
	cr_expect_geq(find(none, STEP_SYMLINK, "/etc/alternatives/x"), 0);
	/* Another directory in that place doesn't have the link. */
	named = build_ok("[filesystem]\nclosure = /etc/alternatives/x\n"
			 "tmpfs = /etc/alternatives\n");
	cr_expect_lt(find(named, STEP_BIND, "/etc/alternatives"), 0);
	cr_expect_geq(find(named, STEP_SYMLINK, "/etc/alternatives/x"), 0);
	build_fails("[filesystem]\nclosure = /etc/alternatives/x\nhide = /etc/alternatives\n",
		    "contradicts", EXIT_PROFILE);
}

Test(plan_closure, what_nobody_named_is_a_program_or_public)
{
	_cleanup_plan_ struct plan *elf = NULL, *beside = NULL;

	ANSWER("f\0"
	       "0\0/home/u/secret\0/opt/x\0");
	build_fails("[filesystem]\nclosure = /opt/x\n",
		    ":2: closure: /opt/x asks for /home/u/secret, which is neither", EXIT_SETUP);
	ANSWER("f\0"
	       "0\0/data\0/opt/x\0");
	build_fails("[filesystem]\nclosure = /opt/x\n", "which is neither", EXIT_SETUP);
	build_fails("[filesystem]\nclosure = /opt/x @gconv\n", "which is neither", EXIT_SETUP);
	ANSWER("f\0"
	       "0\0/home/u/lib/liba.so\0/opt/x\0");
	elf = build_ok("[filesystem]\nclosure = /opt/x\n");
	cr_expect_geq(find(elf, STEP_BIND, "/home/u/lib/liba.so"), 0);
	ANSWER("f\0"
	       "1\0/data/gconv\0\0");
	beside = build_ok("[filesystem]\nclosure = /opt/x @gconv\n");
	cr_expect_geq(find(beside, STEP_BIND, "/data/gconv"), 0);
}

Test(plan_closure, what_is_hidden_stays_hidden)
{
	ANSWER("f\0"
	       "0\0/usr/lib/x\0\0");
	build_fails("[filesystem]\nclosure = /usr/lib/x\nhide = /usr/lib\n", "contradicts",
		    EXIT_PROFILE);
	build_fails("[filesystem]\nclosure = /usr/lib/x\nhide = /usr/lib/x\n", "contradicts",
		    EXIT_PROFILE);
}

Test(plan_closure, links_in_writable_trees_are_not_followed)
{
	/* "/data/planted" is a link, and its directory is writable inside. */
	ANSWER("f\0"
	       "0\0/data/planted\0\0");
	build_fails("[filesystem]\nclosure = /data/planted\nrw = /data\n", "it isn't followed",
		    EXIT_SETUP);
}

Test(plan_closure, errors_have_the_line)
{
	ANSWER("e\0"
	       "1\0libx.so is not there\0\0");
	build_fails("[filesystem]\nclosure = /a\nclosure = /b\n", ":3: closure: libx.so",
		    EXIT_SETUP);
	build_fails("[filesystem]\nclosure = /missing/a\n", ":2: /missing/a", EXIT_SETUP);
}

Test(plan_closure, nonsense_is_refused)
{
	static const char profile[] = "[filesystem]\nclosure = /a\n";

	ANSWER("f\0"
	       "1\0/x\0\0");
	build_fails(profile, "another language", EXIT_SETUP);
	ANSWER("f\0"
	       "-1\0/x\0\0");
	build_fails(profile, "another language", EXIT_SETUP);
	ANSWER("f\0"
	       "0\0x\0\0");
	build_fails(profile, "another language", EXIT_SETUP);
	ANSWER("g\0"
	       "0\0/x\0\0");
	build_fails(profile, "another language", EXIT_SETUP);
	ANSWER("f\0"
	       "0\0/x\0");
	build_fails(profile, "in the middle", EXIT_SETUP);
	ANSWER("f\0"
	       "0\0/\0\0");
	build_fails(profile, "the root itself", EXIT_PROFILE);
}

Test(plan_closure, names_are_looked_up_with_the_set_for_it)
{
	_cleanup_plan_ struct plan *without = NULL, *with = NULL;

	ANSWER("f\0"
	       "0\0/a\0\0");
	without = build_ok("[filesystem]\nbase = none\nclosure = /a\n");
	cr_expect_lt(find(without, STEP_FILE, "/etc/passwd"), 0);
	with = build_ok("[filesystem]\nbase = none\nclosure = /a @nss\n");
	cr_expect_geq(find(with, STEP_FILE, "/etc/passwd"), 0);
	cr_expect_geq(find(with, STEP_FILE, "/etc/nsswitch.conf"), 0);
}
