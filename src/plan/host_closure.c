/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/host_closure.h"

#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/io.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"

/* Thousands of paths; the helper has a limit of its own. */
enum { MOST_OUTPUT = 16 << 20 };

static int start(const char *program, const struct strv *args, pid_t *pid, int *out,
		 struct err **err)
{
	_cleanup_strv_ struct strv env = {0};
	posix_spawn_file_actions_t actions;
	const char *path = getenv("PATH");
	_cleanup_close_ int in = -1;
	int fds[2], result;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_set(err, errno, "make a pipe for %s", program);
	in = fds[0];
	strv_take(&env, xasprintf("PATH=%s", path ? path : ""));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	result = posix_spawn(pid, program, &actions, NULL, args->items, env.items);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	if (result == ENOENT)
		return err_set(err, result,
			       "execute %s, which finds the libraries for closure; sbox was built "
			       "without libelf, or that part isn't installed",
			       program);
	if (result)
		return err_set(err, result, "execute %s", program);
	*out = steal_fd(&in);
	return 0;
}

int host_is_elf(const char *path)
{
	_cleanup_close_ int fd =
		sys_openat2(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0,
			    RESOLVE_NO_SYMLINKS);
	struct {
		unsigned char ident[EI_NIDENT];
		uint16_t type; /* alike in both classes */
	} head;
	uint16_t type;
	ssize_t len;

	if (fd < 0)
		return -1;
	len = read(fd, &head, sizeof(head));
	if (len < 0)
		return -1;
	if (len != sizeof(head) || memcmp(head.ident, ELFMAG, SELFMAG) != 0)
		return 0;
	type = head.ident[EI_DATA] == ELFDATA2MSB ? be16toh(head.type) : le16toh(head.type);
	return type == ET_EXEC || type == ET_DYN;
}

int host_closure(const char *const *items, char **data, size_t *len, struct err **err)
{
	_cleanup_free_ char *program = path_join(SBOX_LIBEXECDIR, "sbox-closure"), *text = NULL;
	_cleanup_strv_ struct strv args = {0};
	_cleanup_close_ int out = -1;
	int status, failed = 0;
	pid_t pid;

	strv_add(&args, "sbox-closure");
	for (; *items; items++)
		strv_add(&args, *items);
	if (start(program, &args, &pid, &out, err) < 0)
		return -1;
	if (io_read_all(out, MOST_OUTPUT, &text, len) < 0)
		failed = errno;
	/* One that still writes gets SIGPIPE. */
	close(out);
	out = -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_set(err, errno, "wait for %s", program);
	if (failed)
		return err_set(err, failed, "read from %s", program);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return err_set(
			err, 0,
			"closure: the search for libraries took too much time and was ended; "
			"is a directory too large?");
	if (WIFSIGNALED(status))
		return err_set(err, 0, "%s was ended by signal %d", program, WTERMSIG(status));
	if (WEXITSTATUS(status))
		return err_set(err, 0, "%s failed with status %d", program, WEXITSTATUS(status));
	*data = steal_ptr(&text);
	return 0;
}
