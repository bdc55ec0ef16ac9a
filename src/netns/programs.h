/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The processes in a network namespace. */
#ifndef NETNS_PROGRAMS_H
#define NETNS_PROGRAMS_H

#include <sys/types.h>

enum { PROGRAMS_MAX = 128 };

struct program {
	pid_t pid;
	char name[16]; /* its own word for itself, proc(5) "comm", with '?' for what isn't ASCII */
};

struct programs {
	unsigned count, listed; /* all of them, and those in `items` */
	pid_t client;           /* the DHCP client's process, or 0 */
	struct program items[PROGRAMS_MAX];
};

/*
 * Those in the namespace `netns` that the caller may see, ptrace(2)'s PTRACE_MODE_READ, by pid: for
 * the owner their programs, not sbox's own init in front of them; with CAP_SYS_PTRACE all. The DHCP
 * client's supervisor, and what descends from it, is not among them.
 */
void programs_find(ino_t netns, pid_t supervisor, struct programs *out);

/* Copies a text from a stranger: what is not printable ASCII becomes '?'. */
void programs_clean(char *out, size_t size, const char *text);

#endif
