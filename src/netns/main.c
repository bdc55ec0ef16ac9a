/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sbox-netns: the only program of sbox that wants privilege. Run by `sbox netns`. It reads no file
 * that anybody but root can have written, but for the owner's lease, which it believes as far as
 * lease.h says; it looks at no environment variable but SUDO_UID and PKEXEC_UID, and those only to
 * learn who called sudo.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "netns/priv.h"
#include "netns/settings.h"
#include "netns/verbs.h"

/* Whoever closed 0 to 2 must not have the next file that is opened there. */
static int sanitise_fds(struct err **err)
{
	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (open("/dev/null", O_RDWR) != fd)
			return err_set(err, errno, "open /dev/null");
	}
	return 0;
}

/* The user who called sudo or pkexec, or NULL. */
static char *calling_user(void)
{
	const char *uid = getenv("SUDO_UID");

	if (!uid)
		uid = getenv("PKEXEC_UID");
	return uid ? xstrdup(uid) : NULL;
}

/*
 * INT, TERM and HUP wait until up, down and status --watch look at them, so that each step is whole
 * or undone, and each line whole.
 */
static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
}

/* How a user becomes root here. */
static const char *become_root(void)
{
	if (access("/usr/bin/sudo", X_OK) == 0)
		return "sudo ";
	return access("/usr/bin/pkexec", X_OK) == 0 ? "pkexec " : "sudo ";
}

static int run_privileged(struct settings *s, struct err **err)
{
	_cleanup_free_ char *caller = calling_user();
	_cleanup_strv_ struct strv mistakes = {0};

	if (geteuid() != 0) {
		_cleanup_free_ char *command = settings_command(s);

		return err_set(err, 0, "only root can move network interfaces: run `%s%s`",
			       become_root(), command);
	}
	clearenv();
	if (priv_limit(err) < 0)
		return -1;
	block_signals();
	if (s->verb == VERB_DOWN)
		return verb_down(s, err);
	if (settings_from_file(s, &mistakes, err) < 0) {
		for (size_t i = 0; i < mistakes.count; i++)
			log_error("%s", mistakes.items[i]);
		return -1;
	}
	if (!s->text[SET_OWNER])
		s->text[SET_OWNER] = steal_ptr(&caller);
	if (s->verb == VERB_RUN)
		return verb_run(s, err);
	return s->verb == VERB_ATTACH ? verb_attach(s, err) : verb_up(s, err);
}

static int run(int argc, char **argv, struct err **err)
{
	_cleanup_settings_ struct settings s = {0};

	if (priv_refuse_elevation(err) < 0 || sanitise_fds(err) < 0 ||
	    settings_from_args(argc, argv, &s, err) < 0)
		return -1;
	umask(022);
	switch (s.verb) {
	case VERB_HELP:
		fputs(usage_text, stdout);
		return 0;
	case VERB_VERSION:
		puts(PACKAGE_STRING);
		return 0;
	case VERB_UP:
	case VERB_RUN:
	case VERB_ATTACH:
	case VERB_DOWN:
		return run_privileged(&s, err);
	case VERB_MATCH:
		return verb_match(&s, err);
	case VERB_STATUS:
	case VERB_LIST:
		clearenv();
		if (s.watch)
			block_signals();
		return s.verb == VERB_LIST ? verb_list(&s, err) : verb_status(&s, err);
	}
	return 0;
}

int main(int argc, char **argv)
{
	_cleanup_err_ struct err *err = NULL;
	int result;

	log_setup("sbox netns", LOG_LEVEL_NOTE);
	result = run(argc, argv, &err);
	if (result < 0) {
		log_error("%s", err ? err->text : "failed");
		return err ? err->exit_code : EXIT_SETUP;
	}
	if (fflush(stdout) != 0) {
		log_error("can't write the output");
		return EXIT_SETUP;
	}
	return result;
}
