/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * [landlock]: a sandbox that shares its network namespace, with an uplink's other sandboxes or with
 * the host, shares its abstract sockets too, unless Landlock's scopes keep them apart.
 */
#include "base/path.h"
#include "base/sys.h"
#include "plan/builder.h"

enum { SCOPE_AUTO, SCOPE_OFF, SCOPE_REQUIRE };

/* The step that shows an X11 socket, or the directory of them, or NULL. */
static const struct step *x11_socket(const struct builder *b)
{
	static const char directory[] = "/tmp/.X11-unix";

	for (size_t i = 0; i < b->plan->nsteps; i++) {
		const struct step *step = &b->plan->steps[i];

		if (step->kind == STEP_BIND &&
		    (path_below(step->real, directory) || path_below(directory, step->real)))
			return step;
	}
	return NULL;
}

/*
 * X clients try the server's abstract socket first, and the scope's EPERM ends that, where
 * ECONNREFUSED, which they get on an uplink, makes them go on to the other one.
 */
static int leave_x11_open(struct builder *b, const struct value *scope, struct err **err)
{
	const struct step *x11 = b->plan->net.mode == NET_HOST ? x11_socket(b) : NULL;

	if (!x11)
		return 0;
	if (scope->number == SCOPE_REQUIRE)
		return err_set_code(err, EXIT_PROFILE, 0,
				    "%s: scope = require contradicts the X11 socket (%s): on the "
				    "host's network X clients connect to an abstract socket",
				    loc_text(&scope->loc), loc_text(&x11->loc));
	b->plan->landlock.scoped &= ~LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET;
	b->plan->landlock.x11 = x11->loc;
	return 0;
}

/*
 * A program that suspends itself, as editors and pagers do at ^Z, stops its process group. If that
 * didn't reach the launcher, the caller's shell would go on waiting for it.
 */
static void leave_job_control_open(struct builder *b, const struct value *scope)
{
	if (scope->number == SCOPE_REQUIRE || !b->host->terminal ||
	    b->plan->exec.tty != TTY_INHERIT)
		return;
	b->plan->landlock.scoped &= ~LANDLOCK_SCOPE_SIGNAL;
	b->plan->landlock.terminal = true;
}

int build_landlock(struct builder *b, struct err **err)
{
	const struct value *scope = profile_get(b->profile, KEY_LANDLOCK_SCOPE);
	struct plan_landlock *landlock = &b->plan->landlock;

	landlock->loc = scope->loc;
	if (scope->number == SCOPE_OFF || !plan_shares_network(&b->plan->net))
		return 0;
	if (b->host->landlock_abi < LANDLOCK_ABI_SCOPES) {
		if (scope->number == SCOPE_REQUIRE)
			return err_set(
				err, 0,
				"%s: scope = require: this kernel has Landlock's ABI %d, and "
				"scopes came with ABI %d (Linux 6.12)",
				loc_text(&scope->loc), b->host->landlock_abi, LANDLOCK_ABI_SCOPES);
		landlock->lacking = true;
		return 0;
	}
	landlock->scoped = LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL;
	leave_job_control_open(b, scope);
	return leave_x11_open(b, scope, err);
}
