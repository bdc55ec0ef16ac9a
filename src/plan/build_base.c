/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the root is made of before the profile adds to it: base, /dev, /proc, /sys, /tmp. */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "plan/builder.h"

static int base_minimal(struct builder *b, struct err **err)
{
	static const char *const entries[] = {"/usr",   "/bin",   "/sbin",  "/lib",
					      "/lib32", "/lib64", "/libx32"};
	size_t first = b->nsteps;

	for (size_t i = 0; i < ARRAY_SIZE(entries) && !has_closure(b); i++)
		if (show_entry(b, entries[i], entries[i], BIND_RO, &no_loc, err) < 0)
			return -1;
	for (size_t i = first; i < b->nsteps; i++)
		b->steps[i].based = true;
	add_dir(b, "/run", 0755, &no_loc);
	add_dir(b, "/var/cache", 0755, &no_loc);
	add_dir(b, "/var/lib", 0755, &no_loc);
	add_symlink(b, "/var/run", "/run", &no_loc);
	add_tmpfs(b, "/var/tmp", 01777, 0, &no_loc);
	return 0;
}

/*
 * The host's root entry by entry, so that the root itself is sbox's own and mount points can be
 * made in it. What is a namespace's own comes from sbox, and /run stays empty: a socket there can
 * be connected to through a read-only mount.
 */
static int base_host(struct builder *b, struct err **err)
{
	static const char *const own[] = {"etc", "proc", "sys", "dev", "tmp", "run", NULL};
	const struct loc *loc = &profile_get(b->profile, KEY_FS_BASE)->loc;
	bool entries = needs_entries(b, "/etc");
	size_t first = b->nsteps;

	b->tree = "";
	if (show_entries(b, "/", "/", entries ? own : own + 1, BIND_RO, loc, err) < 0)
		return -1;
	if (entries && show_etc(b, "/etc", BIND_RO, &no_loc, err) < 0)
		return -1;
	if (adopt_tree(b, first, err) < 0)
		return -1;
	add_dir(b, "/run", 0755, &no_loc);
	if (b->host->fs->lstat("/var/tmp", &(struct stat){0}) == 0)
		add_tmpfs(b, "/var/tmp", 01777, 0, &no_loc);
	return 0;
}

/*
 * A node can be opened for writing on a read-only mount, mount(2), but its owner and mode, which
 * are the host's, can't be changed through one.
 */
enum { NODE = BIND_RO | BIND_DEV | BIND_NOEXEC };

static int device_directory(struct builder *b, struct err **err)
{
	static const char *const nodes[] = {"/dev/null",   "/dev/zero",    "/dev/full",
					    "/dev/random", "/dev/urandom", "/dev/tty"};
	static const char *const links[][2] = {
		{"/dev/fd", "/proc/self/fd"},       {"/dev/stdin", "/proc/self/fd/0"},
		{"/dev/stdout", "/proc/self/fd/1"}, {"/dev/stderr", "/proc/self/fd/2"},
		{"/dev/core", "/proc/kcore"},       {"/dev/ptmx", "pts/ptmx"},
	};
	struct step *step;

	add_tmpfs(b, "/dev", 0755, 1 << 20, &no_loc);
	b->steps[b->nsteps - 1].attr |= MOUNT_ATTR_NOEXEC;
	b->steps[b->nsteps - 1].sealed = true;
	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++)
		if (add_bind(b, nodes[i], nodes[i], NODE | (i ? BIND_OPTIONAL : 0), &no_loc, err) <
		    0)
			return -1;
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		add_symlink(b, links[i][0], links[i][1], &no_loc);
	add_tmpfs(b, "/dev/shm", 01777, 0, &no_loc);
	step = add_step(b, STEP_DEVPTS, "/dev/pts", &no_loc);
	step->attr = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
	add_last(b, STEP_READONLY, "/dev", &no_loc);
	if (profile_number(b->profile, KEY_FS_DEV_MODE) == 1)
		return add_bind(b, "/dev/dri", "/dev/dri", NODE | BIND_OPTIONAL,
				&profile_get(b->profile, KEY_FS_DEV_MODE)->loc, err) < 0
			       ? -1
			       : 0;
	return 0;
}

/* Whether a line hides `path` or what it lies in: then there is nothing left to cover. */
static bool is_hidden(const struct builder *b, const char *path)
{
	const struct value *values;
	size_t count;

	profile_list(b->profile, KEY_FS_HIDE, &values, &count);
	for (size_t i = 0; i < count; i++)
		if (path_below(path, values[i].path.source))
			return true;
	return false;
}

static void cover(struct builder *b, enum step_kind kind, const char *path)
{
	struct stat st;

	if (!is_hidden(b, path) && b->host->fs->stat(path, &st) == 0)
		add_last(b, kind, path, &no_loc)->cover = kind == STEP_READONLY;
}

/*
 * What in /proc is not the sandbox's processes': settings are read-only, and what tells of the
 * kernel and its keys is hidden. Against root's own user id, which owns those files, it is all that
 * guards them: writing needs no capability then, proc(5). Each is covered by something of sbox's
 * own that nobody can replace, not by a device of the host's.
 */
static void guard_kernel_settings(struct builder *b)
{
	static const char *const settings[] = {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq",
					       "/proc/bus", "/proc/fs"};
	static const char *const secrets[] = {
		"/proc/kcore",       "/proc/kmsg",     "/proc/kpagecount",    "/proc/kpageflags",
		"/proc/kpagecgroup", "/proc/slabinfo", "/proc/vmallocinfo",   "/proc/timer_list",
		"/proc/sched_debug", "/proc/keys",     "/proc/key-users",     "/proc/acpi",
		"/proc/scsi",        "/proc/asound",   "/proc/latency_stats", "/proc/timer_stats",
	};

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		cover(b, STEP_READONLY, settings[i]);
	for (size_t i = 0; i < ARRAY_SIZE(secrets); i++)
		cover(b, STEP_HIDE, secrets[i]);
}

/* What /sys tells of the machine's firmware and of its power use. */
static void guard_hardware(struct builder *b)
{
	cover(b, STEP_HIDE, "/sys/firmware");
	cover(b, STEP_HIDE, "/sys/devices/virtual/powercap");
}

static int kernel_directories(struct builder *b, struct err **err)
{
	static const uint64_t attr = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	const struct value *proc = profile_get(b->profile, KEY_FS_PROC);
	bool nested = profile_number(b->profile, KEY_NS_NESTED) != 0;
	/* Never of the host's own, check_namespaces() sees to that. */
	bool pid_only = proc->number == 1 && (b->plan->namespaces & CLONE_NEWPID);
	struct step *step;

	if (b->plan->namespaces & CLONE_NEWPID) {
		step = add_step(b, STEP_PROC, "/proc", &proc->loc);
		step->attr = attr;
		step->pid_only = pid_only;
	} else if (add_bind(b, "/proc", "/proc", BIND_NOEXEC, &no_loc, err) < 0) {
		return -1;
	}
	/*
	 * Where a part is covered the kernel lets a nested user namespace mount no new procfs or
	 * sysfs, mount_namespaces(7), and the application may be about to; what these would protect
	 * from others than root is not worth that.
	 */
	if ((b->host->uid == 0 || !nested) && !pid_only)
		guard_kernel_settings(b);
	if (profile_number(b->profile, KEY_FS_BASE) == BASE_NONE)
		return 0;
	/* A new sysfs shows its network namespace's interfaces alone. */
	if (b->plan->net.mode != NET_HOST) {
		step = add_step(b, STEP_SYSFS, "/sys", &no_loc);
		step->attr = attr | MOUNT_ATTR_RDONLY;
	} else if (add_bind(b, "/sys", "/sys", BIND_RO | BIND_NOEXEC, &no_loc, err) < 0) {
		return -1;
	}
	if (!nested)
		guard_hardware(b);
	return 0;
}

int build_base(struct builder *b, struct err **err)
{
	int64_t base = profile_number(b->profile, KEY_FS_BASE);

	if (find_overlay(b, err) < 0)
		return -1;
	if (base == BASE_PATH && base_rootfs(b, err) < 0)
		return -1;
	if (base == BASE_MINIMAL && base_minimal(b, err) < 0)
		return -1;
	if (base == BASE_HOST_RO && base_host(b, err) < 0)
		return -1;
	add_tmpfs(b, "/tmp", 01777, 0, &no_loc);
	if (device_directory(b, err) < 0)
		return -1;
	return kernel_directories(b, err);
}
