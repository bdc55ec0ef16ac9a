/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * [landlock]. Files: a second wall behind the mounts, for what could be reached past those, by a
 * descriptor that leads out of the root. Ports: which TCP ports. Scopes: a sandbox that shares its
 * network namespace, with an uplink's other sandboxes or with the host, shares its abstract sockets
 * too, unless Landlock keeps them apart.
 */
#include <sched.h>

#include "base/landlock.h"
#include "base/num.h"
#include "base/path.h"
#include "plan/builder.h"

enum { MODE_AUTO, MODE_OFF, MODE_REQUIRE };
enum { SCOPE_AUTO, SCOPE_OFF, SCOPE_REQUIRE };
enum { LOG_NO, LOG_YES, LOG_ALL };

/* What this kernel can deny: a right that a ruleset doesn't know of is not denied by it. */
static uint64_t file_rights(int abi)
{
	uint64_t rights = LANDLOCK_FS_ALL;

	if (abi < LANDLOCK_ABI_TRUNCATE)
		rights &= ~LANDLOCK_ACCESS_FS_TRUNCATE;
	if (abi < LANDLOCK_ABI_IOCTL_DEV)
		rights &= ~LANDLOCK_ACCESS_FS_IOCTL_DEV;
	return rights;
}

/* What the step's mount allows. */
static uint64_t step_rights(const struct step *step)
{
	bool bind = step_shows_host(step);
	uint64_t rights = LANDLOCK_FS_READ;

	if (step->kind == STEP_PROC)
		return rights | LANDLOCK_FS_WRITE;
	if (step->kind == STEP_DEVPTS)
		return rights | LANDLOCK_FS_WRITE | LANDLOCK_ACCESS_FS_IOCTL_DEV;
	if (!bind && step->kind != STEP_TMPFS && step->kind != STEP_SYSFS)
		return 0;
	if (!(step->attr & MOUNT_ATTR_NOEXEC))
		rights |= LANDLOCK_ACCESS_FS_EXECUTE;
	if (!(step->attr & MOUNT_ATTR_RDONLY) && !step->sealed)
		rights |= LANDLOCK_FS_CHANGE;
	if (!bind || step->id.type == S_IFDIR || step->id.type == 0)
		return rights | (step->attr & MOUNT_ATTR_NODEV
					 ? 0
					 : LANDLOCK_FS_WRITE | LANDLOCK_ACCESS_FS_IOCTL_DEV);
	/* A read-only mount doesn't stop writing to a pipe; connecting to a socket takes no right.
	 */
	if (step->id.type == S_IFIFO)
		rights |= LANDLOCK_FS_WRITE;
	if (!(step->attr & MOUNT_ATTR_NODEV))
		rights |= LANDLOCK_FS_WRITE | LANDLOCK_ACCESS_FS_IOCTL_DEV;
	return step->id.type == S_IFSOCK ? 0 : rights & LANDLOCK_FS_FILE;
}

/*
 * While Landlock has rules for files, each mount(2) is EPERM, also in namespaces that the
 * application makes for itself; and its first ABI let no file be moved to another directory.
 */
static int build_files_wall(struct builder *b, const struct value *mode, struct err **err)
{
	const struct value *nested = profile_get(b->profile, KEY_NS_NESTED);
	struct plan_landlock *landlock = &b->plan->landlock;

	landlock->files = mode->number == MODE_OFF             ? LANDLOCK_FILES_OFF
			  : nested->number != 0                ? LANDLOCK_FILES_NESTED
			  : landlock->abi < LANDLOCK_ABI_REFER ? LANDLOCK_FILES_LACKING
							       : LANDLOCK_FILES;
	if (mode->number == MODE_REQUIRE && landlock->files == LANDLOCK_FILES_NESTED)
		return err_set_code(err, EXIT_PROFILE, 0,
				    "%s: mode = require contradicts nested = %s (%s): with "
				    "Landlock's rules for files nothing can be mounted in a nested "
				    "namespace",
				    loc_text(&mode->loc), nested->text, loc_text(&nested->loc));
	if (mode->number == MODE_REQUIRE && landlock->files == LANDLOCK_FILES_LACKING)
		return err_set(
			err, 0,
			"%s: mode = require: this kernel has Landlock's ABI %d, and rules for "
			"files take ABI %d (Linux 5.19)",
			loc_text(&mode->loc), landlock->abi, LANDLOCK_ABI_REFER);
	if (landlock->files == LANDLOCK_FILES_NESTED)
		landlock->mode_loc = nested->loc;
	if (landlock->files != LANDLOCK_FILES)
		return 0;
	landlock->fs = file_rights(landlock->abi);
	for (size_t i = 0; i < b->plan->nsteps; i++)
		b->plan->steps[i].access = step_rights(&b->plan->steps[i]) & landlock->fs;
	return 0;
}

/* The ports of one list; *loc is the place of its first line. */
static int add_ports(struct builder *b, enum key_id key, uint64_t access, struct loc *loc,
		     struct err **err)
{
	struct plan_landlock *landlock = &b->plan->landlock;
	const struct value *values;
	size_t count;

	profile_list(b->profile, key, &values, &count);
	if (count == 0)
		return 0;
	*loc = values[0].loc;
	/* Asked for by name, and so never left out. */
	if (landlock->abi < LANDLOCK_ABI_NET)
		return err_set(
			err, 0,
			"%s: %s = %s: this kernel has Landlock's ABI %d, and rules for ports "
			"came with ABI %d (Linux 6.7)",
			loc_text(loc), schema[key].name, values[0].text, landlock->abi,
			LANDLOCK_ABI_NET);
	landlock->net |= access;
	for (size_t i = 0; i < count; i++) {
		for (char *const *word = values[i].words; *word; word++) {
			int64_t port;

			if (num_int(*word, 0, UINT16_MAX, &port, NULL) < 0)
				continue; /* none */
			*array_grow(&landlock->ports, &landlock->nports) =
				(struct plan_port){(uint16_t)port, access, values[i].loc};
		}
	}
	return 0;
}

/* Why there are no rules for files, where those would have been the only ones. */
static const char *why_nothing(const struct plan_landlock *landlock)
{
	switch (landlock->files) {
	case LANDLOCK_FILES_NESTED:
		return "nested namespaces leave it no rules for files";
	case LANDLOCK_FILES_LACKING:
		return landlock->abi ? "this kernel's is too old for rules for files"
				     : "this kernel has none";
	default:
		return "mode = off";
	}
}

/* Explain says it too; but a log that was asked for is missed when it is too late. */
static void build_log(struct builder *b)
{
	const struct value *log = profile_get(b->profile, KEY_LANDLOCK_LOG);
	struct plan_landlock *landlock = &b->plan->landlock;

	landlock->log_loc = log->loc;
	if (log->number == LOG_NO)
		return;
	if (!plan_landlocked(landlock)) {
		*array_grow(&b->plan->warnings, &b->plan->nwarnings) = arena_printf(
			b->arena,
			"log = %s (%s): nothing will be logged, for Landlock denies nothing here: %s",
			log->text, loc_text(&log->loc), why_nothing(landlock));
		return;
	}
	if (landlock->abi >= LANDLOCK_ABI_LOG) {
		landlock->log = true;
		landlock->log_all = log->number == LOG_ALL;
		return;
	}
	*array_grow(&b->plan->warnings, &b->plan->nwarnings) =
		arena_printf(b->arena,
			     "log = %s (%s): nothing that Landlock denies will be logged, for this "
			     "kernel has its ABI %d, and logs came with ABI %d (Linux 6.15)",
			     log->text, loc_text(&log->loc), landlock->abi, LANDLOCK_ABI_LOG);
}

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

/* Whether signals leave the sandbox whatever network it has. */
static bool signals_leave(const struct builder *b)
{
	return !(b->plan->namespaces & CLONE_NEWPID) ||
	       (b->host->terminal && b->plan->exec.tty == TTY_INHERIT);
}

static int build_scope(struct builder *b, struct err **err)
{
	const struct value *scope = profile_get(b->profile, KEY_LANDLOCK_SCOPE);
	struct plan_landlock *landlock = &b->plan->landlock;
	bool shared = plan_shares_network(&b->plan->net);

	landlock->loc = scope->loc;
	if (scope->number == SCOPE_OFF ||
	    (!shared && (scope->number != SCOPE_REQUIRE || !signals_leave(b))))
		return 0;
	if (landlock->abi < LANDLOCK_ABI_SCOPES) {
		if (scope->number == SCOPE_REQUIRE)
			return err_set(
				err, 0,
				"%s: scope = require: this kernel has Landlock's ABI %d, and "
				"scopes came with ABI %d (Linux 6.12)",
				loc_text(&scope->loc), landlock->abi, LANDLOCK_ABI_SCOPES);
		landlock->lacking = true;
		return 0;
	}
	landlock->scoped = LANDLOCK_SCOPE_SIGNAL;
	if (shared)
		landlock->scoped |= LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET;
	leave_job_control_open(b, scope);
	return leave_x11_open(b, scope, err);
}

int build_landlock(struct builder *b, struct err **err)
{
	const struct value *mode = profile_get(b->profile, KEY_LANDLOCK_MODE);
	struct plan_landlock *landlock = &b->plan->landlock;

	landlock->abi = b->host->landlock_abi;
	landlock->mode_loc = mode->loc;
	if (build_files_wall(b, mode, err) < 0 ||
	    add_ports(b, KEY_LANDLOCK_TCP_CONNECT, LANDLOCK_ACCESS_NET_CONNECT_TCP,
		      &landlock->connect_loc, err) < 0 ||
	    add_ports(b, KEY_LANDLOCK_TCP_BIND, LANDLOCK_ACCESS_NET_BIND_TCP, &landlock->bind_loc,
		      err) < 0 ||
	    build_scope(b, err) < 0)
		return -1;
	build_log(b);
	return 0;
}
