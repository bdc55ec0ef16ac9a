/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/door.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/nsfs.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "netns/pass.h"
#include "netns/pin.h"
#include "netns/priv.h"
#include "netns/report.h"

enum { SOCKETS = 3 }; /* of a visit, in the order of its members */

enum question_kind { QUESTION_VISIT, QUESTION_PROGRAMS };

struct question {
	enum question_kind kind;
	ino_t netns;
	pid_t supervisor;
	char name[65]; /* NAME_FORM */
};

struct answer {
	int errnum; /* 0: what was asked for is here */
	ino_t netns;
	struct programs programs;
};

static void reply(int sock, const struct answer *answer, const int *fds)
{
	pass_send(sock, answer, sizeof(*answer), fds, fds ? SOCKETS : 0);
}

static int enter(int netns)
{
	_cleanup_close_ int userns = -1;

	if (setns(netns, CLONE_NEWNET) == 0)
		return 0;
	userns = ioctl(netns, NS_GET_USERNS);
	if (userns < 0 || setns(userns, CLONE_NEWUSER) < 0)
		return -1;
	return setns(netns, CLONE_NEWNET);
}

static int open_netlink(void)
{
	struct sockaddr_nl any = {.nl_family = AF_NETLINK};
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof(any)) < 0)
		return -1;
	return steal_fd(&fd);
}

static void visitor_main(int sock, const char *name)
{
	struct answer answer = {0};
	struct pin pin = {.fd = -1};
	int fds[SOCKETS];

	if (pin_inspect(name, &pin, NULL) < 0 || pin.kind != PIN_NETNS || enter(pin.fd) < 0) {
		answer.errnum = EPERM;
		reply(sock, &answer, NULL);
		_exit(0);
	}
	answer.netns = pin.ino;
	if (priv_drop_all(NULL) < 0)
		_exit(1);
	fds[0] = open_netlink();
	fds[1] = open_netlink();
	fds[2] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	for (int i = 0; i < SOCKETS; i++) {
		if (fds[i] < 0)
			_exit(1);
	}
	reply(sock, &answer, fds);
	_exit(0);
}

static void answer_visit(int sock, const char *name)
{
	struct answer failed = {.errnum = ECHILD};
	pid_t visitor = fork();
	int status;

	if (visitor == 0)
		visitor_main(sock, name);
	while (visitor > 0 && waitpid(visitor, &status, 0) < 0 && errno == EINTR)
		;
	/* It says nothing when it fails. */
	if (visitor < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		reply(sock, &failed, NULL);
}

static void door_main(int sock)
{
	struct question q;
	ssize_t n;

	if (priv_limit_look(NULL) < 0)
		_exit(EXIT_SETUP);
	/* Until the caller has ended. */
	for (;;) {
		struct answer answer = {0};

		do {
			n = recv(sock, &q, sizeof(q), 0);
		} while (n < 0 && errno == EINTR);
		if (n != (ssize_t)sizeof(q))
			_exit(0);
		q.name[sizeof(q.name) - 1] = '\0';
		if (q.kind == QUESTION_VISIT && str_is_name(q.name)) {
			answer_visit(sock, q.name);
			continue;
		}
		if (q.kind == QUESTION_PROGRAMS)
			programs_find(q.netns, q.supervisor, &answer.programs);
		else
			answer.errnum = EINVAL;
		reply(sock, &answer, NULL);
	}
}

int door_open(struct door *door, struct err **err)
{
	_cleanup_close_ int ours = -1, theirs = -1;
	int pair[2];

	*door = (struct door){.sock = -1};
	if (report_pair(pair, err) < 0)
		return -1;
	ours = pair[0];
	theirs = pair[1];
	door->pid = fork();
	if (door->pid < 0)
		return err_set(err, errno, "fork");
	if (door->pid == 0) {
		close(steal_fd(&ours));
		door_main(theirs);
	}
	door->sock = steal_fd(&ours);
	return priv_drop_all(err);
}

void door_close(struct door *door)
{
	if (door->sock < 0)
		return;
	close(steal_fd(&door->sock));
	while (waitpid(door->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* The answer, and in `fds` the sockets that came along, or -1 each. */
static int ask(const struct door *door, const struct question *question, struct answer *answer,
	       int *fds, struct err **err)
{
	ssize_t n;

	if (send(door->sock, question, sizeof(*question), MSG_NOSIGNAL) < 0)
		return err_set(err, errno, "ask the process that looks into namespaces");
	n = pass_receive(door->sock, answer, sizeof(*answer), fds, SOCKETS);
	if (n != (ssize_t)sizeof(*answer))
		return err_set(err, 0, "the process that looks into namespaces was killed");
	return 0;
}

int door_visit(const struct door *door, const char *name, struct visit *out, struct err **err)
{
	struct question question = {.kind = QUESTION_VISIT};
	int fds[SOCKETS] = {-1, -1, -1};
	struct answer answer;

	*out = (struct visit){.sock = -1};
	snprintf(question.name, sizeof(question.name), "%s", name);
	if (ask(door, &question, &answer, fds, err) < 0)
		return -1;
	if (answer.errnum == EPERM)
		return 0;
	if (answer.errnum || fds[0] < 0)
		return err_set(err, 0, "can't look into the namespace of %s", name);
	out->sock = fds[2];
	out->nl = nl_new_from(fds[0], err);
	out->events = nl_new_from(fds[1], err);
	if (!out->nl || !out->events) {
		visit_end(out);
		return -1;
	}
	out->netns = answer.netns;
	return 1;
}

void visit_end(struct visit *visit)
{
	nl_free(visit->nl);
	nl_free(visit->events);
	if (visit->sock >= 0)
		close(visit->sock);
	*visit = (struct visit){.sock = -1};
}

int door_programs(const struct door *door, ino_t netns, pid_t supervisor, struct programs *out,
		  struct err **err)
{
	struct question question = {.kind = QUESTION_PROGRAMS,
				    .netns = netns,
				    .supervisor = supervisor};
	int fds[SOCKETS] = {-1, -1, -1};
	struct answer answer;

	if (ask(door, &question, &answer, fds, err) < 0)
		return -1;
	*out = answer.programs;
	return 0;
}
