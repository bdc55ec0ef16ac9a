/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/learn_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "learn/learn_address.h"
#include "learn/learn_outside.h"
#include "learn/learn_process.h"
#include "sysname/group.h"

enum { CWD = -1, FOLLOWS = -1, NEVER_FOLLOWS = -2 };

enum how {
	/* Take a path, as does HOW_PATH, or may. */
	HOW_OPEN,
	HOW_OPENAT,
	HOW_OPENAT2,
	HOW_CREAT,
	HOW_CHROOT,
	HOW_CONNECT,
	HOW_BIND,

	HOW_SENDTO,
	HOW_CLONE,
	HOW_CLONE3,
	HOW_ARG0,
	HOW_ARG1,
	HOW_FCHDIR,
	HOW_MOVE, /* to another mount namespace or root directory */

	/* A struct msghdr has another layout in each ABI; what those above lead to has not. */
	HOW_SENDMSG,
	HOW_SENDMMSG,

	HOW_PATH, /* all above are looked at once, by their number here */
};

static const struct row {
	const char *name;
	enum how how;
	signed char directory, path; /* arguments; HOW_PATH */
	signed char flags;           /* the argument with AT_SYMLINK_NOFOLLOW, or: */
	unsigned use;
} rows[] = {
#define PATH(name, directory, path, use)      {name, HOW_PATH, directory, path, FOLLOWS, use},
#define NAME(name, directory, path, use)      {name, HOW_PATH, directory, path, NEVER_FOLLOWS, use},
#define AT(name, directory, path, use, flags) {name, HOW_PATH, directory, path, flags, use},
#define OTHER(name, how)                      {name, how, 0, 0, FOLLOWS, 0},
#include "learn/learn_calls.def"
#undef PATH
#undef NAME
#undef AT
#undef OTHER
};

struct watcher {
	struct record *record;
	const char *const *candidates;
	/* Of those, what was tried and is noted once the record has a root to look it up in. */
	const char *const *tried;
	size_t ntried;
	/* By ABI and number: the call's first row + 1, and 0 for one that has none. */
	unsigned char first[ABI_COUNT][CALLS];
	bool numbered[ABI_COUNT];
	bool moved; /* a process may have another root directory or mounts than the record's */
	struct outside outside;
	/* What is noted once the call was let go on. */
	struct {
		char path[2 * PATH_MAX];
		unsigned use;
	} waiting[2];
	size_t nwaiting;
};

/* The caller of the call that is looked at. */
struct caller {
	struct watcher *watcher;
	struct record *record;
	pid_t pid;
	int listener;
	const struct seccomp_notif *notif;
	unsigned native; /* the call's native number, also when it came by another ABI */
	bool elsewhere;  /* the paths are not those of the record's root directory */
};

/* Looks the numbers of the rows' calls up. */
static void number_rows(struct watcher *w, enum abi abi)
{
	_Static_assert(ARRAY_SIZE(rows) < UCHAR_MAX, "a row's number fits");
	w->numbered[abi] = true;
	for (size_t i = ARRAY_SIZE(rows); i-- > 0;) {
		int nr = syscall_number(rows[i].name, abi);

		if (nr >= 0 && nr < CALLS)
			w->first[abi][nr] = (unsigned char)(i + 1);
	}
}

struct watcher *watcher_new(struct record *record, const char *const *candidates)
{
	struct watcher *w = xzalloc(sizeof(*w));

	w->record = record;
	w->candidates = w->tried = candidates;
	number_rows(w, ABI_NATIVE);
	return w;
}

void watcher_free(struct watcher *watcher)
{
	free(watcher);
}

int *watcher_quiet(size_t *count)
{
	static const char *const names[] = {"@default", "@basic-io"};
	int *out = NULL;

	*count = 0;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_err_ struct err *err = NULL;
		struct group_rule *members;
		size_t nmembers;

		if (group_expand(group_find(names[i]), &members, &nmembers, &err) < 0)
			continue;
		for (size_t k = 0; k < nmembers; k++) {
			int nr = syscall_number(members[k].rule.name, ABI_NATIVE);

			/* It starts programs, and is what everything else begins with. */
			if (nr >= 0 && !streq(members[k].rule.name, "execve"))
				*array_grow(&out, count) = nr;
		}
		group_rules_free(members, nmembers);
	}
	*array_grow(&out, count) = syscall_number("fstat", ABI_NATIVE);
	*array_grow(&out, count) = syscall_number("getdents64", ABI_NATIVE);
	return out;
}

int *watcher_path_calls(size_t *count)
{
	int *out = NULL;

	*count = 0;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int nr = syscall_number(rows[i].name, ABI_NATIVE);

		if (nr >= 0 && (rows[i].how == HOW_PATH || rows[i].how <= HOW_BIND))
			*array_grow(&out, count) = nr;
	}
	return out;
}

bool watcher_is_path(const char *name, unsigned arg)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!streq(rows[i].name, name))
			continue;
		if (rows[i].how == HOW_PATH
			    ? rows[i].path == (int)arg
			    : arg == (rows[i].how == HOW_OPENAT || rows[i].how == HOW_OPENAT2) &&
				      rows[i].how <= HOW_CREAT)
			return true;
	}
	return false;
}

/* The path here of one that leads outside, for a reader. */
static bool tell_outside(const struct caller *c, int directory, const char *text, char *out,
			 size_t size)
{
	const char *rest = text;
	size_t len;

	if (text[0] == '/')
		directory = outside_number(c->record->root, text, &rest);
	if (text[0] == '\0' || directory == -1 ||
	    !outside_path(&c->watcher->outside, c->pid, directory, out, size))
		return false;
	len = strlen(out);
	return (size_t)snprintf(out + len, size - len, "%s%s", rest[0] == '/' ? "" : "/", rest) <
	       size - len;
}

/*
 * The path that two arguments tell, absolute. False when there is none, or it can't be told. It
 * adds USE_OUTSIDE to *use.
 */
static bool tell_path(const struct caller *c, int directory, uint64_t address, char *out,
		      size_t size, unsigned *use)
{
	char text[PATH_MAX];
	size_t len;

	if (address == 0)
		return false; /* the descriptor itself, which had a path when it was opened */
	if (c->elsewhere) {
		c->record->elsewhere++;
		return false;
	}
	if (!process_string(c->pid, address, text, sizeof(text))) {
		c->record->unreadable++;
		return false;
	}
	if (c->record->reader && tell_outside(c, directory, text, out, size)) {
		*use |= USE_OUTSIDE;
		return true;
	}
	if (text[0] == '/') {
		len = 0;
	} else if (text[0] == '\0') {
		return false;
	} else if (process_directory(c->pid, directory, out, size)) {
		len = strlen(out);
	} else {
		c->record->missed++;
		return false;
	}
	return (size_t)snprintf(out + len, size - len, "%s%s", len ? "/" : "", text) < size - len;
}

/*
 * Notes a path, if it was that process's. Where nothing has to be looked at, the answer will show
 * that as well as a question would, and the process waits for less.
 */
static void note(const struct caller *c, char *path, size_t size, unsigned use)
{
	struct watcher *w = c->watcher;

	if (record_can_wait(w->record, path, use) && w->nwaiting < ARRAY_SIZE(w->waiting)) {
		snprintf(w->waiting[w->nwaiting].path, sizeof(w->waiting[0].path), "%s", path);
		w->waiting[w->nwaiting++].use = use;
	} else if (process_waits(c->listener, c->notif->id)) {
		record_path(c->record, path, size, use);
	}
}

void watcher_answered(void *context)
{
	struct watcher *w = context;

	for (size_t i = 0; i < w->nwaiting; i++)
		record_path(w->record, w->waiting[i].path, sizeof(w->waiting[i].path),
			    w->waiting[i].use);
	w->nwaiting = 0;
}

static void use_path(const struct caller *c, int directory, uint64_t address, unsigned use)
{
	char path[2 * PATH_MAX];

	if (tell_path(c, directory, address, path, sizeof(path), &use))
		note(c, path, sizeof(path), use);
}

static void use_open(const struct caller *c, int directory, uint64_t address, uint64_t flags)
{
	char path[2 * PATH_MAX];
	unsigned use = USE_READ, outside = 0;

	if (!tell_path(c, directory, address, path, sizeof(path), &outside))
		return;
	if (flags & O_PATH)
		use = flags & O_NOFOLLOW ? USE_LOOK_NAME : USE_LOOK;
	else if ((flags & O_TMPFILE) == O_TMPFILE)
		use = USE_MODIFY;
	else if ((flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC)
		use = USE_WRITE | ((flags & O_ACCMODE) == O_RDWR ? USE_READ : 0);
	if (flags & O_CREAT && flags & O_EXCL && use & USE_WRITE)
		use = USE_WRITE_NAME | USE_MAKE;
	else if (flags & O_CREAT && !(flags & O_PATH))
		use |= USE_OPEN_CREATE;
	/* Of what was opened for reading, directories are sorted out when all is known. */
	if (flags & O_DIRECTORY && use == USE_READ)
		use = USE_LIST;
	note(c, path, sizeof(path), use | outside);
}

static void use_clone(const struct caller *c, uint64_t flags)
{
	if (flags & CLONE_NEWUSER)
		c->record->user_namespace = true;
	if (flags & CLONE_NEWNS)
		c->watcher->moved = true;
}

static void use_clone3(const struct caller *c, uint64_t address)
{
	uint64_t flags;

	/* struct clone_args begins with them, clone3(2). */
	if (process_read(c->pid, address, &flags, sizeof(flags)) != sizeof(flags))
		c->record->unreadable++;
	else if (process_waits(c->listener, c->notif->id))
		use_clone(c, flags);
}

static void use_other(const struct caller *c, enum how how)
{
	const __u64 *args = c->notif->data.args;
	struct address_context address = {c->record, c->pid, c->listener, c->notif->id,
					  c->elsewhere};
	struct open_how open_how;
	char path[2 * PATH_MAX];

	switch (how) {
	case HOW_OPEN:
		use_open(c, AT_FDCWD, args[0], args[1]);
		break;
	case HOW_OPENAT:
		use_open(c, (int)args[0], args[1], args[2]);
		break;
	case HOW_OPENAT2:
		if (process_read(c->pid, args[2], &open_how, sizeof(open_how)) == sizeof(open_how))
			use_open(c, (int)args[0], args[1], open_how.flags);
		else
			c->record->unreadable++;
		break;
	case HOW_CREAT:
		use_open(c, AT_FDCWD, args[0], O_WRONLY | O_CREAT | O_TRUNC);
		break;
	case HOW_CHROOT:
		use_path(c, AT_FDCWD, args[0], USE_LOOK);
		c->watcher->moved = true;
		break;
	case HOW_MOVE:
		c->watcher->moved = true;
		break;
	case HOW_CONNECT:
		address_use(&address, args[1], args[2], false);
		break;
	case HOW_BIND:
		address_use(&address, args[1], args[2], true);
		break;
	case HOW_SENDTO:
		address_use(&address, args[4], args[5], false);
		break;
	case HOW_SENDMSG:
		address_use_messages(&address, args[1], 0);
		break;
	case HOW_SENDMMSG:
		address_use_messages(&address, args[1], args[2]);
		break;
	case HOW_CLONE:
		use_clone(c, args[0]);
		record_argument(c->record, c->native, 0, args[0]);
		break;
	case HOW_CLONE3:
		use_clone3(c, args[0]);
		break;
	case HOW_ARG0:
	case HOW_ARG1:
		record_argument(c->record, c->native, how == HOW_ARG1,
				(uint32_t)args[how == HOW_ARG1]);
		break;
	case HOW_FCHDIR:
		if (c->elsewhere)
			c->record->elsewhere++;
		else if (process_directory(c->pid, (int)args[0], path, sizeof(path)))
			note(c, path, sizeof(path), USE_ENTER);
		break;
	case HOW_PATH:
		break;
	}
}

/*
 * The command's own path, which its process's memory doesn't tell before it is executed. Once it
 * was, the memory can be read, or calls are made that execute nothing; candidates that are left
 * then were never tried.
 */
static bool first_exec(const struct caller *c, uint64_t address)
{
	struct watcher *w = c->watcher;
	char path[PATH_MAX];

	if (!w->candidates)
		return false;
	if (!*w->candidates || process_string(c->pid, address, path, sizeof(path))) {
		w->candidates = NULL;
		return false;
	}
	w->candidates++;
	w->ntried++;
	return true;
}

static void note_tried(struct watcher *w)
{
	char path[2 * PATH_MAX];

	for (; w->ntried > 0 && w->record->root >= 0; w->ntried--, w->tried++) {
		snprintf(path, sizeof(path), "%s", *w->tried);
		record_path(w->record, path, sizeof(path), USE_EXEC);
	}
}

static unsigned row_use(const struct row *row, const __u64 *args)
{
	if (row->flags == FOLLOWS ||
	    (row->flags >= 0 && !(args[(size_t)row->flags] & AT_SYMLINK_NOFOLLOW)))
		return row->use;
	return row->use & USE_WRITE ? USE_WRITE_NAME : USE_LOOK_NAME;
}

void watcher_call(void *context, int listener, const struct seccomp_notif *notif)
{
	struct watcher *w = context;
	struct caller c = {w, w->record, (pid_t)notif->pid, listener, notif, 0, false};
	unsigned nr, place;
	enum abi abi;

	w->nwaiting = 0;
	w->record->total++;
	process_root(c.pid, listener, notif->id, w->record);
	note_tried(w);
	if (!syscall_abi(notif->data.arch, (uint32_t)notif->data.nr, &abi, &nr) || nr >= CALLS) {
		w->record->others++;
		return;
	}
	w->record->calls[abi][nr]++;
	if (!w->numbered[abi])
		number_rows(w, abi);
	place = w->first[abi][nr];
	if (place == 0 || rows[place - 1].use != USE_EXEC)
		w->candidates = NULL;
	if (place == 0)
		return;
	c.elsewhere = w->moved && process_elsewhere(c.pid, w->record);
	if (rows[place - 1].how != HOW_PATH) {
		if (abi != ABI_NATIVE && rows[place - 1].how >= HOW_SENDMSG)
			return;
		c.native = abi == ABI_NATIVE
				   ? nr
				   : (unsigned)syscall_number(rows[place - 1].name, ABI_NATIVE);
		use_other(&c, rows[place - 1].how);
		return;
	}
	if (rows[place - 1].use == USE_EXEC &&
	    first_exec(&c, notif->data.args[(size_t)rows[place - 1].path]))
		return;
	for (size_t i = place - 1; i < ARRAY_SIZE(rows) && rows[i].how == HOW_PATH &&
				   streq(rows[i].name, rows[place - 1].name);
	     i++) {
		const struct row *row = &rows[i];
		int directory = row->directory == CWD
					? AT_FDCWD
					: (int)notif->data.args[(size_t)row->directory];

		use_path(&c, directory, notif->data.args[(size_t)row->path],
			 row_use(row, notif->data.args));
	}
}
