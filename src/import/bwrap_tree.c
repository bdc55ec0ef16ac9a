/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/bwrap_tree.h"

#include "base/path.h"

enum { LINKS_MAX = 40 }; /* as the kernel's, path_resolution(7) */

struct op *tree_at(const struct tree *tree, const char *dest)
{
	for (size_t i = tree->count; i-- > 0;)
		if (!tree->ops[i].covered && streq(tree->ops[i].dest, dest))
			return &tree->ops[i];
	return NULL;
}

bool tree_has_below(const struct tree *tree, const char *dest)
{
	for (size_t i = 0; i < tree->count; i++)
		if (!tree->ops[i].covered && path_below(tree->ops[i].dest, dest))
			return true;
	return false;
}

struct op *tree_above(const struct tree *tree, const char *dest)
{
	struct op *nearest = NULL;

	for (size_t i = 0; i < tree->count; i++) {
		struct op *op = &tree->ops[i];

		if (op->covered || streq(op->dest, dest) || !path_below(dest, op->dest))
			continue;
		if (!nearest || strlen(op->dest) >= strlen(nearest->dest))
			nearest = op;
	}
	return nearest;
}

bool tree_shows_host(const struct tree *tree, const char *dest)
{
	const struct op *at = tree_at(tree, dest), *op = at;

	if (!op || op->optional)
		op = tree_above(tree, dest);
	return (at && op_is_bind(at)) || (op ? op_is_bind(op) : tree->host_root || tree->root);
}

/* Takes the last component off. */
static void go_up(struct str *path)
{
	while (path->len > 0 && path->text[path->len - 1] != '/')
		path->len--;
	if (path->len > 0)
		path->len--;
	if (path->text)
		path->text[path->len] = '\0';
}

int tree_resolve(const struct tree *tree, const char *path, bool last, const char *origin,
		 const char **out, struct err **err)
{
	_cleanup_str_ struct str done = {0};
	const char *rest = path;
	unsigned links = 0;

	while (*(rest += strspn(rest, "/"))) {
		size_t len = strcspn(rest, "/"), before = done.len;
		const char *behind = rest + len;
		const struct op *op;

		if (len == 2 && memcmp(rest, "..", 2) == 0) {
			if (links == 0)
				return err_set_code(err, EXIT_USAGE, 0,
						    "%s: \"%s\": no \"..\" can be in a path of the "
						    "sandbox",
						    origin, path);
			go_up(&done);
		} else if (len != 1 || *rest != '.') {
			str_add(&done, "/");
			str_add_len(&done, rest, len);
		}
		op = done.len > before ? tree_at(tree, done.text) : NULL;
		if (op && op->kind == OP_SYMLINK && (last || behind[strspn(behind, "/")])) {
			if (++links > LINKS_MAX)
				return err_set_code(err, EXIT_USAGE, 0,
						    "%s: too many symlinks in %s", origin, path);
			go_up(&done);
			if (op->source[0] == '/')
				done.len = 0;
			behind = arena_printf(tree->arena, "%s/%s", op->source, behind);
		}
		rest = behind;
	}
	*out = arena_strdup(tree->arena, done.len > 0 ? done.text : "/");
	return 0;
}

struct op *tree_add(struct tree *tree, enum op_kind kind, const char *dest, const char *origin)
{
	struct op *op = array_grow(&tree->ops, &tree->count);

	*op = (struct op){.kind = kind, .origin = origin, .dest = dest, .mode = 0755};
	return op;
}

struct op *tree_mount(struct tree *tree, enum op_kind kind, const char *dest, const char *origin)
{
	for (size_t i = 0; i < tree->count; i++)
		if (!tree->ops[i].covered && path_below(tree->ops[i].dest, dest))
			tree->ops[i].covered = origin;
	if (streq(dest, "/")) {
		tree->host_root = tree->root_read_only = false;
		tree->root = tree->root_origin = NULL;
	}
	return tree_add(tree, kind, dest, origin);
}

/*
 * sbox shows the host's root entry by entry, without the home directory, what is for a namespace of
 * its own and what may hold sockets. Those that the command line does show are said here.
 */
void tree_host_root(struct tree *tree, enum op_kind kind, const char *origin)
{
	static const char *const own[] = {"/tmp", "/var/tmp", "/run"};
	static const char *const writable[] = {"/boot", "/etc",  "/home", "/media", "/mnt",
					       "/opt",  "/root", "/srv",  "/usr",   "/var"};
	enum op_kind how = kind == OP_RO ? OP_RO : OP_RW;
	size_t from;

	/* The op for "/" itself covers all others, and is said by `host_root`. */
	tree_mount(tree, kind, "/", origin)->covered = origin;
	tree->host_root = true;
	from = tree->count;
	for (size_t i = 0; kind != OP_RO && i < ARRAY_SIZE(writable); i++)
		tree_add(tree, how, writable[i], origin);
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		tree_add(tree, how, own[i], origin);
	if (kind == OP_DEV_BIND) {
		tree_add(tree, OP_DEV_BIND, "/dev", origin);
		tree_add(tree, OP_RW, "/dev/shm", origin);
	}
	for (size_t i = from; i < tree->count; i++) {
		tree->ops[i].source = tree->ops[i].dest;
		tree->ops[i].optional = true;
	}
	if (tree->home && !tree_at(tree, tree->home))
		tree_add(tree, OP_HOME, tree->home, origin)->read_only = kind == OP_RO;
	for (size_t i = from; i < tree->count; i++)
		tree->ops[i].implied = true;
}

/* What sbox has of its own in place of a tree's is shown from there, as far as it is files. */
void tree_dir_root(struct tree *tree, enum op_kind kind, const char *source, const char *origin)
{
	const char *const own[] = {"/tmp", "/var/tmp", "/run", tree->home};

	tree_mount(tree, OP_RO, "/", origin)->covered = origin;
	tree->root = source;
	if (kind != OP_RO)
		tree->root_origin = origin;
	for (size_t i = 0; kind == OP_RO && i < ARRAY_SIZE(own) && own[i]; i++) {
		struct op *op = tree_add(tree, OP_RO, own[i], origin);

		op->source = arena_printf(tree->arena, "%s%s", source, own[i]);
		op->optional = op->implied = true;
	}
}

void tree_show_through(struct tree *tree)
{
	const char *const own[] = {"/tmp", "/var/tmp", "/run", tree->home};

	for (size_t i = 0; i < ARRAY_SIZE(own) && own[i]; i++) {
		const struct op *at = tree_above(tree, own[i]);
		struct op above, *op;

		if (tree_at(tree, own[i]) || !at || !op_is_bind(at) || at->kind == OP_HOME)
			continue;
		above = *at; /* it may move */
		op = tree_add(tree, above.kind == OP_DEV_BIND ? OP_RW : above.kind, own[i],
			      above.origin);
		op->source = arena_printf(tree->arena, "%s%s",
					  streq(above.source, "/") ? "" : above.source,
					  own[i] + strlen(above.dest));
		op->optional = op->implied = true;
	}
}

/* Whether nothing of the root's own lies between: then the directory can be read-only alone. */
static bool is_on_root(const struct tree *tree, const char *dest)
{
	const struct op *above = tree_above(tree, dest);

	while (above && above->kind == OP_TMPFS && above->read_only)
		above = tree_above(tree, above->dest);
	return !above && !tree->host_root && !tree->root;
}

bool tree_remount(struct tree *tree, const char *dest)
{
	struct op *op = tree_at(tree, dest);

	if (streq(dest, "/")) {
		tree->root_read_only = true;
		for (size_t i = 0; i < tree->count; i++) {
			if (!tree->ops[i].implied)
				continue;
			if (tree->ops[i].kind == OP_RW)
				tree->ops[i].kind = OP_RO;
			tree->ops[i].read_only = true;
		}
		return true;
	}
	if (!op)
		return false;
	switch (op->kind) {
	case OP_RW:
	case OP_OVERLAY:
		op->kind = OP_RO;
		return true;
	case OP_TMPFS:
		op->read_only = is_on_root(tree, dest);
		return op->read_only;
	case OP_HOME:
		op->read_only = true;
		return true;
	case OP_RO:
	case OP_DEV:
	case OP_FILE:
	case OP_HIDE:
		return true;
	case OP_DEV_BIND:
		/* sbox's own is read-only; what isn't below /dev would be a writable one. */
		return path_below(dest, "/dev");
	default:
		return false;
	}
}
