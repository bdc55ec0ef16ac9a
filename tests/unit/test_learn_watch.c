/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From calls to records: this process's own, as if it were watched; runs are watched end to end. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "base/mem.h"
#include "learn/learn_process.h"
#include "learn/learn_watch.h"

#if defined(__x86_64__)
static const uint32_t native_arch = AUDIT_ARCH_X86_64;
#else
static const uint32_t native_arch = AUDIT_ARCH_AARCH64;
#endif

/* A thread that waits in a notified call, so that the number of a call that waits is at hand. */
static struct {
	pthread_t thread;
	int listener;
	atomic_bool ready;
	struct seccomp_notif notif;
} waiter = {.listener = -1};

static void *wait_in_call(void *unused)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {ARRAY_SIZE(code), code};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	waiter.listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
				       SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	waiter.ready = true;
	syscall(SYS_getpgid, 0);
	return unused;
}

static void start_waiter(void)
{
	cr_assert_eq(pthread_create(&waiter.thread, NULL, wait_in_call, NULL), 0);
	while (!waiter.ready)
		sched_yield();
	cr_assert_geq(waiter.listener, 0);
	cr_assert_eq(ioctl(waiter.listener, SECCOMP_IOCTL_NOTIF_RECV, &waiter.notif), 0);
}

static void end_waiter(void)
{
	close(waiter.listener);
	pthread_join(waiter.thread, NULL);
}

/* A call of this process; what its arguments point to is read here. */
static void call(struct watcher *watcher, uint32_t arch, int nr, uint64_t arg0, uint64_t arg1,
		 uint64_t arg2)
{
	const struct seccomp_notif notif = {
		.id = waiter.notif.id,
		.pid = (uint32_t)getpid(),
		.data = {.nr = nr, .arch = arch, .args = {arg0, arg1, arg2}},
	};

	watcher_call(watcher, waiter.listener, &notif);
	watcher_answered(watcher);
}

static uint64_t address_of(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

static unsigned use_of(const struct record *record, const char *path)
{
	size_t place = names_find(&record->paths, path);

	return place == SIZE_MAX ? 0 : record->uses[place].use;
}

static unsigned open_descriptors(void)
{
	unsigned count = 0;
	_cleanup_closedir_ DIR *dir = opendir("/proc/self/fd");

	cr_assert_not_null(dir);
	while (readdir(dir))
		count++;
	return count;
}

Test(process, nothing_is_kept_of_one_that_no_longer_waits)
{
	_cleanup_record_ struct record record = {.root = -1, .mount_namespace = -1};
	unsigned before = open_descriptors();

	process_root(getpid(), -1, 1, &record);
	cr_assert_eq(record.root, -1);
	cr_assert_eq(record.mount_namespace, -1);
	cr_assert_eq(open_descriptors(), before);
}

Test(process, a_waiting_one_tells_root_and_mounts, .init = start_waiter, .fini = end_waiter)
{
	_cleanup_record_ struct record record = {.root = -1, .mount_namespace = -1};

	process_root(getpid(), waiter.listener, waiter.notif.id, &record);
	cr_assert_geq(record.root, 0);
	cr_assert_geq(record.mount_namespace, 0);
}

Test(watch, clone3_of_one_that_no_longer_waits_says_nothing, .init = start_waiter,
     .fini = end_waiter)
{
	_cleanup_record_ struct record record = {.root = -1, .mount_namespace = -1};
	struct watcher *watcher = watcher_new(&record, NULL);
	const uint64_t flags[8] = {CLONE_NEWUSER};
	uint64_t id = waiter.notif.id;

	waiter.notif.id = id + 1000;
	call(watcher, native_arch, SYS_clone3, address_of(flags), sizeof(flags), 0);
	cr_assert_not(record.user_namespace);
	waiter.notif.id = id;
	call(watcher, native_arch, SYS_clone3, address_of(flags), sizeof(flags), 0);
	cr_assert(record.user_namespace);
	watcher_free(watcher);
}

Test(watch, candidates_end_when_one_was_executed, .init = start_waiter, .fini = end_waiter)
{
	static const char *const candidates[] = {"/opt/1/command", "/opt/2/command",
						 "/opt/3/command", NULL};
	const uint64_t unreadable = 16;

	for (unsigned by_memory = 0; by_memory < 2; by_memory++) {
		_cleanup_record_ struct record record = {.root = -1, .mount_namespace = -1};
		struct watcher *watcher = watcher_new(&record, candidates);

		call(watcher, native_arch, SYS_execve, unreadable, 0, 0);
		call(watcher, native_arch, SYS_execve, unreadable, 0, 0);
		if (by_memory)
			call(watcher, native_arch, SYS_execve, address_of("/opt/tool"), 0, 0);
		else
			call(watcher, native_arch, SYS_getpid, 0, 0, 0);
		call(watcher, native_arch, SYS_execve, unreadable, 0, 0);
		cr_assert_eq(use_of(&record, "/opt/1/command"), USE_EXEC);
		cr_assert_eq(use_of(&record, "/opt/2/command"), USE_EXEC);
		cr_assert_eq(use_of(&record, "/opt/3/command"), 0);
		cr_assert_eq(use_of(&record, "/opt/tool"), by_memory ? USE_EXEC : 0);
		cr_assert_eq(record.unreadable, 1);
		watcher_free(watcher);
	}
}

#if defined(__x86_64__)
/* The direct numbers of i386, arch/x86/entry/syscalls/syscall_32.tbl */
enum { X86_CREAT = 8, X86_IOCTL = 54, X86_UNSHARE = 310, X86_SOCKET = 359, X86_SENDMSG = 370 };

Test(watch, what_is_in_registers_is_seen_of_i386_too, .init = start_waiter, .fini = end_waiter)
{
	_cleanup_record_ struct record record = {.root = -1, .mount_namespace = -1};
	struct watcher *watcher = watcher_new(&record, NULL);
	const char *path = "/nonexistent/made";

	call(watcher, AUDIT_ARCH_I386, X86_CREAT, address_of(path), 0600, 0);
	cr_assert_eq(use_of(&record, path), USE_WRITE | USE_CREATE | USE_OPEN_CREATE);
	call(watcher, AUDIT_ARCH_I386, X86_UNSHARE, CLONE_NEWUSER, 0, 0);
	cr_assert(record.user_namespace);
	call(watcher, AUDIT_ARCH_I386, X86_IOCTL, 0, 0x5401, 0);
	call(watcher, AUDIT_ARCH_I386, X86_SOCKET, AF_ALG, 0, 0);
	cr_assert_eq(record.narguments, 3);
	cr_assert_eq(record.arguments[1].nr, SYS_ioctl);
	cr_assert_eq(record.arguments[1].value, 0x5401);
	cr_assert_eq(record.arguments[2].nr, SYS_socket);
	/* Its struct msghdr isn't read as a native one. */
	call(watcher, AUDIT_ARCH_I386, X86_SENDMSG, 0, 1, 0);
	cr_assert_eq(record.unreadable, 0);
	watcher_free(watcher);
}
#endif
