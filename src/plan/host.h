/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the plan needs to know of the machine and the caller, collected once before it is made.
 * Tests fill it in by hand; everything that looks at the file system goes through `fs`.
 */
#ifndef PLAN_HOST_H
#define PLAN_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/err.h"

/* The most that read() and its like give. */
enum { HOST_READ_MAX = 1 << 20 };

/* How the plan looks at the host's file system: each function as its namesake in section 2. */
struct host_fs {
	int (*stat)(const char *path, struct stat *st);
	/*
	 * stat(2) that also says whether a symlink lies in the path: then *real is the path without
	 * symlinks, the caller's to free; else it is NULL. An automount is mounted for it.
	 */
	int (*identify)(const char *path, struct stat *st, char **real);
	int (*lstat)(const char *path, struct stat *st);
	ssize_t (*readlink)(const char *path, char *buf, size_t size);
	/* The file's content, NUL-terminated, at most HOST_READ_MAX; -1 and errno. The caller
	 * frees. */
	int (*read)(const char *path, char **data, size_t *len);
	/* The same, but ELOOP when a symlink lies in the path. */
	int (*read_straight)(const char *path, char **data, size_t *len);
	/* The names in a directory, NULL-terminated, sorted; NULL and errno. Free with
	 * host_list_free().
	 */
	char **(*list)(const char *path);
	/* The absolute path without symlinks, or NULL and errno. The caller frees. */
	char *(*realpath)(const char *path);
	/* Creates a directory and its missing parents with this mode, whatever the umask: the one
	 * thing that a plan makes outside, for a persistent home must be there before it can be
	 * recorded. */
	int (*make_directory)(const char *path, mode_t mode);
	/* if_nametoindex(3): the index of a network interface, 0 when there is none. */
	unsigned (*interface)(const char *name);
	/* host_closure(): the files that programs are loaded from, as records. */
	int (*closure)(const char *const *items, char **data, size_t *len, struct err **err);
	/* host_is_elf() */
	int (*is_elf)(const char *path);
	/* stat() and read() of a path inside the tree `root`, whose symlinks don't lead out of it.
	 */
	int (*stat_inside)(const char *root, const char *path, struct stat *st);
	int (*read_inside)(const char *root, const char *path, char **data, size_t *len);
	/* Whether something is mounted below the directory (not on it), a path without symlinks. */
	bool (*holds_mounts)(const char *path);
	/* The kind of file system that a path is on, f_type of statfs(2). */
	int (*fs_type)(const char *path, long *type);
};

/* A kernel's release, as far as it counts. */
struct host_kernel {
	unsigned major, minor;
};

struct host {
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	size_t ngroups;
	char *user;       /* the login name, or the uid as text when passwd has none */
	char *group;      /* likewise */
	char *home;       /* $HOME when it is an absolute path, else passwd's, else "/" */
	char *shell;      /* passwd's */
	char *node;       /* the machine's own name, as gethostname(2) has it */
	char *cwd;        /* NULL when it has been deleted or is out of reach */
	char **environ;   /* the caller's, NULL-terminated; not owned */
	bool terminal;    /* the caller has a controlling one */
	int landlock_abi; /* 0: the kernel has no Landlock, or it is switched off */
	struct host_kernel kernel;
	bool explain; /* the plan will only be read: nothing is created for it */
	/* Directories that decide about the next start, NULL-terminated; may be NULL. */
	char **own_dirs;
	const struct host_fs *fs;
};

/* Collects the facts of this process; *host is freed with host_free(). */
int host_collect(struct host *host, struct err **err);
void host_free(struct host *host);
#define _cleanup_host_ __attribute__((cleanup(host_free)))

/* The caller's environment variable, or NULL when unset or empty. */
const char *host_env(const struct host *host, const char *name);

/* The running kernel's release, uname(2). */
struct host_kernel host_running_kernel(void);

void host_list_free(char **names);

#endif
