/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "closure/resolve.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/path.h"
#include "closure/found.h"
#include "closure/library.h"
#include "closure/program.h"
#include "closure/script.h"

enum {
	MOST_ENTRIES = 256 << 10, /* of all directories */
	MOST_SCRIPTS = 5,         /* interpreters that are scripts, execve(2) */
	MOST_CACHE = 64 << 20,
};

/* Where env(1) finds the command; the caller frees. */
static char *search(const struct closure *c, const char *command)
{
	if (strchr(command, '/'))
		return command[0] == '/' ? xstrdup(command) : NULL;
	for (const char *s = c->search; *s;) {
		size_t len = strcspn(s, ":");
		_cleanup_free_ char *path = xasprintf("%.*s/%s", (int)len, s, command);
		struct stat st;

		if (*s == '/' && stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0111))
			return steal_ptr(&path);
		s += len + (s[len] != '\0');
	}
	return NULL;
}

static int resolve_file(struct closure *c, const char *path, const char *via, unsigned depth,
			struct err **err);

/* Whether a file that is no ELF file may be asked for by another one; plan/build_closure.c. */
static bool is_public(const struct closure *c, const char *path)
{
	_cleanup_free_ char *real = realpath(path, NULL);

	for (const char *const *item = c->private->items; *item; item++)
		if (streq(*item, path))
			return true;
	return real && path_is_system(real);
}

static int resolve_script(struct closure *c, const char *path, const char *interpreter,
			  const char *command, unsigned depth, struct err **err)
{
	_cleanup_free_ char *found = NULL, *text = NULL;

	if (interpreter[0] != '/') {
		text = xasprintf("%s: its interpreter \"%s\" is not an absolute path", path,
				 interpreter);
		return found_complain(c, 0, text, err);
	}
	if (depth == MOST_SCRIPTS) {
		text = xasprintf("%s: too many scripts are each other's interpreters", path);
		return found_complain(c, ELOOP, text, err);
	}
	if (resolve_file(c, interpreter, path, depth + 1, err) < 0)
		return -1;
	if (!command)
		return 0;
	found = search(c, command);
	if (!found) {
		text = xasprintf("%s: its interpreter %s is not in PATH", path, command);
		return found_complain(c, 0, text, err);
	}
	return resolve_file(c, found, path, depth + 1, err);
}

/* A program, script, library or any other file. */
static int resolve_file(struct closure *c, const char *path, const char *via, unsigned depth,
			struct err **err)
{
	_cleanup_free_ char *interpreter = NULL, *command = NULL, *text = NULL;
	_cleanup_err_ struct err *bad = NULL;
	const struct elf_file *elf;
	char head[SCRIPT_HEAD];
	int kind = found_elf(c, path, &elf, &bad);
	_cleanup_close_ int fd = -1;
	ssize_t len;

	if (kind < 0)
		return found_complain(c, 0, bad->text, err);
	if (kind == 0 && depth > 0 && !is_public(c, path)) {
		text = xasprintf(
			"%s: its interpreter %s is neither an ELF file nor in /usr; name it in closure, too",
			via, path);
		return found_complain(c, 0, text, err);
	}
	if (found_add(c, path, via, err) < 0)
		return -1;
	if (kind > 0)
		return program_resolve(c, path, elf, err);
	fd = library_open(path);
	len = fd < 0 ? -1 : read(fd, head, sizeof(head));
	if (len < 0)
		return err_set(err, errno, "read %s", path);
	if (!script_read(head, (size_t)len, &interpreter, &command))
		return 0;
	return resolve_script(c, path, interpreter, command, depth, err);
}

static void close_tree(FTS **tree)
{
	if (*tree)
		fts_close(*tree);
}

/* Whether a link leads right into a directory that is shown whole, as most certificates' do. */
static bool leads_into_item(const struct closure *c, const char *path, const char *real)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target));

	if (len < 0 || (size_t)len != strlen(real) || memcmp(target, real, (size_t)len) != 0)
		return false;
	for (const char *const *item = c->private->items; *item; item++)
		if (path_below(real, *item))
			return true;
	return false;
}

/* A symlink in a directory: the file that it leads to, if that lies elsewhere. */
static int resolve_link(struct closure *c, const char *path, const char *dir, struct err **err)
{
	_cleanup_free_ char *real = realpath(path, NULL), *text = NULL;
	_cleanup_err_ struct err *bad = NULL;
	const struct elf_file *elf;
	struct stat st;

	if (!real || path_below(real, dir) || leads_into_item(c, path, real) ||
	    stat(real, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	if (!path_is_system(real) && found_elf(c, real, &elf, &bad) <= 0) {
		text = xasprintf("%s, a link to %s, which is neither a program nor a library", path,
				 real);
		found_note(c, text);
		return 0;
	}
	return resolve_file(c, path, dir, 0, err);
}

static int resolve_entry(struct closure *c, const FTSENT *entry, const char *dir, struct err **err)
{
	_cleanup_err_ struct err *bad = NULL;
	const struct elf_file *elf;

	if (++c->private->entries > MOST_ENTRIES)
		return err_set(err, 0, "%s: more than %d files; ro = %s shows it as it is", dir,
			       MOST_ENTRIES, dir);
	if (entry->fts_info == FTS_SL || entry->fts_info == FTS_SLNONE)
		return resolve_link(c, entry->fts_path, dir, err);
	if (entry->fts_info != FTS_F)
		return 0;
	/* Scripts aren't looked at: a directory of modules is full of first lines that nobody uses.
	 */
	if (found_elf(c, entry->fts_path, &elf, &bad) <= 0) {
		if (bad && bad->errnum == 0)
			found_note(c, bad->text);
		return 0;
	}
	return program_resolve(c, entry->fts_path, elf, err);
}

static int resolve_directory(struct closure *c, const char *path, const char *via, struct err **err)
{
	_cleanup_free_ char *real = realpath(path, NULL);
	char *roots[2] = {real, NULL};
	__attribute__((cleanup(close_tree))) FTS *tree = NULL;
	FTSENT *entry;
	int result = 0;

	if (!real)
		return err_set(err, errno, "%s", path);
	if (found_add(c, path, via, err) < 0)
		return -1;
	tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (!tree)
		return err_set(err, errno, "list %s", path);
	c->private->lenient = true;
	while (result == 0 && (entry = fts_read(tree)))
		result = resolve_entry(c, entry, real, err);
	c->private->lenient = false;
	return result;
}

/* An ELF file that doesn't say which linker loads it. */
static bool is_library(struct closure *c, const char *path)
{
	_cleanup_err_ struct err *err = NULL;
	const struct elf_file *elf;

	return found_elf(c, path, &elf, &err) > 0 && !elf->interpreter;
}

/* A file that is a library or, as asked for, that is none. */
static int resolve_path(struct closure *c, const char *path, bool library, struct err **err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_set(err, errno, "%s", path);
	if (S_ISDIR(st.st_mode) || is_library(c, path) != library)
		return 0;
	return resolve_file(c, path, NULL, 0, err);
}

static int resolve_paths(struct closure *c, bool libraries, struct err **err)
{
	struct closure_private *p = c->private;

	for (p->item = 0; p->items[p->item]; p->item++)
		if (p->items[p->item][0] == '/' &&
		    resolve_path(c, p->items[p->item], libraries, err) < 0)
			return -1;
	return 0;
}

static int resolve_beside(struct closure *c, const char *name, struct err **err)
{
	size_t count = c->nfiles; /* those that are added here are no C library */

	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *real = NULL, *dir = NULL, *path = NULL;
		struct stat st;

		if (!str_starts(path_base(c->files[i].path), "libc.so."))
			continue;
		real = realpath(c->files[i].path, NULL);
		if (!real)
			continue;
		dir = path_dir(real);
		path = path_join(dir, name);
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
		    resolve_directory(c, path, NULL, err) < 0)
			return -1;
	}
	return 0;
}

static int resolve_other(struct closure *c, const char *item, struct err **err)
{
	struct stat st;

	if (item[0] == '+')
		return resolve_beside(c, item + 1, err);
	if (item[0] != '/')
		return program_resolve_name(c, item, err);
	if (stat(item, &st) < 0)
		return err_set(err, errno, "%s", item);
	return S_ISDIR(st.st_mode) ? resolve_directory(c, item, NULL, err) : 0;
}

static void read_cache(struct closure *c)
{
	struct closure_private *p = c->private;
	_cleanup_close_ int fd = library_open(c->cache);
	size_t len;

	/* Without one, or with one that it doesn't know, the linker goes on as well. */
	if (fd >= 0 && io_read_all(fd, MOST_CACHE, &p->cache_data, &len) == 0)
		ld_cache_open(&p->cache, p->cache_data, len);
}

int closure_resolve(struct closure *c, const char *const *items, struct err **err)
{
	struct closure_private *p = c->private = xzalloc(sizeof(*p));

	p->items = items;
	read_cache(c);
	/* Programs first: they say which linkers there are, whatever order they are named in. */
	if (resolve_paths(c, false, err) < 0 || resolve_paths(c, true, err) < 0) {
		c->failed = p->item;
		return -1;
	}
	for (p->item = 0; items[p->item]; p->item++)
		if (resolve_other(c, items[p->item], err) < 0) {
			c->failed = p->item;
			return -1;
		}
	return 0;
}

void closure_free(struct closure *c)
{
	struct closure_private *p = c->private;

	for (size_t i = 0; i < c->nfiles; i++) {
		free(c->files[i].path);
		free(c->files[i].via);
	}
	for (size_t i = 0; i < c->nnotes; i++)
		free(c->notes[i].text);
	free(c->files);
	free(c->notes);
	for (size_t i = 0; p && i < p->nparsed; i++) {
		free(p->parsed[i]->path);
		elf_file_free(&p->parsed[i]->elf);
		free(p->parsed[i]);
	}
	for (size_t i = 0; p && i < p->nlinkers; i++) {
		linker_free(p->linkers[i]);
		free(p->linkers[i]);
	}
	if (p) {
		free(p->parsed);
		free(p->linkers);
		free(p->cache_data);
	}
	free(p);
	*c = (struct closure){0};
}
