/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/learn_files.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"
#include "learn/learn_desktop.h"
#include "learn/learn_grants.h"
#include "base/interpreter.h"

enum { LINKS_MOST = 40, INTERPRETERS_MOST = 4 };

struct files {
	const struct record *record;
	const struct view *view;
	const struct places *places;
	struct grants grants;
	/* Without symlinks, and all directories above: */
	struct names touched;
	struct names searched; /* directories in which something was looked for that isn't there */
	struct names plain;    /* directories below /usr with no symlink on the way */
	struct strv listed, left, sockets, made, removed; /* for comments */
	struct desktop desktop;
};

/* The entry of the view that decides about a path; NULL when nothing of it is there. */
static const struct view_entry *view_find(const struct view *view, const char *path)
{
	const struct view_entry *best = NULL;

	for (size_t i = 0; i < view->count; i++) {
		const struct view_entry *entry = &view->items[i];

		if (entry->kind == VIEW_DIRECTORY ? !streq(path, entry->path)
						  : !path_below(path, entry->path))
			continue;
		if (!best || strlen(entry->path) >= strlen(best->path))
			best = entry;
	}
	return best;
}

static bool is_shown(const struct files *f, const char *path)
{
	const struct view_entry *entry = view_find(f->view, path);

	return entry && (entry->kind == VIEW_SHOWN || entry->kind == VIEW_OWN);
}

/* Whether others' files lie in it as well, so that it is never granted whole. */
static bool is_shared(const struct files *f, const char *dir)
{
	const struct view_entry *entry = view_find(f->view, dir);

	if (path_depth(dir) <= 1 || path_below(f->places->home, dir) ||
	    (entry && entry->kind != VIEW_SHOWN && streq(entry->path, dir)))
		return true;
	for (const char *const *shared = f->places->shared; *shared; shared++)
		if (streq(dir, *shared))
			return true;
	return false;
}

static bool may_show(void *context, const char *directory)
{
	return !is_shared(context, directory);
}

/* An O_PATH descriptor of what the path leads to inside, and its path without symlinks. */
static int resolve(const struct files *f, const char *path, char *real, size_t size)
{
	int fd = sys_openat2(f->record->root, path, O_PATH | O_CLOEXEC, 0, RESOLVE_IN_ROOT);
	char link[40];
	ssize_t len;

	if (fd < 0)
		return -1;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, real, size - 1);
	if (len <= 0 || real[0] != '/') {
		close(fd);
		return -1;
	}
	real[len] = '\0';
	return fd;
}

/*
 * The path to which a symlink leads: `link`, no part of which is one itself but the last, has the
 * target, and `rest` stands behind it. So each ".." at the front goes to the directory above.
 */
static char *behind_link(const char *link, const char *target, const char *rest)
{
	_cleanup_free_ char *dir = path_dir(link), *raw = NULL;
	char *path;

	if (target[0] == '/')
		dir[1] = '\0';
	while (str_starts(target, "../")) {
		char *up = path_dir(dir);

		free(dir);
		dir = up;
		target += 3;
	}
	raw = xasprintf("%s/%s%s", dir, target, rest);
	path = path_clean(raw);
	return path ? path : steal_ptr(&raw);
}

/* Whether the command made what is there, and makes it the next time. */
static bool was_made(const struct files *f, const char *path)
{
	size_t place = names_find(&f->record->paths, path);
	const struct path_use *use = place < f->record->nuses ? &f->record->uses[place] : NULL;

	return use && use->first == STATE_MISSING && use->use & USE_CREATE;
}

/*
 * Grants the first symlink on the way and makes *path what it leads to, in part: false when there
 * was none.
 */
static bool follow_link(struct files *f, char **path)
{
	const char *slash = *path;

	do {
		_cleanup_free_ char *prefix = NULL, *next = NULL;
		_cleanup_close_ int fd = -1;
		char target[PATH_MAX];
		ssize_t len;

		slash = strchrnul(slash + 1, '/');
		prefix = xstrndup(*path, (size_t)(slash - *path));
		fd = sys_openat2(f->record->root, prefix, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0,
				 RESOLVE_IN_ROOT);
		len = fd < 0 ? -1 : readlinkat(fd, "", target, sizeof(target) - 1);
		if (len <= 0)
			continue;
		target[len] = '\0';
		if (!is_shown(f, prefix) && !was_made(f, prefix))
			grants_add(&f->grants, prefix, GRANT_LINK, false, false, xstrdup(target));
		next = behind_link(prefix, target, slash);
		free(*path);
		*path = steal_ptr(&next);
		return true;
	} while (*slash);
	return false;
}

static void grant_links(struct files *f, const char *path)
{
	_cleanup_free_ char *at = xstrdup(path);

	for (unsigned i = 0; i < LINKS_MOST && follow_link(f, &at); i++) {
		char real[PATH_MAX];
		_cleanup_free_ char *dir = NULL, *next = NULL;
		_cleanup_close_ int fd = -1;

		/* ".." in a target: the directory it leads through, resolved. */
		if (!strstr(at, "/.."))
			continue;
		fd = resolve(f, at, real, sizeof(real));
		if (fd < 0)
			return;
		free(at);
		at = xstrdup(real);
	}
}

static bool access_fd(int fd, int mode)
{
	char link[40];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return faccessat(AT_FDCWD, link, mode, AT_EACCESS) == 0;
}

static bool is_writable(const struct files *f, const char *path)
{
	char real[PATH_MAX];
	_cleanup_close_ int fd = resolve(f, path, real, sizeof(real));

	return fd >= 0 && access_fd(fd, W_OK);
}

/* Whether something is in it, or at it, without a line. */
static bool holds_view(const struct files *f, const char *dir)
{
	for (size_t i = 0; i < f->view->count; i++)
		if (path_below(f->view->items[i].path, dir))
			return true;
	return false;
}

static void use_directory(struct files *f, const char *path, const struct path_use *use, int fd)
{
	bool made = use->first == STATE_MISSING && use->use & USE_CREATE;
	_cleanup_free_ char *parent = path_dir(path);
	bool writable;

	if (made) {
		/* Else the parent is writable. */
		if (is_shared(f, parent) && !is_shared(f, path) && !str_starts(path, "/dev/shm/")) {
			grants_add(&f->grants, path, GRANT_WRITE, true, true, NULL);
			strv_add(&f->made, path);
		} else if (!is_shared(f, parent)) {
			grants_add(&f->grants, path, GRANT_WRITE, true, true, NULL);
		}
		return;
	}
	if (use->use & USE_MODIFY && access_fd(fd, W_OK) && !is_shared(f, path)) {
		grants_add(&f->grants, path, GRANT_WRITE, true, false, NULL);
		return;
	}
	if (is_shown(f, path))
		return;
	if (use->use & (USE_LIST | USE_READ) && access_fd(fd, R_OK)) {
		if (!is_shared(f, path)) {
			grants_add(&f->grants, path, GRANT_READ, true, false, NULL);
			return;
		}
		strv_add(&f->listed, path);
	}
	if (!path[1] || holds_view(f, path))
		return;
	writable = use->use & USE_MODIFY && access_fd(fd, W_OK);
	/* Something was made or removed there, and nothing may be left of it. */
	if (writable && !view_find(f->view, path))
		grants_add(&f->grants, path, GRANT_MEMORY, true, false, NULL);
	else if (writable || use->use & ~(unsigned)USE_MODIFY)
		grants_add(&f->grants, path, GRANT_PLACE, true, false, NULL);
}

static void use_file(struct files *f, const char *path, const struct path_use *use, int fd)
{
	_cleanup_free_ char *parent = path_dir(path);
	bool made = use->first == STATE_MISSING && use->use & USE_CREATE;
	bool shared = is_shared(f, parent);

	if (made || (use->use & (USE_CREATE | USE_REMOVE) && is_writable(f, parent))) {
		/* Else the directory is writable. */
		if (shared && made && !str_starts(path, "/dev/shm/")) {
			/* What is made at home is the result; in /tmp it is nobody's. */
			bool result = path_below(path, f->places->home);

			grants_add(&f->grants, path, GRANT_WRITE, false, !result, NULL);
			if (!result)
				strv_add(&f->made, path);
		}
		if (made || !shared)
			return;
		grants_add(&f->grants, path, GRANT_COPY, false, false, NULL);
		strv_add(&f->left, path);
		return;
	}
	if (use->use & USE_WRITE && access_fd(fd, W_OK))
		grants_add(&f->grants, path, GRANT_WRITE, false, false, NULL);
	else if (!is_shown(f, path) && (use->use & ~(unsigned)USE_READ || access_fd(fd, R_OK)))
		grants_add(&f->grants, path, GRANT_READ, false, false, NULL);
}

static void use_device(struct files *f, const char *path, const struct path_use *use)
{
	if (!(use->use & (USE_READ | USE_WRITE)) || is_shown(f, path) ||
	    str_starts(path, "/dev/pts/"))
		return;
	if (!desktop_device(&f->desktop, path))
		grants_add(&f->grants, path, GRANT_DEVICE, false, true, NULL);
}

static void use_path(struct files *f, const char *path, const struct path_use *use, unsigned depth);

static void use_interpreter(struct files *f, const char *path, unsigned depth)
{
	const struct path_use use = {.use = USE_EXEC, .first = STATE_FILE};
	_cleanup_close_ int fd = sys_openat2(f->record->root, path,
					     O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0, RESOLVE_IN_ROOT);
	char interpreter[PATH_MAX];

	if (fd >= 0 && depth < INTERPRETERS_MOST &&
	    interpreter_of(fd, interpreter, sizeof(interpreter)))
		use_path(f, interpreter, &use, depth + 1);
}

/*
 * Whether what is at that path inside is what the host has there. Else it is the sandbox's own,
 * such as its home directory, which comes with a sandbox.
 */
static bool is_hosts(const struct stat *st, const char *real)
{
	struct stat host;

	return stat(real, &host) == 0 && host.st_dev == st->st_dev && host.st_ino == st->st_ino;
}

static bool is_kernels(const char *path)
{
	return str_starts(path, "/proc/") || str_starts(path, "/sys/");
}

/* Opens the deepest part of the path that is there; *rest is what stands behind it. */
static int resolve_above(const struct files *f, const char *path, char *real, size_t size,
			 const char **rest)
{
	_cleanup_free_ char *above = xstrdup(path);
	char *slash;

	while ((slash = strrchr(above, '/')) && slash != above) {
		int fd;

		*slash = '\0';
		fd = resolve(f, above, real, size);
		if (fd < 0)
			continue;
		*rest = path + (slash - above) + 1;
		return fd;
	}
	return -1;
}

/*
 * What isn't there has to be missing inside, too, and not denied: the directory in which it isn't
 * stays as it is. That may be the one to which a dangling symlink leads.
 */
static void search(struct files *f, const char *path)
{
	_cleanup_free_ char *at = xstrdup(path);

	for (unsigned i = 0; i < LINKS_MOST; i++) {
		char real[PATH_MAX], target[PATH_MAX];
		const char *rest;
		_cleanup_close_ int fd = resolve_above(f, at, real, sizeof(real), &rest);
		_cleanup_free_ char *name = NULL, *next = NULL;
		struct stat st;
		ssize_t len;
		bool is_new;

		if (fd < 0 || fstat(fd, &st) < 0 || is_kernels(real) || !is_hosts(&st, real))
			return;
		if (S_ISDIR(st.st_mode))
			names_add(&f->searched, real, &is_new);
		names_add_above(&f->searched, real);
		name = xstrndup(rest, strcspn(rest, "/"));
		len = readlinkat(fd, name, target, sizeof(target) - 1);
		if (len <= 0)
			return;
		if (i == 0)
			grant_links(f, path);
		target[len] = '\0';
		rest += strlen(name);
		next = target[0] == '/' ? xasprintf("%s%s", target, rest)
					: xasprintf("%s/%s%s", real, target, rest);
		free(at);
		at = steal_ptr(&next);
	}
}

/* What is gone: where its directory isn't writable as a whole, a file has a copy the next time. */
static void use_removed(struct files *f, const char *path, const struct path_use *use)
{
	char real[PATH_MAX];
	_cleanup_free_ char *dir = path_dir(path), *at = NULL;
	_cleanup_close_ int fd = resolve(f, dir, real, sizeof(real));
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !is_shared(f, real) || !is_hosts(&st, real))
		return;
	at = path_join(real, path_base(path));
	if (use->first == STATE_FILE) {
		grants_add(&f->grants, at, GRANT_COPY, false, false, NULL);
		strv_add(&f->left, at);
	} else {
		strv_add(&f->removed, at);
	}
}

static bool is_symlink(const struct files *f, const char *path)
{
	struct stat st;

	return fstatat(f->record->root, path + 1, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISLNK(st.st_mode);
}

static void use_path(struct files *f, const char *path, const struct path_use *use, unsigned depth)
{
	char real[PATH_MAX];
	_cleanup_close_ int fd = resolve(f, path, real, sizeof(real));
	struct path_use behind = *use;
	struct stat st;
	bool is_new;

	if (fd < 0) {
		if (use->use & USE_REMOVE && use->first != STATE_MISSING)
			use_removed(f, path, use);
		search(f, path);
		return;
	}
	if (fstat(fd, &st) < 0)
		return;
	if (!is_kernels(real) && !is_hosts(&st, real))
		return;
	if (!streq(real, path))
		grant_links(f, path);
	if (is_kernels(real))
		return;
	behind.use = use_behind(use->use, is_symlink(f, path));
	if (behind.use == 0)
		return;
	use = &behind;
	/* The record has the directory of the symlink through which a file was made. */
	if (use->use & USE_CREATE && !streq(real, path)) {
		const struct path_use modify = {USE_MODIFY, STATE_DIRECTORY};
		_cleanup_free_ char *parent = path_dir(real);

		use_path(f, parent, &modify, depth);
	}
	names_add(&f->touched, real, &is_new);
	names_add_above(&f->touched, real);
	switch (st.st_mode & S_IFMT) {
	case S_IFDIR:
		use_directory(f, real, use, fd);
		break;
	case S_IFREG:
		use_file(f, real, use, fd);
		if (use->use & USE_EXEC)
			use_interpreter(f, real, depth);
		break;
	case S_IFIFO:
		if (!(use->use & (USE_CREATE | USE_REMOVE)))
			use_file(f, real, use, fd);
		break;
	case S_IFCHR:
	case S_IFBLK:
		use_device(f, real, use);
		break;
	case S_IFSOCK:
		if (!(use->use & USE_CONNECT) || desktop_socket(&f->desktop, f->places, real) ||
		    is_shown(f, real))
			break;
		grants_add(&f->grants, real, GRANT_READ, false, true, NULL);
		strv_add(&f->sockets, real);
		break;
	default:
		break;
	}
}

/* Whether a directory below /usr is what its path says, no symlink on the way; asked for once. */
static bool is_plain(struct files *f, const char *dir)
{
	_cleanup_close_ int fd = -1;
	bool is_new;
	size_t place = names_find(&f->plain, dir);

	if (place != SIZE_MAX)
		return true;
	fd = sys_openat2(f->record->root, dir, O_PATH | O_DIRECTORY | O_CLOEXEC, 0,
			 RESOLVE_NO_SYMLINKS);
	if (fd >= 0)
		names_add(&f->plain, dir, &is_new);
	return fd >= 0;
}

/* Most paths lie below /usr, lead nowhere else, and are shown. */
static bool plainly_shown(struct files *f, const char *path, const struct path_use *use)
{
	const unsigned more = USE_EXEC | USE_WRITE | USE_WRITE_NAME | USE_CREATE | USE_REMOVE |
			      USE_MODIFY | USE_CONNECT;
	_cleanup_free_ char *dir = NULL;
	struct stat st;
	bool is_new;

	if (!str_starts(path, "/usr/") || use->use & more)
		return false;
	dir = path_dir(path);
	if (!is_plain(f, dir))
		return false;
	if (fstatat(f->record->root, path + 1, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		names_add(&f->searched, dir, &is_new);
		names_add_above(&f->searched, dir);
		return true; /* and not there at all */
	}
	if (S_ISDIR(st.st_mode))
		names_add(&f->plain, path, &is_new);
	return !S_ISLNK(st.st_mode);
}

void files_lines(const struct record *record, const struct view *view, const struct places *places,
		 struct lines *lines)
{
	static const char made[] = "made in a directory that many programs share, and lost at the "
				   "end of a run that doesn't find it there";
	struct files f = {.record = record, .view = view, .places = places};
	_cleanup_strv_ struct strv unhidden = {0}, writable = {0};

	for (size_t i = 0; i < record->nuses; i++)
		if (!plainly_shown(&f, record->paths.items[i], &record->uses[i]))
			use_path(&f, record->paths.items[i], &record->uses[i], 0);
	for (size_t i = 0; i < record->nsockets; i++)
		f.desktop.x11 =
			f.desktop.x11 || str_starts(record->addresses.items[i], "@/tmp/.X11-unix/");
	desktop_drop(&f.desktop, places, &f.grants);
	grants_fold(&f.grants, record->root, may_show, &f);
	grants_drop_unwritten(&f.grants, places->home, lines);
	grants_writable(&f.grants, &writable);
	grants_hide(&f.grants, record->root, record->user_namespace, &f.touched, &f.searched,
		    &unhidden);
	grants_lines(&f.grants, places->home, lines);
	lines_note_words(lines, "filesystem",
			 "more lies in these directories, unused, than is hidden here", &unhidden,
			 10);
	lines_warn_words(lines,
			 "writable as a whole, also what will come to lie there, for something was "
			 "made or removed in it",
			 &writable, 10);
	lines_warn_words(lines,
			 "more lies in these directories, unused, than is hidden, and can be seen",
			 &unhidden, 10);
	lines_warn_words(lines, made, &f.made, 10);
	lines_warn_words(lines, "removed at home or the like, and missing in the sandbox",
			 &f.removed, 10);
	lines_note_words(lines, "filesystem", made, &f.made, 10);
	lines_note_words(lines, "filesystem", "listed, and not shown whole", &f.listed, 10);
	lines_note_words(lines, "filesystem",
			 "replaced or removed; changes to these copies are lost", &f.left, 10);
	lines_note_words(lines, "filesystem", "sockets, each a way to whoever listens there",
			 &f.sockets, 10);
	lines_note_words(lines, "filesystem",
			 "connected to, and not shown, for it leads out of any sandbox",
			 &f.desktop.buses, 10);
	desktop_lines(&f.desktop, lines);
	grants_free(&f.grants);
	lines->touched = f.touched;
	lines->searched = f.searched;
	lines->home = xstrdup(places->home);
	names_free(&f.plain);
	strv_free(&f.made);
	strv_free(&f.removed);
	strv_free(&f.listed);
	strv_free(&f.left);
	desktop_free(&f.desktop);
	strv_free(&f.sockets);
}
