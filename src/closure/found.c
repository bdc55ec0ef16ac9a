/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "closure/found.h"

#include <errno.h>

#include "base/mem.h"

enum { MOST_FILES = 16 << 10 };

void found_note(struct closure *c, const char *text)
{
	struct closure_note *new = array_grow(&c->notes, &c->nnotes);

	new->item = c->private->item;
	new->text = xstrdup(text);
}

int found_complain(struct closure *c, int errnum, const char *text, struct err **err)
{
	_cleanup_err_ struct err *made = NULL;

	err_set(&made, errnum, "%s", text);
	if (c->private->lenient) {
		found_note(c, made->text);
		return 0;
	}
	err_free(*err);
	*err = steal_ptr(&made);
	return -1;
}

int found_add(struct closure *c, const char *path, const char *via, struct err **err)
{
	struct closure_file *file;

	for (size_t i = 0; i < c->nfiles; i++)
		if (streq(c->files[i].path, path))
			return 0;
	if (c->nfiles == MOST_FILES)
		return err_set(err, 0, "these are more than %d files", MOST_FILES);
	file = array_grow(&c->files, &c->nfiles);
	file->item = c->private->item;
	file->path = xstrdup(path);
	file->via = via ? xstrdup(via) : NULL;
	return 0;
}

int found_elf(struct closure *c, const char *path, const struct elf_file **out, struct err **err)
{
	struct closure_private *p = c->private;
	_cleanup_elf_file_ struct elf_file elf = {0};
	_cleanup_close_ int fd = -1;
	struct parsed *parsed;
	int kind;

	for (size_t i = 0; i < p->nparsed; i++)
		if (streq(p->parsed[i]->path, path)) {
			*out = &p->parsed[i]->elf;
			return p->parsed[i]->kind;
		}
	fd = library_open(path);
	if (fd < 0 && errno == EINVAL)
		return err_set(err, 0, "%s is no regular file", path);
	if (fd < 0)
		return err_set(err, errno, "open %s", path);
	kind = elf_file_read(fd, &elf, err);
	if (kind < 0)
		return err_prefix(err, "%s", path);
	parsed = xzalloc(sizeof(*parsed));
	*parsed = (struct parsed){xstrdup(path), elf, kind};
	elf = (struct elf_file){0};
	*array_grow(&p->parsed, &p->nparsed) = parsed;
	*out = &parsed->elf;
	return kind;
}
