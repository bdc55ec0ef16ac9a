/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/landlock.h"
#include "base/sys.h"

#define RULESET "Landlock's ruleset"

int landlock_open(struct child *child)
{
	const struct plan_landlock *landlock = &child->plan->landlock;

	if (!plan_landlocked(landlock))
		return 0;
	child->ruleset = sys_landlock_create(landlock->fs, landlock->net, landlock->scoped);
	if (child->ruleset < 0)
		return child_fail_on(child, RULESET, "landlock_create_ruleset", errno);
	for (size_t i = 0; i < landlock->nports; i++)
		if (sys_landlock_add_port(child->ruleset, landlock->ports[i].port,
					  landlock->ports[i].access) < 0)
			return child_fail_on(child, RULESET, "landlock_add_rule", errno);
	return 0;
}

int landlock_grant(const struct child *child, const struct step *step, int tree, const char **op)
{
	if (!step->access)
		return 0;
	*op = "landlock_add_rule";
	return sys_landlock_add_path(child->ruleset, tree, step->access);
}

int landlock_grant_root(struct child *child)
{
	if (child->plan->landlock.fs &&
	    sys_landlock_add_path(child->ruleset, child->root.fd, LANDLOCK_FS_READ) < 0)
		return child_fail_on(child, "the new root", "landlock_add_rule", errno);
	return 0;
}

/* What the descriptor is open for; 0 for a closed one, and one that only names a file. */
static uint64_t open_for(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || (flags & O_PATH))
		return 0;
	switch (flags & O_ACCMODE) {
	case O_RDONLY:
		return LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_IOCTL_DEV;
	case O_WRONLY:
		return LANDLOCK_FS_WRITE | LANDLOCK_ACCESS_FS_IOCTL_DEV;
	default:
		return LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_FS_WRITE |
		       LANDLOCK_ACCESS_FS_IOCTL_DEV;
	}
}

static int grant_standard(struct child *child)
{
	for (int fd = 0; fd <= 2; fd++) {
		uint64_t access = open_for(fd) & child->plan->landlock.fs;
		struct stat st;

		/* A rule for a directory would be one for all below it. */
		if (!access || fstat(fd, &st) < 0 || S_ISDIR(st.st_mode))
			continue;
		if (sys_landlock_add_path(child->ruleset, fd, access) < 0 && errno != EBADFD)
			return child_fail_on(child, "the standard descriptors", "landlock_add_rule",
					     errno);
	}
	return 0;
}

static uint32_t log_flags(const struct plan_landlock *landlock)
{
	uint32_t flags = 0;

	if (landlock->abi < LANDLOCK_ABI_LOG)
		return 0;
	if (!landlock->log)
		flags |= LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF;
	else
		flags |= LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON;
	if (!landlock->log_all)
		flags |= LANDLOCK_RESTRICT_SELF_LOG_SUBDOMAINS_OFF;
	return flags;
}

int landlock_enter(struct child *child)
{
	const struct plan_landlock *landlock = &child->plan->landlock;

	if (!plan_landlocked(landlock))
		return 0;
	if (grant_standard(child) < 0)
		return -1;
	if (sys_landlock_restrict_self(child->ruleset, log_flags(landlock)) < 0)
		return child_fail_on(child, RULESET, "landlock_restrict_self", errno);
	return 0;
}
