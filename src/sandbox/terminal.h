/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tty = new: a terminal of the sandbox's own, a pty of its own devpts, in place of the caller's. So
 * it is with run-as, whatever tty says, where root has a terminal; see front.h.
 * INIT leads the session of it, so that the application, which is in a process group below, can be
 * stopped as in a shell's job. A process beside the launcher, the RELAY, carries bytes, window size
 * and stops between the two terminals; see relay.h. The launcher's loops know nothing of it.
 */
#ifndef SANDBOX_TERMINAL_H
#define SANDBOX_TERMINAL_H

#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <termios.h>

#include "base/err.h"

struct child;

/* What relay and init say to each other, one to a packet; the master goes with the first one. */
enum terminal_word {
	WORD_MASTER,     /* init: here it is; the relay answers with one of the next two */
	WORD_FOREGROUND, /* relay: the application is to have the terminal, and to go on */
	WORD_BACKGROUND, /* relay: it is to go on without */
	WORD_SIGNAL,     /* relay: its process group is to get this signal */
	WORD_STOPPED,    /* init: the application was stopped by this signal */
};
struct terminal_packet {
	unsigned char word, sig;
};

/* The modes of the caller's terminal: whoever outlives the other of relay and launcher restores
 * them. */
struct terminal_modes {
	struct termios saved, raw;
	volatile bool is_raw; /* `raw` is in force, and `saved` is to be restored */
};

/*
 * For base/allow.h: what tcgetattr(3) and tcsetattr(3) are made of. glibc from 2.42 on takes those
 * of struct termios2, whose 44 bytes are part of the number.
 */
#define TERMINAL_MODE_CALLS                                                                        \
	{"ioctl", 1, ALLOW_INT, TCGETS}, {"ioctl", 1, ALLOW_INT, TCSETS},                          \
		{"ioctl", 1, ALLOW_INT, _IOC(_IOC_READ, 'T', 0x2a, 44)},                           \
	{                                                                                          \
		"ioctl", 1, ALLOW_INT, _IOC(_IOC_WRITE, 'T', 0x2b, 44)                             \
	}

struct terminal {
	bool wanted;       /* there is a relay, and the application gets the terminal */
	int outer;         /* the caller's, by an open file description of sbox's own; or -1 */
	unsigned replaced; /* bits of the descriptors 0 to 2 that are terminals */
	int relay_end, init_end; /* of the socket pair */
	int words[2];            /* a pipe: what the launcher says on its standard error; or -1 */
	int said_on;             /* the launcher's standard error meanwhile, or -1 */
	pid_t relay;             /* or 0 */
	int master;              /* init: until the relay has it */
	int slave;               /* init: the application's terminal */
	bool foreground;         /* init: the application starts with the terminal */
	int stopped_by;          /* init: the last stop of the application */
	pid_t front;             /* init: the process group that had the terminal before, or 0 */
	struct terminal_modes *modes; /* in shared memory */
};
#define TERMINAL_NONE                                                                              \
	{                                                                                          \
		.outer = -1, .relay_end = -1, .init_end = -1, .words = {-1, -1}, .said_on = -1,    \
		.master = -1, .slave = -1                                                          \
	}

static inline bool terminal_wanted(const struct terminal *terminal)
{
	return terminal->wanted;
}

/*
 * Starts the relay, which watches the process behind the pidfd `launcher`, and makes the ends that
 * the launcher needs. Without any terminal, neither among 0 to 2 nor as the controlling one, it
 * does nothing but set errno as open(2) of /dev/tty does. 0 or -1.
 */
int terminal_join(struct terminal *terminal, int launcher, struct err **err);
/*
 * In the launcher, with supervise_signals() blocked: does that where the plan says so and front.h
 * hasn't, and leads what the launcher says from here on through the relay. 0 or -1.
 */
int terminal_start(struct child *child, struct err **err);
/* Closes what init has by now, so that its end shows. */
void terminal_handed_on(struct terminal *terminal);
/* Waits until the relay has written all there is, and makes sure that the modes are restored. */
void terminal_stop(struct terminal *terminal);

/* Restores the caller's modes unless another program has set its own meanwhile. */
void terminal_restore(struct terminal_modes *modes, int outer);

/* In init: opens a pair of the devpts that is mounted at `devpts`. 0, or -1 with errno and *op. */
int terminal_open(struct terminal *terminal, int devpts, const char **op);
/* In the application's process: its process group, and descriptors 0 to 2. 0 or -1, reported. */
int terminal_enter(struct child *child);

/* In pid 1, all signals blocked: moves what the next two need to descriptors 0 and 1. 0 or -1. */
int terminal_keep(struct terminal *terminal);
/* Does what the relay has asked for; to be called after SIGIO, which says that it has. */
void terminal_obey(struct terminal *terminal, pid_t app);
void terminal_tell_stop(struct terminal *terminal, int sig);

#endif
