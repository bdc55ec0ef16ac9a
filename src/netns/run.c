/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * `sbox netns run`: the uplink in the foreground, for a service manager. As root it makes the
 * namespace, or takes over the one that is there, moves the interface in where it is plugged in
 * already, and starts the supervisor. Then it becomes the owner for good and only tells what
 * happens. SIGTERM has the lease given back; the namespace and the interface in it stay, for what
 * runs there, until `down`.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "netns/bring.h"
#include "netns/clock.h"
#include "netns/lease.h"
#include "netns/lease_watch.h"
#include "netns/priv.h"
#include "netns/process.h"
#include "netns/report.h"
#include "netns/verbs.h"
#include "netns/wait.h"

enum {
	LOCK_PATIENCE = 30000000, /* microseconds */
	END_PATIENCE = 3000,      /* milliseconds for giving the lease back */
};

static int make(struct bring *b, struct err **err)
{
	_cleanup_free_ char *path = NULL;

	if (bring_plan(b, err) < 0 || client_find(&b->state.client, &path, err) < 0 ||
	    bring_make(b, err) < 0)
		return -1;
	return 0;
}

static int prepare(struct bring *b, struct err **err)
{
	_cleanup_err_ struct err *absent = NULL;
	int there = bring_look(b, err), here;

	if (there < 0)
		return -1;
	if (there && bring_reopen(b, err) < 0)
		return -1;
	if (there && b->set->text[SET_DHCP])
		b->state.client = settings_client(b->set);
	if (!there && make(b, err) < 0)
		return -1;
	if (bring_start(b, err) < 0)
		return -1;
	here = bring_has_interface(b, err);
	if (here < 0)
		return -1;
	if (!here)
		here = bring_find(b, &absent);
	if (here < 0 && err)
		*err = steal_ptr(&absent);
	if (here < 0)
		return -1;
	if (here == 0)
		log_note("%s: waiting for its interface", b->name);
	else if (!bring_has_interface(b, NULL) && bring_move(b, err) < 0)
		return -1;
	b->state.up = true;
	return state_write(b->dir, &b->state, err);
}

/* One line for each change of the lease. */
static void tell(const struct bring *b, struct str *last)
{
	struct str text = {0};
	struct lease lease;

	lease_read(b->lease, &lease);
	lease_describe(&lease, &text);
	if (last->text && streq(last->text, text.text)) {
		str_free(&text);
		return;
	}
	log_note("%s: %s", b->name, text.text);
	str_free(last);
	*last = text;
}

/* The supervisor tells how its client ended. 0 when it is gone itself. */
static int hear(struct bring *b)
{
	struct report report;
	int got = report_receive(b->supervisor, &report, NULL, NULL);

	if (got > 0 && report.kind == REPORT_ENDED)
		log_warning("%s: %s %s; it is started again", b->name, client_name(b->state.client),
			    report.text);
	return got;
}

/* 0 when it was told to end. */
static int ended(const struct bring *b, struct err **err)
{
	int status = 0;

	while (waitpid(b->state.pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		log_note("%s: the supervisor was told to end", b->name);
		return 0;
	}
	if (WIFSIGNALED(status))
		return err_set(err, 0, "the supervisor of %s was killed by signal %d", b->name,
			       WTERMSIG(status));
	return err_set(err, 0, "the supervisor of %s ended with status %d", b->name,
		       WEXITSTATUS(status));
}

static int end(struct bring *b, int signal, struct err **err)
{
	_cleanup_close_ int pidfd = process_open(b->state.pid, b->state.start_time);

	if (pidfd >= 0 && process_end(pidfd, END_PATIENCE) < 0)
		return err_set(err, errno, "end the supervisor of %s", b->name);
	log_note("%s: ended by SIG%s; `sbox netns down %s` takes the rest away", b->name,
		 sigabbrev_np(signal), b->name);
	return 0;
}

static int follow(struct bring *b, struct err **err)
{
	_cleanup_close_ int changes = lease_watch(b->lease);
	_cleanup_str_ struct str last = {0};

	for (;;) {
		struct pollfd fds[] = {{.fd = b->signals, .events = POLLIN},
				       {.fd = b->supervisor, .events = POLLIN},
				       {.fd = changes, .events = POLLIN}};
		_cleanup_err_ struct err *signal = NULL;
		char buf[4096];

		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return err_set(err, errno, "poll");
		if (fds[2].revents) {
			while (read(changes, buf, sizeof(buf)) > 0)
				;
			tell(b, &last);
		}
		if (fds[1].revents && hear(b) <= 0)
			return ended(b, err);
		if (fds[0].revents && wait_check(b->signals, &signal) < 0)
			return end(b, signal->exit_code - 128, err);
	}
}

int verb_run(const struct settings *settings, struct err **err)
{
	_cleanup_bring_ struct bring b = BRING_INIT;

	if (bring_open(&b, settings, clock_now() + LOCK_PATIENCE, err) < 0)
		return -1;
	if (prepare(&b, err) < 0) {
		bring_undo(&b);
		bring_forget_empty(&b);
		return -1;
	}
	/* Nothing of root's is held from here on, and nothing that keeps the namespace. */
	pin_close(&b.pin);
	close(steal_fd(&b.dir));
	close(steal_fd(&b.lock));
	if (priv_become(&b.state.owner, false, err) < 0 || priv_drop_all(err) < 0)
		return -1;
	return follow(&b, err);
}
