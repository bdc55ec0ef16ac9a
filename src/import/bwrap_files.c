/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options about files: bubblewrap does them in their order. */
#include <errno.h>

#include "base/num.h"
#include "base/path.h"
#include "import/bwrap_read.h"
#include "import/text.h"

int take_perms(struct reader *r, const struct use *use, struct err **err)
{
	if (r->has_perms)
		return bwrap_wrong(err, use, "--perms is given twice for one option");
	if (num_mode(use->arg[0], &r->perms, NULL) < 0)
		return bwrap_wrong(err, use, "\"%s\" is not an octal mode", use->arg[0]);
	r->has_perms = true;
	return 0;
}

int take_size(struct reader *r, const struct use *use, struct err **err)
{
	int64_t size;

	if (r->has_size)
		return bwrap_wrong(err, use, "--size is given twice for one option");
	if (num_int(use->arg[0], 1, INT64_MAX / 2, &size, NULL) < 0)
		return bwrap_wrong(err, use, "\"%s\" is not a number of bytes", use->arg[0]);
	r->size = (uint64_t)size;
	r->has_size = true;
	return 0;
}

/* The root from `source`, the host's own or another system's. */
static void take_root(struct reader *r, const struct use *use, const char *source)
{
	enum op_kind kind = (enum op_kind)(use->option->flag & BIND_KIND);
	_cleanup_free_ char *real = r->bwrap->host->real(source);

	if (!real && use->option->flag & BIND_TRY) {
		bwrap_warn(r->bwrap, SECTION_FILESYSTEM, "%s: left out: %s was missing",
			   use->origin, bwrap_printable(r->bwrap, source));
		return;
	}
	if (!streq(real ? real : source, "/")) {
		tree_dir_root(&r->bwrap->tree, kind, source, use->origin);
		return;
	}
	tree_host_root(&r->bwrap->tree, kind, use->origin);
	if (kind != OP_RO)
		bwrap_warn(r->bwrap, SECTION_FILESYSTEM,
			   "%s: of the root's entries those below are writable, others are not",
			   use->origin);
}

/* Whether the host's root shows at `dest`, and nothing that the line put there. */
static bool in_host_root(const struct tree *tree, const char *dest)
{
	const struct op *at = tree_at(tree, dest), *above = tree_above(tree, dest);

	return tree->host_root && (!at || at->implied) && (!above || above->implied);
}

/*
 * Where the root is the host's, its symlinks lead to a place, too: /var/run to /run. What is
 * covered, and by what, hangs on that.
 */
static const char *follow_host(struct reader *r, const char *dest)
{
	const struct import_host *host = r->bwrap->host;
	_cleanup_free_ char *dir = path_dir(dest), *real_dir = NULL;
	char *real;

	if (!in_host_root(&r->bwrap->tree, dest))
		return dest;
	real = host->real(dest);
	if (!real && (real_dir = host->real(dir)))
		real = path_join(real_dir, path_base(dest));
	if (!real)
		return dest;
	arena_take(r->bwrap->arena, real);
	return in_host_root(&r->bwrap->tree, real) ? real : dest;
}

static int resolve(struct reader *r, const struct use *use, const char *path, const char **out,
		   struct err **err)
{
	if (!*path)
		return bwrap_wrong(err, use, "the path is empty");
	if (tree_resolve(&r->bwrap->tree, path, true, use->origin, out, err) < 0)
		return -1;
	*out = follow_host(r, *out);
	return 0;
}

/* The absolute path of a source, as it was written where that is clear without looking. */
static int take_source(struct reader *r, const struct use *use, const char *text, const char **out,
		       struct err **err)
{
	const struct import_host *host = r->bwrap->host;
	_cleanup_free_ char *path = NULL;
	char *clean;

	if (!*text)
		return bwrap_wrong(err, use, "the path is empty");
	path = *text == '/' ? xstrdup(text) : path_join(host->cwd, text);
	clean = path_clean(path);
	/* What ".." leads to depends on symlinks. */
	if (!clean)
		clean = host->real(path);
	if (!clean)
		return err_set_code(err, EXIT_USAGE, errno, "%s: find %s", use->origin, path);
	*out = arena_take(r->bwrap->arena, clean);
	return 0;
}

static int take_fd_source(struct reader *r, const struct use *use, const char **out,
			  struct err **err)
{
	char *path;
	int fd = -1;

	if (bwrap_number(use, use->arg[0], &fd, err) < 0)
		return -1;
	path = r->bwrap->host->path(fd);
	if (!path)
		return err_set_code(err, EXIT_USAGE, errno, "%s: find the path of descriptor %d",
				    use->origin, fd);
	*out = arena_take(r->bwrap->arena, path);
	if (**out != '/' || str_ends(*out, " (deleted)"))
		return bwrap_wrong(err, use, "descriptor %d has no path: %s", fd, *out);
	return 0;
}

/*
 * Whether a source that may be missing takes a place that something else has: a profile has one
 * rule for a place, so what is there now decides.
 */
static bool takes_place(struct reader *r, const struct use *use, const char *source,
			const char *dest)
{
	struct bwrap *bwrap = r->bwrap;
	_cleanup_free_ char *real = NULL;

	if (!tree_has_below(&bwrap->tree, dest))
		return true;
	real = bwrap->host->real(source);
	if (!real)
		bwrap_warn(bwrap, SECTION_FILESYSTEM,
			   "%s: left out: %s was missing, and what was at %s before stays",
			   use->origin, bwrap_printable(bwrap, source),
			   bwrap_printable(bwrap, dest));
	return real != NULL;
}

int take_bind(struct reader *r, const struct use *use, struct err **err)
{
	struct tree *tree = &r->bwrap->tree;
	enum op_kind kind = (enum op_kind)(use->option->flag & BIND_KIND);
	bool optional = use->option->flag & BIND_TRY;
	const char *source, *dest;
	struct op *op;
	int found = use->option->flag & BIND_FD ? take_fd_source(r, use, &source, err)
						: take_source(r, use, use->arg[0], &source, err);

	if (found < 0 || resolve(r, use, use->arg[1], &dest, err) < 0)
		return -1;
	if (streq(dest, "/")) {
		take_root(r, use, source);
		return 0;
	}
	if (optional && !takes_place(r, use, source, dest))
		return 0;
	op = tree_mount(tree, kind, dest, use->origin);
	op->source = source;
	op->optional = optional;
	return 0;
}

/* Something that sbox can't make at `dest`. What would show there instead must not. */
static int left_out(struct reader *r, const struct use *use, const char *dest, const char *why,
		    struct err **err)
{
	struct tree *tree = &r->bwrap->tree;
	bool shows = tree_shows_host(tree, dest);

	if (streq(dest, "/"))
		return bwrap_wrong(err, use, "that can't be the root: %s", why);
	bwrap_warn(r->bwrap, SECTION_FILESYSTEM, "%s: left out%s: %s", use->origin,
		   shows ? ", and what the host has there is hidden" : "", why);
	tree_mount(tree, OP_HIDE, dest, use->origin)->optional = true;
	if (!shows)
		tree->ops[tree->count - 1].covered = use->origin;
	return 0;
}

int take_new(struct reader *r, const struct use *use, struct err **err)
{
	enum op_kind kind = (enum op_kind)use->option->flag;
	const char *dest;

	if (resolve(r, use, use->arg[0], &dest, err) < 0)
		return -1;
	if (kind == OP_HIDE)
		return left_out(r, use, dest, "sbox shows no POSIX message queues as files", err);
	if (!streq(dest, kind == OP_PROC ? "/proc" : "/dev"))
		return left_out(r, use, dest,
				kind == OP_PROC ? "sbox has it at /proc alone"
						: "sbox has it at /dev alone",
				err);
	tree_mount(&r->bwrap->tree, kind, dest, use->origin);
	return 0;
}

int take_tmpfs(struct reader *r, const struct use *use, struct err **err)
{
	const char *dest;
	struct op *op;

	if (resolve(r, use, use->arg[0], &dest, err) < 0)
		return -1;
	op = tree_mount(&r->bwrap->tree, OP_TMPFS, dest, use->origin);
	if (streq(dest, "/"))
		op->covered = use->origin; /* the empty root that sbox makes anyway */
	op->mode = r->has_perms ? r->perms : 0755;
	op->size = r->has_size ? r->size : 0;
	r->has_perms = r->has_size = false;
	return 0;
}

int take_dir(struct reader *r, const struct use *use, struct err **err)
{
	unsigned mode = r->has_perms ? r->perms : 0755;
	const char *dest;
	struct op *at, *op;

	r->has_perms = false;
	if (resolve(r, use, use->arg[0], &dest, err) < 0)
		return -1;
	at = tree_at(&r->bwrap->tree, dest);
	/* One that is there stays as it is. */
	if (streq(dest, "/") || (at && !at->optional))
		return 0;
	if (at && (at->must_exist || at->implied))
		return 0;
	op = tree_add(&r->bwrap->tree, OP_DIR, dest, use->origin);
	op->must_exist = at != NULL;
	op->mode = mode;
	return 0;
}

int take_file(struct reader *r, const struct use *use, struct err **err)
{
	const char *dest, *why, *text;
	char *data;
	size_t len;

	if (r->has_perms && r->perms & 0111)
		bwrap_warn(r->bwrap, SECTION_FILESYSTEM, "%s: its mode is 0644, not %04o",
			   use->origin, r->perms);
	r->has_perms = false;
	if (resolve(r, use, use->arg[1], &dest, err) < 0 ||
	    bwrap_descriptor(r, use, &data, &len, err) < 0)
		return -1;
	arena_take(r->bwrap->arena, data);
	text = text_content(r->bwrap->arena, data, len, &why);
	if (text && strlen(text) + strlen(dest) * 2 > 4000)
		why = "it is longer than a line may be";
	if (why)
		return left_out(r, use, dest,
				arena_printf(r->bwrap->arena,
					     "%s; with file = SOURCE:DEST it can be copied", why),
				err);
	if (streq(dest, "/"))
		return bwrap_wrong(err, use, "a file can't be the root");
	tree_mount(&r->bwrap->tree, OP_FILE, dest, use->origin)->source = text;
	return 0;
}

int take_symlink(struct reader *r, const struct use *use, struct err **err)
{
	const char *target = arena_strdup(r->bwrap->arena, use->arg[0]), *dest;
	const struct op *at;

	if (!*target || !*use->arg[1])
		return bwrap_wrong(err, use, "the path is empty");
	if (tree_resolve(&r->bwrap->tree, use->arg[1], false, use->origin, &dest, err) < 0)
		return -1;
	if (streq(dest, "/"))
		return bwrap_wrong(err, use, "the root can't be a symlink");
	at = tree_at(&r->bwrap->tree, dest);
	if (at && at->kind == OP_SYMLINK && streq(at->source, target))
		return 0;
	if (at)
		return bwrap_wrong(err, use, "there is something already, by %s", at->origin);
	tree_add(&r->bwrap->tree, OP_SYMLINK, dest, use->origin)->source = target;
	return 0;
}

int take_chmod(struct reader *r, const struct use *use, struct err **err)
{
	const char *dest;
	unsigned mode;
	struct op *at;

	if (num_mode(use->arg[0], &mode, NULL) < 0)
		return bwrap_wrong(err, use, "\"%s\" is not an octal mode", use->arg[0]);
	if (resolve(r, use, use->arg[1], &dest, err) < 0)
		return -1;
	at = tree_at(&r->bwrap->tree, dest);
	if (at && (at->kind == OP_TMPFS || at->kind == OP_DIR))
		at->mode = mode;
	else
		bwrap_warn(r->bwrap, SECTION_FILESYSTEM,
			   "%s: left out: it is no directory that the line makes", use->origin);
	return 0;
}

int take_remount(struct reader *r, const struct use *use, struct err **err)
{
	const char *dest;

	if (resolve(r, use, use->arg[0], &dest, err) < 0)
		return -1;
	if (!tree_remount(&r->bwrap->tree, dest))
		bwrap_looser(r->bwrap, SECTION_FILESYSTEM, "%s: what is there stays writable",
			     use->origin);
	return 0;
}

int take_overlay_src(struct reader *r, const struct use *use, struct err **err)
{
	const char *source;

	if (take_source(r, use, use->arg[0], &source, err) < 0)
		return -1;
	strv_add(&r->overlay, source);
	return 0;
}

int take_overlay(struct reader *r, const struct use *use, struct err **err)
{
	bool one = r->overlay.count == 1 && streq(use->option->name, "--tmp-overlay");
	const char *dest, *source = NULL;
	struct op *op;

	if (r->overlay.count == 0)
		return bwrap_wrong(err, use, "no --overlay-src is in front of it");
	if (one)
		source = arena_strdup(r->bwrap->arena, r->overlay.items[0]);
	strv_free(&r->overlay);
	if (resolve(r, use, use->arg[use->option->flag], &dest, err) < 0)
		return -1;
	if (streq(dest, "/"))
		return bwrap_wrong(
			err, use,
			"that can't be the root: an overlay of sbox's is of one directory, "
			"and the root itself stays read-only");
	if (!one)
		return left_out(r, use, dest, use->option->doc, err);
	op = tree_mount(&r->bwrap->tree, OP_OVERLAY, dest, use->origin);
	op->source = source;
	return 0;
}
