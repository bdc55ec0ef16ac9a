/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The merged profile as text: loading it gives the same profile, and the same text again. */
#include <criterion/criterion.h>

#include "base/str.h"
#include "unit/profile_dir.h"

#define CORPUS TEST_SRCDIR "/tests/fuzz/corpus/docker/"

/* Valid values of each type; a NULL ends them. */
static const char *const *samples(const struct key_info *info)
{
	static const char *const values[][6] = {
		[TYPE_BOOL] = {"yes", "no", "on", "0"},
		[TYPE_INT] = {"1"},
		[TYPE_SIZE] = {"0", "128M", "infinity"},
		[TYPE_TIME] = {"5s", "2min"},
		[TYPE_STRING] = {"a b", "# ; [x] = \\", "${X} ~/", "\xc3\xa9"},
		[TYPE_NAME] = {"phone", "a.b-c_"},
		[TYPE_PATH] = {"/a:b", "~/x", "${HOME}/y z"},
		[TYPE_BIND] = {"/usr", "-~/a\\:b:/c", "/a\\\\:/b\\\\", "${XDG_DATA_HOME}"},
		[TYPE_DEST] = {"/x", "-${XDG_RUNTIME_DIR}/bus", "/a;b # c"},
		[TYPE_TMPFS] = {"/x", "/y:size=4M", "/z\\:w:size=1G,mode=1777"},
		[TYPE_SYMLINK] = {"../run:/var/run", "a\\:b:/c\\\\"},
		[TYPE_FILE] = {"-/a:/b", "/etc/x=a\\n\\tb\\\\n:=c", "/a\\=b:/c", "/d="},
		[TYPE_CLOSURE] = {"/usr/bin/a\\ b", "-~/c", "@nss"},
		[TYPE_HOME] = {"persist:web", "tmpfs"},
		[TYPE_BASE] = {"host-ro", "/srv/tree"},
		[TYPE_OVERLAY] = {"tmp", "persist:web"},
		[TYPE_NESTED] = {"yes", "7"},
		[TYPE_ENVNAME] = {"FOO", "LC_X*"},
		[TYPE_ENVSET] = {"A=", "B=x = ${HOME} # y", "C=\\:"},
		[TYPE_RULES] = {"ptrace", "@mount ioctl"},
		[TYPE_ACTION] = {"errno:ENOSYS", "kill", "log"},
		[TYPE_CHOICES] = {"x86", "x32 native"},
		[TYPE_PATTERN] = {"firefox firefox-esr"},
		[TYPE_WORDS] = {"a b"},
		[TYPE_INTERFACE] = {"usb0", "enp0s20f0u6", "a+b"},
		[TYPE_IMPORT] = {CORPUS "docker", CORPUS "oci"},
		[TYPE_PUBLISH] = {"127.0.0.1:5455:5432", "[::1]:1:65535"},
		[TYPE_DNS] = {"lease", "192.0.2.1", "2001:db8::1 127.0.0.1"},
		[TYPE_DOMAINS] = {"example.org", "a b_c.d"},
		[TYPE_PORTS] = {"443", "80\t443"},
		[TYPE_HOSTS] = {"192.0.2.1 a b.c", "::1\tx"},
	};

	static const char *const deny[] = {"ptrace:ENOSYS", "ioctl(1 == TIOCSTI) mount", NULL};
	static const char *last_choice[2];

	if (info->id == KEY_SECCOMP_DENY)
		return deny;
	if (info->type != TYPE_CHOICE)
		return values[info->type];
	last_choice[0] = strrchr(info->words, '|') + 1; /* the first is the default */
	return last_choice;
}

/* What has to stand in a profile for the key to have a meaning. */
static const char *needs(const struct key_info *info)
{
	switch (info->id) {
	case KEY_EXEC_ARG:
		return "[exec]\ncommand = x\n";
	case KEY_NS_UPTIME:
		return "[namespaces]\ntime = new\n";
	case KEY_FS_LIST_CHANGES:
		return "[filesystem]\noverlay = tmp\n";
	case KEY_NET_MODE: /* the sample is the last word */
	case KEY_NET_PUBLISH:
		return "[network]\nuplink = x\n";
	case KEY_NET_SHARE:
	case KEY_NET_DNS:
	case KEY_NET_SEARCH:
		return "[network]\nnetns = x\n";
	default:
		return "";
	}
}

/* What a merged profile says, places left out: "KEY=TEXT" lines, defaults too. */
static char *meaning(const struct profile *profile)
{
	struct str out = {0};

	for (size_t key = 0; key < KEY_COUNT; key++) {
		const struct value *values;
		size_t count;

		profile_list(profile, (enum key_id)key, &values, &count);
		for (size_t i = 0; i < count; i++)
			str_addf(&out, "%zu=%s\n", key, values[i].text);
	}
	return str_steal(&out);
}

/* Dumps, loads the dump, and compares what both profiles say and how they dump. */
static void round_trip(struct profile_dir *dir, const struct profile *profile)
{
	for (int with_places = 0; with_places < 2; with_places++) {
		_cleanup_free_ char *dump = profile_dump(profile, with_places);
		_cleanup_free_ char *plain = profile_dump(profile, false);
		_cleanup_free_ char *before = meaning(profile), *after = NULL, *again = NULL;
		_cleanup_profile_ struct profile *loaded = NULL;

		profile_dir_write(dir, "dumped.ini", dump);
		loaded = profile_dir_load(dir, "dumped", NULL, 0);
		cr_assert_not_null(loaded, "%s\n%s", dir->errors.count ? dir->errors.items[0] : "",
				   dump);
		again = profile_dump(loaded, false);
		after = meaning(loaded);
		cr_assert_str_eq(again, plain);
		cr_assert_str_eq(after, before);
	}
}

Test(dump, of_the_defaults_is_empty)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_free_ char *dump = NULL;

	profile_dir_make(&dir);
	profile = profile_dir_load_text(&dir, "# nothing\n");
	dump = profile_dump(profile, true);
	cr_assert_str_eq(dump, "");
	round_trip(&dir, profile);
}

Test(dump, every_sample_of_every_key)
{
	_cleanup_profile_dir_ struct profile_dir dir;

	profile_dir_make(&dir);
	for (size_t i = 0; i < KEY_COUNT; i++) {
		const struct key_info *info = &schema[i];

		if (info->id == KEY_PROFILE_INCLUDE)
			continue;
		for (const char *const *sample = samples(info); *sample; sample++) {
			_cleanup_profile_ struct profile *profile = NULL;
			_cleanup_free_ char *dump = NULL, *expected = NULL;
			_cleanup_free_ char *text = xasprintf("%s[%s]\n%s = %s\n", needs(info),
							      info->section, info->name, *sample);

			profile = profile_dir_load_text(&dir, text);
			cr_assert_not_null(profile, "%s: %s", text,
					   dir.errors.count ? dir.errors.items[0] : "");
			dump = profile_dump(profile, false);
			expected = xasprintf("%s = %s\n", info->name, *sample);
			cr_expect(strstr(dump, expected), "%s is not in\n%s", expected, dump);
			round_trip(&dir, profile);
		}
	}
}

/* Loads and dumps one profile that is shipped; true would stop the walk. */
static bool shipped(void *context, const struct profile_listing *listing)
{
	const char *dirs[] = {TEST_SRCDIR "/profiles", NULL};
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_strv_ struct strv errors = {0};

	cr_assert_null(listing->mistake);
	cr_expect_not_null(listing->description, "%s has no description", listing->name);
	profile_dir_make(&dir);
	cr_assert_eq(profile_load(dirs, &listing->name, 1, NULL, 0, &errors, &profile, NULL), 0,
		     "%s", errors.count ? errors.items[0] : "");
	round_trip(&dir, profile);
	++*(unsigned *)context;
	return false;
}

Test(dump, every_profile_shipped)
{
	const char *dirs[] = {TEST_SRCDIR "/profiles", NULL};
	unsigned count = 0;

	cr_assert_eq(profile_each(dirs, shipped, &count, NULL), 0);
	cr_assert_geq(count, 7u);
}

Test(dump, with_places)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_free_ char *dump = NULL, *expected = NULL;
	struct profile_option option = {"-o", "network", "mode", "host"};

	profile_dir_make(&dir);
	profile_dir_write(&dir, "a.ini", "[profile]\ndescription = x\n[filesystem]\nro = /a\n");
	profile = profile_dir_load(&dir, "a", &option, 1);
	dump = profile_dump(profile, true);
	expected = xasprintf("[profile]\n# %s/a.ini:2\ndescription = x\n\n"
			     "[filesystem]\n# %s/a.ini:4\nro = /a\n\n"
			     "[network]\n# -o\nmode = host\n",
			     dir.path, dir.path);
	cr_assert_str_eq(dump, expected);
}

Test(dump, a_file_name_ends_no_comment)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_free_ char *dump = NULL, *path = NULL;
	struct strv errors = {0};
	const char *dirs[] = {NULL};

	profile_dir_make(&dir);
	profile_dir_write(&dir, "a\n[network]\nmode = host\n.ini", "[exec]\nargv0 = x\n");
	path = profile_dir_path(&dir, "a\n[network]\nmode = host\n.ini");
	cr_assert_eq(profile_load(dirs, (const char *const[]){path}, 1, NULL, 0, &errors, &profile,
				  NULL),
		     0);
	dump = profile_dump(profile, true);
	cr_assert_null(strstr(dump, "\n[network]"));
	round_trip(&dir, profile);
}

/* A random profile of valid values: scalars once, lists several times or reset. */
static char *random_profile(unsigned *seed, const char *include)
{
	struct str out = {0};

	if (include)
		str_addf(&out, "[profile]\ninclude = %s\n", include);
	for (size_t i = 0; i < KEY_COUNT; i++) {
		const struct key_info *info = &schema[i];
		const char *const *values = samples(info);
		size_t count = 0, times;

		/* These contradict each other by chance; other tests have them. */
		if (info->id == KEY_PROFILE_INCLUDE || info->id == KEY_EXEC_TTY ||
		    info->id == KEY_FS_BASE || info->id == KEY_FS_LIST_CHANGES ||
		    info->id == KEY_EXEC_DIE_WITH_PARENT || streq(info->section, "namespaces") ||
		    (streq(info->section, "network") && info->id != KEY_NET_HOSTS) ||
		    streq(info->section, "environment"))
			continue;
		while (values[count])
			count++;
		times = (unsigned)rand_r(seed) % (schema_is_list(info) ? 4 : 2);
		if (info->id == KEY_EXEC_COMMAND)
			times = 1;
		if (times > 0)
			str_addf(&out, "[%s]\n", info->section);
		if (schema_is_list(info) && info->merge != MERGE_RESTRICT && rand_r(seed) % 4 == 0)
			str_addf(&out, "[%s]\n%s =\n", info->section, info->name);
		while (times-- > 0)
			str_addf(&out, " %s\t=  %s \r\n", info->name,
				 values[(unsigned)rand_r(seed) % count]);
	}
	return str_steal(&out);
}

/* Random sets, unsets and keeps of few variables: layers override each other. */
static void add_environment(struct str *out, unsigned *seed)
{
	str_add(out, rand_r(seed) % 4 ? "[environment]\n" : "[environment]\nkeep =\n");
	for (char name = 'P'; name <= 'W'; name++) {
		switch (rand_r(seed) % 6) {
		case 0:
			str_addf(out, "set = %c=%d\n", name, rand_r(seed) % 2);
			break;
		case 1:
			str_addf(out, "unset = %c\n", name);
			break;
		case 2:
			str_addf(out, "keep = %c\n", name);
			break;
		default:
			break;
		}
	}
}

Test(dump, whatever_the_layers)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	unsigned seed = 7;

	profile_dir_make(&dir);
	for (unsigned round = 0; round < 150; round++) {
		static const char *const names[] = {"a", "b", "c"};
		struct profile_option options[] = {
			{"--netns", "network", "netns", "phone"},
			{"--no-network", "network", "mode", "none"},
			{"-o", "environment", "set", "P=option"},
			{"-o", "environment", "keep", ""},
			{"--ro", "filesystem", "ro", "/o\\:p"},
		};
		_cleanup_profile_ struct profile *profile = NULL;
		size_t first = (unsigned)rand_r(&seed) % ARRAY_SIZE(options);

		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			_cleanup_free_ char *file = xasprintf("%s.ini", names[i]);
			struct str text = {0};

			text.text = random_profile(&seed, i < 2 ? names[i + 1] : NULL);
			text.len = strlen(text.text);
			text.capacity = text.len + 1;
			add_environment(&text, &seed);
			profile_dir_write(&dir, file, text.text);
			str_free(&text);
		}
		profile = profile_dir_load(&dir, "a c", options + first,
					   (unsigned)rand_r(&seed) %
						   (ARRAY_SIZE(options) - first + 1));
		cr_assert_not_null(profile, "%s", dir.errors.count ? dir.errors.items[0] : "");
		round_trip(&dir, profile);
	}
}
