/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/audit_source.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libaudit.h>
#include <poll.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/io.h"
#include "learn/audit_child.h"
#include "learn/audit_print.h"

static const char audit_log[] = "/var/log/audit/audit.log";
enum { ROTATED_MAX = 99, KMSG_MAX = 8192, WORDS_MAX = 64 * 1024 };

/* "; /var/log/audit belongs to root:adm with mode 0640" of the nearest that can be seen. */
static int refused(const char *path, struct err **err)
{
	_cleanup_free_ char *copy = xstrdup(path);
	const struct passwd *user;
	const struct group *group;
	struct stat st;
	char *slash;

	while (stat(copy, &st) < 0) {
		slash = strrchr(copy, '/');
		if (!slash || slash == copy)
			return err_set(err, EACCES, "open %s", path);
		*slash = '\0';
	}
	user = getpwuid(st.st_uid);
	group = getgrgid(st.st_gid);
	err_set(err, EACCES, "open %s", path);
	err_append(err, "; %s belongs to %s:%s with mode %04o", copy, user ? user->pw_name : "?",
		   group ? group->gr_name : "?", st.st_mode & 07777);
	if (group && st.st_gid != 0 && st.st_mode & S_IRGRP)
		err_append(err, ", so that members of the group %s may read it", group->gr_name);
	return -1;
}

static bool plain(const char *path)
{
	return path[0] != '-' &&
	       !path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789/._-+:@")];
}

int audit_source_file(struct audit_reader *reader, const char *path, struct err **err)
{
	_cleanup_close_ int fd = -1;

	if (streq(path, "-"))
		return audit_reader_read(reader, STDIN_FILENO, "standard input", err);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 && errno == EACCES) {
		refused(path, err);
		/* A command line to copy has no name in it that a shell might read as more. */
		return err_append(err, ". As root: sudo sbox audit %s",
				  plain(path) ? path : "FILE");
	}
	if (fd < 0)
		return err_set(err, errno, "open %s", path);
	return audit_reader_read(reader, fd, path, err);
}

/* One of the audit daemon's own. Where its directory is closed nobody but root knows whether there
 * is a log at all, so what root should run is what finds the others too. */
static int read_audit_log(struct audit_reader *reader, const char *path, struct err **err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 && errno == EACCES) {
		refused(path, err);
		return err_append(err, ". As root: sudo sbox audit");
	}
	if (fd < 0)
		return err_set(err, errno, "open %s", path);
	return audit_reader_read(reader, fd, path, err);
}

/* audit.log with audit.log.1 and so on, the oldest first. */
static int read_audit_logs(struct audit_reader *reader, struct err **err)
{
	unsigned n = 0;

	while (n < ROTATED_MAX) {
		_cleanup_free_ char *path = xasprintf("%s.%u", audit_log, n + 1);

		if (access(path, F_OK) < 0)
			break;
		n++;
	}
	for (; n > 0; n--) {
		_cleanup_free_ char *path = xasprintf("%s.%u", audit_log, n);

		if (read_audit_log(reader, path, err) < 0)
			return -1;
	}
	return read_audit_log(reader, audit_log, err);
}

/* The words of journalctl as notes, a line each, and once: it is run twice, and may say the same.
 */
static void note_words(int words, struct strv *notes)
{
	_cleanup_free_ char *text = NULL;
	char *rest, *line;
	size_t len;

	if (lseek(words, 0, SEEK_SET) < 0 || io_read_all(words, WORDS_MAX, &text, &len) < 0)
		return;
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		size_t columns;
		_cleanup_free_ char *escaped = audit_escape(line, &columns);
		_cleanup_free_ char *note = xasprintf("journalctl: %s", escaped);

		if (*line && !strv_contains(notes, note))
			strv_add(notes, note);
	}
}

/* Runs journalctl; its words on standard error, such as what the caller may not see, become notes.
 * 1 when it is not there. */
static int run_journalctl(struct audit_reader *reader, const char *which, struct strv *notes,
			  struct err **err)
{
	_cleanup_close_ int words = memfd_create("words", MFD_CLOEXEC);
	_cleanup_strv_ struct strv args = {0};
	_cleanup_close_ int in = -1;
	int result;
	pid_t pid;

	strv_add(&args, "journalctl");
	strv_add(&args, "--no-pager");
	strv_add(&args, "--output=short-unix");
	strv_add(&args, which);
	/* Both set by journald, where the name of a program is what it chose. */
	strv_add(&args, "_TRANSPORT=kernel");
	strv_add(&args, "_TRANSPORT=audit");
	if (audit_child_start(&args, words, &pid, &in, err) < 0)
		return errno == ENOENT ? 1 : -1;
	result = audit_reader_read(reader, in, "the journal", err);
	audit_child_wait(pid, &in);
	note_words(words, notes);
	return result;
}

/* 1 when there is nothing in the journal that the caller may see. */
static int read_journal(struct audit_reader *reader, uint64_t since, struct strv *notes,
			struct err **err)
{
	_cleanup_free_ char *from = xasprintf("--since=@%llu", (unsigned long long)since / 1000);
	int result = run_journalctl(reader, from, notes, err);

	/* Nothing since then? A record before it isn't counted. */
	if (result == 0 && since && audit_reader_lines(reader) == 0)
		result = run_journalctl(reader, "--lines=1", notes, err);
	return result == 0 && audit_reader_lines(reader) == 0 ? 1 : result;
}

/* The kernel's buffer, a message at a time. */
static int read_kmsg(struct audit_reader *reader, bool journal, struct strv *notes,
		     struct err **err)
{
	_cleanup_close_ int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char message[KMSG_MAX];
	bool lost = false;

	if (fd < 0 && (errno == EPERM || errno == EACCES) && journal) {
		err_set(err, errno, "open /dev/kmsg, the kernel's log");
		return err_append(
			err, "; it is root's where kernel.dmesg_restrict is 1, and the journal "
			     "shows what the kernel said to root and to members of the groups "
			     "adm and systemd-journal only. As root: sudo sbox audit");
	}
	if (fd < 0 && (errno == EPERM || errno == EACCES))
		return err_set(err, errno,
			       "open /dev/kmsg, the kernel's log: it is root's where "
			       "kernel.dmesg_restrict is 1. As root: sudo dmesg | sbox audit -");
	if (fd < 0)
		return err_set(err, errno, "open /dev/kmsg, the kernel's log");
	for (;;) {
		ssize_t n = read(fd, message, sizeof(message));

		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0 && errno == EPIPE)
			lost = true;
		else if (n < 0 && errno != EINTR)
			return err_set(err, errno, "read /dev/kmsg");
		if (n > 0)
			audit_reader_feed(reader, message, (size_t)n);
	}
	if (lost)
		strv_add(notes, "the kernel overwrote messages before they could be read");
	return 0;
}

int audit_source_read(struct audit_reader *reader, uint64_t since, struct strv *notes,
		      const char **name, struct err **err)
{
	bool journal =
		access("/var/log/journal", F_OK) == 0 || access("/run/log/journal", F_OK) == 0;
	int result = 1;

	*name = audit_log;
	if (access(audit_log, F_OK) == 0 || errno == EACCES)
		return read_audit_logs(reader, err);
	*name = "the journal";
	if (journal)
		result = read_journal(reader, since, notes, err);
	if (result > 0) {
		*name = "/dev/kmsg";
		result = read_kmsg(reader, journal, notes, err);
	}
	if (!audit_reader_from_journald(reader))
		strv_add(notes,
			 "there is no audit daemon's log here; without auditd(8) records go to "
			 "the kernel's log, which takes few of them at a time and forgets");
	return result;
}

/* The kernel answers with an acknowledgement first. */
static bool get_status(int fd, struct audit_status *out)
{
	for (int tries = 0; tries < 5; tries++) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		struct audit_reply reply;

		if (poll(&ready, 1, 200) <= 0 ||
		    audit_get_reply(fd, &reply, GET_REPLY_NONBLOCKING, 0) <= 0)
			return false;
		if (reply.type == AUDIT_GET) {
			*out = *reply.status;
			return true;
		}
	}
	return false;
}

void audit_source_status(struct strv *notes)
{
	struct audit_status status = {0};
	int fd = audit_open();

	if (fd < 0)
		return;
	if (audit_request_status(fd) > 0 && get_status(fd, &status)) {
		if (!status.pid)
			strv_add(notes, "no audit daemon is running now");
		if (status.lost)
			strv_take(notes,
				  xasprintf("the kernel has lost %u audit records since it "
					    "started (backlog limit %u, rate limit %u)",
					    status.lost, status.backlog_limit, status.rate_limit));
	}
	audit_close(fd);
}
