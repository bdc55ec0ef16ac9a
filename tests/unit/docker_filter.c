/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/docker_filter.h"

#include <criterion/criterion.h>

#include "base/arena.h"

void docker_filter_of_lines(struct docker_filter *f, const char *text, const char *lines)
{
	_cleanup_free_ char *profile = xasprintf("[seccomp]\n%s\n", lines);
	_cleanup_err_ struct err *err = NULL;

	*f = (struct docker_filter){0};
	profile_dir_make(&f->dir);
	if (text)
		profile_dir_write(&f->dir, "t.json", text);
	profile_dir_write(&f->dir, "more.json",
			  "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":["
			  "{\"names\":[\"acct\"],\"action\":\"SCMP_ACT_LOG\"}]}");
	f->profile = profile_dir_load_text(&f->dir, profile);
	cr_assert(f->profile, "%s: %s", lines, f->dir.errors.count ? f->dir.errors.items[0] : "?");
	f->plan = xzalloc(sizeof(*f->plan));
	f->plan->arena = arena_new();
	cr_assert_eq(build_seccomp(f->plan, f->profile, &(struct host_kernel){6, 1}, &err), 0,
		     "%s: %s", lines, err ? err->text : "");
	f->spec = f->plan->filter;
	cr_assert_eq(filter_compile(&f->spec, &f->programs, &err), 0, "%s: %s", lines,
		     err ? err->text : "");
}

void docker_filter_make(struct docker_filter *f, const char *text, const char *lines)
{
	_cleanup_free_ char *all = xasprintf("baseline = no\nimport = t.json\n%s", lines);

	docker_filter_of_lines(f, text, all);
}

void docker_filter_free(struct docker_filter *f)
{
	filter_programs_free(&f->programs);
	plan_free(f->plan);
	profile_free(f->profile);
	if (f->dir.path)
		profile_dir_remove(&f->dir);
}
