/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding and reading files: the search path, includes, and files that are none. */
#include <criterion/criterion.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/str.h"
#include "unit/profile_dir.h"

static void one_mistake(struct profile_dir *dir, const char *names, const char *a, const char *b)
{
	cr_assert_null(profile_dir_load(dir, names, NULL, 0));
	cr_expect_eq(dir->errors.count, 1u);
	cr_expect(errors_have(&dir->errors, a, b, NULL));
}

Test(load, unknown_names_offer_the_nearest)
{
	_cleanup_profile_dir_ struct profile_dir dir;

	profile_dir_make(&dir);
	cr_assert_null(profile_dir_load_text(
		&dir, "[filesytem]\nrw = /\n[network]\nmod = host\nnew-session = yes\n[zzzzzzzz]\n"
		      "[exec]\nqqqqqqqq = 1\n"));
	cr_assert_eq(dir.errors.count, 5u);
	cr_expect(errors_have(&dir.errors, "t.ini:1: unknown section [filesytem]",
			      "did you mean [filesystem]?", NULL));
	cr_expect(errors_have(&dir.errors, "t.ini:4: unknown key \"mod\" in [network]",
			      "did you mean \"mode\"?", NULL));
	cr_expect(errors_have(&dir.errors, "t.ini:5: unknown key \"new-session\" in [network]",
			      "belongs to [exec]", NULL));
	cr_expect(errors_have(&dir.errors, "t.ini:6: unknown section [zzzzzzzz]", NULL));
	cr_expect(errors_have(&dir.errors, "t.ini:8: unknown key \"qqqqqqqq\" in [exec]", NULL));
}

Test(load, mistakes_of_all_files_are_listed)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	const char *dirs[] = {"/nonexistent", NULL};
	_cleanup_strv_ struct strv errors = {0};
	_cleanup_err_ struct err *err = NULL;
	struct profile *profile = NULL;
	_cleanup_free_ char *path = NULL;

	profile_dir_make(&dir);
	profile_dir_write(&dir, "a.ini", "[network]\nmode = hots\n[profile]\ninclude = nowhere\n");
	profile_dir_write(&dir, "t.ini",
			  "[profile]\ninclude = ./a.ini\ninclude = ./a.ini\n"
			  "[exec]\nnew-session = perhaps\n[filesystem\nrw = x\n");
	path = profile_dir_path(&dir, "t.ini");
	strv_add(&errors, "something from before");
	cr_assert_eq(profile_load(dirs, (const char *const[]){path}, 1, NULL, 0, &errors, &profile,
				  &err),
		     -1);
	cr_assert_eq(errors.count, 5u);
	cr_assert_eq(err->exit_code, EXIT_PROFILE);
	cr_assert_str_eq(err->text, "4 mistakes in the profile");
	cr_expect(errors_have(&errors, "t.ini:5: [exec] new-session", "\"perhaps\"", NULL));
	cr_expect(errors_have(&errors, "t.ini:6:", "no closing ]", NULL));
	cr_expect(errors_have(&errors, "a.ini:2: [network] mode", "\"host\"?", NULL));
	cr_expect(errors_have(&errors, "a.ini:4: no profile \"nowhere\" in /nonexistent", NULL));
}

Test(load, a_missing_profile)
{
	_cleanup_profile_dir_ struct profile_dir dir;

	profile_dir_make(&dir);
	profile_dir_write(&dir, "web.ini", "");
	one_mistake(&dir, "wbe", "no profile \"wbe\" in /tmp/", "did you mean \"web\"?");
	one_mistake(&dir, "web.ini", "no profile \"web.ini\"", "./web.ini");
	one_mistake(&dir, "./no/such.ini", "open ./no/such.ini: No such file or directory", "");
	one_mistake(&dir, "..", "\"..\" is no profile's name", "");
	one_mistake(&dir, "a*b", "\"a*b\" is no profile's name", "");
}

Test(load, a_missing_include)
{
	_cleanup_profile_dir_ struct profile_dir dir;

	profile_dir_make(&dir);
	profile_dir_write(&dir, "a.ini", "[profile]\n\ninclude = nowhere\n");
	profile_dir_write(&dir, "b.ini", "[profile]\n\ninclude = sub/x.ini\n");
	profile_dir_write(&dir, "c.ini", "[profile]\ninclude = ~/x.ini\n");
	profile_dir_write(&dir, "d.ini", "[profile]\ninclude = .//./etc/passwd\n");
	one_mistake(&dir, "d", "d.ini:2: open ", "/./etc/passwd: No such file");
	one_mistake(&dir, "a", "a.ini:3: no profile \"nowhere\"", "");
	one_mistake(&dir, "b", "b.ini:3: open ", "/sub/x.ini: No such file");
	one_mistake(&dir, "c", "c.ini:2: ", "variables don't expand");
}

Test(load, include_cycles)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_free_ char *c = NULL, *link = NULL;

	profile_dir_make(&dir);
	profile_dir_write(&dir, "self.ini", "[profile]\ninclude = self\n");
	profile_dir_write(&dir, "a.ini", "[profile]\ninclude = b\n");
	profile_dir_write(&dir, "b.ini", "#\n[profile]\ninclude = ./link.ini\n");
	profile_dir_write(&dir, "c.ini", "#\n#\n[profile]\ninclude = a\n");
	c = profile_dir_path(&dir, "c.ini");
	link = profile_dir_path(&dir, "link.ini");
	cr_assert_eq(symlink(c, link), 0);
	one_mistake(&dir, "self", "self.ini:2:", "self.ini includes itself");
	one_mistake(&dir, "a", "link.ini:4:", "a.ini includes itself");
	cr_expect(errors_have(&dir.errors, "link.ini is included at ", "b.ini:3; ",
			      "b.ini is included at ", "a.ini:2", NULL));
}

Test(load, includes_are_16_deep_at_most)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;

	profile_dir_make(&dir);
	for (unsigned i = 0; i < 17; i++) {
		_cleanup_free_ char *name = xasprintf("d%u.ini", i);
		_cleanup_free_ char *text = xasprintf("[profile]\ninclude = d%u\n", i + 1);

		profile_dir_write(&dir, name, text);
	}
	profile_dir_write(&dir, "d17.ini", "[filesystem]\nhome = host\n");
	one_mistake(&dir, "d0", "d16.ini:2:", "deeper than 16");
	profile = profile_dir_load(&dir, "d1", NULL, 0);
	cr_assert_not_null(profile);
	cr_assert_str_eq(profile_text(profile, KEY_FS_HOME), "host");
}

Test(load, includes_that_double_at_each_level_end)
{
	_cleanup_profile_dir_ struct profile_dir dir;

	profile_dir_make(&dir);
	for (unsigned i = 0; i < 15; i++) {
		_cleanup_free_ char *name = xasprintf("d%u.ini", i);
		_cleanup_free_ char *text =
			xasprintf("[profile]\ninclude = d%u\ninclude = d%u\n", i + 1, i + 1);

		profile_dir_write(&dir, name, text);
	}
	profile_dir_write(&dir, "d15.ini", "");
	one_mistake(&dir, "d0", "too many includes", "");
}

Test(load, files_that_are_none)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_free_ char *fifo = NULL, *sub = NULL, *include = NULL, *big = NULL;

	profile_dir_make(&dir);
	fifo = profile_dir_path(&dir, "fifo.ini");
	sub = profile_dir_path(&dir, "dir.ini");
	cr_assert_eq(mkfifo(fifo, 0600), 0);
	cr_assert_eq(mkdir(sub, 0700), 0);
	include = xasprintf("[profile]\ninclude = fifo\ninclude = dir\ninclude = /dev/zero\n");
	profile_dir_write(&dir, "t.ini", include);
	one_mistake(&dir, "fifo", "fifo.ini: not a regular file", "");
	one_mistake(&dir, sub, "dir.ini: not a regular file", "");
	cr_assert_null(profile_dir_load(&dir, "t", NULL, 0));
	cr_assert_eq(dir.errors.count, 3u);
	cr_expect(errors_have(&dir.errors, "t.ini:2: ", "fifo.ini: not a regular file", NULL));
	cr_expect(errors_have(&dir.errors, "t.ini:4: /dev/zero: not a regular file", NULL));
	big = xmalloc((4 << 20) + 1);
	memset(big, '\n', (4 << 20) + 1);
	profile_dir_write_bytes(&dir, "big.ini", big, (4 << 20) + 1);
	one_mistake(&dir, "big", "big.ini: larger than 4 MiB", "");
	profile_dir_write_bytes(&dir, "nul.ini", "[exec]\nargv0 = a\0b\n", 19);
	one_mistake(&dir, "nul", "nul.ini:2: a NUL byte", "");
}

Test(load, root_takes_no_file_that_everybody_writes)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_free_ char *path = NULL;

	profile_dir_make(&dir);
	profile_dir_write(&dir, "t.ini", "");
	path = profile_dir_path(&dir, "t.ini");
	cr_assert_eq(chmod(path, 0666), 0);
	if (geteuid() == 0) {
		one_mistake(&dir, "t", "t.ini: others may write to it", "chmod go-w");
	} else {
		profile = profile_dir_load(&dir, "t", NULL, 0);
		cr_assert_not_null(profile);
	}
}

/* Runs as another user than root, who may read everything; whoever runs the tests otherwise. */
Test(load, an_unreadable_file_does_not_give_way_to_the_next)
{
	_cleanup_profile_dir_ struct profile_dir first, second;
	_cleanup_free_ char *path = NULL;
	int status;
	pid_t pid;

	profile_dir_make(&first);
	profile_dir_make(&second);
	profile_dir_write(&first, "t.ini", "");
	profile_dir_write(&second, "t.ini", "");
	path = profile_dir_path(&first, "t.ini");
	cr_assert_eq(chmod(path, 0), 0);
	cr_assert_eq(chmod(first.path, 0755), 0);
	cr_assert_eq(chmod(second.path, 0755), 0);
	pid = fork();
	if (pid == 0) {
		const char *dirs[] = {first.path, second.path, NULL};
		struct strv errors = {0};
		struct profile *profile = NULL;
		bool ok;

		if (geteuid() == 0 && setuid(65534) < 0)
			_exit(2);
		ok = profile_load(dirs, (const char *const[]){"t"}, 1, NULL, 0, &errors, &profile,
				  NULL) < 0 &&
		     errors.count == 1 && strstr(errors.items[0], "Permission denied");
		_exit(ok ? 0 : 1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status));
	cr_assert_eq(WEXITSTATUS(status), 0);
}

Test(load, the_working_directory_is_never_searched)
{
	_cleanup_profile_dir_ struct profile_dir dir, empty;
	_cleanup_profile_ struct profile *profile = NULL;

	profile_dir_make(&dir);
	profile_dir_make(&empty);
	profile_dir_write(&dir, "web.ini", "");
	profile_dir_write(&dir, "web", "");
	cr_assert_eq(chdir(dir.path), 0);
	one_mistake(&empty, "web", "no profile \"web\"", "");
	profile = profile_dir_load(&empty, "./web.ini", NULL, 0);
	cr_assert_not_null(profile);
	cr_assert_str_eq(profile_name(profile), "web");
	cr_assert_eq(chdir("/"), 0);
}

Test(load, names_fit_for_a_host)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	static const struct {
		const char *file, *name;
	} rows[] = {{"a b.ini", "a_b"}, {"...ini", "_."}, {"x", "x"}, {".ini", "_ini"}};

	profile_dir_make(&dir);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_profile_ struct profile *profile = NULL;
		_cleanup_free_ char *path = profile_dir_path(&dir, rows[i].file);
		const char *dirs[] = {NULL};
		struct strv errors = {0};

		profile_dir_write(&dir, rows[i].file, "");
		cr_assert_eq(profile_load(dirs, (const char *const[]){path}, 1, NULL, 0, &errors,
					  &profile, NULL),
			     0);
		cr_expect_str_eq(profile_name(profile), rows[i].name);
	}
}

Test(load, a_hostile_tail_sets_nothing)
{
	_cleanup_profile_dir_ struct profile_dir dir;

	profile_dir_make(&dir);
	for (size_t pad = 150; pad < 3100; pad += pad < 260 ? 1 : 100) {
		_cleanup_profile_ struct profile *profile = NULL;
		_cleanup_str_ struct str text = {0};
		const struct value *values;
		size_t count;

		str_add(&text, "[seccomp]\nbaseline = yes\n[exec]\ncommand = /bin/true\narg = ");
		for (size_t i = 0; i < pad; i++)
			str_add(&text, "A");
		str_add(&text, "allow=everything\n");
		profile = profile_dir_load_text(&dir, text.text);
		cr_assert_not_null(profile);
		profile_list(profile, KEY_SECCOMP_ALLOW, &values, &count);
		cr_expect_eq(count, 0u);
		profile_list(profile, KEY_EXEC_ARG, &values, &count);
		cr_assert_eq(count, 1u);
		cr_expect_eq(strlen(values[0].text), pad + strlen("allow=everything"));
		cr_expect(str_ends(values[0].text, "AAallow=everything"));
	}
}

Test(load, ten_thousand_lines)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_str_ struct str text = {0};
	const struct value *values;
	size_t count;

	profile_dir_make(&dir);
	str_add(&text, "[filesystem]\r\n");
	for (unsigned i = 0; i < 5000; i++)
		str_addf(&text, "ro = /srv/%u:/mnt/%u\r\n", i, i);
	str_add(&text, "[environment]\r\n");
	for (unsigned i = 0; i < 5000; i++)
		str_addf(&text, "set = V%u=%u%s", i, i, i < 4999 ? "\r\n" : "");
	profile = profile_dir_load_text(&dir, text.text);
	cr_assert_not_null(profile);
	profile_list(profile, KEY_FS_RO, &values, &count);
	cr_assert_eq(count, 5000u);
	cr_assert_str_eq(values[4999].path.dest, "/mnt/4999");
	cr_assert_eq(values[4999].loc.line, 5001u);
	profile_list(profile, KEY_ENV_SET, &values, &count);
	cr_assert_eq(count, 5000u);
	cr_assert_str_eq(value_env_text(&values[4999]), "4999");
	cr_assert_eq(values[4999].loc.line, 10002u);
}

static char *search_text(const char *path, const char *config, const char *home)
{
	struct str out = {0};
	char **dirs;

	cr_assert_eq(profile_search_path(path, config, home, &dirs, NULL), 0);
	for (char **dir = dirs; *dir; dir++)
		str_addf(&out, "%s|", *dir);
	profile_search_free(dirs);
	return str_steal(&out);
}

static void expect_search(const char *path, const char *config, const char *home,
			  const char *expected)
{
	_cleanup_free_ char *text = search_text(path, config, home);
	_cleanup_free_ char *all =
		xasprintf("%s" SBOX_SYSCONFDIR "/sbox/profiles|" SBOX_PKGDATADIR "/profiles|",
			  expected);

	cr_expect_str_eq(text, all);
}

Test(search, path)
{
	_cleanup_err_ struct err *err = NULL;
	char **dirs;

	expect_search(NULL, NULL, NULL, "");
	expect_search("", "", "", "");
	expect_search("/a:/b", "/c", "/h", "/a|/b|/c/sbox/profiles|");
	expect_search("::/a::", NULL, "/h", "/a|/h/.config/sbox/profiles|");
	expect_search(NULL, "relative", "/h", "/h/.config/sbox/profiles|");
	expect_search(NULL, NULL, "h", "");
	cr_assert_eq(profile_search_path("/a:b", NULL, NULL, &dirs, &err), -1);
	cr_assert_eq(err->exit_code, EXIT_USAGE);
	cr_assert(strstr(err->text, "\"b\""));
}

struct seen {
	struct str text;
	const char *stop;
};

static bool show(void *context, const struct profile_listing *listing)
{
	struct seen *seen = context;

	str_addf(&seen->text, "%s %s %s|", listing->name,
		 listing->description ? listing->description : "-",
		 listing->mistake ? "broken" : "good");
	return seen->stop && streq(listing->name, seen->stop);
}

Test(search, each_and_match)
{
	_cleanup_profile_dir_ struct profile_dir first, second;
	const char *dirs[] = {"/nonexistent", NULL, NULL, NULL};
	struct seen seen = {0};
	_cleanup_free_ char *name = NULL, *file = NULL;

	profile_dir_make(&first);
	profile_dir_make(&second);
	dirs[1] = first.path;
	dirs[2] = second.path;
	profile_dir_write(&first, "b.ini", "[profile]\ndescription = B\nmatch = x y\n");
	profile_dir_write(&first, "a.ini", "[profile\nmatch = z\n");
	profile_dir_write(&first, "B.ini", "");
	profile_dir_write(&first, "no.txt", "");
	profile_dir_write(&first, "-bad.ini", "[profile]\nmatch = bad\n");
	profile_dir_write(&second, "a.ini", "[profile]\nmatch = z\n");
	profile_dir_write(&second, "c.ini",
			  "[profile]\ndescription = C\nmatch = w\nmatch =\nmatch = x v\n");
	cr_assert_eq(profile_each(dirs, show, &seen, NULL), 0);
	cr_assert_str_eq(seen.text.text, "B - good|a - broken|b B good|c C good|");
	str_free(&seen.text);
	seen.stop = "a";
	cr_assert_eq(profile_each(dirs, show, &seen, NULL), 0);
	cr_assert_str_eq(seen.text.text, "B - good|a - broken|");
	str_free(&seen.text);

	cr_assert_eq(profile_match(dirs, "x", &name, &file, NULL), 0);
	cr_assert_str_eq(name, "b");
	cr_assert(str_starts(file, first.path) && str_ends(file, "/b.ini"));
	free(name);
	free(file);
	cr_assert_eq(profile_match(dirs, "v", &name, &file, NULL), 0);
	cr_assert_str_eq(name, "c");
	free(name);
	free(file);
	/* reset; in a broken file, and in one that it hides; a file that no name can mean */
	for (const char *const *none = (const char *const[]){"w", "z", "bad", "", NULL}; *none;
	     none++) {
		name = file = NULL;
		cr_assert_eq(profile_match(dirs, *none, &name, &file, NULL), 0);
		cr_expect_null(name, "%s matched %s", *none, name);
		cr_expect_null(file);
	}
}
