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
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"

/*
 * Each level holds two descriptors. How many lines are printed, and names held at once, is limited
 * because the application decides how many there are.
 */
enum { DEPTH_MAX = 200, LINES_MAX = 10000, NAMES_MAX = 100000 };

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
	/* Nobody reads before the application has ended: what doesn't fit must not be waited for.
	 */
	return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -1 : 0;
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
	size_t names;    /* held, of all levels */
	size_t lines;    /* printed */
	size_t more;     /* that would have been */
	bool incomplete; /* there are names that were only counted */
};

static bool links_to(int dir, const char *name, const char *target)
{
	char there[PATH_MAX];
	ssize_t len = readlinkat(dir, name, there, sizeof(there));

	return len >= 0 && (size_t)len == strlen(target) && memcmp(there, target, (size_t)len) == 0;
}

/*
 * Whether sbox made it, or something in it, to mount on: an empty file then, a directory, or a
 * link of the profile's. What the application moved to its place is something else.
 */
static bool is_mount_point(const struct listing *listing, int dir, const char *name,
			   const struct stat *st, const char *path)
{
	const struct plan *plan = listing->plan;

	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];

		if (S_ISDIR(st->st_mode) && path_below(step->dest, path))
			return true;
		if (S_ISDIR(st->st_mode) || !streq(step->dest, path))
			continue;
		if (step->kind == STEP_SYMLINK ? links_to(dir, name, step->data)
					       : S_ISREG(st->st_mode) && st->st_size == 0)
			return true;
	}
	return false;
}

/* The log escapes what no terminal should get; a backslash is to be told from those. */
static char *printable(const char *path)
{
	struct str text = {0};

	for (const char *s = path; *s; s++) {
		if (*s == '\\')
			str_add(&text, "\\\\");
		else
			str_add_len(&text, s, 1);
	}
	return str_steal(&text);
}

static void say(struct listing *listing, const char *what, const char *path, const char *kind)
{
	_cleanup_free_ char *text = NULL;

	if (listing->lines == LINES_MAX) {
		listing->more++;
		return;
	}
	listing->lines++;
	text = printable(path);
	log_note("%s %s%s", what, text, kind);
}

/* A directory that can't be looked into. */
static void skip(struct listing *listing, const char *path, const char *why)
{
	_cleanup_free_ char *text = NULL;

	listing->incomplete = true;
	if (listing->lines == LINES_MAX)
		return;
	listing->lines++;
	text = printable(path);
	log_warning("what was written in %s can't be listed: %s", text, why);
}

/* A directory that stands for another one that was there, and shows nothing of that. */
static bool is_opaque(int dir)
{
	char value;

	return (fgetxattr(dir, "user.overlay.opaque", &value, 1) == 1 && value == 'y') ||
	       (fgetxattr(dir, "trusted.overlay.opaque", &value, 1) == 1 && value == 'y');
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What the directory holds, sorted, as far as names can be held; -1 with errno. */
static int read_names(struct listing *listing, int upper, struct strv *names)
{
	_cleanup_close_ int fd = openat(upper, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_closedir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return -1;
	steal_fd(&fd);
	while ((entry = readdir(dir))) {
		if (streq(entry->d_name, ".") || streq(entry->d_name, ".."))
			continue;
		if (listing->names == NAMES_MAX) {
			listing->more++;
			listing->incomplete = true;
			continue;
		}
		listing->names++;
		strv_add(names, entry->d_name);
	}
	if (names->count)
		qsort(names->items, names->count, sizeof(*names->items), compare);
	return 0;
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
			say(listing, "deleted", path, S_ISDIR(old.st_mode) ? "/" : "");
		return;
	}
	if (!S_ISDIR(st.st_mode)) {
		if (had || !is_mount_point(listing, upper, name, &st, path))
			say(listing, had ? "changed" : "added", path, "");
		return;
	}
	dir = openat(upper, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (had && S_ISDIR(old.st_mode) && (dir < 0 || !is_opaque(dir))) {
		if (st.st_mode != old.st_mode)
			say(listing, "changed", path, "/");
		below = openat(lower, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	} else if (had || !is_mount_point(listing, upper, name, &st, path)) {
		say(listing,
		    !had                   ? "added"
		    : S_ISDIR(old.st_mode) ? "replaced"
					   : "changed",
		    path, "/");
	}
	if (dir < 0)
		skip(listing, path, strerror(errno));
	else
		list_directory(listing, dir, below, path);
}

static void list_directory(struct listing *listing, int upper, int lower, const char *path)
{
	_cleanup_strv_ struct strv names = {0};

	if (listing->depth == DEPTH_MAX) {
		skip(listing, path, "it lies too deep");
		return;
	}
	if (read_names(listing, upper, &names) < 0) {
		skip(listing, path, strerror(errno));
		return;
	}
	listing->depth++;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *below = path_join(path, names.items[i]);

		list_entry(listing, upper, lower, names.items[i], below);
	}
	listing->depth--;
	listing->names -= names.count;
}

void changes_list(const struct plan *plan, int socket)
{
	struct listing listing = {.plan = plan};
	size_t index;

	for (;;) {
		_cleanup_close_ int upper = receive(socket, &index), lower = -1;
		const struct step *step;

		if (upper < 0 || index >= plan->nsteps)
			break;
		step = &plan->steps[index];
		lower = sys_openat2(AT_FDCWD, step->real, O_PATH | O_DIRECTORY | O_CLOEXEC, 0,
				    RESOLVE_NO_SYMLINKS);
		list_directory(&listing, upper, lower, step->dest);
	}
	if (listing.more)
		log_note("and %s%zu more changes", listing.incomplete ? "at least " : "",
			 listing.more);
}
