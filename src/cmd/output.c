/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that a verb writes for its caller. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "cmd/cmd.h"

int cmd_write_file(const char *file, const char *text, struct err **err)
{
	_cleanup_free_ char *real = realpath(file, NULL);
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (!real || stat(real, &st) < 0)
		return io_write_atomic(AT_FDCWD, file, text, strlen(text), 0644, err);
	if (S_ISREG(st.st_mode))
		return io_write_atomic(AT_FDCWD, real, text, strlen(text), st.st_mode & 07777, err);
	fd = open(real, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || io_write_all(fd, text, strlen(text)) < 0)
		return err_set(err, errno, "write %s", file);
	return 0;
}

int cmd_try_output(const char *file, struct err **err)
{
	_cleanup_free_ char *real = realpath(file, NULL), *dir = NULL;
	struct stat st;

	if (!real && lstat(file, &st) == 0)
		return err_set(err, errno, "write %s: the symlink leads nowhere", file);
	if (real && stat(real, &st) == 0 && S_ISDIR(st.st_mode))
		return err_set(err, EISDIR, "write %s", file);
	if (real && stat(real, &st) == 0 && !S_ISREG(st.st_mode))
		return faccessat(AT_FDCWD, real, W_OK, AT_EACCESS) < 0
			       ? err_set(err, errno, "write %s", file)
			       : 0;
	if (real)
		file = real;
	dir = strchr(file, '/') ? path_dir(file) : xstrdup(".");
	if (stat(dir, &st) < 0)
		return err_set(err, errno, "write %s: directory %s", file, dir);
	if (faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) < 0)
		return err_set(err, errno, "write %s: make a file in %s", file, dir);
	return 0;
}
