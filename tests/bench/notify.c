/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * notify COMMAND...: the least that a supervisor can do that is asked for every system call: it
 * lets each go on, and knows nothing when all is over. What "sbox learn" takes beyond that is its
 * own doing; what this takes, no supervisor can save.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS      SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

static atomic_int listener = -1;

static long check(long result, const char *what)
{
	if (result < 0) {
		fprintf(stderr, "notify: %s: %s\n", what, strerror(errno));
		_exit(125);
	}
	return result;
}

/* The filter is this thread's and its children's, not the other's, who shares the listener. */
static void *run(void *argv)
{
	struct sock_filter code = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
	struct sock_fprog program = {.len = 1, .filter = &code};
	char **command = argv;
	int status = 0;
	pid_t pid;

	atomic_store(&listener, check(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
					      SECCOMP_FILTER_FLAG_NEW_LISTENER, &program),
				      "seccomp"));
	pid = fork();
	if (pid == 0) {
		execvp(command[0], command);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		_exit(125);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

int main(int argc, char **argv)
{
	struct seccomp_notif call;
	struct seccomp_notif_resp answer;
	pthread_t thread;
	int fd;

	if (argc < 2)
		return 2;
	check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	check(-pthread_create(&thread, NULL, run, argv + 1), "pthread_create");
	while ((fd = atomic_load(&listener)) < 0)
		sched_yield();
	/* Linux 6.6; before it all only takes longer. */
	ioctl(fd, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
	for (;;) {
		memset(&call, 0, sizeof(call));
		if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0)
			continue;
		answer = (struct seccomp_notif_resp){.id = call.id,
						     .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
		ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
}
