/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The probe's verbs that only look. */
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

#include "probe.h"

enum { LINE_SIZE = 16384 };

static int run_id(int argc, char **argv)
{
	gid_t groups[256];
	int n = getgroups(256, groups);

	(void)argc;
	(void)argv;
	printf("uid=%u euid=%u gid=%u egid=%u\n", getuid(), geteuid(), getgid(), getegid());
	printf("groups=");
	for (int i = 0; i < n; i++)
		printf("%s%u", i ? "," : "", groups[i]);
	printf("\n");
	return 0;
}

/* The lines of /proc/self/status that say what a process may do. */
static int run_caps(int argc, char **argv)
{
	static const char *const keys[] = {"CapInh", "CapPrm",     "CapEff",  "CapBnd",
					   "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters"};
	char line[LINE_SIZE];
	FILE *f = fopen("/proc/self/status", "re");

	(void)argc;
	(void)argv;
	if (!f) {
		printf("caps=%s\n", errno_name(errno));
		return 0;
	}
	while (fgets(line, sizeof(line), f)) {
		char *colon = strchr(line, ':');

		if (!colon)
			continue;
		*colon = '\0';
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			if (strcmp(line, keys[i]) == 0) {
				char *value = colon + 1 + strspn(colon + 1, " \t");

				printf("%s=%s", line, value);
			}
		}
	}
	fclose(f);
	return 0;
}

static int run_ns(int argc, char **argv)
{
	static const char *const names[] = {"user", "mnt", "pid", "ipc", "uts", "cgroup", "net"};

	(void)argc;
	(void)argv;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[64];
		struct stat st;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", names[i]);
		if (stat(path, &st) < 0)
			printf("%s=%s\n", names[i], errno_name(errno));
		else
			printf("%s=%ju\n", names[i], (uintmax_t)st.st_ino);
	}
	return 0;
}

static const char *type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "file";
	case S_IFDIR:
		return "dir";
	case S_IFLNK:
		return "link";
	case S_IFCHR:
		return "char";
	case S_IFBLK:
		return "block";
	case S_IFIFO:
		return "fifo";
	default:
		return "socket";
	}
}

static int run_stat(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		struct stat st;

		if (lstat(argv[i], &st) < 0) {
			printf("path=%s stat=%s\n", argv[i], errno_name(errno));
			continue;
		}
		printf("path=%s type=%s mode=%04o uid=%u gid=%u size=%jd", argv[i],
		       type_name(st.st_mode), st.st_mode & 07777, st.st_uid, st.st_gid,
		       (intmax_t)st.st_size);
		if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
			printf(" rdev=%u:%u", major(st.st_rdev), minor(st.st_rdev));
		if (S_ISLNK(st.st_mode)) {
			char target[4096];
			ssize_t n = readlink(argv[i], target, sizeof(target) - 1);

			target[n < 0 ? 0 : n] = '\0';
			printf(" target=%s", target);
		}
		printf("\n");
	}
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int run_ls(int argc, char **argv)
{
	char *names[4096];
	size_t n = 0;
	DIR *dir = opendir(argv[0]);
	struct dirent *d;

	(void)argc;
	if (!dir) {
		printf("ls=%s\n", errno_name(errno));
		return 0;
	}
	while ((d = readdir(dir)) && n < sizeof(names) / sizeof(names[0])) {
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			names[n++] = strdup(d->d_name);
	}
	closedir(dir);
	qsort(names, n, sizeof(names[0]), compare_names);
	printf("ls=ok count=%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		printf("entry=");
		print_escaped(names[i]);
		printf("\n");
		free(names[i]);
	}
	return 0;
}

/* Fields of mountinfo: id, parent, dev, root, mountpoint, options, tags... - fs, source, super. */
static int run_mounts(int argc, char **argv)
{
	char line[LINE_SIZE];
	FILE *f = fopen("/proc/self/mountinfo", "re");

	(void)argc;
	(void)argv;
	if (!f) {
		printf("mounts=%s\n", errno_name(errno));
		return 0;
	}
	while (fgets(line, sizeof(line), f)) {
		char root[4096], dest[4096], options[4096], fs[256], source[4096], super[4096];
		char *dash = strstr(line, " - ");

		if (!dash ||
		    sscanf(line, "%*s %*s %*s %4095s %4095s %4095s", root, dest, options) != 3 ||
		    sscanf(dash + 3, "%255s %4095s %4095s", fs, source, super) != 3)
			continue;
		printf("mount=%s fs=%s options=%s super=%s root=%s source=%s\n", dest, fs, options,
		       super, root, source);
	}
	fclose(f);
	return 0;
}

static int run_env(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	for (char **e = environ; *e; e++) {
		print_escaped(*e);
		printf("\n");
	}
	return 0;
}

static int run_fds(int argc, char **argv)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *d;

	(void)argc;
	(void)argv;
	if (!dir) {
		printf("fds=%s\n", errno_name(errno));
		return 0;
	}
	while ((d = readdir(dir))) {
		char path[300], target[4096];
		ssize_t n;

		if (d->d_name[0] == '.' || atoi(d->d_name) == dirfd(dir))
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%s", d->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		target[n < 0 ? 0 : n] = '\0';
		printf("fd=%s target=", d->d_name);
		print_escaped(target);
		printf("\n");
	}
	closedir(dir);
	return 0;
}

static int run_cwd(int argc, char **argv)
{
	char path[4096];

	(void)argc;
	(void)argv;
	printf("cwd=%s\n", getcwd(path, sizeof(path)) ? path : errno_name(errno));
	return 0;
}

static int run_procs(int argc, char **argv)
{
	DIR *dir = opendir("/proc");
	struct dirent *d;

	(void)argc;
	(void)argv;
	if (!dir) {
		printf("procs=%s\n", errno_name(errno));
		return 0;
	}
	while ((d = readdir(dir))) {
		char path[300], comm[64] = "";
		FILE *f;

		if (d->d_name[0] < '0' || d->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", d->d_name);
		f = fopen(path, "re");
		if (f) {
			if (fgets(comm, sizeof(comm), f))
				comm[strcspn(comm, "\n")] = '\0';
			fclose(f);
		}
		printf("pid=%s comm=%s\n", d->d_name, comm);
	}
	closedir(dir);
	return 0;
}

static int run_tty(int argc, char **argv)
{
	int fd;

	(void)argc;
	(void)argv;
	for (fd = 0; fd <= 2; fd++) {
		char name[256];

		printf("fd=%d tty=%s name=%s\n", fd, isatty(fd) ? "yes" : "no",
		       ttyname_r(fd, name, sizeof(name)) == 0 ? name : "none");
	}
	fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	printf("ctty=%s\n", outcome(fd));
	printf("pid=%d ppid=%d pgrp=%d sid=%d\n", getpid(), getppid(), getpgrp(), getsid(0));
	return 0;
}

static int run_rlimits(int argc, char **argv)
{
	static const struct {
		const char *name;
		int resource;
	} limits[] = {
		{"nofile", RLIMIT_NOFILE}, {"core", RLIMIT_CORE},   {"fsize", RLIMIT_FSIZE},
		{"stack", RLIMIT_STACK},   {"cputime", RLIMIT_CPU},
	};

	(void)argc;
	(void)argv;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct rlimit lim;
		rlim_t both[2];

		getrlimit(limits[i].resource, &lim);
		both[0] = lim.rlim_cur;
		both[1] = lim.rlim_max;
		printf("%s=", limits[i].name);
		for (int j = 0; j < 2; j++) {
			if (both[j] == RLIM_INFINITY)
				printf("%sinfinity", j ? ":" : "");
			else
				printf("%s%ju", j ? ":" : "", (uintmax_t)both[j]);
		}
		printf("\n");
	}
	return 0;
}

static int run_argv(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		printf("argv=");
		print_escaped(argv[i]);
		printf("\n");
	}
	return 0;
}

static int run_name(int argc, char **argv)
{
	struct utsname uts;
	mode_t mask = umask(077);

	(void)argc;
	(void)argv;
	umask(mask);
	uname(&uts);
	printf("hostname=%s\n", uts.nodename);
	printf("umask=%04o\n", mask);
	printf("self=%s\n", program_invocation_name);
	return 0;
}

const struct verb look_verbs[] = {
	{"id", "", 0, 0, run_id},
	{"caps", "", 0, 0, run_caps},
	{"ns", "", 0, 0, run_ns},
	{"stat", "PATH...", 1, -1, run_stat},
	{"ls", "PATH", 1, 1, run_ls},
	{"mounts", "", 0, 0, run_mounts},
	{"env", "", 0, 0, run_env},
	{"fds", "", 0, 0, run_fds},
	{"cwd", "", 0, 0, run_cwd},
	{"procs", "", 0, 0, run_procs},
	{"tty", "", 0, 0, run_tty},
	{"rlimits", "", 0, 0, run_rlimits},
	{"argv", "[ARG...]", 0, -1, run_argv},
	{"name", "", 0, 0, run_name},
	{0},
};
