/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The upper directory holds what differs: files that were added or changed (copied up), whiteouts
 * for what was deleted, and directories on the way. It is the application's: names are printed
 * escaped, nothing is followed, and depth has a limit. Kernel documentation,
 * filesystems/overlayfs.
 */
#include "sandbox/changes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"

/* Each level holds two descriptors. */
enum { DEPTH_MAX = 200 };

union rights {
	struct cmsghdr header;
	char space[CMSG_SPACE(sizeof(int))];
};

int changes_hand_over(int socket, int upper, size_t step, const char **op)
{
	union rights rights = {{0}};
	struct iovec iov = {&step, sizeof(step)};
	struct msghdr message = {.msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = &rights,
				 .msg_controllen = sizeof(rights)};
	_cleanup_close_ int fd = openat(upper, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	*op = "openat";
	if (fd < 0)
		return -1;
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	*op = "sendmsg";
	return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

/* The next upper directory and its step; -1 behind the last. */
static int receive(int socket, size_t *step)
{
	union rights rights;
	struct iovec iov = {step, sizeof(*step)};
	struct msghdr message = {.msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = &rights,
				 .msg_controllen = sizeof(rights)};
	struct cmsghdr *header;
	int fd;

	if (recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != (ssize_t)sizeof(*step))
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

struct listing {
	const struct plan *plan;
	unsigned depth;
};

/* Whether sbox made it, or something in it, to mount on. */
static bool is_mount_point(const struct listing *listing, const char *path)
{
	const struct plan *plan = listing->plan;

	for (size_t i = 0; i < plan->nsteps; i++)
		if (path_below(plan->steps[i].dest, path))
			return true;
	return false;
}

/* log_note() escapes what no terminal should get; a backslash is to be told from those. */
static void say(const char *what, const char *path, const char *kind)
{
	_cleanup_str_ struct str text = {0};

	for (const char *s = path; *s; s++) {
		if (*s == '\\')
			str_add(&text, "\\\\");
		else
			str_add_len(&text, s, 1);
	}
	log_note("%s %s%s", what, text.text, kind);
}

/* A directory that stands for another one that was there, and shows nothing of that. */
static bool is_opaque(int dir)
{
	char value;

	return (fgetxattr(dir, "user.overlay.opaque", &value, 1) == 1 && value == 'y') ||
	       (fgetxattr(dir, "trusted.overlay.opaque", &value, 1) == 1 && value == 'y');
}

static int compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int real_entry(const struct dirent *entry)
{
	return !streq(entry->d_name, ".") && !streq(entry->d_name, "..");
}

static void list_directory(struct listing *listing, int upper, int lower, const char *path);

/* One name of an upper directory; `lower` is the directory that it lies over, or -1. */
static void list_entry(struct listing *listing, int upper, int lower, const char *name,
		       const char *path)
{
	_cleanup_close_ int dir = -1, below = -1;
	struct stat st, old;
	bool had;

	if (fstatat(upper, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	had = lower >= 0 && fstatat(lower, name, &old, AT_SYMLINK_NOFOLLOW) == 0;
	if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(0, 0)) {
		if (had)
			say("deleted", path, S_ISDIR(old.st_mode) ? "/" : "");
		return;
	}
	if (!S_ISDIR(st.st_mode)) {
		if (had || !is_mount_point(listing, path))
			say(had ? "changed" : "added", path, "");
		return;
	}
	dir = openat(upper, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (had && S_ISDIR(old.st_mode) && (dir < 0 || !is_opaque(dir))) {
		if (st.st_mode != old.st_mode)
			say("changed", path, "/");
		below = openat(lower, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	} else if (!is_mount_point(listing, path)) {
		say(had ? "changed" : "added", path, "/");
	}
	if (dir < 0)
		log_warning("what was written in %s can't be listed: %s", path, strerror(errno));
	else
		list_directory(listing, dir, below, path);
}

static void list_directory(struct listing *listing, int upper, int lower, const char *path)
{
	struct dirent **entries;
	int count;

	if (listing->depth == DEPTH_MAX) {
		log_warning("what was written in %s lies too deep to be listed", path);
		return;
	}
	count = scandirat(upper, ".", &entries, real_entry, compare);
	if (count < 0) {
		log_warning("what was written in %s can't be listed: %s", path, strerror(errno));
		return;
	}
	listing->depth++;
	for (int i = 0; i < count; i++) {
		_cleanup_free_ char *below = path_join(path, entries[i]->d_name);

		list_entry(listing, upper, lower, entries[i]->d_name, below);
		free(entries[i]);
	}
	listing->depth--;
	free(entries);
}

void changes_list(const struct plan *plan, int socket)
{
	size_t index;

	for (;;) {
		struct listing listing = {.plan = plan};
		_cleanup_close_ int upper = receive(socket, &index), lower = -1;
		const struct step *step;

		if (upper < 0 || index >= plan->nsteps)
			return;
		step = &plan->steps[index];
		lower = sys_openat2(AT_FDCWD, step->real, O_PATH | O_DIRECTORY | O_CLOEXEC, 0,
				    RESOLVE_NO_SYMLINKS);
		list_directory(&listing, upper, lower, step->dest);
	}
}
