/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox/pasta.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "base/sys.h"
#include "sandbox/link_watch.h"

enum { START_MS = 10000 };

/* What the keeper waits for; a descriptor of -1 is left out, poll(2). */
enum { ON_LIFELINE, ON_INIT, ON_LINK, ON_PASTA, ON_READY, ON_WORDS, ON_COUNT };

/* The state of the keeper's process. */
struct keeping {
	struct child *child;
	const struct plan_net *net;
	pid_t init;
	pid_t pasta;
	struct pollfd on[ON_COUNT];
	struct link_watch watch;
	char said[160]; /* pasta's last line on standard error */
	char line[160]; /* the one that it is about to say */
	size_t line_len;
};

int pasta_check(const struct plan_net *net, struct err **err)
{
	_cleanup_close_ int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	int errnum = errno;

	if (tun >= 0)
		return 0;
	err_set(err, errnum, "%s: pasta needs /dev/net/tun: open", loc_text(&net->loc));
	if (errnum == ENOENT || errnum == ENODEV || errnum == ENXIO)
		return err_append(err, "; load its module with: sudo modprobe tun");
	return err_append(err, "; users may open it where its mode is 0666");
}

/* In words for the user what is wrong; ends the keeper, and with it pasta. */
static void __attribute__((noreturn, format(printf, 3, 4)))
give_up(struct keeping *k, int errnum, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	int len = snprintf(text, sizeof(text), "pasta (%s): ", loc_text(&k->net->loc));

	va_start(ap, fmt);
	if (len > 0 && (size_t)len < sizeof(text))
		vsnprintf(text + len, sizeof(text) - (size_t)len, fmt, ap);
	va_end(ap);
	child_fail_on(k->child, text, "", errnum);
	if (k->pasta > 0) {
		kill(k->pasta, SIGKILL);
		waitpid(k->pasta, NULL, 0);
	}
	_exit(EXIT_SETUP);
}

static void __attribute__((noreturn)) exec_failed(const char *what)
{
	dprintf(2, "%s: %s\n", what, strerror(errno));
	_exit(EXIT_SETUP);
}

static void add_arguments(const struct keeping *k, const char *const *more)
{
	char **at = k->net->pasta.argv + k->net->pasta.argc;

	while (*more)
		*at++ = (char *)(uintptr_t)*more++;
	*at = NULL;
}

/* The sandbox's namespaces by their owner: pasta enters both, as their owner may. */
static void name_both(const struct keeping *k)
{
	static char net[32], user[32];

	snprintf(net, sizeof(net), "/proc/%d/ns/net", (int)k->init);
	snprintf(user, sizeof(user), "/proc/%d/ns/user", (int)k->init);
	add_arguments(k, (const char *const[]){"--netns", net, "--userns", user, NULL});
}

/*
 * Behind an uplink: from its namespaces, whose user namespace owns that of the sandbox too. pasta
 * has given up CAP_SYS_PTRACE when it opens the namespace of init, which has all capabilities, so
 * that is opened for it here; standard input is what every version of it leaves open.
 */
static void name_by_descriptor(const struct keeping *k)
{
	char path[32];
	int net;

	if (setns(k->child->userns, CLONE_NEWUSER) < 0 || setns(k->child->netns, CLONE_NEWNET) < 0)
		exec_failed("join the uplink");
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)k->init);
	net = open(path, O_RDONLY | O_CLOEXEC);
	if (net < 0 || dup2(net, 0) < 0)
		exec_failed(path);
	add_arguments(k, (const char *const[]){"--netns", "/proc/self/fd/0", NULL});
}

/* The process that becomes pasta: nothing of the caller's goes with it. */
static void __attribute__((noreturn))
pasta_main(const struct keeping *k, pid_t keeper, int words, int ready)
{
	static char *const no_environment[] = {NULL};
	sigset_t none;

	/* A caller that ignores it, a program in Python or a service, hands that on; and to pasta
	 * the disposition that it finds, if it isn't the default, is an error. */
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	if (dup2(words, 2) < 0 || dup2(ready, 1) < 0)
		_exit(EXIT_SETUP);
	if (k->net->own_netns)
		name_by_descriptor(k);
	else
		name_both(k);
	/* Entering a user namespace may clear it, prctl(2), so not before. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || getppid() != keeper)
		exec_failed("the keeper");
	if (chdir("/") < 0 || sys_close_range(3, ~0U, 0) < 0 ||
	    sigprocmask(SIG_SETMASK, &none, NULL) < 0)
		exec_failed("close descriptors");
	execve(k->net->pasta.path, k->net->pasta.argv, no_environment);
	exec_failed(k->net->pasta.path);
}

static void start(struct keeping *k)
{
	pid_t keeper = getpid();
	int words[2], ready[2];

	/* Its words must never make it wait: what doesn't fit is lost. */
	if (pipe2(words, O_CLOEXEC | O_NONBLOCK) < 0 || pipe2(ready, O_CLOEXEC) < 0)
		give_up(k, errno, "pipe");
	k->pasta = fork();
	if (k->pasta == 0)
		pasta_main(k, keeper, words[1], ready[1]);
	if (k->pasta < 0)
		give_up(k, errno, "fork");
	close(words[1]);
	close(ready[1]);
	k->on[ON_WORDS].fd = words[0];
	k->on[ON_READY].fd = ready[0];
	k->on[ON_PASTA].fd = sys_pidfd_open(k->pasta, 0);
	if (k->on[ON_PASTA].fd < 0)
		give_up(k, errno, "pidfd_open");
}

/* Waits for one of the descriptors. Whether one came before the time was over. */
static bool wait_for(struct keeping *k, int timeout)
{
	int count;

	do
		count = poll(k->on, ON_COUNT, timeout);
	while (count < 0 && errno == EINTR);
	return count > 0;
}

static bool came(const struct keeping *k, int what)
{
	return k->on[what].fd >= 0 && k->on[what].revents;
}

/* The line is complete: it is kept, but for the one that it could not be said elsewhere too. */
static void end_line(struct keeping *k)
{
	k->line[k->line_len] = '\0';
	if (k->line_len > 0 && !str_ends(k->line, "to syslog"))
		memcpy(k->said, k->line, k->line_len + 1);
	k->line_len = 0;
}

/* Keeps the last line of what pasta said, which may come in pieces. */
static void listen_to(struct keeping *k)
{
	char buffer[512];
	ssize_t len;

	while ((len = read(k->on[ON_WORDS].fd, buffer, sizeof(buffer))) > 0) {
		for (ssize_t i = 0; i < len; i++) {
			if (buffer[i] == '\n')
				end_line(k);
			else if (k->line_len < sizeof(k->line) - 1)
				k->line[k->line_len++] = buffer[i];
		}
	}
	if (len == 0) {
		end_line(k);
		k->on[ON_WORDS].fd = -1;
	}
}

/* What pasta said last, ": " in front, or nothing. */
static const char *last_words(struct keeping *k)
{
	static char text[sizeof(k->said) + 2];

	if (k->on[ON_WORDS].fd >= 0)
		listen_to(k);
	snprintf(text, sizeof(text), "%s%s", *k->said ? ": " : "", k->said);
	return text;
}

/* Until pasta is ready, or it is clear that it will never be. */
static void wait_until_ready(struct keeping *k)
{
	for (;;) {
		const char *lost;
		char pid[24];

		if (!wait_for(k, START_MS))
			give_up(k, 0, "it didn't become ready within %d s%s", START_MS / 1000,
				last_words(k));
		if (came(k, ON_LIFELINE) || came(k, ON_INIT))
			give_up(k, ECANCELED, "the sandbox has ended");
		if (came(k, ON_LINK) && (lost = link_watch_lost(&k->watch, false)))
			give_up(k, 0, "%s %s", k->net->uplink, lost);
		if (came(k, ON_WORDS))
			listen_to(k);
		if (came(k, ON_READY) && read(k->on[ON_READY].fd, pid, sizeof(pid)) > 0)
			return;
		if (came(k, ON_PASTA))
			give_up(k, 0, "it ended at its start%s%s", last_words(k),
				k->net->own_netns ? "; the uplink has to have a default route"
						  : "");
		if (came(k, ON_READY)) /* closed: its end will show next */
			k->on[ON_READY].fd = -1;
	}
}

/* While the sandbox runs: ends pasta at the first sign that the interface isn't what it was. */
static void keep(struct keeping *k)
{
	const char *lost = NULL;

	while (wait_for(k, -1)) {
		if (came(k, ON_LINK) && (lost = link_watch_lost(&k->watch, false)))
			break;
		if (came(k, ON_LIFELINE))
			break;
		if (came(k, ON_WORDS))
			listen_to(k);
		if (came(k, ON_PASTA))
			break;
	}
	kill(k->pasta, SIGKILL);
	while (waitpid(k->pasta, NULL, 0) < 0 && errno == EINTR)
		;
	if (lost)
		log_warning("%s %s: the sandbox has no network from here on; start it anew when "
			    "%s is back",
			    k->net->uplink, lost, k->net->uplink);
	else if (!came(k, ON_LIFELINE))
		log_warning("pasta has ended: the sandbox has no network from here on%s",
			    last_words(k));
}

static void __attribute__((noreturn)) keeper_main(struct keeping *k)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const char *lost;
	char byte;

	/* Out of the caller's job: its signals and stops are not for pasta. */
	setsid();
	prctl(PR_SET_NAME, "sbox-pasta", 0, 0, 0);
	if (child_die_with_launcher(k->child) < 0 || null < 0 || dup2(null, 0) < 0 ||
	    dup2(null, 1) < 0)
		give_up(k, errno, "the keeper");
	/* Init's id maps: pasta can't enter its user namespace before. */
	wait_for(k, -1);
	if (read(k->on[ON_INIT].fd, &byte, 1) != 1)
		_exit(EXIT_SETUP);
	/* Watched before it is looked at, so that nothing is missed between. */
	if (k->net->uplink) {
		if (link_watch_open(&k->watch, k->net->uplink, k->net->uplink_index) < 0)
			give_up(k, errno, "watch %s", k->net->uplink);
		k->on[ON_LINK].fd = k->watch.fd;
		lost = link_watch_lost(&k->watch, true);
		if (lost)
			give_up(k, 0, "%s %s", k->net->uplink, lost);
	}
	start(k);
	wait_until_ready(k);
	k->on[ON_READY].fd = -1;
	if (send(k->on[ON_INIT].fd, &byte, 1, MSG_NOSIGNAL) != 1)
		give_up(k, errno, "the sandbox");
	close(k->on[ON_INIT].fd);
	k->on[ON_INIT].fd = -1;
	keep(k);
	_exit(0);
}

int pasta_start(struct child *child, pid_t init, struct keeper *keeper, struct err **err)
{
	struct keeping k = {.child = child, .net = &child->plan->net, .init = init};
	int lifeline[2];

	for (int i = 0; i < ON_COUNT; i++)
		k.on[i] = (struct pollfd){-1, POLLIN, 0};
	if (pipe2(lifeline, O_CLOEXEC) < 0)
		return err_set(err, errno, "pipe");
	k.on[ON_LIFELINE].fd = lifeline[0];
	k.on[ON_INIT].fd = child->attach[0];
	keeper->pid = fork();
	if (keeper->pid == 0) {
		close(lifeline[1]);
		close(child->attach[1]);
		keeper_main(&k);
	}
	close(lifeline[0]);
	keeper->lifeline = lifeline[1];
	if (keeper->pid < 0)
		return err_set(err, errno, "create a process");
	return 0;
}

void pasta_stop(struct keeper *keeper)
{
	if (keeper->lifeline >= 0)
		close(keeper->lifeline);
	keeper->lifeline = -1;
	while (keeper->pid > 0 && waitpid(keeper->pid, NULL, 0) < 0 && errno == EINTR)
		;
	keeper->pid = 0;
}
