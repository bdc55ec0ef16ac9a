/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The user whom an uplink belongs to. */
#ifndef NETNS_OWNER_H
#define NETNS_OWNER_H

#include <sys/types.h>

#include "base/err.h"

struct owner {
	uid_t uid;
	gid_t gid; /* the login group */
	char name[64];
};

/* A user name or a uid, which must be in the user database. Root is refused. */
int owner_find(const char *text, struct owner *out, struct err **err);

/*
 * The id map of the owner's user namespace, in the form of /proc/PID/uid_map: "0 ID 1", then the
 * subordinate ranges of `file` (/etc/subuid or /etc/subgid) from 1 on. A file that isn't there
 * grants none; a line that would map root, or the owner a second time, is left out with a warning.
 * *last is the highest id that is mapped. The caller frees the result.
 */
char *owner_id_map(const struct owner *owner, const char *file, unsigned id, unsigned *last);

#endif
