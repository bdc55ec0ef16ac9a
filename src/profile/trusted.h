/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a file whose content root may act on. */
#ifndef PROFILE_TRUSTED_H
#define PROFILE_TRUSTED_H

#include <stddef.h>
#include <sys/stat.h>

#include "base/err.h"

/*
 * Reads the file at `path` (absolute, no "..") when none but root can have written it: it is a
 * regular file, it and every directory on its path belong to uid 0 and can't be written by group or
 * others, and no component is a symbolic link. A sticky directory (/tmp) that others may write to
 * is fine but for the file's own. Anything else is an error that names the component and what is
 * wrong with it. Nothing is opened but what has been looked at, and nothing blocks.
 *
 * At most INI_FILE_MAX bytes; *data is NUL-terminated behind *len, and the caller frees it.
 * The errors have EXIT_SETUP; a missing file has errnum ENOENT.
 */
int trusted_read(const char *path, char **data, size_t *len, struct err **err);

/*
 * Whether root may take the profile at `path`, whose open file is `fd` with `st`: it belongs to
 * root or to the user who called sudo (SUDO_UID), and neither others nor a group but root's may
 * write to it, nor anyone that an access control list names, acl(5). In a user namespace the owners
 * that aren't mapped can't be told apart, and are taken: the system's own profiles are among them.
 * An error has EXIT_PROFILE.
 *
 * Weaker than trusted_read() on purpose: root named this file, or the search path did.
 */
int trusted_profile(const char *path, int fd, const struct stat *st, struct err **err);

#endif
