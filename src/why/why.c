/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "why/why.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"
#include "learn/learn_names.h"
#include "learn/learn_watch.h"
#include "seccomp/ask.h"
#include "seccomp/verdict.h"
#include "sysname/names.h"
#include "why/why_call.h"
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
	struct watcher *watcher;
	pid_t caller; /* of the call that is looked at */
	char *call;   /* its name */
	struct names lines;
	uint64_t *times; /* how often each line came, by its place */
	size_t nlines;
	uint64_t unsaid;
};

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
		if (why->unsaid++ == 0)
			log_warning("more than %d different denials: no others are shown",
				    LINES_MAX);
		return;
	}
	names_add(&why->lines, line, &is_new);
	*array_grow(&why->times, &why->nlines) = 1;
	log_note("%s", line);
}

static void path_used(void *context, const char *path, unsigned use)
{
	struct why *why = context;
	_cleanup_free_ char *what = NULL;

	if (why->record.root >= 0)
		what = why_path(why->plan, &why->record, why->call, path, use);
	if (what)
		say(why, what);
}

static void address_used(void *context, const char *text, const struct address_use *use)
{
	struct why *why = context;
	const struct plan_landlock *landlock = &why->plan->landlock;
	_cleanup_free_ char *socket = NULL, *what = NULL;

	if (text[0] != '@' || !use->connected ||
	    !(landlock->scoped & LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET) ||
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

static void denied(struct why *why, const struct seccomp_data *data, enum abi abi, unsigned nr,
		   int errnum, const char *origin)
{
	_cleanup_free_ char *call = why_call_text(why->caller, data, abi, nr);
	const char *name = errno_name(errnum);
	_cleanup_free_ char *what = xasprintf("denied: %s %s (%s)", call,
					      name ? name : "with an unnamed errno", origin);

	say(why, what);
}

/* "web.ini:31 @mount", "the baseline, @mount", "default, web.ini:9". The caller frees. */
static char *origin_of(const struct filter_spec *spec, const struct binding *b)
{
	const struct filter_rule *rule = b ? b->rule : NULL;

	if (!rule)
		return binding_origin(spec, NULL);
	if (rule->baseline)
		return xasprintf("the baseline, %s", rule->group);
	return xasprintf("%s%s%s", loc_text(&rule->loc), rule->group ? " " : "",
			 rule->group ? rule->group : "");
}

/* What the filter itself would have answered: an errno, or 0 to go on. */
static int verdict(struct why *why, const struct seccomp_data *data, enum abi abi, unsigned nr)
{
	const struct filter_spec *spec = &why->plan->filter;
	_cleanup_answer_ struct answer answer = {0};
	_cleanup_free_ char *origin = NULL;
	struct call_args args = {.known = 0x3f};
	int errnum;

	if (!is_let_in(spec, abi)) {
		denied(why, data, abi, nr, ENOSYS, "an ABI that the profile doesn't let in");
		return ENOSYS;
	}
	if (!why->collected[abi])
		bindings_collect(spec, abi, &why->bindings[abi]);
	why->collected[abi] = true;
	memcpy(args.values, data->args, sizeof(args.values));
	answer_call(spec, &why->bindings[abi], abi, nr, &args, &answer);
	switch (answer.verdict & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ERRNO:
		origin = answer.unassigned ? xstrdup("a number that this sbox doesn't know")
					   : origin_of(spec, answer.otherwise);
		errnum = (int)(answer.verdict & SECCOMP_RET_DATA);
		denied(why, data, abi, nr, errnum, origin);
		return errnum ? errnum : EPERM;
	case SECCOMP_RET_ALLOW:
		if (abi == ABI_NATIVE && nr < CALLS && why->watched[nr])
			return 0;
		break;
	}
	/* Nothing else is asked for. */
	return EPERM;
}

int why_call(void *context, int listener, const struct seccomp_notif *notif)
{
	struct why *why = context;
	unsigned nr;
	enum abi abi;
	int errnum;

	why->caller = (pid_t)notif->pid;
	if (!syscall_abi(notif->data.arch, (uint32_t)notif->data.nr, &abi, &nr))
		return EPERM;
	errnum = verdict(why, &notif->data, abi, nr);
	if (errnum == 0) {
		free(why->call);
		why->call = syscall_name(abi, nr);
		watcher_call(why->watcher, listener, notif);
	}
	return errnum;
}

void why_end(struct why *why, int status)
{
	for (size_t i = 0; i < why->nlines; i++)
		if (why->times[i] > 1)
			log_note("%llu times: %s", (unsigned long long)why->times[i],
				 why->lines.items[i]);
	if (status == 128 + SIGSYS)
		log_note("the application was killed by SIGSYS, as a kill line or another filter "
			 "has it; the system's log names the call: sbox audit");
}
