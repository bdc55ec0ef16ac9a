/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/build.h"

#include <errno.h>

#include "base/path.h"
#include "plan/builder.h"

static int build(struct builder *b, const char *const *argv, struct err **err)
{
	/* Network and namespaces first: what /sys, /etc and the seccomp baseline are depends on
	 * them. */
	if (build_network(b, err) < 0 || build_namespaces(b, err) < 0 || build_base(b, err) < 0 ||
	    build_closure(b, err) < 0 || build_etc(b, err) < 0 || build_files(b, err) < 0 ||
	    build_desktop(b, err) < 0 || close_ways_round(b, err) < 0 ||
	    place_in_tree(b, err) < 0 || lay_overlays(b, err) < 0)
		return -1;
	if (refuse_planted_sources(b, err) < 0 || pin_restrictions(b, err) < 0 ||
	    order_steps(b, err) < 0)
		return -1;
	mark_enclosing(b->plan);
	if (refuse_missing(b, err) < 0)
		return -1;
	/* What Landlock leaves open depends on the terminal. */
	if (build_exec(b, argv, err) < 0 || build_landlock(b, err) < 0 || build_limits(b, err) < 0)
		return -1;
	return build_seccomp(b->plan, b->profile, &b->host->kernel, err);
}

int plan_build(const struct profile *profile, const struct host *host, const char *const *argv,
	       struct plan **out, struct err **err)
{
	_cleanup_plan_ struct plan *plan = xzalloc(sizeof(*plan));
	struct builder b = {.plan = plan, .profile = profile, .host = host};
	int result;

	plan->arena = b.arena = arena_new();
	plan->name = arena_strdup(plan->arena, profile_name(profile));
	b.home = path_clean(host->home);
	if (!b.home)
		return err_set(err, 0,
			       "the home directory \"%s\" is not an absolute path without \"..\"",
			       host->home);
	arena_take(plan->arena, (void *)(uintptr_t)b.home);
	result = build(&b, argv, err);
	free(b.steps);
	free(b.last);
	strv_free(&b.set);
	free(b.set_locs);
	if (result < 0)
		return -1;
	*out = steal_ptr(&plan);
	return 0;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	strv_free(&plan->exec.owned_argv);
	strv_free(&plan->exec.owned_envp);
	strv_free(&plan->exec.owned_candidates);
	free(plan->closure);
	free(plan->closure_notes);
	free(plan->limits);
	free(plan->landlock.ports);
	free(plan->notes);
	free(plan->warnings);
	arena_free(plan->arena);
	free(plan);
}
