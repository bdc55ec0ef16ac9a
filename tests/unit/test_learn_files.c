/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the paths that were used to lines of [filesystem]: real directories. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "learn/learn_grants.h"
#include "unit/lines.h"

/* A directory of things to use. */
struct tree {
	char top[32];
	struct record record;
};

/* The path in the tree, in a buffer that the next call reuses. */
static char *in_tree(const struct tree *tree, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s%s", tree->top, name);
	return path;
}

static void make_tree(struct tree *tree)
{
	static const char *const directories[] = {"/w", "/w/d", "/w/d/sub", "/w/e", "/w/g"};
	static const char *const files[] = {"/w/d/canary", "/w/d/sub/canary", "/w/e/canary", "/w/f",
					    "/w/g/canary"};

	record_init(&tree->record);
	tree->record.root = open("/", O_PATH | O_CLOEXEC);
	snprintf(tree->top, sizeof(tree->top), "/tmp/test-learn.XXXXXX");
	cr_assert_not_null(mkdtemp(tree->top));
	for (size_t i = 0; i < ARRAY_SIZE(directories); i++)
		cr_assert_eq(mkdir(in_tree(tree, directories[i]), 0755), 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		cr_assert_eq(mknod(in_tree(tree, files[i]), S_IFREG | 0644, 0), 0);
	cr_assert_eq(symlink("./e//gone", in_tree(tree, "/w/dangling")), 0);
	cr_assert_eq(symlink("loop", in_tree(tree, "/w/loop")), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static void remove_tree(struct tree *tree)
{
	record_free(&tree->record);
	nftw(tree->top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void used(struct tree *tree, const char *name, unsigned use)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", tree->top, name);
	record_path(&tree->record, path, sizeof(path), use);
}

/* A text in which "@" stands for the tree's own path. */
static char *with_top(const struct tree *tree, const char *text)
{
	struct str out = {0};

	str_add(&out, "");
	for (; *text; text++)
		if (*text == '@')
			str_add(&out, tree->top);
		else
			str_add_len(&out, text, 1);
	return str_steal(&out);
}

static void learn_tree(const struct tree *tree, struct lines *lines)
{
	static const char *const none[] = {NULL};
	const struct places places = {.home = "/home/me", .shared = none};

	files_lines(&tree->record, &(struct view){0}, &places, lines);
}

#define TREE __attribute__((cleanup(remove_tree))) struct tree

static void assert_paths(const struct tree *tree, const struct lines *lines, const char *key,
			 const char *expected)
{
	_cleanup_free_ char *wanted = with_top(tree, expected);

	assert_values(lines, "filesystem", key, wanted);
}

Test(files, what_is_looked_for_in_vain)
{
	static const struct {
		struct {
			const char *path;
			unsigned use;
		} uses[3];
		const char *ro, *rw, *hide;
	} cases[] = {
		/* The directory is there, and what lies in it is hidden. */
		{{{"/w", USE_LIST}, {"/w/d/none", USE_READ}, {"/w/f/no-directory", USE_LOOK}},
		 "@/w",
		 "",
		 "-@/w/d/canary|-@/w/d/sub|-@/w/e|-@/w/f|-@/w/g"},
		/* The deepest one that is there, also below one that is writable. */
		{{{"/w/made", USE_CREATE},
		  {"/w/d/sub/none/of/these", USE_EXEC},
		  {"/w/g/none/../file", USE_READ}},
		 "",
		 "@/w",
		 "-@/w/d/canary|-@/w/d/sub/canary|-@/w/e|-@/w/f|-@/w/g/canary"},
		/* The one to which a dangling symlink leads. */
		{{{"/w", USE_LIST}, {"/w/dangling/file", USE_READ}, {"/w/loop", USE_READ}},
		 "@/w",
		 "",
		 "-@/w/d|-@/w/e/canary|-@/w/f|-@/w/g"},
		/* Alone it shows nothing. */
		{{{"/w/d/none", USE_READ}}, "", "", ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		TREE tree;
		_cleanup_lines_ struct lines lines = {0};

		make_tree(&tree);
		for (size_t k = 0; k < ARRAY_SIZE(cases[i].uses) && cases[i].uses[k].path; k++)
			used(&tree, cases[i].uses[k].path, cases[i].uses[k].use);
		learn_tree(&tree, &lines);
		assert_paths(&tree, &lines, "ro", cases[i].ro);
		assert_paths(&tree, &lines, "rw", cases[i].rw);
		assert_paths(&tree, &lines, "hide", cases[i].hide);
	}
}

/* What lies there takes no line from what was hidden without the search. */
Test(files, much_where_something_is_looked_for_in_vain)
{
	TREE tree;
	_cleanup_lines_ struct lines lines = {0};
	_cleanup_strv_ struct strv left = {0};
	_cleanup_free_ char *hidden = NULL, *other = NULL, *text = NULL, *merged = NULL;
	unsigned count = 1;
	char name[32];

	make_tree(&tree);
	for (unsigned i = 0; i < 2 * GRANTS_HIDE_MOST; i++) {
		snprintf(name, sizeof(name), "/w/d/%u", i);
		cr_assert_eq(mkdir(in_tree(&tree, name), 0755), 0);
	}
	used(&tree, "/w", USE_LIST);
	used(&tree, "/w/d/missing", USE_READ);
	learn_tree(&tree, &lines);
	hidden = values(&lines, "filesystem", "hide");
	other = with_top(&tree, "|-@/w/e|-@/w/f|-@/w/g");
	cr_assert(str_ends(hidden, other), "%s", hidden);
	for (const char *s = hidden; *s; s++)
		count += *s == '|';
	cr_assert_eq(count, GRANTS_HIDE_MOST);
	cr_assert_eq(lines.warnings.count, 1);
	/* Nor does a merge show it. */
	text = with_top(&tree, "[filesystem]\nro = @/w\nhide = -@/w/d\n");
	merged = merge_left(&lines, text, &left);
	cr_assert(str_starts(merged, text), "%s", merged);
	cr_assert_eq(left.count, 1);
}

Test(merge, where_something_was_looked_for_in_vain)
{
	TREE tree;
	_cleanup_lines_ struct lines shown = {0}, alone = {0};
	_cleanup_strv_ struct strv left = {0}, again = {0};
	_cleanup_free_ char *text = NULL, *merged = NULL, *expected = NULL, *kept = NULL,
			    *twice = NULL;

	make_tree(&tree);
	text = with_top(&tree, "[filesystem]\nro = @/w\nhide = -@/w/d\nhide = -@/w/e\n");
	/* Nothing but that line hides what lies there, as far as is known. */
	used(&tree, "/w/d/missing", USE_READ);
	learn_tree(&tree, &alone);
	kept = merge_left(&alone, text, &left);
	cr_assert_str_eq(kept, text, "%s", kept);
	cr_assert_eq(left.count, 1);
	cr_assert(str_starts(left.items[0], "file.ini:3: hide = -/tmp/"), "%s", left.items[0]);
	cr_assert_not_null(strstr(left.items[0], "/w/d stays; "), "%s", left.items[0]);
	/* Once the whole is shown, other lines hide it. */
	used(&tree, "/w", USE_LIST);
	learn_tree(&tree, &shown);
	merged = merge_left(&shown, text, &again);
	expected = with_top(&tree, "[filesystem]\nro = @/w\nhide = -@/w/e\n"
				   "hide = -@/w/d/canary\nhide = -@/w/d/sub\n");
	cr_assert_str_eq(merged, expected, "%s", merged);
	cr_assert_eq(again.count, 1);
	cr_assert_not_null(strstr(again.items[0], "/w/d is taken out"), "%s", again.items[0]);
	twice = merge_left(&shown, merged, &again);
	cr_assert_str_eq(twice, merged, "%s", twice);
	cr_assert_eq(again.count, 1);
}

Test(files, what_a_switch_of_desktop_brings_along_has_no_line_of_its_own)
{
	static const char *const none[] = {NULL};
	TREE tree;
	char cookies[64], config[] = "/etc/pulse/client.conf";
	struct places places = {.home = "/home/me", .cookies = cookies, .shared = none};

	make_tree(&tree);
	places.runtime = tree.top;
	snprintf(cookies, sizeof(cookies), "%s/w/f", tree.top);
	cr_assert_eq(mkdir(in_tree(&tree, "/pulse"), 0755), 0);
	cr_assert_eq(mknod(in_tree(&tree, "/pulse/native"), S_IFSOCK | 0666, 0), 0);
	used(&tree, "/w/f", USE_READ);
	/* Only a host with PulseAudio has that one. */
	record_path(&tree.record, config, sizeof(config), USE_READ);
	used(&tree, "/pulse/native", USE_CONNECT);
	for (int x11 = 0; x11 <= 1; x11++) {
		_cleanup_lines_ struct lines lines = {0};

		files_lines(&tree.record, &(struct view){0}, &places, &lines);
		assert_paths(&tree, &lines, "ro", x11 ? "" : "@/w/f");
		assert_values(&lines, "desktop", "pulseaudio", "auto");
		record_address(&tree.record, "@/tmp/.X11-unix/X7", &(struct address_use){0});
	}
}

Test(files, what_is_gone_from_a_shared_directory)
{
	TREE tree;
	_cleanup_lines_ struct lines lines = {0};
	char shared[64], path[96];
	const char *const directories[] = {shared, NULL};
	const struct places places = {.home = "/home/me", .shared = directories};

	make_tree(&tree);
	snprintf(shared, sizeof(shared), "%s/w/g", tree.top);
	snprintf(path, sizeof(path), "%s/passing", shared);
	used(&tree, "/w/g/passing", USE_MAKE);
	cr_assert_eq(mknod(path, S_IFREG | 0644, 0), 0);
	used(&tree, "/w/g/passing", USE_REMOVE);
	cr_assert_eq(unlink(path), 0);
	files_lines(&tree.record, &(struct view){0}, &places, &lines);
	assert_paths(&tree, &lines, "tmpfs", "@/w/g");
	assert_paths(&tree, &lines, "rw", "");
}

Test(files, of_a_symlink_by_its_name_alone)
{
	static const struct {
		const char *path;
		unsigned use;
		const char *ro, *rw;
	} cases[] = {
		{"/w/link", USE_LOOK_NAME, "", ""},   {"/w/link", USE_WRITE_NAME, "", ""},
		{"/w/link", USE_LOOK, "@/w/f", ""},   {"/w/link", USE_WRITE, "", "@/w/f"},
		{"/w/f", USE_LOOK_NAME, "@/w/f", ""}, {"/w/f", USE_WRITE_NAME, "", "@/w/f"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		TREE tree;
		_cleanup_lines_ struct lines lines = {0};

		make_tree(&tree);
		cr_assert_eq(symlink("f", in_tree(&tree, "/w/link")), 0);
		used(&tree, cases[i].path, cases[i].use);
		learn_tree(&tree, &lines);
		assert_paths(&tree, &lines, "ro", cases[i].ro);
		assert_paths(&tree, &lines, "rw", cases[i].rw);
	}
}
