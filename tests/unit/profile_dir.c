/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/profile_dir.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>

#include "base/io.h"
#include "base/path.h"

void profile_dir_make(struct profile_dir *dir)
{
	char template[] = "/tmp/sbox-profile-XXXXXX";

	*dir = (struct profile_dir){0};
	cr_assert_not_null(mkdtemp(template));
	dir->path = xstrdup(template);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

void profile_dir_remove(struct profile_dir *dir)
{
	nftw(dir->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(dir->path);
	strv_free(&dir->errors);
}

char *profile_dir_path(const struct profile_dir *dir, const char *name)
{
	return path_join(dir->path, name);
}

void profile_dir_write_bytes(const struct profile_dir *dir, const char *name, const char *data,
			     size_t len)
{
	_cleanup_free_ char *path = profile_dir_path(dir, name);
	_cleanup_free_ char *parent = path_dir(path);
	_cleanup_err_ struct err *err = NULL;

	cr_assert_eq(io_mkdirs(parent, 0755, &err), 0);
	cr_assert_eq(io_write_atomic(AT_FDCWD, path, data, len, 0644, &err), 0, "%s",
		     err ? err->text : "");
}

void profile_dir_write(const struct profile_dir *dir, const char *name, const char *text)
{
	profile_dir_write_bytes(dir, name, text, strlen(text));
}

struct profile *profile_dir_load(struct profile_dir *dir, const char *names,
				 const struct profile_option *options, size_t noptions)
{
	const char *dirs[] = {dir->path, NULL};
	_cleanup_strv_ struct strv list = {0};
	_cleanup_err_ struct err *err = NULL;
	struct profile *profile = NULL;
	int r;

	for (const char *s = names; *s; s += strspn(s, " ")) {
		strv_take(&list, xstrndup(s, strcspn(s, " ")));
		s += strcspn(s, " ");
	}
	strv_free(&dir->errors);
	r = profile_load(dirs, (const char *const *)list.items, list.count, options, noptions,
			 &dir->errors, &profile, &err);
	/* The result, the list of mistakes and the error say the same. */
	cr_assert_eq(r, dir->errors.count ? -1 : 0);
	cr_assert_eq(r == 0, profile != NULL);
	cr_assert_eq(r < 0, err != NULL);
	if (err)
		cr_assert_eq(err->exit_code, EXIT_PROFILE);
	return profile;
}

struct profile *profile_dir_load_text(struct profile_dir *dir, const char *text)
{
	profile_dir_write(dir, "t.ini", text);
	return profile_dir_load(dir, "t", NULL, 0);
}

bool errors_have(const struct strv *errors, ...)
{
	for (size_t i = 0; i < errors->count; i++) {
		bool all = true;
		const char *part;
		va_list ap;

		va_start(ap, errors);
		while ((part = va_arg(ap, const char *)))
			all = all && strstr(errors->items[i], part);
		va_end(ap);
		if (all)
			return true;
	}
	for (size_t i = 0; i < errors->count; i++)
		fprintf(stderr, "# %s\n", errors->items[i]);
	return false;
}
