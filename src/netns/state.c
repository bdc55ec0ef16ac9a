/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "netns/clock.h"
#include "netns/json.h"
#include "netns/link.h"
#include "netns/paths.h"

enum { STATE_MAX = 16384 };

/* Root acts on what lies below a directory only if nobody else can change it. */
static int check_root_owned(int fd, const char *path, struct err **err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(err, errno, "stat %s", path);
	if (st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)))
		return err_set(err, 0,
			       "%s must belong to root and be writable by nobody else; it is uid "
			       "%u's with mode %04o",
			       path, (unsigned)st.st_uid, (unsigned)st.st_mode & 07777);
	return 0;
}

static int open_base(struct err **err)
{
	_cleanup_close_ int dir = open(STATE_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (dir < 0 && errno == ENOENT)
		return -1;
	if (dir < 0)
		return err_set(err, errno, "open %s", STATE_DIR);
	if (check_root_owned(dir, STATE_DIR, err) < 0) {
		errno = EPERM;
		return -1;
	}
	return steal_fd(&dir);
}

int state_open_dir(const char *name, struct err **err)
{
	_cleanup_close_ int base = open_base(err);
	int dir;

	if (base < 0)
		return -1;
	dir = openat(base, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (dir < 0 && errno != ENOENT)
		err_set(err, errno, "open %s/%s", STATE_DIR, name);
	return dir;
}

/* 1 locked, 0 held by another or gone while we waited, -1 failed. */
static int try_lock(int dir, const char *name, int *lock, struct err **err)
{
	struct stat st;

	*lock = openat(dir, LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*lock < 0 && errno == ENOENT)
		return 0; /* the directory was removed */
	if (*lock < 0)
		return err_set(err, errno, "open %s/%s/%s", STATE_DIR, name, LOCK_FILE);
	if (flock(*lock, LOCK_EX | LOCK_NB) == 0) {
		/* `down` removes the lock last: one that has no name any more locks nothing. */
		if (fstat(*lock, &st) == 0 && st.st_nlink > 0)
			return 1;
	} else if (errno != EWOULDBLOCK) {
		err_set(err, errno, "lock %s/%s", STATE_DIR, name);
		close(*lock);
		return -1;
	}
	close(*lock);
	return 0;
}

int state_lock(const char *name, uint64_t deadline, int *dir, struct err **err)
{
	bool told = false;
	sigset_t pending;

	if (io_mkdirs(STATE_DIR, 0755, err) < 0)
		return -1;
	for (;;) {
		_cleanup_close_ int base = open_base(err), d = -1;
		int lock = -1, result;

		if (base < 0)
			return err && *err ? -1 : err_set(err, errno, "open %s", STATE_DIR);
		if (mkdirat(base, name, 0755) < 0 && errno != EEXIST)
			return err_set(err, errno, "create %s/%s", STATE_DIR, name);
		d = openat(base, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (d < 0 && errno != ENOENT)
			return err_set(err, errno, "open %s/%s", STATE_DIR, name);
		result = d < 0 ? 0 : try_lock(d, name, &lock, err);
		if (result < 0)
			return -1;
		if (result > 0) {
			*dir = steal_fd(&d);
			return lock;
		}
		if (!told)
			log_note("waiting for another sbox netns that works on %s", name);
		told = true;
		if (sigpending(&pending) == 0 &&
		    (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM) ||
		     sigismember(&pending, SIGHUP)))
			return err_set(err, EINTR, "wait for the lock of %s", name);
		if (clock_now() >= deadline)
			return err_set(err, 0, "another sbox netns still works on %s; is one hung?",
				       name);
		nanosleep(&(struct timespec){.tv_nsec = 50 * 1000 * 1000}, NULL);
	}
}

static bool get_name(struct json_object *o, const char *key, char *out, size_t size)
{
	const char *text = json_text(o, key);

	if (!text || strlen(text) >= size)
		return false;
	snprintf(out, size, "%s", text);
	return true;
}

static int parse(const char *data, struct state *s)
{
	_cleanup_json_ struct json_object *o = json_tokener_parse(data);
	int64_t uid, gid, index, mtu, flags, netns, pid, start;
	const char *client;
	bool ok;

	*s = (struct state){0};
	client = json_text(o, "client");
	ok = json_flag(o, "up", &s->up) && json_number(o, "uid", 1, UINT32_MAX - 1, &uid) &&
	     json_number(o, "gid", 0, UINT32_MAX - 1, &gid) &&
	     get_name(o, "owner", s->owner.name, sizeof(s->owner.name)) &&
	     get_name(o, "interface", s->interface, sizeof(s->interface)) &&
	     get_name(o, "inside", s->inside, sizeof(s->inside)) &&
	     (!*s->interface || link_is_name(s->interface)) && link_is_name(s->inside) &&
	     json_number(o, "ifindex", 0, INT32_MAX, &index) &&
	     json_number(o, "mtu", 0, UINT32_MAX, &mtu) &&
	     get_name(o, "kind", s->before.kind, sizeof(s->before.kind)) &&
	     get_name(o, "mac", s->before.mac, sizeof(s->before.mac)) &&
	     json_number(o, "netns", 0, INT64_MAX, &netns) &&
	     json_number(o, "pid", 0, INT32_MAX, &pid) &&
	     json_number(o, "start_time", 0, INT64_MAX, &start) && client &&
	     client_parse(client, &s->client, NULL) == 0;
	if (!ok)
		return -1;
	/* A record of an earlier version's has none. */
	if (json_number(o, "flags", 0, UINT32_MAX, &flags))
		s->before.flags = (unsigned)flags;
	s->owner.uid = (uid_t)uid;
	s->owner.gid = (gid_t)gid;
	s->ifindex = (int)index;
	s->before.mtu = (uint32_t)mtu;
	s->netns = (ino_t)netns;
	s->pid = (pid_t)pid;
	s->start_time = (uint64_t)start;
	return 0;
}

int state_read(int dir, struct state *out, struct err **err)
{
	_cleanup_close_ int fd = openat(dir, STATE_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	_cleanup_free_ char *data = NULL;
	size_t len;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_set(err, errno, "open the uplink's %s", STATE_FILE);
	if (check_root_owned(fd, STATE_FILE, err) < 0)
		return -1;
	if (io_read_all(fd, STATE_MAX, &data, &len) < 0)
		return err_set(err, errno, "read the uplink's %s", STATE_FILE);
	if (parse(data, out) < 0)
		return err_set(err, 0, "the uplink's %s is damaged", STATE_FILE);
	return 1;
}

int state_write(int dir, const struct state *s, struct err **err)
{
	_cleanup_json_ struct json_object *o = json_object_new_object();
	const char *text;

	json_put_flag(o, "up", s->up);
	json_put_number(o, "uid", (int64_t)s->owner.uid);
	json_put_number(o, "gid", (int64_t)s->owner.gid);
	json_put_text(o, "owner", s->owner.name);
	json_put_text(o, "interface", s->interface);
	json_put_text(o, "inside", s->inside);
	json_put_number(o, "ifindex", s->ifindex);
	json_put_number(o, "mtu", s->before.mtu);
	json_put_number(o, "flags", s->before.flags);
	json_put_text(o, "kind", s->before.kind);
	json_put_text(o, "mac", s->before.mac);
	json_put_number(o, "netns", (int64_t)s->netns);
	json_put_text(o, "client", client_name(s->client));
	json_put_number(o, "pid", s->pid);
	json_put_number(o, "start_time", (int64_t)s->start_time);
	text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY);
	return io_write_atomic(dir, STATE_FILE, text, strlen(text), 0644, err);
}

int state_forget(int dir, struct err **err)
{
	if (unlinkat(dir, STATE_FILE, 0) < 0 && errno != ENOENT)
		return err_set(err, errno, "remove the uplink's %s", STATE_FILE);
	return 0;
}

/* What a process that was killed while it wrote the record left: io_write_atomic(). */
static void remove_unfinished(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_closedir_ DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;

	if (fd >= 0 && !entries)
		close(fd);
	while (entries && (entry = readdir(entries))) {
		if (str_starts(entry->d_name, STATE_FILE ".new-"))
			unlinkat(dir, entry->d_name, 0);
	}
}

int state_remove(const char *name, int dir, struct err **err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", STATE_DIR, name);

	if (state_forget(dir, err) < 0)
		return -1;
	remove_unfinished(dir);
	if (unlinkat(dir, LOCK_FILE, 0) < 0 && errno != ENOENT)
		return err_set(err, errno, "remove %s/%s", path, LOCK_FILE);
	/* ENOTEMPTY: another process has come for the lock in between and goes on from here. */
	if (rmdir(path) < 0 && errno != ENOENT && errno != ENOTEMPTY)
		return err_set(err, errno, "remove %s", path);
	return 0;
}

int state_list(struct strv *names, struct err **err)
{
	_cleanup_closedir_ DIR *dir = opendir(STATE_DIR);
	const struct dirent *entry;

	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return err_set(err, errno, "open %s", STATE_DIR);
	while ((entry = readdir(dir))) {
		if (str_is_name(entry->d_name))
			strv_add(names, entry->d_name);
	}
	strv_sort(names);
	return 0;
}
