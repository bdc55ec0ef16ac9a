/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sys.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int sys_open_tree(int dirfd, const char *path, unsigned flags)
{
	return (int)syscall(SYS_open_tree, dirfd, path, flags);
}

int sys_move_mount(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
	return (int)syscall(SYS_move_mount, from_fd, from, to_fd, to, flags);
}

int sys_mount_setattr(int dirfd, const char *path, unsigned flags, uint64_t set, uint64_t clear,
		      uint64_t propagation)
{
	struct mount_attr attr = {.attr_set = set, .attr_clr = clear, .propagation = propagation};

	return (int)syscall(SYS_mount_setattr, dirfd, path, flags, &attr, sizeof(attr));
}

int sys_fsopen(const char *type, unsigned flags)
{
	return (int)syscall(SYS_fsopen, type, flags);
}

int sys_fsconfig(int fd, unsigned command, const char *key, const void *value, int aux)
{
	return (int)syscall(SYS_fsconfig, fd, command, key, value, aux);
}

int sys_fsmount(int fd, unsigned flags, unsigned attr)
{
	return (int)syscall(SYS_fsmount, fd, flags, attr);
}

int sys_openat2(int dirfd, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve)
{
	struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};

	return (int)syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
}

int sys_pivot_root(const char *new_root, const char *put_old)
{
	return (int)syscall(SYS_pivot_root, new_root, put_old);
}

pid_t sys_clone(unsigned long flags)
{
#if defined(__s390__) || defined(__s390x__)
	return (pid_t)syscall(SYS_clone, NULL, flags, NULL, NULL, NULL);
#else
	return (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
#endif
}

int sys_keep_capabilities(uint32_t kept)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{.permitted = kept, .effective = kept}};

	return (int)syscall(SYS_capset, &header, data);
}

int sys_pidfd_open(pid_t pid, unsigned flags)
{
	return (int)syscall(SYS_pidfd_open, pid, flags);
}

int sys_pidfd_send_signal(int pidfd, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
}

int sys_close_range(unsigned first, unsigned last, unsigned flags)
{
	return (int)syscall(SYS_close_range, first, last, flags);
}

static int compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

int sys_close_others(int *kept, size_t count)
{
	unsigned next = 0;

	qsort(kept, count, sizeof(*kept), compare_ints);
	for (size_t i = 0; i < count; i++) {
		if (kept[i] < 0)
			continue;
		if ((unsigned)kept[i] > next && sys_close_range(next, (unsigned)kept[i] - 1, 0) < 0)
			return -1;
		next = (unsigned)kept[i] + 1;
	}
	return sys_close_range(next, ~0U, 0);
}

int sys_landlock_abi(void)
{
	const unsigned version = 1; /* LANDLOCK_CREATE_RULESET_VERSION */

	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, version);
}

int sys_landlock_create(uint64_t fs, uint64_t net, uint64_t scoped)
{
	/* struct landlock_ruleset_attr as of ABI 6; an older kernel takes it if the rest is 0. */
	const struct {
		uint64_t handled_access_fs, handled_access_net, scoped;
	} attr = {fs, net, scoped};

	return (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
}

int sys_landlock_add_path(int ruleset, int fd, uint64_t access)
{
	const struct landlock_path_beneath_attr attr = {.allowed_access = access, .parent_fd = fd};

	return (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &attr, 0);
}

int sys_landlock_add_port(int ruleset, uint16_t port, uint64_t access)
{
	const int net_port = 2; /* LANDLOCK_RULE_NET_PORT, Linux 6.7 */
	/* struct landlock_net_port_attr */
	const struct {
		uint64_t allowed_access, port;
	} attr = {access, port};

	return (int)syscall(SYS_landlock_add_rule, ruleset, net_port, &attr, 0);
}

int sys_landlock_restrict_self(int ruleset, uint32_t flags)
{
	return (int)syscall(SYS_landlock_restrict_self, ruleset, flags);
}

int sys_seccomp_filter(unsigned flags, const void *prog)
{
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, prog);
}

int sys_seccomp_notif_sizes(struct seccomp_notif_sizes *sizes)
{
	return (int)syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, sizes);
}

int sys_leave_session_keyring(void)
{
	int saved;

	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0 || errno == ENOSYS)
		return 0;
	saved = errno;
	if (saved == EPERM &&
	    syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0) < 0 &&
	    errno == EPERM)
		return 0;
	errno = saved;
	return -1;
}
