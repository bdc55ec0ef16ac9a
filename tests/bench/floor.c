/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The floor: a sandbox by bare system calls, as fast as these calls allow. Everything is decided
 * before it is compiled: floor-plan.h, which bench-plan writes from the same plan that sbox
 * carries out, holds the steps, the id maps and the filter. No profile, no libraries, no checks of
 * what a source is, no look at what a destination resolves to; a failure just ends it.
 *
 * It makes the mounts as sbox does, by descriptor, with as few calls as each kind of mount needs.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/mount.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

enum floor_kind {
	MAKE_DIR,
	MAKE_NODE,
	LINK,
	FILE_WITH,
	BIND,
	NEW,
	READONLY,
	COVER,     /* dest, bound on itself */
	HIDE_DIR,  /* dest, under an empty directory */
	HIDE_FILE, /* dest, under an empty file */
};

/* The empty ones. */
#define EMPTY_DIR  ".floor-dir"
#define EMPTY_FILE ".floor-file"

/* `dest` is relative to the new root, which is the working directory. */
struct floor_step {
	enum floor_kind kind;
	const char *dest;
	const char *source; /* BIND: the path; LINK: the target; NEW: the file system's type */
	uint64_t attr;
	unsigned mode;
	const char *data; /* FILE_WITH: what to write */
	size_t len;
	const char *options[3][2]; /* NEW: key and value, or key and NULL for a flag */
	uint64_t access;           /* what Landlock allows there; 0: no rule */
};

#include "floor-plan.h"

/* struct landlock_ruleset_attr as of ABI 6, newer than the reference system's header. */
static const uint64_t landlock[3] = {LANDLOCK_FS, 0, LANDLOCK_SCOPED};

static int check(long result, const char *what)
{
	if (result < 0) {
		fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
		_exit(125);
	}
	return (int)result;
}

static void set_attributes(int fd, unsigned flags, uint64_t attr, uint64_t propagation)
{
	struct mount_attr attributes = {.attr_set = attr, .propagation = propagation};

	check(syscall(SYS_mount_setattr, fd, "", flags | AT_EMPTY_PATH, &attributes,
		      sizeof(attributes)),
	      "mount_setattr");
}

static int ruleset = -1;

static void grant(int fd, uint64_t access)
{
	const struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = fd};

	if (access)
		check(syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0),
		      "landlock_add_rule");
}

static void attach(int fd, const struct floor_step *step)
{
	check(syscall(SYS_move_mount, fd, "", AT_FDCWD, step->dest, MOVE_MOUNT_F_EMPTY_PATH),
	      step->dest);
	grant(fd, step->access);
	close(fd);
}

static int clone_of(const char *path, unsigned recursive)
{
	return check(syscall(SYS_open_tree, AT_FDCWD, path,
			     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive),
		     path);
}

/* By a mount of `source`, which may be dest itself, and without what is mounted below it. */
static void cover(const struct floor_step *step, const char *source)
{
	int fd = clone_of(source, 0);

	set_attributes(fd, 0, step->attr, MS_PRIVATE);
	attach(fd, step);
}

static int new_mount(const char *type, const char *const (*options)[2], size_t count, uint64_t attr)
{
	int fs = check(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC), type);
	int fd;

	for (size_t i = 0; i < count && options[i][0]; i++)
		check(syscall(SYS_fsconfig, fs,
			      options[i][1] ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG,
			      options[i][0], options[i][1], 0),
		      "fsconfig");
	check(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0), "fsconfig");
	fd = check(syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, (unsigned)attr), "fsmount");
	close(fs);
	return fd;
}

static void carry_out(const struct floor_step *step)
{
	int fd;

	switch (step->kind) {
	case MAKE_DIR:
		check(mkdir(step->dest, step->mode), step->dest);
		break;
	case MAKE_NODE:
		check(mknod(step->dest, S_IFREG | step->mode, 0), step->dest);
		break;
	case LINK:
		check(symlink(step->source, step->dest), step->dest);
		break;
	case FILE_WITH:
		fd = check(open(step->dest, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, step->mode),
			   step->dest);
		check(write(fd, step->data, step->len), step->dest);
		close(fd);
		break;
	case BIND:
		fd = clone_of(step->source, AT_RECURSIVE);
		set_attributes(fd, AT_RECURSIVE, step->attr, MS_PRIVATE);
		attach(fd, step);
		break;
	case NEW:
		attach(new_mount(step->source, step->options, 3, step->attr), step);
		break;
	case COVER:
		cover(step, step->dest);
		break;
	case HIDE_DIR:
		cover(step, EMPTY_DIR);
		break;
	case HIDE_FILE:
		cover(step, EMPTY_FILE);
		break;
	case READONLY:
		fd = check(open(step->dest, O_PATH | O_CLOEXEC), step->dest);
		set_attributes(fd, 0, MOUNT_ATTR_RDONLY, 0);
		close(fd);
		break;
	}
}

static void write_to(const char *path, const char *text)
{
	int fd = check(open(path, O_WRONLY | O_CLOEXEC), path);

	check(write(fd, text, strlen(text)), path);
	close(fd);
}

static void build_root(void)
{
	static const char *const mode[1][2] = {{"mode", "0755"}};
	int root;

	check(mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL), "mount");
	root = new_mount("tmpfs", mode, 1, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	check(syscall(SYS_move_mount, root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH), "/");
	check(fchdir(root), "fchdir");
	umask(0);
	if (HIDES) {
		check(mkdir(EMPTY_DIR, 0), EMPTY_DIR);
		check(mknod(EMPTY_FILE, S_IFREG, 0), EMPTY_FILE);
	}
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		carry_out(&steps[i]);
	umask(022);
	if (HIDES) {
		check(rmdir(EMPTY_DIR), EMPTY_DIR);
		check(unlink(EMPTY_FILE), EMPTY_FILE);
	}
	if (LANDLOCK_FS)
		grant(root, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
	set_attributes(root, 0, MOUNT_ATTR_RDONLY, 0);
	close(root);
	check(syscall(SYS_pivot_root, ".", "."), "pivot_root");
	check(umount2(".", MNT_DETACH), "umount2");
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};

	for (unsigned long cap = 0; prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0; cap++)
		;
	check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "prctl");
	check(syscall(SYS_capset, &header, data), "capset");
}

static void __attribute__((noreturn)) app(void)
{
	struct rlimit no_core = {0, 0};

	check(chdir(WORKDIR), "chdir");
	check(syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC), "close_range");
	check(setrlimit(RLIMIT_CORE, &no_core), "setrlimit");
	check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl");
	drop_capabilities();
	if (ruleset >= 0)
		check(syscall(SYS_landlock_restrict_self, ruleset, LANDLOCK_FLAGS),
		      "landlock_restrict_self");
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		if (filters[i].len)
			check(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filters[i]),
			      "seccomp");
	execve(argv[0], (char *const *)argv, (char *const *)envp);
	check(-1, argv[0]);
	_exit(126);
}

static void loopback_up(void)
{
	struct ifreq ifr = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");

	check(ioctl(fd, SIOCSIFFLAGS, &ifr), "lo");
	close(fd);
}

static int wait_for(pid_t pid)
{
	int status;

	check(waitpid(pid, &status, 0), "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void __attribute__((noreturn)) init(void)
{
	pid_t pid;

	check(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "prctl");
	write_to("/proc/self/setgroups", "deny");
	write_to("/proc/self/uid_map", UID_MAP);
	write_to("/proc/self/gid_map", GID_MAP);
	if (LANDLOCK_FS || LANDLOCK_SCOPED)
		ruleset =
			check(syscall(SYS_landlock_create_ruleset, &landlock, sizeof(landlock), 0),
			      "landlock_create_ruleset");
	build_root();
	check(sethostname(HOSTNAME, strlen(HOSTNAME)), "sethostname");
	if (LO_UP)
		loopback_up();
	pid = check(fork(), "fork");
	if (pid == 0)
		app();
	_exit(wait_for(pid));
}

int main(void)
{
	pid_t pid = check(syscall(SYS_clone, NAMESPACES | SIGCHLD, NULL, NULL, NULL, 0), "clone");

	if (pid == 0)
		init();
	return wait_for(pid);
}
