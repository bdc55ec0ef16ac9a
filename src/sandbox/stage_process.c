/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What belongs to the sandbox's name and to the process that becomes the application. */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/sys.h"
#include "sandbox/landlock.h"
#include "sandbox/stages.h"

static int loopback_up(struct child *child)
{
	struct ifreq ifr = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return child_fail_on(child, "lo", "socket", errno);
	if (ioctl(fd, SIOCSIFFLAGS, &ifr) < 0)
		return child_fail_on(child, "lo", "ioctl SIOCSIFFLAGS", errno);
	return 0;
}

int stage_identity(struct child *child)
{
	const struct plan *plan = child->plan;

	if (plan->hostname && sethostname(plan->hostname, strlen(plan->hostname)) < 0)
		return child_fail_on(child, plan->hostname, "sethostname", errno);
	if (plan->lo_up)
		return loopback_up(child);
	return 0;
}

static int change_directory(struct child *child)
{
	const struct plan_exec *exec = &child->plan->exec;
	char cwd[PATH_MAX];

	if (chdir(exec->workdir) < 0) {
		if (!exec->workdir_fallback)
			return child_fail_on(child, exec->workdir, "chdir", errno);
		if (chdir(exec->home) < 0 && chdir("/") < 0)
			return child_fail_on(child, "/", "chdir", errno);
	}
	/* A directory outside the root would show as "(unreachable)...". */
	if (!getcwd(cwd, sizeof(cwd)) || cwd[0] != '/')
		return child_fail_on(child, exec->workdir, "getcwd", errno ? errno : EXDEV);
	return 0;
}

int stage_process(struct child *child)
{
	int kept[] = {0, 1, 2, child->ruleset,
		      child->observation ? child->observation->courier : -1};
	const struct plan *plan = child->plan;

	/* In a pid namespace of its own it ends with INIT anyway. */
	if (!(plan->namespaces & CLONE_NEWPID) && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return child_fail_on(child, "the reaper", "prctl PR_SET_PDEATHSIG", errno);
	if (terminal_wanted(&child->terminal)) {
		if (terminal_enter(child) < 0)
			return -1;
	} else if (plan->exec.tty != TTY_INHERIT && setsid() < 0) {
		return child_fail_on(child, "a new session", "setsid", errno);
	}
	if (change_directory(child) < 0)
		return -1;
	/*
	 * Only 0 to 2 pass on: what the next stage needs closes at the exec. The rest goes before
	 * the limits come, for that stage may need a number below the one of open files.
	 */
	if (sys_close_others(kept, ARRAY_SIZE(kept)) < 0 ||
	    sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return child_fail_on(child, "descriptors from 3 up", "close_range", errno);
	for (size_t i = 0; i < plan->nlimits; i++) {
		const struct plan_limit *limit = &plan->limits[i];

		if (setrlimit((__rlimit_resource_t)limit->resource, &limit->limit) < 0)
			return child_fail_on(child, limit->name, "setrlimit", errno);
	}
	return 0;
}

/* Needs CAP_SETPCAP, so it comes before the other sets. */
static int drop_bounding_set(struct child *child, uint32_t kept)
{
	/* Higher ones than this kernel has are EINVAL, and end the loop. */
	for (unsigned long cap = 0; cap < 64; cap++) {
		if (cap < 32 && (kept & 1u << cap))
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0) {
			if (errno == EINVAL && cap > CAP_AUDIT_READ)
				break;
			return child_fail_on(child, "the bounding set", "prctl PR_CAPBSET_DROP",
					     errno);
		}
	}
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return child_fail_on(child, "the ambient set", "prctl PR_CAP_AMBIENT", errno);
	return 0;
}

int child_keep_capabilities(struct child *child, uint32_t kept)
{
	if (sys_keep_capabilities(kept) < 0)
		return child_fail_on(child, "the capability sets", "capset", errno);
	return 0;
}

int stage_seal(struct child *child)
{
	const struct plan_ids *ids = &child->plan->ids;
	uint32_t kept = ids->nest ? 0 : ids->kept;

	/* What the application could read in /proc/1: command line and environment. */
	if (child->title_len > 0) {
		memset(child->title, 0, child->title_len);
		strncpy(child->title, "sbox-init", child->title_len - 1);
	}
	if (prctl(PR_SET_NAME, "sbox-init", 0, 0, 0) < 0)
		return child_fail_on(child, "the name", "prctl PR_SET_NAME", errno);
	if (sys_leave_session_keyring() < 0)
		return child_fail_on(child, "a session keyring", "keyctl", errno);
	/* What they opened is bound by now. */
	if (ids->drops_groups && setgroups(0, NULL) < 0)
		return child_fail_on(child, "the supplementary groups", "setgroups", errno);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return child_fail_on(child, "no_new_privs", "prctl", errno);
	/* Orphans go to this process also in the host's pid namespace. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return child_fail_on(child, "the reaper", "prctl PR_SET_CHILD_SUBREAPER", errno);
	/*
	 * A user namespace may map its parent's id 0, which an uplink's owner is there, only if its
	 * creator had CAP_SETFCAP; user_namespaces(7), Linux 5.12. INIT drops that one right after.
	 */
	if (drop_bounding_set(child, kept) < 0)
		return -1;
	return child_keep_capabilities(child, ids->nest ? 1u << CAP_SETFCAP : kept);
}

static int install_filter(struct child *child)
{
	const struct filter_programs *programs = &child->plan->programs;
	const struct observation *observation = child->observation;
	/* The last one may deny what installing another takes, and is what asks, if one does. */
	bool asks = observation && observation->observer->program.code;
	const char *op;

	if (observation && !asks && observation_install(observation, &op) < 0)
		return child_fail_on(child, "the watching filter", op, errno);
	for (size_t i = 0; i + asks < programs->count; i++) {
		struct sock_fprog prog = {
			.len = (unsigned short)programs->items[i].count,
			.filter = programs->items[i].code,
		};

		if (sys_seccomp_filter(0, &prog) < 0)
			return child_fail_on(child, "the filter", "seccomp", errno);
	}
	if (asks && observation_install(observation, &op) < 0)
		return child_fail_on(child, "the filter", op, errno);
	return 0;
}

int stage_confine(struct child *child)
{
	uint32_t kept = child->plan->ids.kept;

	if (child->plan->ids.nest &&
	    (drop_bounding_set(child, kept) < 0 || child_keep_capabilities(child, kept) < 0))
		return -1;
	/*
	 * From here on nobody may look into this memory, which is INIT's too: /proc/1/mem, fd and
	 * the like are refused before the application's first instruction.
	 */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return child_fail_on(child, "dumpable", "prctl", errno);
	io_size_limit_kills();
	if (sigprocmask(SIG_SETMASK, &child->signals, NULL) < 0)
		return child_fail_on(child, "the signal mask", "sigprocmask", errno);
	if (landlock_enter(child) < 0)
		return -1;
	return install_filter(child);
}
