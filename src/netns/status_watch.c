/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * `sbox netns status --watch`: sleeps until something says that there may be news, looks at
 * everything afresh and prints what differs from before. What may bring news:
 *
 *	files       inotify(7) on the directories of records, pins, leases and configuration
 *	interface   rtnetlink in each namespace that the caller may enter
 *	client      a pidfd of its supervisor
 *	time        a timer at the next lease's expiry, and one that a changed date ends
 *
 * A lost report is no loss, since the next one leads to the same look; and since each watch is set
 * before a look, nothing happens between the two unnoticed.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <time.h>

#include "base/mem.h"
#include "netns/json.h"
#include "netns/link.h"
#include "netns/paths.h"
#include "netns/process.h"
#include "netns/status.h"
#include "netns/wait.h"

/*
 * Milliseconds from a report to the look: reports come in crowds, and the owner of an uplink can
 * make as many as they like.
 */
enum { SETTLE = 100 };

/* Milliseconds between looks where the owner lets nobody watch the lease directory: it is a mount,
 * so that the directory above says nothing of its mode. */
enum { BLIND = 1000 };

/* One uplink. */
struct watched {
	struct watched *next;
	char *name;
	struct visit visit;
	ino_t joined; /* the namespace whose reports visit.events brings */
	pid_t pid;    /* the supervisor whose end `pidfd` reports; -1 once it did */
	uint64_t start_time;
	int pidfd;
	char *last;     /* what was printed: its JSON without what passes */
	int64_t expiry; /* of the lease, CLOCK_BOOTTIME; 0: none ahead */
	bool known;
	bool gone; /* "no such uplink" */
};

struct watch {
	const struct door *door;
	const char *name; /* NULL: all */
	bool json;
	bool printed; /* something was */
	bool unread;  /* whoever read it has gone */
	bool blind;   /* some directory can't be watched */
	int signals, files, expiry, date;
	struct watched *first;
};

static void watched_free(struct watched *item)
{
	visit_end(&item->visit);
	if (item->pidfd >= 0)
		close(item->pidfd);
	free(item->name);
	free(item->last);
	free(item);
}

static void watch_free(struct watch *w)
{
	const int fds[] = {w->signals, w->files, w->expiry, w->date};

	while (w->first) {
		struct watched *item = w->first;

		w->first = item->next;
		watched_free(item);
	}
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

static void add_watched(struct watch *w, const char *name)
{
	struct watched **end = &w->first, *item;

	for (; *end; end = &(*end)->next) {
		if (streq((*end)->name, name))
			return;
	}
	item = *end = xzalloc(sizeof(*item));
	*item = (struct watched){.name = xstrdup(name), .visit = {.sock = -1}, .pidfd = -1};
}

static int update_names(struct watch *w, struct err **err)
{
	_cleanup_strv_ struct strv names = {0};

	if (w->name) {
		add_watched(w, w->name);
		return 0;
	}
	if (status_names(&names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		add_watched(w, names.items[i]);
	return 0;
}

/* Those of which it was said that they are gone. */
static void forget_gone(struct watch *w)
{
	struct watched **p = &w->first;

	while (!w->name && *p) {
		struct watched *item = *p;

		if (item->gone) {
			*p = item->next;
			watched_free(item);
		} else {
			p = &item->next;
		}
	}
}

/* Where the directory is missing, the one above it is watched for its coming. False when it can't
 * be watched. */
static bool watch_directory(int files, const char *path)
{
	const uint32_t flags = IN_ONLYDIR | IN_DONT_FOLLOW | IN_MASK_ADD;
	uint32_t mask = IN_CREATE | IN_DELETE | IN_MOVE | IN_MODIFY | IN_ATTRIB;
	_cleanup_free_ char *above = xstrdup(path);

	while (inotify_add_watch(files, above, mask | flags) < 0) {
		char *slash = strrchr(above, '/');

		if (errno != ENOENT || !slash || slash == above)
			return false;
		*slash = '\0';
		mask = IN_CREATE | IN_MOVED_TO;
	}
	return true;
}

/* Afresh, so that directories that need no watch any more have none. */
static int watch_files(struct watch *w, struct err **err)
{
	_cleanup_close_ int files = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (files < 0)
		return err_set(err, errno, "watch directories");
	(void)watch_directory(files, STATE_DIR);
	(void)watch_directory(files, PIN_DIR);
	(void)watch_directory(files, CONFIG_DIR);
	w->blind = false;
	for (const struct watched *item = w->first; item; item = item->next) {
		_cleanup_free_ char *dir = xasprintf("%s/%s", STATE_DIR, item->name);
		_cleanup_free_ char *lease = xasprintf("%s/%s", dir, LEASE_DIR);

		if (item->known) {
			(void)watch_directory(files, dir);
			w->blind = !watch_directory(files, lease) || w->blind;
		}
	}
	if (w->files >= 0)
		close(w->files);
	w->files = steal_fd(&files);
	return 0;
}

/* Takes the reports off. What the client logs is no news. */
static bool read_files(int fd)
{
	char buf[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool news = false;
	ssize_t len;

	while ((len = read(fd, buf, sizeof(buf))) > 0) {
		const struct inotify_event *event;

		for (char *p = buf; p < buf + len; p += sizeof(*event) + event->len) {
			event = (const struct inotify_event *)(void *)p;
			if (!event->len || !streq(event->name, LEASE_LOG))
				news = true;
		}
	}
	return news;
}

static int print(struct watch *w, struct watched *item, const struct status *s, struct err **err)
{
	const int flags = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
	_cleanup_json_ struct json_object *lasting = status_json(s, false);
	const char *text = json_object_to_json_string_ext(lasting, flags);

	if (item->last && streq(item->last, text))
		return 0;
	free(item->last);
	item->last = xstrdup(text);
	if (w->json) {
		_cleanup_json_ struct json_object *all = status_json(s, true);

		puts(json_object_to_json_string_ext(all, flags));
	} else {
		_cleanup_str_ struct str out = {0};

		status_text(s, &out);
		printf("%s%s", w->printed ? "\n" : "", out.text);
	}
	w->printed = true;
	if (fflush(stdout) == 0)
		return 0;
	if (errno != EPIPE)
		return err_set(err, errno, "write the status");
	w->unread = true;
	clearerr(stdout);
	return 0;
}

/* True when a watch was set by what was seen, so that another look is due. */
static bool follow(struct watched *item, const struct status *s)
{
	bool again = s->known && !item->known;

	item->known = s->known;
	item->gone = s->status == UPLINK_NONE;
	if (item->joined != item->visit.netns) {
		item->joined = item->visit.netns;
		again = again || item->joined;
	}
	if (item->start_time != s->state.start_time || item->pid != s->state.pid) {
		if (item->pidfd >= 0)
			close(steal_fd(&item->pidfd));
		item->pid = s->state.pid;
		item->start_time = s->state.start_time;
		item->pidfd = process_open(item->pid, item->start_time);
		again = again || item->pid > 0;
	}
	return again;
}

static int look_at(struct watch *w, struct watched *item, struct err **err)
{
	for (;;) {
		_cleanup_status_ struct status s = {0};
		struct lease_times times;

		if (status_look(w->door, item->name, &item->visit, &s, err) < 0)
			return -1;
		if (item->visit.netns && item->joined != item->visit.netns &&
		    inside_watch(&item->visit, err) < 0)
			return -1;
		if (follow(item, &s)) {
			if (watch_files(w, err) < 0)
				return -1;
			continue;
		}
		item->expiry = 0;
		if (lease_times(&s.lease.v4, &times) && times.expiry > s.boot)
			item->expiry = times.expiry;
		/* The directory of one that never came to be, or not yet. */
		if (item->gone && !w->name && !item->last)
			return 0;
		return print(w, item, &s, err);
	}
}

static void arm_timers(const struct watch *w)
{
	/* Far away: only for what sets the clock, which makes read(2) fail; timerfd_create(2). */
	const struct itimerspec never = {.it_value.tv_sec = UINT32_MAX};
	struct itimerspec next = {0};

	for (const struct watched *item = w->first; item; item = item->next) {
		if (item->expiry && (!next.it_value.tv_sec || item->expiry < next.it_value.tv_sec))
			next.it_value.tv_sec = item->expiry;
	}
	timerfd_settime(w->expiry, TFD_TIMER_ABSTIME, &next, NULL);
	timerfd_settime(w->date, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

static int look(struct watch *w, struct err **err)
{
	if (watch_files(w, err) < 0 || update_names(w, err) < 0)
		return -1;
	arm_timers(w);
	for (struct watched *item = w->first; item && !w->unread; item = item->next) {
		if (look_at(w, item, err) < 0)
			return -1;
	}
	forget_gone(w);
	arm_timers(w);
	return 0;
}

enum { FIXED = 5 }; /* descriptors that are there whichever uplinks are */

/* Takes off what was reported. Whether it may be news. */
static bool take_reports(struct watch *w, const struct pollfd *fds)
{
	bool news = fds[3].revents || fds[4].revents;
	size_t i = FIXED;

	if (fds[2].revents && read_files(w->files))
		news = true;
	for (struct watched *item = w->first; item; item = item->next, i += 2) {
		if (fds[i].revents)
			link_drain(item->visit.events, NULL, NULL);
		/* Readable from now on. `pid` keeps follow() from opening it again. */
		if (fds[i + 1].revents)
			close(steal_fd(&item->pidfd));
		news = news || fds[i].revents || fds[i + 1].revents;
	}
	return news;
}

/* 1 when there may be news, 0 when it is time to end. */
static int wait_for_news(struct watch *w, struct err **err)
{
	size_t count = FIXED, i = FIXED;
	_cleanup_free_ struct pollfd *fds = NULL;

	for (const struct watched *item = w->first; item; item = item->next)
		count += 2;
	fds = xreallocarray(NULL, count, sizeof(*fds));
	fds[0] = (struct pollfd){.fd = w->signals, .events = POLLIN};
	/* Nothing is asked of it: what comes is POLLERR or POLLHUP, when nobody reads any more. */
	fds[1] = (struct pollfd){.fd = STDOUT_FILENO};
	fds[2] = (struct pollfd){.fd = w->files, .events = POLLIN};
	fds[3] = (struct pollfd){.fd = w->expiry, .events = POLLIN};
	fds[4] = (struct pollfd){.fd = w->date, .events = POLLIN};
	for (const struct watched *item = w->first; item; item = item->next, i += 2) {
		int netlink = item->joined ? nl_socket_get_fd(nl_socket(item->visit.events)) : -1;

		fds[i] = (struct pollfd){.fd = netlink, .events = POLLIN};
		fds[i + 1] = (struct pollfd){.fd = item->pidfd, .events = POLLIN};
	}
	for (;;) {
		int ready = poll(fds, count, w->blind ? BLIND : -1);

		if (ready < 0) {
			if (errno == EINTR)
				continue;
			return err_set(err, errno, "poll");
		}
		if (ready == 0)
			return 1;
		if (fds[0].revents || fds[1].revents)
			return 0;
		nanosleep(&(struct timespec){.tv_nsec = SETTLE * 1000000L}, NULL);
		if (take_reports(w, fds))
			return 1;
	}
}

int status_watch(const struct door *door, const char *name, bool json, struct err **err)
{
	__attribute__((cleanup(watch_free))) struct watch w = {
		.door = door, .name = name, .json = json, .files = -1};
	int news;

	w.signals = wait_signals(err);
	w.expiry = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	w.date = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (w.signals < 0)
		return -1;
	if (w.expiry < 0 || w.date < 0)
		return err_set(err, errno, "timerfd");
	do {
		if (look(&w, err) < 0)
			return -1;
		news = w.unread ? 0 : wait_for_news(&w, err);
	} while (news > 0);
	return news;
}
