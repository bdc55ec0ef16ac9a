/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

int audit_child_start(const struct strv *args, int words, pid_t *pid, int *out, struct err **err)
{
	posix_spawn_file_actions_t actions;
	_cleanup_close_ int in = -1;
	int fds[2], result;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_set(err, errno, "make a pipe for %s", args->items[0]);
	in = fds[0];
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	if (words >= 0)
		posix_spawn_file_actions_adddup2(&actions, words, STDERR_FILENO);
	result = posix_spawnp(pid, args->items[0], &actions, NULL, args->items, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	if (result) {
		err_set(err, result, "execute %s", args->items[0]);
		errno = result;
		return -1;
	}
	*out = steal_fd(&in);
	return 0;
}

int audit_child_wait(pid_t pid, int *out)
{
	int status;

	close(*out);
	*out = -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
