/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/sys.h"
#include "cmd/cmd.h"

extern char **environ;

/*
 * sbox is never meant to have more power than its caller. Set-user-ID, set-group-ID and file
 * capabilities all show in AT_SECURE, getauxval(3).
 */
static int refuse_privilege(struct err **err)
{
	if (geteuid() != getuid() || getegid() != getgid() || getauxval(AT_SECURE))
		return err_set(err, 0,
			       "sbox must not be set-user-ID, set-group-ID or have file "
			       "capabilities: it needs none, and takes none");
	return 0;
}

/*
 * A closed standard descriptor would be taken by the next file that is opened. Standard output
 * stays one that can't be written, so that what is lost is said, here and by what is executed.
 */
static int open_standard(struct err **err)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (open("/dev/null", fd == 2 ? O_WRONLY : O_RDONLY) != fd)
			return err_set(err, errno, "open /dev/null in place of descriptor %d", fd);
	}
	return 0;
}

/* The strings of argv and environ lie behind each other, execve(2); pid 1 of the sandbox wipes
 * them. */
static struct process_title title_memory(int argc, char **argv)
{
	char *end = argc > 0 ? argv[0] : NULL;

	for (int i = 0; i < argc; i++)
		if (argv[i] == end)
			end = argv[i] + strlen(argv[i]) + 1;
	for (char **variable = environ; *variable; variable++)
		if (*variable == end)
			end = *variable + strlen(*variable) + 1;
	return (struct process_title){argc > 0 ? argv[0] : NULL,
				      argc > 0 ? (size_t)(end - argv[0]) : 0};
}

int main(int argc, char **argv)
{
	_cleanup_err_ struct err *err = NULL;
	struct process_title title = title_memory(argc, argv);
	int status = -1;

	log_setup("sbox", LOG_LEVEL_NOTE);
	/* An inherited SIG_IGN would make wait(2) lose the status. */
	signal(SIGCHLD, SIG_DFL);
	io_size_limit_fails();
	/* What the caller left open is for nobody here, the application least of all. */
	if (!cmd_keeps_descriptors((const char *const *)argv + (argc > 0)))
		sys_close_range(3, ~0U, 0);
	if (refuse_privilege(&err) == 0 && open_standard(&err) == 0)
		status = cmd_dispatch((const char *const *)argv + (argc > 0), &title, &err);
	if (status >= 0 && (fflush(stdout) != 0 || ferror(stdout)))
		status = err_set(&err, errno, "write to standard output");
	if (status < 0) {
		log_error("%s", err->text);
		return err->exit_code;
	}
	return status;
}
