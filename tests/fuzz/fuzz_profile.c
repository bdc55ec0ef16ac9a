/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A whole profile: one that loads can be dumped, and the dump loads and dumps to the same bytes. */
#include "fuzz/fuzz.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/str.h"
#include "profile/profile.h"

/* Loads from a file in memory, so that no run of the fuzzer leaves anything behind. */
static struct profile *load(const void *data, size_t size)
{
	static const char *const no_dirs[] = {NULL};
	_cleanup_close_ int fd = memfd_create("profile", MFD_CLOEXEC);
	_cleanup_free_ char *path = xasprintf("/proc/self/fd/%d", fd);
	_cleanup_strv_ struct strv errors = {0};
	_cleanup_err_ struct err *err = NULL;
	struct profile *profile = NULL;
	int r;

	ALWAYS(fd >= 0 && fchmod(fd, 0600) == 0 && io_write_all(fd, data, size) == 0);
	r = profile_load(no_dirs, (const char *const[]){path}, 1, NULL, 0, &errors, &profile, &err);
	ALWAYS((r < 0) == (errors.count > 0));
	ALWAYS((r < 0) == (err != NULL));
	ALWAYS((r < 0) == (profile == NULL));
	return profile;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_profile_ struct profile *profile = load(data, size), *again = NULL;
	_cleanup_free_ char *dump = NULL, *second = NULL;

	if (!profile)
		return 0;
	dump = profile_dump(profile, false);
	again = load(dump, strlen(dump));
	ALWAYS(again);
	second = profile_dump(again, false);
	ALWAYS(streq(dump, second));
	return 0;
}
