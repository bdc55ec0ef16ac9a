/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/client_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sys.h"
#include "netns/clock.h"

enum {
	LOG_MAX = 64 << 10, /* bytes in client.log before it starts anew */
	PAUSE_MIN = 1,      /* seconds before the client is started again */
	PAUSE_MAX = 16,
	STEADY = 60, /* seconds after which an end counts as the first one again */
};

/* The child between fork and exec: the capabilities stay, the descriptors don't. */
static void exec_client(const struct client_run *run, const struct strv *argv, int output)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C";
	static char *const env[] = {path, locale, NULL};
	sigset_t none;
	int null = open("/dev/null", O_RDWR);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null < 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0 ||
	    sys_close_range(3, ~0U, 0) < 0)
		_exit(EXIT_SETUP);
	execve(run->path, argv->items, env);
	dprintf(2, "can't execute %s: %s\n", run->path, strerror(errno));
	_exit(EXIT_NOT_EXECUTABLE);
}

static void start(struct client_run *run)
{
	int pipe[2];

	run->start_at = 0;
	run->started = clock_now();
	if (run->output >= 0)
		close(steal_fd(&run->output));
	/* The machine is full: of files, or below of processes. */
	if (pipe2(pipe, O_CLOEXEC) < 0) {
		run->start_at = clock_now() + PAUSE_MAX * 1000000ull;
		return;
	}
	run->child = fork();
	if (run->child == 0)
		exec_client(run, &run->argv, pipe[1]);
	close(pipe[1]);
	run->output = pipe[0];
	fcntl(run->output, F_SETFL, O_NONBLOCK);
	if (run->child < 0) {
		run->child = 0;
		run->start_at = clock_now() + PAUSE_MAX * 1000000ull;
	}
}

void client_run_want(struct client_run *run)
{
	run->wanted = true;
	run->pause = PAUSE_MIN;
	/* A child that was killed is still to be reaped: its end starts the next one. */
	if (!run->child)
		run->start_at = clock_now();
}

void client_run_start_due(struct client_run *run)
{
	if (run->start_at && run->start_at <= clock_now())
		start(run);
}

void client_run_kill(struct client_run *run)
{
	run->wanted = false;
	run->start_at = 0;
	run->killed = run->child > 0;
	if (run->killed)
		kill(-1, SIGKILL);
}

/* Keeps the last line, for the message when the client ends. */
static void remember(struct client_run *run, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] == '\n') {
			run->line_done = true;
			continue;
		}
		if (run->line_done)
			run->line_len = 0;
		run->line_done = false;
		if (run->line_len < sizeof(run->line) - 1)
			run->line[run->line_len++] = data[i];
		run->line[run->line_len] = '\0';
	}
}

void client_run_read(struct client_run *run)
{
	char buf[4096];
	ssize_t n = read(run->output, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close(steal_fd(&run->output));
		return;
	}
	remember(run, buf, (size_t)n);
	if (run->logged + (size_t)n > LOG_MAX && ftruncate(run->log, 0) == 0) {
		lseek(run->log, 0, SEEK_SET);
		run->logged = 0;
	}
	if (write(run->log, buf, (size_t)n) == n)
		run->logged += (size_t)n;
}

char *client_run_ended(struct client_run *run, pid_t pid, int status)
{
	const char *colon;
	uint64_t now = clock_now();

	if (pid != run->child)
		return NULL;
	run->child = 0;
	if (run->output >= 0)
		client_run_read(run);
	if (!run->wanted) {
		run->killed = false;
		return NULL;
	}
	if (run->killed) {
		/* On purpose, and it is wanted again since. */
		run->killed = false;
		run->start_at = now;
		return NULL;
	}
	colon = run->line_len ? ": " : "";
	if (now - run->started > STEADY * 1000000ull)
		run->pause = PAUSE_MIN;
	run->start_at = now + run->pause * 1000000ull;
	run->pause = run->pause * 2 > PAUSE_MAX ? PAUSE_MAX : run->pause * 2;
	if (WIFSIGNALED(status))
		return xasprintf("was killed by signal %d%s%s", WTERMSIG(status), colon, run->line);
	return xasprintf("ended with status %d%s%s", WEXITSTATUS(status), colon, run->line);
}

void client_run_stop(struct client_run *run)
{
	pid_t last = run->child;

	if (!run->child)
		_exit(0);
	if (run->release.count) {
		last = fork();
		if (last == 0)
			exec_client(run, &run->release, run->log);
	} else if (kill(run->child, client_stop_signal(run->client)) < 0) {
		_exit(0);
	}
	/* Its end takes everything else of this pid namespace along. */
	for (;;) {
		pid_t pid = waitpid(-1, NULL, 0);

		if (pid == last || (pid < 0 && errno != EINTR))
			_exit(0);
	}
}
