/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The name of a namespace in the file system: /run/netns/NAME, as ip-netns(8) keeps them. */
#ifndef NETNS_PIN_H
#define NETNS_PIN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

enum pin_kind {
	PIN_ABSENT,
	PIN_STALE, /* a file that holds no namespace: what a lost mount leaves */
	PIN_NETNS, /* a network namespace */
};

struct pin {
	enum pin_kind kind;
	int fd;      /* the namespace when PIN_NETNS, else -1 */
	ino_t ino;   /* which namespace: all are on one nsfs */
	bool nested; /* it belongs to a user namespace below the caller's own */
	uid_t owner; /* of that user namespace; 0 when not nested */
};

/*
 * Looks at the pin `name`. Needs no privilege. Something else in its place (a directory, a
 * symlink, another kind of namespace) is an error that says what.
 */
int pin_inspect(const char *name, struct pin *pin, struct err **err);

/* The owner and nesting of a namespace that is open as `fd`. */
int pin_identify(int fd, struct pin *pin, struct err **err);

void pin_close(struct pin *pin);
#define _cleanup_pin_ __attribute__((cleanup(pin_close)))

/*
 * Makes /run/netns as `ip netns add` does (a shared mount, so that mount namespaces made later see
 * new pins and give up removed ones) and pins the namespace `netns` as `name`. flock(2) on the
 * directory keeps ip and sbox-netns from doing the first part at once.
 */
int pin_create(const char *name, int netns, struct err **err);

/* Unmounts and removes the pin; its absence is fine. The namespace lives on while it has members.
 */
int pin_remove(const char *name, struct err **err);

#endif
