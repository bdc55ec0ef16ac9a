/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What bubblewrap's file system options come to, once all of them have been applied in order. */
#ifndef IMPORT_BWRAP_TREE_H
#define IMPORT_BWRAP_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum op_kind {
	OP_RO,       /* source: a path of the host */
	OP_RW,       /* the same, writable */
	OP_DEV_BIND, /* the same, devices too */
	OP_OVERLAY,  /* the same, with changes in memory */
	OP_TMPFS,
	OP_DIR,
	OP_SYMLINK, /* source: the target */
	OP_FILE,    /* source: the content */
	OP_PROC,
	OP_DEV,
	OP_HIDE, /* a place that can't be filled, and whose content may not show */
	OP_HOME, /* the home directory as the host has it; read_only */
};

struct op {
	enum op_kind kind;
	const char *origin; /* the option with its arguments, printable */
	const char *source;
	const char *dest; /* clean; links of the command line's own are followed */
	bool optional;
	bool read_only;
	bool implied;        /* part of the root that the line asked for */
	bool must_exist;     /* OP_DIR at the place of an optional source */
	unsigned mode;       /* OP_TMPFS, OP_DIR */
	uint64_t size;       /* OP_TMPFS; 0: none */
	const char *covered; /* the origin of what covers it, or NULL */
};

struct tree {
	struct arena *arena;
	struct op *ops; /* in the order of the command line */
	size_t count;
	bool host_root;          /* the root is the host's, not an empty one */
	const char *root;        /* the directory of the host that is the root, or NULL */
	const char *root_origin; /* what asked for it to be writable, or NULL */
	bool root_read_only;
	const char *home; /* what sbox puts a home of its own on; NULL: none */
};

/* Pointers to an op hold until the next one is added. */

/*
 * `path` as seen from the root of the sandbox, clean, with the symlinks of the tree followed, the
 * last component too if `last`. A relative path starts at the root, as with bubblewrap.
 */
int tree_resolve(const struct tree *tree, const char *path, bool last, const char *origin,
		 const char **out, struct err **err);

/* Adds an op at `dest`; what was there or below is covered. */
struct op *tree_mount(struct tree *tree, enum op_kind kind, const char *dest, const char *origin);

/* Adds an op that covers nothing. */
struct op *tree_add(struct tree *tree, enum op_kind kind, const char *dest, const char *origin);

/* The op that stands at `dest`, or NULL. */
struct op *tree_at(const struct tree *tree, const char *dest);
/* Whether one stands there or below. */
bool tree_has_below(const struct tree *tree, const char *dest);
/* The nearest op above `dest`, a file system or a directory, or NULL for the root. */
struct op *tree_above(const struct tree *tree, const char *dest);
/* Whether what the host has would show at `dest`. */
bool tree_shows_host(const struct tree *tree, const char *dest);

/* The host's root as the root. */
void tree_host_root(struct tree *tree, enum op_kind kind, const char *origin);

/*
 * The directory `source`, not "/", as the root. A writable one is remembered by `origin` alone: a
 * profile's is read-only.
 */
void tree_dir_root(struct tree *tree, enum op_kind kind, const char *source, const char *origin);

/*
 * What sbox has of its own in such a root, the home directory for one, would cover a part of what
 * the line shows above it, by --bind /home /home, say: that part is shown there.
 */
void tree_show_through(struct tree *tree);

/* Makes what stands at `dest` read-only; false if nothing stands there that could be. */
bool tree_remount(struct tree *tree, const char *dest);

static inline bool op_is_bind(const struct op *op)
{
	return op->kind == OP_RO || op->kind == OP_RW || op->kind == OP_DEV_BIND ||
	       op->kind == OP_OVERLAY || op->kind == OP_HOME;
}

#endif
