/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "why/why.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/landlock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"
#include "learn/learn_names.h"
#include "learn/learn_process.h"
#include "learn/learn_watch.h"
#include "seccomp/ask.h"
#include "seccomp/verdict.h"
#include "sysname/names.h"
#include "why/why_call.h"
#include "why/why_host.h"
#include "why/why_landlock.h"
#include "why/why_path.h"
#include "why/why_socket.h"

/* More different lines than that are nobody's to read, and the application's to make. */
enum { LINES_MAX = 4096 };

struct why {
	const struct plan *plan;
	struct filter_program program;
	struct bindings bindings[ABI_COUNT];
	bool collected[ABI_COUNT];
	bool watched[CALLS]; /* native calls that are allowed, and asked for their path */
	struct record_reader reader;
	struct record record; /* holds the root alone: `reader` is told the rest */
	struct stat root;     /* of that root */
	struct host_mounts mounts;
	struct watcher *watcher;
	pid_t caller; /* of the call that is looked at */
	char *call;   /* its name */
	struct why_asked asked;
	struct names lines;
	uint64_t *times; /* how often each line came, by its place */
	size_t nlines;
	uint64_t unsaid;
};

/*
 * Whether a line can be written without waiting: what isn't read is not worth stopping the
 * application for. A page is free in a pipe that can be written to at all.
 */
static bool can_be_said(const char *line)
{
	struct pollfd fd = {.fd = STDERR_FILENO, .events = POLLOUT};
	enum { PAGE = 4096, ESCAPED = 4 };

	return poll(&fd, 1, 0) == 1 && fd.revents & POLLOUT && strlen(line) < PAGE / ESCAPED * 3;
}

/* One line for each thing, the first time. */
static void say(struct why *why, const char *what)
{
	_cleanup_free_ char *process = why_process_text(why->caller);
	_cleanup_free_ char *line = xasprintf("%s in %s", what, process);
	size_t place = names_find(&why->lines, line);
	bool is_new;

	if (place != SIZE_MAX) {
		why->times[place]++;
		return;
	}
	if (why->nlines == LINES_MAX) {
		why->unsaid++;
		return;
	}
	names_add(&why->lines, line, &is_new);
	*array_grow(&why->times, &why->nlines) = 1;
	if (can_be_said(line))
		log_note("%s", line);
	else
		why->unsaid++;
	if (why->nlines == LINES_MAX && can_be_said(""))
		log_warning("%d different denials so far: no others are shown", LINES_MAX);
}

/* Whether the caller's root directory is the sandbox's, and not one that it made inside. */
static bool in_same_root(const struct why *why)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/root", (int)why->caller);
	struct stat st;

	return stat(path, &st) == 0 && st.st_dev == why->root.st_dev &&
	       st.st_ino == why->root.st_ino;
}

static void path_used(void *context, const char *path, unsigned use)
{
	struct why *why = context;
	const struct why_tree tree = {why->plan, &why->record, &why->mounts};
	_cleanup_free_ char *what = NULL;

	if (why->record.root < 0)
		return;
	if (why->root.st_ino == 0) {
		_cleanup_free_ char *workdir = why_workdir(&tree);

		fstat(why->record.root, &why->root);
		if (workdir)
			say(why, workdir);
	}
	what = why_path(&tree, why->call, path, use);
	if (!what)
		what = why_landlock_path(&tree, &why->asked, path, use);
	if (what && in_same_root(why))
		say(why, what);
}

/*
 * An address that no interface of the sandbox leads to, "unreachable: ...", or a port that Landlock
 * denies, which is asked first.
 */
static void inet_used(struct why *why, const char *text, const struct address_use *use)
{
	const struct plan_net *net = &why->plan->net;
	_cleanup_free_ char *what = NULL, *call = NULL, *port = NULL;

	port = why_landlock_port(&why->plan->landlock, &why->asked, text, use);
	if (port) {
		say(why, port);
		return;
	}
	if (net->mode != NET_NONE || use->loopback || use->bound)
		return;
	call = why_path_text(why->call, text);
	what = xasprintf("unreachable: %s ENETUNREACH (no network: %s)", call, loc_text(&net->loc));
	say(why, what);
}

static void address_used(void *context, const char *text, const struct address_use *use)
{
	struct why *why = context;
	const struct plan_landlock *landlock = &why->plan->landlock;
	_cleanup_free_ char *socket = NULL, *what = NULL;

	if (use->family != AF_UNIX) {
		inet_used(why, text, use);
		return;
	}
	if (!use->connected || !(landlock->scoped & LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET) ||
	    !why_socket_is_outside(why->caller, text + 1))
		return;
	socket = why_path_text(why->call, text);
	what = xasprintf("scoped: %s EPERM (Landlock, %s)", socket, loc_text(&landlock->loc));
	say(why, what);
}

struct why *why_new(const struct plan *plan)
{
	struct why *why = xzalloc(sizeof(*why));
	size_t count;
	_cleanup_free_ int *calls = watcher_path_calls(&count);
	_cleanup_free_ bool *asked = xzalloc(count * sizeof(*asked));
	bool paths = false;

	why->plan = plan;
	why->reader = (struct record_reader){path_used, address_used, why};
	record_init(&why->record);
	why->record.reader = &why->reader;
	why->watcher = watcher_new(&why->record, NULL);
	host_mounts_read(&why->mounts);
	filter_ask(&plan->filter, &plan->programs, calls, count, asked, &why->program);
	for (size_t i = 0; i < count; i++) {
		if (calls[i] >= 0 && calls[i] < CALLS)
			why->watched[calls[i]] = asked[i];
		paths = paths || asked[i];
	}
	if (!paths)
		log_warning("the filter leaves no room to watch for missing paths");
	if (plan->programs.count > 1)
		log_warning("the filter takes %zu programs, and only what the last one denies is "
			    "reported",
			    plan->programs.count);
	return why;
}

void why_free(struct why *why)
{
	if (!why)
		return;
	for (size_t abi = 0; abi < ABI_COUNT; abi++)
		free(why->bindings[abi].items);
	watcher_free(why->watcher);
	record_free(&why->record);
	host_mounts_free(&why->mounts);
	free(why->program.code);
	names_free(&why->lines);
	free(why->times);
	free(why->call);
	free(why);
}

const struct filter_program *why_program(const struct why *why)
{
	return &why->program;
}

static bool is_let_in(const struct filter_spec *spec, enum abi abi)
{
	return abi == ABI_NATIVE || (abi == ABI_X86 && spec->allow_x86) ||
	       (abi == ABI_X32 && spec->allow_x32);
}

/* The call that is looked at. */
struct asked_call {
	int listener;
	const struct seccomp_notif *notif;
	enum abi abi;
	unsigned nr;
};

static void denied(struct why *why, const struct asked_call *c, int errnum, const char *origin)
{
	_cleanup_free_ char *call = why_call_text(why->caller, &c->notif->data, c->abi, c->nr);
	_cleanup_free_ char *what = NULL;
	const char *name = errno_name(errnum);

	/* Else it may be another process's memory that was read. */
	if (!process_waits(c->listener, c->notif->id))
		return;
	what = xasprintf("denied: %s %s (%s)", call, name ? name : "with an unnamed errno", origin);
	say(why, what);
}

/*
 * Whether a denial means nothing to anybody: the C library tries clone3(2) first, whose flags no
 * filter sees, and goes on with clone(2).
 */
static bool is_usual(const struct binding *b, int errnum)
{
	return b && b->rule->baseline && errnum == ENOSYS && streq(b->name, "clone3");
}

/* "web.ini:31 @mount", "the baseline, @mount", "default, web.ini:9". The caller frees. */
static char *origin_of(const struct filter_spec *spec, const struct binding *b)
{
	_cleanup_free_ char *place = binding_place(spec, b);

	if (!b || !b->rule->group)
		return steal_ptr(&place);
	return xasprintf("%s%s %s", place, b->rule->baseline ? "," : "", b->rule->group);
}

/* What the filter itself would have answered: an errno, or 0 to go on. */
static int verdict(struct why *why, const struct asked_call *c)
{
	const struct filter_spec *spec = &why->plan->filter;
	_cleanup_answer_ struct answer answer = {0};
	_cleanup_free_ char *origin = NULL;
	struct call_args args = {.known = 0x3f};
	int errnum;

	if (!is_let_in(spec, c->abi)) {
		denied(why, c, ENOSYS, "an ABI that the profile doesn't let in");
		return ENOSYS;
	}
	if (!why->collected[c->abi])
		bindings_collect(spec, c->abi, &why->bindings[c->abi]);
	why->collected[c->abi] = true;
	memcpy(args.values, c->notif->data.args, sizeof(args.values));
	answer_call(spec, &why->bindings[c->abi], c->abi, c->nr, &args, &answer);
	switch (answer.verdict & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ERRNO:
		origin = answer.unassigned ? xstrdup("a number that this sbox doesn't know")
					   : origin_of(spec, answer.otherwise);
		errnum = (int)(answer.verdict & SECCOMP_RET_DATA);
		if (!is_usual(answer.otherwise, errnum))
			denied(why, c, errnum, origin);
		return errnum ? errnum : EPERM;
	case SECCOMP_RET_ALLOW:
		if (c->abi == ABI_NATIVE && c->nr < CALLS && why->watched[c->nr])
			return 0;
		break;
	}
	/* Nothing else is asked for. */
	return EPERM;
}

int why_call(void *context, int listener, const struct seccomp_notif *notif)
{
	struct why *why = context;
	struct asked_call c = {.listener = listener, .notif = notif};
	int errnum;

	why->caller = (pid_t)notif->pid;
	if (!syscall_abi(notif->data.arch, (uint32_t)notif->data.nr, &c.abi, &c.nr))
		return EPERM;
	errnum = verdict(why, &c);
	if (errnum == 0) {
		free(why->call);
		why->call = syscall_name(c.abi, c.nr);
		why->asked = (struct why_asked){why->call, why->caller, &notif->data};
		watcher_call(why->watcher, listener, notif);
	}
	return errnum;
}

void why_end(struct why *why, int status)
{
	for (size_t i = 0; i < why->nlines; i++)
		if (why->times[i] > 1 && can_be_said(why->lines.items[i]))
			log_note("%llu times: %s", (unsigned long long)why->times[i],
				 why->lines.items[i]);
	if (why->unsaid && can_be_said(""))
		log_warning("%llu denial%s not said: there were too many, or nobody read them",
			    (unsigned long long)why->unsaid, why->unsaid == 1 ? " was" : "s were");
	if (status == 128 + SIGSYS && can_be_said(""))
		log_note("the application was killed by SIGSYS, as a kill line or another filter "
			 "has it; the system's log names the call: sbox audit");
}
