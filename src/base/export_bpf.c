/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/export_bpf.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int export_bpf(void *ctx, struct sock_filter **code, size_t *count, struct err **err)
{
	_cleanup_close_ int fd = memfd_create("filter", MFD_CLOEXEC);
	_cleanup_free_ struct sock_filter *program = NULL;
	struct rlimit limit;
	struct stat st;
	int rc;

	if (fd < 0)
		return err_set(err, errno, "memfd_create for the seccomp filter");
	rc = seccomp_export_bpf(ctx, fd);
	if (fstat(fd, &st) < 0 || getrlimit(RLIMIT_FSIZE, &limit) < 0)
		return err_set(err, errno, "fstat of the seccomp filter");
	/* libseccomp takes a short write for a whole one. */
	if ((rlim_t)st.st_size >= limit.rlim_cur)
		return err_set(err, EFBIG,
			       "make the seccomp filter, with that limit of a file's size "
			       "(ulimit -f)");
	if (rc < 0)
		return err_set(err, -rc, "libseccomp could not make the seccomp filter");
	*count = (size_t)st.st_size / sizeof(*program);
	program = xreallocarray(NULL, *count + 1, sizeof(*program));
	if (pread(fd, program, (size_t)st.st_size, 0) != st.st_size)
		return err_set(err, errno, "read the seccomp filter");
	*code = steal_ptr(&program);
	return 0;
}
