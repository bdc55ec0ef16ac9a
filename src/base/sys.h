/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every raw system call and kernel constant that the C library of the reference system (glibc 2.36)
 * lacks; nothing else calls syscall(2). Each returns what the kernel does: a value, or -1 and
 * errno.
 */
#ifndef BASE_SYS_H
#define BASE_SYS_H

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/types.h>

#ifndef MOUNT_ATTR_NOSYMFOLLOW /* Linux 5.14 */
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef CLONE_NEWTIME /* Linux 5.6 */
#define CLONE_NEWTIME 0x00000080
#endif
#define NSFS_MAGIC_NUMBER 0x6e736673 /* NSFS_MAGIC of linux/magic.h */

/* This program's own ABI in struct seccomp_data, seccomp(2). */
#if defined(__x86_64__)
#define AUDIT_ARCH_NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define AUDIT_ARCH_NATIVE AUDIT_ARCH_AARCH64
#endif

/* mount_setattr(2), open_tree(2), move_mount(2): Linux 5.12, 5.2, 5.2 */
int sys_open_tree(int dirfd, const char *path, unsigned flags);
int sys_move_mount(int from_fd, const char *from, int to_fd, const char *to, unsigned flags);
int sys_mount_setattr(int dirfd, const char *path, unsigned flags, uint64_t set, uint64_t clear,
		      uint64_t propagation);

/* fsopen(2), fsconfig(2), fsmount(2): Linux 5.2 */
int sys_fsopen(const char *type, unsigned flags);
int sys_fsconfig(int fd, unsigned command, const char *key, const void *value, int aux);
int sys_fsmount(int fd, unsigned flags, unsigned attr);

/* openat2(2), Linux 5.6: `resolve` is a set of RESOLVE_* */
int sys_openat2(int dirfd, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);

int sys_pivot_root(const char *new_root, const char *put_old);

/*
 * clone(2) as fork(2) is: a copy of the address space, the child returns 0 on the same stack.
 * `flags` takes CLONE_NEW*, CLONE_FILES, CLONE_PARENT and the exit signal.
 */
pid_t sys_clone(unsigned long flags);

/*
 * keyctl(2): a new session keyring for the calling process, for the caller's goes with every
 * process that it starts: whoever has it possesses the keys in it, whatever user namespace he is
 * in, keyrings(7). A filter that refuses keyctl(2) altogether, as Docker's does, refuses it to
 * others behind it too: then it is 0, as on a kernel without keyrings.
 */
int sys_leave_session_keyring(void);

/* capset(2): empties the capability sets but for `kept`, bits of capabilities below 32. */
int sys_keep_capabilities(uint32_t kept);

int sys_pidfd_open(pid_t pid, unsigned flags);
int sys_pidfd_send_signal(int pidfd, int sig);
int sys_close_range(unsigned first, unsigned last, unsigned flags);
/* Closes all descriptors but those of `kept`, which it sorts; -1 stands for none. 0, or -1. */
int sys_close_others(int *kept, size_t count);

/*
 * The Landlock ABI that the kernel has, landlock(7): 1 and up, or -1 with ENOSYS (not built in) or
 * EOPNOTSUPP (switched off at boot).
 */
int sys_landlock_abi(void);
/*
 * A new ruleset that denies the accesses given, sets of LANDLOCK_ACCESS_FS_*, LANDLOCK_ACCESS_NET_*
 * and LANDLOCK_SCOPE_*, but for what rules allow; see base/landlock.h. The descriptor, which closes
 * at exec, or -1: EINVAL for what this kernel doesn't know.
 */
int sys_landlock_create(uint64_t fs, uint64_t net, uint64_t scoped);
/*
 * Allows `access` on the file behind the descriptor (any kind, O_PATH too) and on all below it.
 * EBADFD for what no path leads to, such as a pipe: that is never denied.
 */
int sys_landlock_add_path(int ruleset, int fd, uint64_t access);
int sys_landlock_add_port(int ruleset, uint16_t port, uint64_t access);
/*
 * Puts the calling thread, alone, under the ruleset; it needs no_new_privs. `flags` is a set of
 * LANDLOCK_RESTRICT_SELF_*, 0 before ABI 7. E2BIG beyond 16 domains inside each other.
 */
int sys_landlock_restrict_self(int ruleset, uint32_t flags);

/* seccomp(SECCOMP_SET_MODE_FILTER), `prog` a struct sock_fprog. */
int sys_seccomp_filter(unsigned flags, const void *prog);

/* seccomp(SECCOMP_GET_NOTIF_SIZES): how large this kernel's notifications are, Linux 5.0. */
int sys_seccomp_notif_sizes(struct seccomp_notif_sizes *sizes);

#endif
