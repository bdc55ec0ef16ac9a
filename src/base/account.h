/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Users and groups by /etc/passwd and /etc/group alone. Other sources (NSS) aren't asked: that
 * would load their modules at each start, and a statically linked program can't.
 */
#ifndef BASE_ACCOUNT_H
#define BASE_ACCOUNT_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/* The fields of passwd(5) and group(5) by which a line can be found. */
enum account_field { ACCOUNT_NAME = 0, ACCOUNT_ID = 2 };

/*
 * The first line of such a file (passwd or group) that has `text` in that field and at least four
 * fields, cut into `fields`. Whether there is one.
 */
bool account_entry(const char *path, enum account_field field, const char *text,
		   struct strv *fields);

struct account {
	char *name, *home, *shell;
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* those that list the user, and gid */
	size_t ngroups;
};

/*
 * The user of that name, else of that number, from the files `passwd` and `group`. The error names
 * the text. account_free() frees what *out holds.
 */
int account_find(const char *passwd, const char *group, const char *text, struct account *out,
		 struct err **err);
void account_free(struct account *account);
#define _cleanup_account_ __attribute__((cleanup(account_free)))

/* The id of the group of that name or number, which has to be in the file. */
int account_group(const char *group, const char *text, gid_t *out, struct err **err);

#endif
