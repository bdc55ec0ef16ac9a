/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * up (root) -> a helper that becomes the owner and enters the uplink -> pid 1 of the client's pid
 * namespace, which is up's child too (CLONE_PARENT) and outlives it -> the client.
 */
#include "netns/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/sys.h"
#include "netns/confine.h"
#include "netns/lease.h"
#include "netns/paths.h"
#include "netns/priv.h"
#include "netns/report.h"
#include "netns/tend.h"

#define HOOK_PATH SBOX_LIBEXECDIR "/sbox-dhcp-hook"

/* Detaches from up's terminal and files: only `sock` stays open, as descriptor 3. */
static int detach(int *sock, struct err **err)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return err_set(err, errno, "open /dev/null");
	if (setsid() < 0)
		return err_set(err, errno, "setsid");
	for (int fd = 0; fd < 3; fd++) {
		if (dup2(null, fd) < 0)
			return err_set(err, errno, "dup2");
	}
	/* main() saw to it that 0 to 2 were open, so neither is one of them. */
	if (*sock != 3 && dup3(*sock, 3, O_CLOEXEC) < 0)
		return err_set(err, errno, "dup3");
	*sock = 3;
	if (sys_close_range(4, ~0U, 0) < 0)
		return err_set(err, errno, "close_range");
	return 0;
}

/* An empty lease, so that there is something to bind and to read from the beginning. */
static int open_lease(struct tend *t, struct err **err)
{
	struct lease lease = {0};

	t->lease = open(CLIENT_LEASE_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->lease < 0)
		return err_set(err, errno, "open the lease directory");
	t->run.log =
		openat(t->lease, LEASE_LOG,
		       O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
	if (t->run.log < 0)
		return err_set(err, errno, "open %s", LEASE_LOG);
	tuning_override(t->tuning, &lease);
	return lease_write(t->lease, &lease, t->interface, err);
}

static int prepare(const struct supervisor_spec *spec, struct tend *t, struct err **err)
{
	_cleanup_free_ char *tuning = tuning_to_text(&spec->tuning);
	_cleanup_str_ struct str config = {0};
	sigset_t handled;

	client_command(spec->client, spec->interface, spec->tuning.mtu != 0, &t->run.argv, &config);
	client_release_command(spec->client, spec->interface, &t->run.release);
	if (confine(&(struct confine_spec){.lease = spec->lease,
					   .hook = HOOK_PATH,
					   .name = client_name(spec->client),
					   .config = config.text ? config.text : "",
					   .tuning = tuning},
		    err) < 0)
		return -1;
	if (open_lease(t, err) < 0)
		return -1;
	/* Blocked since up's first act. */
	sigemptyset(&handled);
	sigaddset(&handled, SIGTERM);
	sigaddset(&handled, SIGCHLD);
	sigprocmask(SIG_BLOCK, &handled, NULL);
	t->signals = signalfd(-1, &handled, SFD_CLOEXEC);
	if (t->signals < 0)
		return err_set(err, errno, "signalfd");
	return tend_open(t, err);
}

static void pid1_main(const struct supervisor_spec *spec, int sock)
{
	_cleanup_err_ struct err *err = NULL;
	struct tend t = {
		.interface = spec->interface,
		.tuning = &spec->tuning,
		.run = {.client = spec->client, .path = spec->path, .log = -1, .output = -1},
		.lease = -1,
		.signals = -1,
		.clock = -1};
	char go;

	if (detach(&sock, &err) < 0 || prepare(spec, &t, &err) < 0) {
		report_error(sock, err);
		_exit(EXIT_SETUP);
	}
	t.sock = sock;
	report_send(sock, REPORT_READY, 0, -1, "");
	if (recv(sock, &go, 1, 0) != 1)
		_exit(0); /* who started us is gone before it wrote down that we exist */
	tend_forever(&t);
}

/* As the owner into his namespaces: first the user namespace, or the other gives EPERM. */
static int enter(const struct supervisor_spec *spec, struct err **err)
{
	_cleanup_close_ int userns = ioctl(spec->netns, NS_GET_USERNS);

	if (userns < 0)
		return err_set(err, errno, "open the uplink's user namespace");
	if (priv_become(&spec->owner, false, err) < 0)
		return -1;
	if (setns(userns, CLONE_NEWUSER) < 0)
		return err_set(err, errno, "enter the uplink's user namespace");
	if (setns(spec->netns, CLONE_NEWNET) < 0)
		return err_set(err, errno, "enter the uplink's network namespace");
	if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP) < 0)
		return err_set(err, errno, "create the DHCP client's namespaces");
	return 0;
}

static void helper_main(const struct supervisor_spec *spec, int sock)
{
	_cleanup_err_ struct err *err = NULL;
	pid_t pid;

	if (enter(spec, &err) < 0) {
		report_error(sock, err);
		_exit(EXIT_SETUP);
	}
	pid = sys_clone(CLONE_PARENT | SIGCHLD);
	if (pid == 0)
		pid1_main(spec, sock);
	if (pid < 0) {
		err_set(&err, errno, "clone");
		report_error(sock, err);
		_exit(EXIT_SETUP);
	}
	report_send(sock, REPORT_PID, pid, -1, "");
	_exit(0);
}

/* Both messages must come, in whichever order. */
static int wait_ready(int sock, pid_t *pid, struct err **err)
{
	bool ready = false;

	while (!ready || *pid == 0) {
		struct report report;
		int got = report_receive(sock, &report, NULL, err);

		if (got < 0)
			return -1;
		if (got == 0)
			return err_set(err, 0, "the DHCP client's supervisor was killed");
		if (report.kind == REPORT_PID && report.value > 0)
			*pid = report.value;
		else if (report.kind == REPORT_READY)
			ready = true;
	}
	/* Ours, and therefore not yet another process's pid. */
	if (waitpid(*pid, NULL, WNOHANG) != 0)
		return err_set(err, 0, "the DHCP client's supervisor ended at once");
	return 0;
}

int supervisor_start(const struct supervisor_spec *spec, pid_t *pid, int *sock, struct err **err)
{
	_cleanup_close_ int ours = -1, theirs = -1;
	int pair[2], result;
	pid_t helper;

	*pid = 0;
	if (report_pair(pair, err) < 0)
		return -1;
	ours = pair[0];
	theirs = pair[1];
	/* Helper and supervisor become the owner, who can stop them. */
	if (report_patience(ours, err) < 0)
		return -1;
	helper = fork();
	if (helper < 0)
		return err_set(err, errno, "fork");
	if (helper == 0) {
		close(steal_fd(&ours));
		helper_main(spec, theirs);
	}
	close(steal_fd(&theirs));
	result = wait_ready(ours, pid, err);
	kill(helper, SIGKILL); /* it has done its work, or won't do it any more */
	while (waitpid(helper, NULL, 0) < 0 && errno == EINTR)
		;
	/* Closing `ours` ends a supervisor that waits for the word, this one that was stopped. */
	if (result < 0 && *pid > 0 && waitpid(*pid, NULL, WNOHANG) == 0)
		kill(*pid, SIGKILL);
	if (result < 0)
		return -1;
	*sock = steal_fd(&ours);
	return 0;
}

int supervisor_go(int sock, struct err **err)
{
	if (send(sock, "g", 1, MSG_NOSIGNAL) != 1)
		return err_set(err, errno, "start the DHCP client");
	return 0;
}
