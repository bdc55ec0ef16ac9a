/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files that programs are loaded from, in trees of hand-made ELF files. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/str.h"
#include "closure/elf_file.h"
#include "closure/ld_cache.h"
#include "closure/resolve.h"
#include "closure/script.h"
#include "unit/elf_image.h"

/* A tree of the test's own; "%s" below stands for it. */
static char tree[] = "/tmp/sbox-closure-XXXXXX";

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void make_tree(void)
{
	cr_assert_not_null(mkdtemp(tree));
}

static void remove_tree(void)
{
	nftw(tree, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

TestSuite(closure, .init = make_tree, .fini = remove_tree);

static char *in_tree(const char *name)
{
	return path_join(tree, name);
}

static void put_elf(const char *name, struct elf_image image)
{
	_cleanup_free_ char *path = in_tree(name);
	/* Of a program the interpreter is one of the tree's. */
	_cleanup_free_ char *interpreter = image.interpreter ? in_tree(image.interpreter) : NULL;

	image.interpreter = interpreter;
	elf_image_write(path, &image);
}

static void put_bytes(const char *name, const char *bytes, size_t len)
{
	_cleanup_free_ char *path = in_tree(name), *dir = path_dir(path);
	_cleanup_close_ int fd = -1;

	cr_assert_eq(io_mkdirs(dir, 0755, NULL), 0);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	cr_assert_geq(fd, 0);
	cr_assert_eq(io_write_all(fd, bytes, len), 0);
}

/* The text's '@' stands for the tree. */
static void put_text(const char *name, const char *text)
{
	_cleanup_str_ struct str out = {0};

	for (const char *s = text; *s; s++)
		if (*s == '@')
			str_add(&out, tree);
		else
			str_add_len(&out, s, 1);
	put_bytes(name, out.text, out.len);
}

/* The closure of names in the tree; those that begin with '+' or '=' are given without. */
static int resolve(struct closure *closure, const char *cache, const char *const *names,
		   struct err **err)
{
	_cleanup_strv_ struct strv items = {0};
	_cleanup_free_ char *path = cache ? in_tree(cache) : xstrdup("/nonexistent");
	_cleanup_free_ char *bin = in_tree("bin");
	int result;

	for (; *names; names++)
		strv_take(&items, **names == '+'   ? xstrdup(*names)
				  : **names == '=' ? xstrdup(*names + 1)
						   : in_tree(*names));
	*closure = (struct closure){.cache = path, .search = bin};
	result = closure_resolve(closure, (const char *const *)items.items, err);
	closure->cache = closure->search = "";
	return result;
}

/* The files as "NAME NAME ", relative to the tree. */
static char *names_of(const struct closure *closure)
{
	struct str out = {0};

	for (size_t i = 0; i < closure->nfiles; i++) {
		const char *path = closure->files[i].path;

		str_addf(&out, "%s ", path_below(path, tree) ? path + strlen(tree) + 1 : path);
	}
	return str_steal(&out);
}

static void expect_files(const char *cache, const char *const *names, const char *expected)
{
	_cleanup_closure_ struct closure closure;
	_cleanup_err_ struct err *err = NULL;
	_cleanup_free_ char *found = NULL;
	int result = resolve(&closure, cache, names, &err);

	cr_assert_eq(result, 0, "%s", err ? err->text : "");
	found = names_of(&closure);
	cr_expect_str_eq(found, expected);
}

static void expect_failure(const char *name, const char *expected)
{
	const char *const names[] = {name, NULL};
	_cleanup_closure_ struct closure closure;
	_cleanup_err_ struct err *err = NULL;

	cr_assert_eq(resolve(&closure, NULL, names, &err), -1);
	cr_expect(strstr(err->text, expected), "\"%s\" is not in \"%s\"", expected, err->text);
}

#define FILES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* A program of a glibc that has this tree for itself: its default directory is lib. */
static void put_program(struct elf_image image)
{
	image.interpreter = "lib/ld-test.so.1";
	put_elf("lib/ld-test.so.1", (struct elf_image){.soname = "ld-test.so.1"});
	put_elf("bin/p", image);
}

Test(closure, libraries_need_libraries_and_cycles_end)
{
	put_program((struct elf_image){.needed = {"liba.so", "libc.so.6"}});
	put_elf("lib/liba.so", (struct elf_image){.needed = {"libb.so", "ld-test.so.1"}});
	put_elf("lib/libb.so", (struct elf_image){.needed = {"liba.so", "libc.so.6"}});
	put_elf("lib/libc.so.6", (struct elf_image){.soname = "libc.so.6"});
	expect_files(NULL, FILES("bin/p"),
		     "bin/p lib/ld-test.so.1 lib/liba.so lib/libc.so.6 lib/libb.so ");
}

Test(closure, each_file_names_the_one_that_needs_it)
{
	_cleanup_closure_ struct closure closure;
	_cleanup_err_ struct err *err = NULL;

	put_program((struct elf_image){.needed = {"liba.so"}});
	put_elf("lib/liba.so", (struct elf_image){.needed = {"libb.so"}});
	put_elf("lib/libb.so", (struct elf_image){0});
	put_text("data", "text\n");
	cr_assert_eq(resolve(&closure, NULL, FILES("data", "bin/p"), &err), 0);
	cr_assert_eq(closure.nfiles, 5u);
	cr_expect_null(closure.files[1].via);
	cr_expect(str_ends(closure.files[3].via, "/bin/p"));
	cr_expect(str_ends(closure.files[4].via, "/lib/liba.so"));
	cr_expect_eq(closure.files[0].item, 0u);
	cr_expect_eq(closure.files[4].item, 1u);
}

Test(closure, what_is_missing_is_an_error)
{
	put_program((struct elf_image){.needed = {"libgone.so.3"}});
	expect_failure("bin/p", "libgone.so.3, which ");
	expect_failure("bin/q", "No such file");
	put_elf("bin/r", (struct elf_image){.interpreter = "lib/no-linker"});
	expect_failure("bin/r", "the interpreter of ");
	put_text("lib/text-linker", "words\n");
	put_elf("bin/s", (struct elf_image){.interpreter = "lib/text-linker"});
	expect_failure("bin/s", "lib/text-linker, is no ELF file");
}

Test(closure, runpath_is_for_direct_needs_and_rpath_for_all)
{
	put_elf("opt/liba.so", (struct elf_image){.needed = {"libb.so"}});
	put_elf("opt/libb.so", (struct elf_image){0});
	put_program((struct elf_image){.runpath = "$ORIGIN/../opt", .needed = {"liba.so"}});
	expect_failure("bin/p", "libb.so, which ");
	put_program((struct elf_image){.rpath = "${ORIGIN}/../opt", .needed = {"liba.so"}});
	expect_files(NULL, FILES("bin/p"),
		     "bin/p lib/ld-test.so.1 bin/../opt/liba.so bin/../opt/libb.so ");
	/* DT_RPATH doesn't count beside DT_RUNPATH. */
	put_program((struct elf_image){
		.rpath = "$ORIGIN/../opt", .runpath = "/nowhere", .needed = {"liba.so"}});
	expect_failure("bin/p", "liba.so, which ");
}

Test(closure, relative_directories_are_never_searched)
{
	_cleanup_free_ char *opt = in_tree("opt");

	put_elf("opt/liba.so", (struct elf_image){0});
	cr_assert_eq(chdir(opt), 0);
	put_program((struct elf_image){.runpath = ":.", .needed = {"liba.so"}});
	expect_failure("bin/p", "liba.so, which ");
	put_program((struct elf_image){.needed = {"./liba.so"}});
	expect_failure("bin/p", "./liba.so, which ");
	cr_assert_eq(chdir("/"), 0);
}

Test(closure, origin_of_a_program_is_its_real_place)
{
	_cleanup_free_ char *link = in_tree("bin/link");

	put_elf("app/lib/liba.so", (struct elf_image){0});
	put_elf("lib/ld-test.so.1", (struct elf_image){0});
	put_elf("app/bin/real", (struct elf_image){.interpreter = "lib/ld-test.so.1",
						   .runpath = "$ORIGIN/../$LIB",
						   .needed = {"liba.so"}});
	put_text("bin/other", "");
	cr_assert_eq(symlink("../app/bin/real", link), 0);
	expect_files(NULL, FILES("bin/link"), "bin/link lib/ld-test.so.1 app/bin/../lib/liba.so ");
}

Test(closure, files_of_another_class_or_machine_are_passed_over)
{
	put_elf("a/liba.so", (struct elf_image){.narrow = true});
	put_elf("b/liba.so", (struct elf_image){.machine = EM_AARCH64});
	put_text("c/liba.so", "no ELF\n");
	put_elf("lib/liba.so", (struct elf_image){0});
	put_program((struct elf_image){.runpath = "$ORIGIN/../a:$ORIGIN/../b:$ORIGIN/../c",
				       .needed = {"liba.so"}});
	expect_files(NULL, FILES("bin/p"), "bin/p lib/ld-test.so.1 lib/liba.so ");
}

Test(closure, a_32_bit_program_gets_32_bit_libraries)
{
	put_elf("lib32/ld-test.so.2", (struct elf_image){.narrow = true});
	put_elf("lib32/liba.so", (struct elf_image){.narrow = true});
	put_elf("lib/liba.so", (struct elf_image){0});
	put_elf("bin/p", (struct elf_image){.narrow = true,
					    .interpreter = "lib32/ld-test.so.2",
					    .runpath = "$ORIGIN/../lib",
					    .needed = {"liba.so"}});
	expect_files(NULL, FILES("bin/p"), "bin/p lib32/ld-test.so.2 lib32/liba.so ");
}

Test(closure, what_depends_on_the_processor_is_shown_for_all)
{
	put_elf("lib/glibc-hwcaps/x86-64-v3/liba.so", (struct elf_image){.needed = {"libv3.so"}});
	put_elf("lib/liba.so", (struct elf_image){0});
	put_elf("lib/libv3.so", (struct elf_image){0});
	put_elf("opt/haswell/libp.so", (struct elf_image){0});
	put_elf("opt/x86_64/libp.so", (struct elf_image){0});
	put_program((struct elf_image){.runpath = "$ORIGIN/../opt/$PLATFORM",
				       .needed = {"liba.so", "libp.so"}});
	expect_files(NULL, FILES("bin/p"),
		     "bin/p lib/ld-test.so.1 lib/glibc-hwcaps/x86-64-v3/liba.so lib/liba.so "
		     "bin/../opt/haswell/libp.so bin/../opt/x86_64/libp.so lib/libv3.so ");
}

/* One entry for each path, whose library's name is its last part. */
static void put_cache(const char *name, bool old_header, const char *const *paths)
{
	struct {
		char magic[20];
		uint32_t count, len;
		uint32_t rest[5];
	} header = {.magic = "glibc-ld.so.cache1."};
	_cleanup_str_ struct str out = {0}, entries = {0}, strings = {0};
	uint32_t start;

	header.magic[19] = '1';
	for (const char *const *path = paths; *path; path++)
		header.count++;
	start = (uint32_t)(sizeof(header) + header.count * 24);
	for (; *paths; paths++) {
		_cleanup_free_ char *path = in_tree(*paths);
		uint32_t at = start + (uint32_t)strings.len;
		uint32_t entry[6] = {3, at + (uint32_t)(path_base(path) - path), at, 0, 0, 0};

		if (strstr(path, "hwcaps"))
			entry[5] = 1 << 30;
		str_add_len(&entries, (const char *)entry, sizeof(entry));
		str_add_len(&strings, path, strlen(path) + 1);
	}
	header.len = (uint32_t)strings.len;
	if (old_header) /* with one entry of its own, which isn't read */
		str_add_len(&out, "ld.so-1.7.0\0\1\0\0\0............\0\0\0\0", 32);
	str_add_len(&out, (const char *)&header, sizeof(header));
	str_add_len(&out, entries.text, entries.len);
	str_add_len(&out, strings.text, strings.len);
	put_bytes(name, out.text, out.len);
}

Test(closure, the_cache_is_read_and_shown_where_it_is_needed)
{
	for (int old = 0; old < 2; old++) {
		put_program((struct elf_image){.needed = {"liba.so", "libb.so"}});
		put_elf("opt/liba.so", (struct elf_image){0});
		put_elf("opt/glibc-hwcaps/x86-64-v2/liba.so", (struct elf_image){0});
		put_elf("narrow/liba.so", (struct elf_image){.narrow = true});
		put_elf("lib/libb.so", (struct elf_image){0});
		put_cache("etc/cache", old,
			  FILES("opt/glibc-hwcaps/x86-64-v2/liba.so", "gone/liba.so",
				"narrow/liba.so", "opt/liba.so", "lib/libb.so"));
		expect_files("etc/cache", FILES("bin/p"),
			     "bin/p lib/ld-test.so.1 etc/cache "
			     "opt/glibc-hwcaps/x86-64-v2/liba.so opt/liba.so lib/libb.so ");
	}
	put_program((struct elf_image){.needed = {"libb.so"}});
	expect_files("etc/cache", FILES("bin/p"), "bin/p lib/ld-test.so.1 lib/libb.so ");
	put_program((struct elf_image){.needed = {"liba.so"}, .flags_1 = DF_1_NODEFLIB});
	expect_failure("bin/p", "liba.so, which "); /* without the cache */
	expect_files("etc/cache", FILES("bin/p"),
		     "bin/p lib/ld-test.so.1 etc/cache "
		     "opt/glibc-hwcaps/x86-64-v2/liba.so opt/liba.so ");
}

Test(closure, a_broken_cache_is_none)
{
	_cleanup_free_ char *path = in_tree("etc/cache"), *data = NULL;
	struct ld_cache_entry entry;
	struct ld_cache cache;
	size_t len;

	put_cache("etc/cache", false, FILES("lib/liba.so", "lib/libb.so"));
	cr_assert_eq(io_read_file(AT_FDCWD, path, 1 << 20, &data, &len, NULL), 0);
	for (size_t cut = 0; cut < len; cut++) {
		_cleanup_free_ char *copy = xmalloc(cut);
		uint32_t at = 0;

		memcpy(copy, data, cut);
		if (!ld_cache_open(&cache, copy, cut))
			continue;
		while (ld_cache_next(&cache, "libb.so", &at, &entry))
			cr_expect(false, "found with %zu of %zu bytes", cut, len);
	}
	cr_expect(ld_cache_open(&cache, data, len));
	cr_expect_not(ld_cache_open(&cache, "ld.so-1.7.0\0\xff\xff\xff\xff", 16));
}

Test(closure, musl_has_a_list_of_its_own)
{
	put_elf("lib/ld-musl-x86_64.so.1", (struct elf_image){0});
	put_text("etc/ld-musl-x86_64.path", "@/one\n@/two");
	put_elf("two/liba.so", (struct elf_image){.needed = {"libc.so", "libb.so"}});
	put_elf("app/libb.so", (struct elf_image){0});
	put_elf("lib/libb.so", (struct elf_image){0});
	put_elf("bin/p", (struct elf_image){.interpreter = "lib/ld-musl-x86_64.so.1",
					    .runpath = "$ORIGIN/../app",
					    .needed = {"libc.musl-x86_64.so.1", "liba.so"}});
	/* What needs a library passes its DT_RUNPATH on. */
	expect_files(NULL, FILES("bin/p"),
		     "bin/p lib/ld-musl-x86_64.so.1 two/liba.so bin/../app/libb.so ");
	put_elf("bin/q", (struct elf_image){.interpreter = "lib/ld-musl-x86_64.so.1",
					    .runpath = "$ORIGIN/../app:$LIB",
					    .needed = {"libb.so"}});
	expect_failure("bin/q", "libb.so, which ");
}

Test(closure, a_library_is_for_the_linker_whose_c_library_it_needs)
{
	put_program((struct elf_image){.needed = {"libc.so.6"}});
	put_elf("lib/libc.so.6", (struct elf_image){0});
	put_elf("musl/ld-musl-x86_64.so.1", (struct elf_image){0});
	put_elf("bin/q", (struct elf_image){.interpreter = "musl/ld-musl-x86_64.so.1",
					    .needed = {"libc.so"}});
	put_elf("mod/g.so", (struct elf_image){.needed = {"libc.so.6"}});
	put_elf("mod/m.so", (struct elf_image){.needed = {"libc.so"}});
	put_elf("mod/a.so", (struct elf_image){.needed = {"libc.musl-x86_64.so.1"}});
	/* Whichever comes first. */
	expect_files(NULL, FILES("mod/m.so", "mod/a.so", "mod/g.so", "bin/p", "bin/q"),
		     "bin/p lib/ld-test.so.1 lib/libc.so.6 bin/q musl/ld-musl-x86_64.so.1 "
		     "mod/m.so mod/a.so mod/g.so ");
	expect_files(NULL, FILES("bin/q", "mod/g.so", "bin/p", "mod/m.so"),
		     "bin/q musl/ld-musl-x86_64.so.1 bin/p lib/ld-test.so.1 lib/libc.so.6 "
		     "mod/g.so mod/m.so ");
	expect_failure("mod/m.so", "libc.so, which ");
}

Test(closure, scripts_bring_their_interpreters)
{
	put_program((struct elf_image){0});
	put_text("script", "#! @/bin/p -x\n");
	expect_files(NULL, FILES("script"), "script bin/p lib/ld-test.so.1 ");
	put_elf("bin/env", (struct elf_image){0});
	put_text("by-env", "#!@/bin/env -S A=b p\n");
	expect_files(NULL, FILES("by-env"), "by-env bin/env bin/p lib/ld-test.so.1 ");
	put_text("no-env", "#!@/bin/env nothing\n");
	expect_failure("no-env", "its interpreter nothing is not in PATH");
	put_text("secret", "words\n");
	put_text("thief", "#!@/secret\n");
	expect_failure("thief", "/secret is neither an ELF file nor in /usr");
	put_text("relative", "#!bin/p\n");
	expect_failure("relative", "is not an absolute path");
	put_text("loop", "#!@/loop\n");
	expect_failure("loop", "too many scripts");
}

Test(closure, what_env_runs)
{
	static const struct {
		const char *line, *interpreter, *command;
	} rows[] = {
		{"#!/bin/sh", "/bin/sh", NULL},
		{"#! \t/bin/sh\t-e\nrest", "/bin/sh", NULL},
		{"#!/usr/bin/env python3", "/usr/bin/env", "python3"},
		{"#!/usr/bin/env -Sbash -e\n", "/usr/bin/env", "bash"},
		{"#!/usr/bin/env -i --split-string=A=1 perl -w\n", "/usr/bin/env", "perl"},
		{"#!/usr/bin/env\n", "/usr/bin/env", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *interpreter = NULL, *command = NULL;

		cr_assert(script_read(rows[i].line, strlen(rows[i].line), &interpreter, &command));
		cr_expect_str_eq(interpreter, rows[i].interpreter);
		cr_expect(!command == !rows[i].command &&
				  (!command || streq(command, rows[i].command)),
			  "%s", rows[i].line);
	}
	cr_expect_not(script_read("#!", 2, NULL, NULL));
	cr_expect_not(script_read("#! \n/bin/sh", 11, NULL, NULL));
	cr_expect_not(script_read("echo", 4, NULL, NULL));
}

Test(closure, directories_are_whole_and_bring_what_their_modules_need)
{
	_cleanup_closure_ struct closure closure;
	_cleanup_err_ struct err *err = NULL;
	_cleanup_free_ char *in = in_tree("mod/in"), *out = in_tree("mod/out"), *found = NULL;
	_cleanup_free_ char *theft = in_tree("mod/theft"), *target = in_tree("other/c.so");
	_cleanup_free_ char *link = in_tree("mod/c.so");

	put_program((struct elf_image){0});
	put_elf("mod/sub/a.so", (struct elf_image){.needed = {"libm.so"}});
	put_elf("mod/b.so", (struct elf_image){.needed = {"libgone.so"}});
	put_elf("lib/libm.so", (struct elf_image){0});
	put_elf("elsewhere", (struct elf_image){0});
	put_text("secret", "words\n");
	cr_assert_eq(symlink("sub/a.so", in), 0);
	cr_assert_eq(symlink("../elsewhere", out), 0);
	cr_assert_eq(symlink("../secret", theft), 0);
	cr_assert_eq(resolve(&closure, NULL, FILES("bin/p", "mod"), &err), 0);
	cr_assert_eq(closure.nnotes, 2u);
	for (size_t i = 0; i < closure.nnotes; i++)
		cr_expect(strstr(closure.notes[i].text, "libgone.so, which ") ||
			  strstr(closure.notes[i].text, "mod/theft, a link to "));
	found = names_of(&closure);
	cr_expect(strstr(found, "mod "), "%s", found);
	cr_expect(strstr(found, "lib/libm.so "), "%s", found);
	cr_expect(strstr(found, "mod/out "), "%s", found);
	cr_expect_not(strstr(found, "mod/in "), "%s", found);
	closure_free(&closure);
	/* What leads right into another directory of the closure is there by that. */
	put_elf("other/c.so", (struct elf_image){0});
	cr_assert_eq(symlink(target, link), 0);
	free(found);
	cr_assert_eq(resolve(&closure, NULL, FILES("mod"), &err), 0);
	found = names_of(&closure);
	cr_expect(strstr(found, "mod/c.so "), "%s", found);
	closure_free(&closure);
	free(found);
	cr_assert_eq(resolve(&closure, NULL, FILES("mod", "other"), &err), 0);
	found = names_of(&closure);
	cr_expect_not(strstr(found, "mod/c.so "), "%s", found);
}

Test(closure, names_and_directories_beside_the_c_library)
{
	put_program((struct elf_image){.needed = {"libc.so.6"}});
	put_elf("lib/libc.so.6", (struct elf_image){0});
	put_elf("lib/libnss_x.so.2", (struct elf_image){.needed = {"liby.so"}});
	put_elf("lib/liby.so", (struct elf_image){0});
	put_text("lib/gconv/gconv-modules", "text\n");
	expect_files(NULL, FILES("=libnss_x.so.2", "=libnss_none.so.2", "+gconv", "+none", "bin/p"),
		     "bin/p lib/ld-test.so.1 lib/libc.so.6 lib/libnss_x.so.2 lib/liby.so "
		     "lib/gconv ");
}

Test(closure, nothing_blocks_on_what_is_no_file)
{
	_cleanup_free_ char *fifo = in_tree("fifo");

	cr_assert_eq(mkfifo(fifo, 0600), 0);
	expect_failure("fifo", "is no regular file");
}

/* A copy of an image with the 8 bytes at `at` changed is refused with `expected`. */
static void expect_malformed(size_t at, uint64_t value, const char *expected)
{
	const struct elf_image image = {
		.soname = "s", .runpath = "r", .needed = {"n"}, .interpreter = "/ld"};
	_cleanup_elf_file_ struct elf_file file = {0};
	_cleanup_err_ struct err *err = NULL;
	_cleanup_free_ char *bytes = NULL;
	size_t size;

	bytes = elf_image_make(&image, &size);
	memcpy(bytes + at, &value, sizeof(value));
	cr_assert_eq(elf_file_read_memory(bytes, size, &file, &err), -1, "%s", expected);
	cr_expect(strstr(err->text, expected), "\"%s\" is not in \"%s\"", expected, err->text);
}

Test(closure, malformed_files_are_refused)
{
	const size_t load = sizeof(Elf64_Ehdr), dynamic = load + sizeof(Elf64_Phdr);
	const size_t interpreter = dynamic + sizeof(Elf64_Phdr);
	/* needed, soname, runpath, strtab, strsz, null */
	const size_t entry = ELF_IMAGE_DYNAMIC + offsetof(Elf64_Dyn, d_un);

	expect_malformed(dynamic + offsetof(Elf64_Phdr, p_vaddr), 1,
			 "dynamic section isn't loaded");
	expect_malformed(load + offsetof(Elf64_Phdr, p_offset), UINT64_MAX - 100, "loaded");
	expect_malformed(load + offsetof(Elf64_Phdr, p_offset), 1 << 20, "outside of the file");
	expect_malformed(interpreter + offsetof(Elf64_Phdr, p_filesz), 1 << 20, "too long");
	expect_malformed(interpreter + offsetof(Elf64_Phdr, p_filesz), 3, "has no end");
	expect_malformed(interpreter + offsetof(Elf64_Phdr, p_offset), 1 << 20, "outside");
	expect_malformed(offsetof(Elf64_Ehdr, e_phoff), UINT64_MAX - 8, "outside of the file");
	/* e_phentsize, e_phnum, e_shentsize, e_shnum */
	expect_malformed(offsetof(Elf64_Ehdr, e_phentsize), 0x00030039, "of an unknown size");
	expect_malformed(offsetof(Elf64_Ehdr, e_phentsize), 0xfff00038, "too many program headers");
	expect_malformed(entry, 7000, "a string lies outside of its table");
	expect_malformed(entry + 3 * sizeof(Elf64_Dyn), 1, "the string table isn't loaded");
	expect_malformed(entry + 4 * sizeof(Elf64_Dyn), 1 << 20, "the string table is too long");
	expect_malformed(entry + 4 * sizeof(Elf64_Dyn), 2, "a string");
	expect_malformed(ELF_IMAGE_DYNAMIC + 5 * sizeof(Elf64_Dyn), DT_DEBUG, "has no end");
}

Test(closure, files_cut_short_are_refused_or_none)
{
	const struct elf_image image = {.soname = "s", .needed = {"n"}, .interpreter = "/ld"};
	_cleanup_free_ char *bytes = NULL;
	size_t size;

	bytes = elf_image_make(&image, &size);
	for (size_t cut = 0; cut < size; cut++) {
		_cleanup_elf_file_ struct elf_file file = {0};
		_cleanup_err_ struct err *err = NULL;
		_cleanup_free_ char *copy = xmalloc(cut);

		memcpy(copy, bytes, cut);
		cr_expect_leq(elf_file_read_memory(copy, cut, &file, &err), 0, "%zu bytes", cut);
	}
}
