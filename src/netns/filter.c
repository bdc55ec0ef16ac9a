/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/filter.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/mem.h"

/* Names that libseccomp doesn't know, or this ABI lacks, are skipped: nothing can call them. */
static const char *const denied[] = {
	/* mounts */
	"mount",
	"umount",
	"umount2",
	"pivot_root",
	"chroot",
	"open_tree",
	"move_mount",
	"fsopen",
	"fsconfig",
	"fsmount",
	"fspick",
	"mount_setattr",
	"open_tree_attr",
	"statmount",
	"listmount",
	/* namespaces */
	"unshare",
	"setns",
	/* other processes */
	"ptrace",
	"process_vm_readv",
	"process_vm_writev",
	"process_madvise",
	"pidfd_getfd",
	"kcmp",
	/* kernel code and state */
	"init_module",
	"finit_module",
	"delete_module",
	"create_module",
	"kexec_load",
	"kexec_file_load",
	"bpf",
	"perf_event_open",
	"userfaultfd",
	"io_uring_setup",
	"io_uring_enter",
	"io_uring_register",
	"reboot",
	"swapon",
	"swapoff",
	"quotactl",
	"quotactl_fd",
	"acct",
	"syslog",
	"iopl",
	"ioperm",
	"modify_ldt",
	"personality",
	"lookup_dcookie",
	"nfsservctl",
	"uselib",
	"vm86",
	"vm86old",
	"fanotify_init",
	"name_to_handle_at",
	"open_by_handle_at",
	"vhangup",
	/* keys */
	"add_key",
	"request_key",
	"keyctl",
	/* clocks and names */
	"settimeofday",
	"clock_settime",
	"clock_settime64",
	"clock_adjtime",
	"clock_adjtime64",
	"adjtimex",
	"stime",
	"sethostname",
	"setdomainname",
	/* System V IPC and message queues, which no DHCP client has */
	"shmget",
	"shmat",
	"semget",
	"msgget",
	"mq_open",
	"ipc",
	"memfd_secret",
};

static const unsigned long namespace_flags[] = {
	CLONE_NEWNS,  CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET,
	CLONE_NEWIPC, CLONE_NEWUTS,  CLONE_NEWCGROUP,
};

static int deny_families(scmp_filter_ctx ctx)
{
	/* Compared whole, high bits too: the kernel cuts them off, and so each is over the limit.
	 */
	int result = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
				      SCMP_A0(SCMP_CMP_GT, AF_PACKET));

	for (unsigned family = 0; family < AF_PACKET && result == 0; family++) {
		if (family == AF_UNIX || family == AF_INET || family == AF_INET6 ||
		    family == AF_NETLINK)
			continue;
		result = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
					  SCMP_A0(SCMP_CMP_EQ, family));
	}
	return result;
}

/*
 * CAP_NET_ADMIN opens the packet filters' large interfaces to the client: netlink protocols other
 * than the routing and the generic one, and the table options of x_tables.
 */
static int deny_packet_filters(scmp_filter_ctx ctx)
{
	int result = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPROTONOSUPPORT), SCMP_SYS(socket), 2,
				      SCMP_A0(SCMP_CMP_EQ, AF_NETLINK),
				      SCMP_A2(SCMP_CMP_GT, NETLINK_GENERIC));

	for (unsigned protocol = NETLINK_ROUTE + 1; protocol < NETLINK_GENERIC && result == 0;
	     protocol++)
		result = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPROTONOSUPPORT), SCMP_SYS(socket), 2,
					  SCMP_A0(SCMP_CMP_EQ, AF_NETLINK),
					  SCMP_A2(SCMP_CMP_EQ, protocol));
	/* IPT_BASE_CTL, ARPT_BASE_CTL and EBT_BASE_CTL begin at 64; IP's own options end at 50. */
	if (result == 0)
		result = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(setsockopt), 2,
					  SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffu, SOL_IP),
					  SCMP_A2(SCMP_CMP_GE, 64));
	/* IP6T_SO_SET_REPLACE and IP6T_SO_SET_ADD_COUNTERS, amid options of IPv6's own. */
	for (unsigned option = 64; option <= 65 && result == 0; option++)
		result = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(setsockopt), 2,
					  SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffu, SOL_IPV6),
					  SCMP_A2(SCMP_CMP_MASKED_EQ, 0xffffffffu, option));
	return result;
}

static int deny_clone(scmp_filter_ctx ctx)
{
	int result = 0;

	for (size_t i = 0; i < ARRAY_SIZE(namespace_flags) && result == 0; i++)
		result = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
					  SCMP_A0(SCMP_CMP_MASKED_EQ, namespace_flags[i],
						  namespace_flags[i]));
	/* Its flags lie in memory, where no filter sees them; the C library falls back to clone. */
	if (result == 0)
		result = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return result;
}

static int deny_terminal_input(scmp_filter_ctx ctx)
{
	int result = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
				      SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffu, TIOCSTI));

	if (result == 0)
		result = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
					  SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffu, TIOCLINUX));
	return result;
}

static void release(scmp_filter_ctx *ctx)
{
	if (*ctx)
		seccomp_release(*ctx);
}

int filter_load(struct err **err)
{
	__attribute__((cleanup(release))) scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int result;

	if (!ctx)
		return err_set(err, ENOMEM, "seccomp filter");
	result = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	for (size_t i = 0; i < ARRAY_SIZE(denied) && result == 0; i++) {
		int nr = seccomp_syscall_resolve_name(denied[i]);

		if (nr >= 0)
			result = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), nr, 0);
	}
	if (result == 0)
		result = deny_families(ctx);
	if (result == 0)
		result = deny_packet_filters(ctx);
	if (result == 0)
		result = deny_clone(ctx);
	if (result == 0)
		result = deny_terminal_input(ctx);
	if (result == 0)
		result = seccomp_load(ctx);
	if (result < 0)
		return err_set(err, -result, "set up the DHCP client's seccomp filter");
	return 0;
}
