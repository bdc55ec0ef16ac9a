/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox/mapper.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "base/sys.h"

struct mapping {
	struct child *child;
	pid_t init;
	char object[256]; /* what is being done, for the report */
};

static void __attribute__((noreturn)) give_up(struct mapping *m, const char *op, int errnum)
{
	child_fail_on(m->child, m->object, op, errnum);
	_exit(EXIT_SETUP);
}

/* newuidmap PID INSIDE OUTSIDE COUNT... */
static void __attribute__((noreturn))
helper_main(const char *path, pid_t init, const char *map, int words)
{
	static char *const no_environment[] = {NULL};
	_cleanup_free_ char *copy = xstrdup(map);
	struct strv argv = {0};
	sigset_t none;
	char *save = NULL;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	strv_add(&argv, path);
	strv_take(&argv, xasprintf("%d", (int)init));
	for (char *word = strtok_r(copy, " \n", &save); word; word = strtok_r(NULL, " \n", &save))
		strv_add(&argv, word);
	sigemptyset(&none);
	if (null < 0 || dup2(null, 0) < 0 || dup2(words, 1) < 0 || dup2(words, 2) < 0 ||
	    chdir("/") < 0 || sys_close_range(3, ~0U, 0) < 0 ||
	    sigprocmask(SIG_SETMASK, &none, NULL) < 0)
		_exit(EXIT_SETUP);
	execve(path, argv.items, no_environment);
	dprintf(2, "execve: %s", strerror(errno));
	_exit(EXIT_SETUP);
}

/* The first line of what it says, as far as it is fit for a message. */
static void read_words(int fd, char *out, size_t size)
{
	size_t len = 0;
	ssize_t got;
	char rest[256];

	while (len < size - 1 && (got = read(fd, out + len, size - 1 - len)) != 0)
		if (got > 0)
			len += (size_t)got;
		else if (errno != EINTR)
			break;
	/* It must not end by SIGPIPE before it has done its work. */
	while ((got = read(fd, rest, sizeof(rest))) > 0 || (got < 0 && errno == EINTR))
		;
	out[len] = '\0';
	out[strcspn(out, "\n")] = '\0';
	for (char *c = out; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

static void run_helper(struct mapping *m, const char *path, const char *map)
{
	char said[128];
	int words[2], status;
	pid_t pid;

	snprintf(m->object, sizeof(m->object), "%s", path);
	if (pipe2(words, O_CLOEXEC) < 0)
		give_up(m, "pipe", errno);
	pid = fork();
	if (pid == 0)
		helper_main(path, m->init, map, words[1]);
	if (pid < 0)
		give_up(m, "fork", errno);
	close(words[1]);
	read_words(words[0], said, sizeof(said));
	close(words[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	snprintf(m->object, sizeof(m->object), "%s (%s): %s%s", path,
		 loc_text(&m->child->plan->ids.loc), *said ? said : "it failed without a word",
		 prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
			 ? "; no_new_privs is set around sbox, which keeps it from its privilege"
			 : "");
	give_up(m, "", 0);
}

static void reply(struct mapping *m)
{
	if (send(m->child->maps[0], "", 1, MSG_NOSIGNAL) != 1)
		_exit(EXIT_SETUP); /* who waited is gone */
}

/* The pid of the process that asks, as it is here; 0 when there will be none. */
static pid_t asking(struct mapping *m)
{
	union {
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr align;
	} control;
	char byte;
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	struct cmsghdr *header;
	struct ucred sender;
	ssize_t len;

	do
		len = recvmsg(m->child->maps[0], &msg, MSG_CMSG_CLOEXEC);
	while (len < 0 && errno == EINTR);
	header = len == 1 ? CMSG_FIRSTHDR(&msg) : NULL;
	if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS)
		return 0;
	memcpy(&sender, CMSG_DATA(header), sizeof(sender));
	return sender.pid;
}

static void write_map(struct mapping *m, pid_t pid, const char *name, const char *map)
{
	char path[48];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	snprintf(m->object, sizeof(m->object), "%s (%s)", name, loc_text(&m->child->plan->ids.loc));
	if (fd < 0)
		give_up(m, "open", errno);
	if (write(fd, map, strlen(map)) < 0) {
		int saved = errno;

		if (saved == EPERM && m->child->userns >= 0) {
			snprintf(m->object, sizeof(m->object),
				 "ids = sub (%s): the uplink's user namespace has other ids than "
				 "/etc/subuid and /etc/subgid have now; take it down and up again",
				 loc_text(&m->child->plan->ids.loc));
			give_up(m, "", 0);
		}
		give_up(m, "write", saved);
	}
	close(fd);
}

static void map_nested(struct mapping *m)
{
	const struct id_maps *maps = &m->child->plan->ids.nested_maps;
	int around = m->child->userns;
	char path[48];
	pid_t app = asking(m);

	if (app == 0)
		_exit(EXIT_SETUP);
	snprintf(m->object, sizeof(m->object), "the user namespace around");
	if (around < 0) {
		snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)m->init);
		around = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (around < 0)
		give_up(m, "open", errno);
	if (setns(around, CLONE_NEWUSER) < 0)
		give_up(m, "setns", errno);
	write_map(m, app, "uid_map", maps->uid);
	write_map(m, app, "gid_map", maps->gid);
	reply(m);
}

static void __attribute__((noreturn)) mapper_main(struct mapping *m, pid_t launcher)
{
	const struct plan_ids *ids = &m->child->plan->ids;

	close(m->child->maps[1]);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || getppid() != launcher)
		_exit(EXIT_SETUP);
	if (ids->own_userns) {
		run_helper(m, ids->newuidmap, ids->maps.uid);
		run_helper(m, ids->newgidmap, ids->maps.gid);
		reply(m);
	}
	if (ids->nest)
		map_nested(m);
	_exit(0);
}

pid_t mapper_start(struct child *child, pid_t init, struct err **err)
{
	struct mapping m = {.child = child, .init = init};
	pid_t launcher = getpid(), pid = fork();

	if (pid == 0)
		mapper_main(&m, launcher);
	return pid < 0 ? err_set(err, errno, "create a process") : pid;
}

void mapper_stop(pid_t mapper)
{
	if (mapper <= 0)
		return;
	kill(mapper, SIGKILL);
	while (waitpid(mapper, NULL, 0) < 0 && errno == EINTR)
		;
}
