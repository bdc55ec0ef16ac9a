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

/* Whether one of the standard descriptors has the file open, which is a rule of its own. */
static bool is_standard(const struct stat *st)
{
	for (int fd = 0; fd <= 2; fd++) {
		struct stat open;

		if (fstat(fd, &open) == 0 && open.st_dev == st->st_dev && open.st_ino == st->st_ino)
			return true;
	}
	return false;
}

/*
 * What the rules allow at a path without symlinks: they add up on the way to the root, and are
 * about the directory or file itself, wherever else it is shown.
 */
static uint64_t rights_at(const struct why_tree *tree, const char *path)
{
	_cleanup_free_ char *at = xstrdup(path);
	uint64_t rights = LANDLOCK_FS_READ;

	for (;;) {
		struct stat st = {0};
		char *slash = strrchr(at, '/');

		if (look(tree->record, at, &st) && is_standard(&st))
			return LANDLOCK_FS_ALL;
		for (size_t i = 0; i < tree->plan->nsteps; i++) {
			const struct step *step = &tree->plan->steps[i];

			if (streq(step->dest, at) ||
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
	    rights_at(tree, path) & LANDLOCK_ACCESS_FS_WRITE_FILE)
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
	    !S_ISDIR(st.st_mode) || rights_at(tree, dir) & LANDLOCK_ACCESS_FS_MAKE_CHAR)
		return NULL;
	text = why_path_text(call, named);
	return xasprintf("no right: %s EACCES (Landlock, %s)", text,
			 loc_text(&tree->plan->landlock.mode_loc));
}

char *why_landlock_path(const struct why_tree *tree, const struct why_asked *asked,
			const char *named)
{
	uint64_t flags = open_flags(asked), mode = 0;

	if (!tree->plan->landlock.fs)
		return NULL;
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
