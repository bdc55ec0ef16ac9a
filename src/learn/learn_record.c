/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/learn_record.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"

void record_init(struct record *record)
{
	*record = (struct record){.root = -1, .mount_namespace = -1};
}

void record_free(struct record *record)
{
	names_free(&record->paths);
	names_free(&record->addresses);
	names_free(&record->known_arguments);
	free(record->uses);
	free(record->sockets);
	free(record->arguments);
	close_p(&record->root);
	close_p(&record->mount_namespace);
	record_init(record);
}

static enum file_state state_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return STATE_DIRECTORY;
	case S_IFREG:
		return STATE_FILE;
	case S_IFSOCK:
		return STATE_SOCKET;
	case S_IFCHR:
	case S_IFBLK:
		return STATE_DEVICE;
	default:
		return STATE_OTHER;
	}
}

static enum file_state look(const struct record *record, const char *path, int flags)
{
	_cleanup_close_ int fd =
		sys_openat2(record->root, path, O_PATH | O_CLOEXEC | flags, 0, RESOLVE_IN_ROOT);
	struct stat st;

	return fd < 0 || fstat(fd, &st) < 0 ? STATE_MISSING : state_of(st.st_mode);
}

enum file_state record_look(const struct record *record, const char *path)
{
	return look(record, path, 0);
}

/*
 * Takes "//", "/." and a final "/" out of an absolute path, in place: what it writes is never
 * longer than what it has read. Whether a ".." is left.
 */
static bool clean(char *path)
{
	const char *from = path;
	char *to = path;
	bool dots = false;

	while (*from) {
		size_t len;

		from += strspn(from, "/");
		len = strcspn(from, "/");
		if (len > 0 && !(len == 1 && from[0] == '.')) {
			dots = dots || (len == 2 && from[0] == '.' && from[1] == '.');
			*to++ = '/';
			memmove(to, from, len);
			to += len;
		}
		from += len;
	}
	if (to == path)
		*to++ = '/';
	*to = '\0';
	return dots;
}

/*
 * Resolves the path up to its last "..", which goes to the parent of what a symlink before it leads
 * to. False when that doesn't exist: then the path ends there.
 */
static bool resolve_dots(const struct record *record, char *path, size_t size)
{
	char *last = NULL, link[40], real[PATH_MAX];
	_cleanup_free_ char *rest = NULL;
	_cleanup_close_ int fd = -1;
	ssize_t len;

	for (char *s = path; (s = strstr(s, "/..")); s += 3)
		if (s[3] == '/' || !s[3])
			last = s + 3;
	if (!last)
		return true;
	rest = xstrdup(last);
	*last = '\0';
	fd = sys_openat2(record->root, path, O_PATH | O_CLOEXEC, 0, RESOLVE_IN_ROOT);
	if (fd < 0)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, real, sizeof(real) - 1);
	if (len <= 0)
		return false;
	real[len] = '\0';
	snprintf(path, size, "%s%s", real, rest);
	clean(path);
	return true;
}

enum {
	CHANGES = USE_CREATE | USE_REMOVE | USE_WRITE | USE_WRITE_NAME | USE_OPEN_CREATE | USE_MAKE
};

/* Whether nothing has to be looked at: reading what the system itself is made of can't make
 * anything that wasn't there. */
static bool settled(const char *path, unsigned use)
{
	return str_starts(path, "/usr/") && !(use & CHANGES);
}

bool record_can_wait(const struct record *record, const char *path, unsigned use)
{
	return !record->reader && settled(path, use);
}

/* What the use comes to, with `now` there. */
static unsigned effect(unsigned use, enum file_state now)
{
	if (now == STATE_MISSING && use & (USE_OPEN_CREATE | USE_MAKE))
		use |= USE_CREATE;
	else if (use & USE_MAKE)
		use |= USE_LOOK_NAME;
	if (now == STATE_MISSING && use & USE_REMOVE)
		use = USE_LOOK;
	if (now != STATE_MISSING)
		use &= ~(unsigned)USE_OPEN_CREATE;
	return use & ~(unsigned)USE_MAKE;
}

/* Notes the use of one path; returns what it came to. */
static unsigned note(struct record *record, const char *path, unsigned use)
{
	bool later = settled(path, use), is_new;
	size_t place = names_add(&record->paths, path, &is_new);
	struct path_use *entry =
		is_new ? array_grow(&record->uses, &record->nuses) : &record->uses[place];
	enum file_state now = entry->first;

	/* What is made or removed is a symlink itself, which may lead nowhere. */
	if (!later && (now == STATE_UNKNOWN || use & CHANGES))
		now = look(record, path, use & (USE_MAKE | USE_REMOVE) ? O_NOFOLLOW : 0);
	if (use & USE_REMOVE && now == STATE_OTHER && entry->first != STATE_MISSING)
		entry->first = now;
	if (entry->first == STATE_UNKNOWN)
		entry->first = now;
	use = effect(use, now);
	entry->use |= use;
	return use;
}

unsigned use_behind(unsigned use, bool symlink)
{
	if (symlink) {
		use &= ~(unsigned)(USE_LOOK_NAME | USE_WRITE_NAME | USE_REMOVE);
		if (!(use & USE_OPEN_CREATE))
			use &= ~(unsigned)USE_CREATE;
	}
	if (use & USE_LOOK_NAME)
		use |= USE_LOOK;
	if (use & USE_WRITE_NAME)
		use |= USE_WRITE;
	return use & ~(unsigned)(USE_LOOK_NAME | USE_WRITE_NAME | USE_OPEN_CREATE);
}

void record_path(struct record *record, char *path, size_t size, unsigned use)
{
	char *slash;

	if (record->reader)
		use = use_behind(use, false) | (use & USE_OPEN_CREATE);
	/* Of another one nobody here knows where it begins. */
	if (path[0] != '/')
		return;
	if (clean(path) && (use & USE_OUTSIDE || !resolve_dots(record, path, size))) {
		if (!record->reader)
			note(record, path, USE_LOOK);
		return;
	}
	if (use & USE_OUTSIDE) {
		record->reader->path(record->reader->context, path, use);
		return;
	}
	/* What is there is the kernel's, and not a file to be shown. */
	if (str_starts(path, "/proc/") || str_starts(path, "/sys/"))
		return;
	if (record->reader) {
		record->reader->path(record->reader->context, path, use);
		return;
	}
	use = note(record, path, use);
	slash = strrchr(path, '/');
	if (!(use & (USE_CREATE | USE_REMOVE)) || slash == path)
		return;
	*slash = '\0';
	note(record, path, USE_MODIFY);
	*slash = '/';
}

void record_address(struct record *record, const char *text, const struct address_use *use)
{
	struct address_use *entry;
	bool is_new, connected, bound;
	size_t place;

	if (record->reader) {
		record->reader->address(record->reader->context, text, use);
		return;
	}
	place = names_add(&record->addresses, text, &is_new);
	entry = is_new ? array_grow(&record->sockets, &record->nsockets) : &record->sockets[place];
	connected = entry->connected || use->connected;
	bound = entry->bound || use->bound;
	*entry = *use;
	entry->connected = connected;
	entry->bound = bound;
}

void record_argument(struct record *record, unsigned nr, unsigned arg, uint64_t value)
{
	char key[64];
	bool is_new;

	snprintf(key, sizeof(key), "%u %u %llx", nr, arg, (unsigned long long)value);
	names_add(&record->known_arguments, key, &is_new);
	if (is_new)
		*array_grow(&record->arguments, &record->narguments) =
			(struct argument_use){nr, arg, value};
}
