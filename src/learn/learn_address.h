/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of sockets in a process's memory. */
#ifndef LEARN_ADDRESS_H
#define LEARN_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "learn/learn_record.h"

struct address_context {
	struct record *record;
	pid_t pid;
	int listener;
	uint64_t id;
	bool elsewhere; /* paths are not those of the record's root directory */
};

/* Notes the struct sockaddr of `len` bytes at `address`: bound, or else connected or sent to. */
void address_use(const struct address_context *c, uint64_t address, uint64_t len, bool bound);

/* The destinations of a struct msghdr or, with a `count`, of so many struct mmsghdr. */
void address_use_messages(const struct address_context *c, uint64_t address, uint64_t count);

#endif
