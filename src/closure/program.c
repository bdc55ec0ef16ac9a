/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "closure/program.h"

#include <stdlib.h>

#include "base/path.h"
#include "base/str.h"
#include "closure/found.h"
#include "closure/library.h"

enum { MOST_OBJECTS = 2048 }; /* of one program */

/* All that one program has loaded so far. */
struct loaded {
	struct object *objects[MOST_OBJECTS];
	size_t count;
};

static void loaded_free(struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->count; i++) {
		free(loaded->objects[i]->path);
		free(loaded->objects[i]->name);
		free(loaded->objects[i]->origin);
		free(loaded->objects[i]);
	}
}

static struct linker *add_linker(struct closure *c, const char *path, const struct elf_file *kind)
{
	struct linker *linker = xzalloc(sizeof(*linker));

	linker_init(linker, path, kind, &c->private->cache);
	*array_grow(&c->private->linkers, &c->private->nlinkers) = linker;
	return linker;
}

/* Whose C library a file asks for; "libc.so" and Alpine's "libc.musl-x86_64.so.1" are musl's. */
enum libc { LIBC_NONE, LIBC_GLIBC, LIBC_MUSL };

static enum libc needed_libc(const struct elf_file *elf)
{
	for (size_t i = 0; i < elf->needed.count; i++) {
		const char *name = elf->needed.items[i];

		if (streq(name, "libc.so") || str_starts(name, "libc.musl-"))
			return LIBC_MUSL;
		if (str_starts(name, "libc.so."))
			return LIBC_GLIBC;
	}
	return LIBC_NONE;
}

/* The linker of a program or, where that has none, of a library: one that loads its like. */
static struct linker *find_linker(struct closure *c, const struct elf_file *elf)
{
	struct closure_private *p = c->private;
	enum libc libc = needed_libc(elf);

	for (size_t i = 0; i < p->nlinkers; i++) {
		struct linker *linker = p->linkers[i];

		if (elf->interpreter
			    ? linker->path && streq(linker->path, elf->interpreter)
			    : elf_file_fits(&linker->kind, elf) &&
				      (libc == LIBC_NONE || linker->musl == (libc == LIBC_MUSL)))
			return linker;
	}
	return add_linker(c, elf->interpreter, elf);
}

static int load(struct loaded *loaded, const char *path, const char *name,
		const struct elf_file *elf, const struct object *needed_by, struct err **err)
{
	struct object *object;

	if (loaded->count == MOST_OBJECTS)
		return err_set(err, 0, "%s: needs more than %d libraries", loaded->objects[0]->path,
			       MOST_OBJECTS);
	object = xzalloc(sizeof(*object));
	*object = (struct object){.path = xstrdup(path),
				  .name = xstrdup(name),
				  .origin = path_dir(path),
				  .elf = elf,
				  .needed_by = needed_by};
	loaded->objects[loaded->count++] = object;
	return 0;
}

static bool is_loaded(const struct loaded *loaded, const struct linker *linker, const char *name)
{
	if (linker_is_itself(linker, name))
		return true;
	for (size_t i = 0; i < loaded->count; i++) {
		const struct object *object = loaded->objects[i];

		if (streq(object->name, name) ||
		    (!linker->musl && object->elf->soname && streq(object->elf->soname, name)))
			return true;
	}
	return false;
}

/* Loads what was found for one name. */
static int load_found(struct closure *c, struct loaded *loaded, const struct strv *found,
		      const char *name, const struct object *by, struct err **err)
{
	for (size_t i = 0; i < found->count; i++) {
		_cleanup_err_ struct err *bad = NULL;
		const struct elf_file *elf;
		int kind = found_elf(c, found->items[i], &elf, &bad);

		if (kind < 0 && found_complain(c, 0, bad->text, err) < 0)
			return -1;
		if (found_add(c, found->items[i], by ? by->path : NULL, err) < 0)
			return -1;
		if (kind > 0 && load(loaded, found->items[i], name, elf, by, err) < 0)
			return -1;
	}
	return 0;
}

static int load_needed(struct closure *c, struct loaded *loaded, const struct linker *linker,
		       const struct object *by, const char *name, struct err **err)
{
	_cleanup_strv_ struct strv found = {0};
	_cleanup_free_ char *text = NULL;
	bool cached;

	if (is_loaded(loaded, linker, name))
		return 0;
	if (library_find(linker, by, name, &found, &cached) == 0) {
		text = xasprintf("%s, which %s needs, is not there", name, by->path);
		return found_complain(c, 0, text, err);
	}
	/* Without the cache the linker inside wouldn't look there. */
	if (cached && found_add(c, c->cache, by->path, err) < 0)
		return -1;
	return load_found(c, loaded, &found, name, by, err);
}

/* What all that is loaded needs, breadth first as the linkers do it. */
static int load_all(struct closure *c, struct loaded *loaded, const struct linker *linker,
		    struct err **err)
{
	for (size_t i = 0; i < loaded->count; i++) {
		const struct object *object = loaded->objects[i];

		for (size_t n = 0; n < object->elf->needed.count; n++)
			if (load_needed(c, loaded, linker, object, object->elf->needed.items[n],
					err) < 0)
				return -1;
	}
	return 0;
}

/* The linker is a file of the closure, and loaded under its own name. */
static int load_linker(struct closure *c, struct loaded *loaded, const struct linker *linker,
		       const struct object *program, struct err **err)
{
	_cleanup_err_ struct err *bad = NULL;
	_cleanup_free_ char *text = NULL;
	const struct elf_file *elf;
	int kind;

	if (linker->path[0] != '/') {
		text = xasprintf("%s: its interpreter \"%s\" is not an absolute path",
				 program->path, linker->path);
		return found_complain(c, 0, text, err);
	}
	kind = found_elf(c, linker->path, &elf, &bad);
	if (kind < 0) {
		text = xasprintf("the interpreter of %s: %s", program->path, bad->text);
		return found_complain(c, 0, text, err);
	}
	if (!kind) {
		text = xasprintf("the interpreter of %s, %s, is no ELF file", program->path,
				 linker->path);
		return found_complain(c, 0, text, err);
	}
	if (found_add(c, linker->path, program->path, err) < 0)
		return -1;
	return load(loaded, linker->path, path_base(linker->path), elf, NULL, err);
}

int program_resolve(struct closure *c, const char *path, const struct elf_file *elf,
		    struct err **err)
{
	__attribute__((cleanup(loaded_free))) struct loaded loaded = {.count = 0};
	_cleanup_free_ char *real = realpath(path, NULL);
	const struct linker *linker;

	/* A static program or a library without needs has nothing to look for. */
	if (!elf->interpreter && elf->needed.count == 0)
		return 0;
	linker = find_linker(c, elf);
	if (load(&loaded, path, path, elf, NULL, err) < 0)
		return -1;
	if (elf->interpreter) {
		/* The linkers take a program's place from /proc/self/exe, without symlinks. */
		free(loaded.objects[0]->origin);
		loaded.objects[0]->origin = path_dir(real ? real : path);
		if (load_linker(c, &loaded, linker, loaded.objects[0], err) < 0)
			return -1;
	}
	return load_all(c, &loaded, linker, err);
}

int program_resolve_name(struct closure *c, const char *name, struct err **err)
{
	for (size_t i = 0; i < c->private->nlinkers; i++) {
		__attribute__((cleanup(loaded_free))) struct loaded loaded = {.count = 0};
		const struct linker *linker = c->private->linkers[i];
		_cleanup_strv_ struct strv found = {0};
		bool cached;

		if (linker_is_itself(linker, name) ||
		    library_find(linker, NULL, name, &found, &cached) == 0)
			continue;
		if (cached && found_add(c, c->cache, NULL, err) < 0)
			return -1;
		if (load_found(c, &loaded, &found, name, NULL, err) < 0 ||
		    load_all(c, &loaded, linker, err) < 0)
			return -1;
	}
	return 0;
}
