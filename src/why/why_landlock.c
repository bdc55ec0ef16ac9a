/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "why/why_landlock.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/landlock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"
#include "learn/learn_process.h"
#include "why/why_call.h"
#include "why/why_links.h"

/* What is at the path inside, the symlink itself if it is one; false when nothing is. */
static bool look(const struct record *record, const char *path, struct stat *st)
{
	_cleanup_close_ int fd = sys_openat2(record->root, path, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0,
					     RESOLVE_IN_ROOT);

	return fd >= 0 && fstat(fd, st) == 0;
}

/* What the rules for the standard descriptors allow: what they have the file open for. */
static uint64_t standard_rights(const struct stat *st)
{
	uint64_t rights = 0;

	for (int fd = 0; fd <= 2; fd++) {
		int mode = fcntl(fd, F_GETFL) & O_ACCMODE;
		struct stat open;

		if (fstat(fd, &open) < 0 || S_ISDIR(st->st_mode) || open.st_dev != st->st_dev ||
		    open.st_ino != st->st_ino)
			continue;
		if (mode != O_WRONLY)
			rights |= LANDLOCK_ACCESS_FS_READ_FILE;
		if (mode != O_RDONLY)
			rights |= LANDLOCK_FS_WRITE;
	}
	return rights;
}

/*
 * What the rules allow at a path without symlinks: they add up on the way to the root, and are
 * about the directory or file itself, wherever else it is shown. Without a record the path is this
 * process's.
 */
static uint64_t rights_at(const struct plan *plan, const struct record *record, const char *path)
{
	_cleanup_free_ char *at = xstrdup(path);
	uint64_t rights = record ? LANDLOCK_FS_READ : 0;

	for (;;) {
		struct stat st = {0};
		char *slash = strrchr(at, '/');

		if (record ? look(record, at, &st) : lstat(at, &st) == 0)
			rights |= standard_rights(&st);
		for (size_t i = 0; i < plan->nsteps; i++) {
			const struct step *step = &plan->steps[i];

			if ((record && streq(step->dest, at)) ||
			    (step->kind == STEP_BIND && st.st_ino && step->id.dev == st.st_dev &&
			     step->id.ino == st.st_ino))
				rights |= step->access;
		}
		if (!at[1])
			return rights;
		slash[slash == at] = '\0';
	}
}

/* With which flags the call opens a file; O_PATH for a call that opens none. */
static uint64_t open_flags(const struct why_asked *asked)
{
	struct open_how how;

	if (streq(asked->name, "open"))
		return asked->data->args[1];
	if (streq(asked->name, "openat"))
		return asked->data->args[2];
	if (streq(asked->name, "creat"))
		return O_WRONLY | O_CREAT | O_TRUNC;
	if (streq(asked->name, "openat2") &&
	    process_read(asked->pid, asked->data->args[2], &how, sizeof(how)) == sizeof(how))
		return how.flags;
	return O_PATH;
}

/* Whether the file's mode lets its owner, if that is this user, or everybody write to it. */
static bool mode_allows(const struct stat *st)
{
	return st->st_mode & (st->st_uid == geteuid() ? S_IWUSR : S_IWOTH);
}

/* Writing to a pipe, which a read-only mount doesn't stop. */
static char *pipe_denied(const struct why_tree *tree, const char *call, const char *named)
{
	_cleanup_free_ char *path = links_follow(tree->record->root, named, false, NULL, NULL);
	_cleanup_free_ char *text = NULL;
	const struct step *by = NULL;
	struct stat st;

	if (!path || !look(tree->record, path, &st) || !S_ISFIFO(st.st_mode) || !mode_allows(&st) ||
	    rights_at(tree->plan, tree->record, path) & LANDLOCK_ACCESS_FS_WRITE_FILE)
		return NULL;
	by = why_mount_over(tree->plan, path);
	text = why_path_text(call, named);
	return xasprintf("no right: %s EACCES (Landlock, %s)", text,
			 loc_text(by && !by->implied ? &by->loc : &tree->plan->landlock.mode_loc));
}

/* Making a device node: the kernel would have let whiteouts be made. */
static char *node_denied(const struct why_tree *tree, const char *call, const char *named)
{
	_cleanup_free_ char *path = links_follow(tree->record->root, named, true, NULL, NULL);
	_cleanup_free_ char *dir = path ? path_dir(path) : NULL, *text = NULL;
	struct stat st;

	if (!path || look(tree->record, path, &st) || !look(tree->record, dir, &st) ||
	    !S_ISDIR(st.st_mode) ||
	    rights_at(tree->plan, tree->record, dir) & LANDLOCK_ACCESS_FS_MAKE_CHAR)
		return NULL;
	text = why_path_text(call, named);
	return xasprintf("no right: %s EACCES (Landlock, %s)", text,
			 loc_text(&tree->plan->landlock.mode_loc));
}

/* The right that opening what is there takes, and whether the file's mode allows it. */
static uint64_t open_right(uint64_t flags, const char *path, const struct stat *st)
{
	bool writes = (flags & O_ACCMODE) != O_RDONLY, reads = (flags & O_ACCMODE) != O_WRONLY;
	uint64_t right = 0;

	if (flags & O_PATH || (flags & O_CREAT && flags & O_EXCL) || S_ISSOCK(st->st_mode) ||
	    S_ISLNK(st->st_mode) || (flags & O_TMPFILE) == O_TMPFILE ||
	    (writes && access(path, W_OK) < 0) || (reads && access(path, R_OK) < 0))
		return 0;
	if (S_ISDIR(st->st_mode))
		return writes ? 0 : LANDLOCK_ACCESS_FS_READ_DIR;
	right |= writes ? LANDLOCK_ACCESS_FS_WRITE_FILE : 0;
	right |= reads ? LANDLOCK_ACCESS_FS_READ_FILE : 0;
	return right;
}

/* The right to make or remove the entry that the call is about; 0 for one that does neither. */
static uint64_t entry_right(const struct why_asked *asked, const struct stat *st, bool exists)
{
	static const struct {
		const char *name;
		bool removes;
		uint64_t right;
	} table[] = {
		{"mkdir", false, LANDLOCK_ACCESS_FS_MAKE_DIR},
		{"mkdirat", false, LANDLOCK_ACCESS_FS_MAKE_DIR},
		{"symlink", false, LANDLOCK_ACCESS_FS_MAKE_SYM},
		{"symlinkat", false, LANDLOCK_ACCESS_FS_MAKE_SYM},
		{"rmdir", true, LANDLOCK_ACCESS_FS_REMOVE_DIR},
		{"unlink", true, LANDLOCK_ACCESS_FS_REMOVE_FILE},
		{"unlinkat", true, LANDLOCK_ACCESS_FS_REMOVE_FILE},
	};
	uint64_t right;

	if (!exists && open_flags(asked) & O_CREAT)
		return LANDLOCK_ACCESS_FS_MAKE_REG;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (!streq(table[i].name, asked->name) || table[i].removes != exists)
			continue;
		right = table[i].right;
		if (streq(asked->name, "unlinkat") && asked->data->args[2] & AT_REMOVEDIR)
			right = LANDLOCK_ACCESS_FS_REMOVE_DIR;
		/* What is of the other kind has another errno. */
		return exists && S_ISDIR(st->st_mode) != (right == LANDLOCK_ACCESS_FS_REMOVE_DIR)
			       ? 0
			       : right;
	}
	return 0;
}

/* The right that the call takes which the rules don't give at a path of this process's; or 0. */
static uint64_t lacking_outside(const struct plan *plan, const struct why_asked *asked,
				const char *path)
{
	_cleanup_close_ int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_close_ int there =
		sys_openat2(root, path, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0, RESOLVE_NO_SYMLINKS);
	_cleanup_free_ char *dir = path_dir(path);
	_cleanup_close_ int above =
		sys_openat2(root, dir, O_PATH | O_DIRECTORY | O_CLOEXEC, 0, RESOLVE_NO_SYMLINKS);
	struct stat st = {0};
	bool exists = there >= 0 && fstat(there, &st) == 0;
	uint64_t right;

	/* By a symlink it would be another path, to each its own. */
	if (above < 0 || (!exists && faccessat(root, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0))
		return 0;
	right = entry_right(asked, &st, exists);
	if (right)
		return access(dir, W_OK | X_OK) < 0 ? 0 : right & ~rights_at(plan, NULL, dir);
	if (!exists)
		return 0;
	if (str_starts(asked->name, "exec"))
		right = S_ISREG(st.st_mode) && access(path, X_OK) == 0 ? LANDLOCK_ACCESS_FS_EXECUTE
								       : 0;
	else
		right = open_right(open_flags(asked), path, &st);
	return right & ~rights_at(plan, NULL, path);
}

/* A path of this process's: no mount of the sandbox's is in the way. */
static char *outside_denied(const struct why_tree *tree, const struct why_asked *asked,
			    const char *path)
{
	const struct plan_landlock *landlock = &tree->plan->landlock;
	_cleanup_free_ char *text = NULL;

	if (!host_is_quick(tree->mounts, path) ||
	    !(lacking_outside(tree->plan, asked, path) & landlock->fs))
		return NULL;
	text = why_path_text(asked->name, path);
	return xasprintf("no right: %s EACCES (outside the sandbox: Landlock, %s)", text,
			 loc_text(&landlock->mode_loc));
}

char *why_landlock_path(const struct why_tree *tree, const struct why_asked *asked,
			const char *named, unsigned use)
{
	uint64_t flags = open_flags(asked), mode = 0;

	if (!tree->plan->landlock.fs)
		return NULL;
	if (use & USE_OUTSIDE)
		return outside_denied(tree, asked, named);
	if (streq(asked->name, "mknod"))
		mode = asked->data->args[1];
	else if (streq(asked->name, "mknodat"))
		mode = asked->data->args[2];
	if (S_ISCHR(mode) || S_ISBLK(mode))
		return node_denied(tree, asked->name, named);
	if (flags & O_PATH || (flags & O_ACCMODE) == O_RDONLY ||
	    (flags & O_CREAT && flags & O_EXCL))
		return NULL;
	return pipe_denied(tree, asked->name, named);
}

/*
 * Whether the descriptor is a TCP socket of that family: what the kernel calls its protocol is an
 * attribute of a socket's file. Of multipath TCP and the like a list lets none be made.
 */
static bool is_tcp(pid_t pid, int fd, int family)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/fd/%d", (int)pid, fd);
	char protocol[32];
	ssize_t len = getxattr(path, "system.sockprotoname", protocol, sizeof(protocol) - 1);

	if (len <= 0)
		return false;
	protocol[len] = '\0';
	return streq(protocol, family == AF_INET ? "TCP" : "TCPv6");
}

char *why_landlock_port(const struct plan_landlock *landlock, const struct why_asked *asked,
			const char *text, const struct address_use *use)
{
	uint64_t access =
		use->bound ? LANDLOCK_ACCESS_NET_BIND_TCP : LANDLOCK_ACCESS_NET_CONNECT_TCP;
	_cleanup_free_ char *call = NULL;

	if (!(landlock->net & access) || (use->family != AF_INET && use->family != AF_INET6))
		return NULL;
	for (size_t i = 0; i < landlock->nports; i++)
		if (landlock->ports[i].port == use->port && landlock->ports[i].access & access)
			return NULL;
	if (!is_tcp(asked->pid, (int)asked->data->args[0], use->family))
		return NULL;
	call = why_path_text(asked->name, text);
	return xasprintf("port: %s EACCES (Landlock, %s)", call,
			 loc_text(use->bound ? &landlock->bind_loc : &landlock->connect_loc));
}
