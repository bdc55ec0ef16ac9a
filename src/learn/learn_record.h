/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was seen of a command: its calls, paths, addresses. Each thing once, with what was done. */
#ifndef LEARN_RECORD_H
#define LEARN_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "learn/learn_names.h"
#include "sysname/syscall.h"

/* What was done to a path. */
enum use {
	USE_LOOK = 1 << 0,    /* stat(2), access(2) and the like */
	USE_READ = 1 << 1,    /* opened for reading */
	USE_WRITE = 1 << 2,   /* opened for writing, or changed in mode, owner, times */
	USE_CREATE = 1 << 3,  /* made, or put there by rename(2) or link(2) */
	USE_REMOVE = 1 << 4,  /* removed, or moved away */
	USE_EXEC = 1 << 5,    /* executed */
	USE_LIST = 1 << 6,    /* a directory: opened, so that it could be listed */
	USE_CONNECT = 1 << 7, /* a socket: connected or sent to */
	USE_ENTER = 1 << 8,   /* a directory: the working directory */
	USE_MODIFY = 1 << 9,  /* a directory: something in it was created or removed */
	/* These become USE_CREATE if nothing is there: open(O_CREAT), which stays, for it alone
	 * follows a symlink; mkdir(2) and the like, which fail if something is. */
	USE_OPEN_CREATE = 1 << 10,
	USE_MAKE = 1 << 11,
	/* For a reader alone: the path is one of this process's, by a descriptor that leads out of
	 * the record's root directory. */
	USE_OUTSIDE = 1 << 12,
	/* USE_LOOK and USE_WRITE by a call that follows no symlink at the end of the path. */
	USE_LOOK_NAME = 1 << 13,
	USE_WRITE_NAME = 1 << 14,
};

/* What was there when the path was used first. */
enum file_state {
	STATE_UNKNOWN, /* not looked at */
	STATE_MISSING,
	STATE_DIRECTORY,
	STATE_FILE,
	STATE_SOCKET,
	STATE_DEVICE,
	STATE_OTHER
};

struct path_use {
	unsigned use; /* a set of USE_* */
	enum file_state first;
};

/* An address other than a path. */
struct address_use {
	int family;
	unsigned port; /* 0: none, or not an inet address */
	bool loopback;
	bool connected; /* or sent to */
	bool bound;
};

/* The value of an argument that decides about a call: an ioctl's command, a socket's family. */
struct argument_use {
	unsigned nr;
	unsigned arg;
	uint64_t value;
};

enum { CALLS = 1024 };

/* Whoever wants to be told of each path and address as it is used. */
struct record_reader {
	/* `path` is absolute and cleaned; `use` a set of USE_*. */
	void (*path)(void *context, const char *path, unsigned use);
	void (*address)(void *context, const char *text, const struct address_use *use);
	void *context;
};

struct record {
	/* Not NULL: it is told of paths and addresses, and none are kept. */
	const struct record_reader *reader;
	uint64_t calls[ABI_COUNT][CALLS]; /* by number; x32 without its bit */
	uint64_t others;                  /* calls of numbers that no table has */
	uint64_t total;
	struct names paths;
	struct path_use *uses; /* by the place in `paths` */
	size_t nuses;
	struct names addresses; /* as text: "127.0.0.1:80", "@abstract" */
	struct address_use *sockets;
	size_t nsockets;
	struct names known_arguments; /* as text */
	struct argument_use *arguments;
	size_t narguments;
	uint64_t unreadable; /* looks into the memory of a process that were refused */
	uint64_t missed;     /* paths that could not be told */
	uint64_t elsewhere;  /* paths of another root directory or other mounts */
	bool user_namespace; /* one was asked for */
	int root;            /* the command's root directory; -1: not opened yet */
	int mount_namespace; /* keeps the mounts below it */
};

void record_init(struct record *record);
void record_free(struct record *record);
#define _cleanup_record_ __attribute__((cleanup(record_free)))

/*
 * Notes what was done to an absolute path, which is cleaned in place; `path` has `size` bytes. One
 * that isn't absolute is left out.
 * Whether it exists is looked at when it is new, but for what lies below /usr, where that can wait.
 * A reader is told instead.
 */
void record_path(struct record *record, char *path, size_t size, unsigned use);

/* Whether record_path() looks at nothing, so that it can as well be called when the call has gone
 * on. */
bool record_can_wait(const struct record *record, const char *path, unsigned use);

/* What is at the path now: inside the command's root, symlinks followed there. */
enum file_state record_look(const struct record *record, const char *path);

/* What of the use of a path was one of what it leads to, where it is a symlink's or not. */
unsigned use_behind(unsigned use, bool symlink);

void record_address(struct record *record, const char *text, const struct address_use *use);
void record_argument(struct record *record, unsigned nr, unsigned arg, uint64_t value);

#endif
