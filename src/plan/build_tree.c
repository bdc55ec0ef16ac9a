/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The base from a tree, the host's own or another system's: its top is shown entry by entry in the
 * sandbox's own root. Nothing is created in a tree; where a mount point is missing in one, the
 * directories above it are taken apart likewise, so that it can be made in the sandbox's own.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "plan/builder.h"

/* As the kernel counts them, path_resolution(7). */
enum { LINKS_MAX = 40 };

static const char *const no_names[] = {NULL};

int adopt_tree(struct builder *b, size_t first, struct err **err)
{
	for (size_t i = first; i < b->nsteps; i++) {
		struct step *step = &b->steps[i];

		step->tree = step->based = true;
		if (step->kind != STEP_BIND)
			continue;
		/* It was no symlink a moment ago. */
		if (step->linked &&
		    !streq(step->real, arena_printf(b->arena, "%s%s", b->tree, step->dest)))
			return err_set(err, ESTALE, "%s: %s", loc_text(&step->loc), step->source);
	}
	return 0;
}

/* /etc of the tree: entry by entry, so that files of sbox's own can stand among its own. */
static int tree_etc(struct builder *b, const char *tree, const struct loc *loc, struct err **err)
{
	const char *source = arena_printf(b->arena, "%s/etc", streq(tree, "/") ? "" : tree);
	size_t first = b->nsteps;
	struct stat st;

	if (b->host->fs->lstat(source, &st) < 0) {
		add_dir(b, "/etc", 0755, &no_loc);
		return 0;
	}
	if (!S_ISDIR(st.st_mode) || (b->overlaid && st.st_uid == b->host->uid)) {
		if (show_entry(b, source, "/etc", BIND_RO, loc, err) < 0)
			return -1;
	} else {
		add_dir(b, "/etc", st.st_mode & 0777, loc);
		b->steps[b->nsteps - 1].implied = true;
		if (show_entries(b, source, "/etc", no_names, BIND_RO, loc, err) < 0)
			return -1;
	}
	return adopt_tree(b, first, err);
}

int base_rootfs(struct builder *b, struct err **err)
{
	/* What is a namespace's own comes from sbox, whatever the tree has there. */
	static const char *const own[] = {"etc", "proc", "sys", "dev", "tmp", "run", NULL};
	const struct value *base = profile_get(b->profile, KEY_FS_BASE);
	const struct loc *loc = &base->loc;
	size_t first = b->nsteps;
	struct source found;
	struct stat st;
	char *tree;

	if (expand_path(b, base->path.source, false, loc, &tree, err) < 0)
		return -1;
	if (find_source(b, tree, false, loc, &found, err) < 0)
		return -1;
	if (found.id.type != S_IFDIR)
		return err_set(err, 0, "%s: base = %s is not a directory", loc_text(loc), tree);
	if (streq(found.real, "/"))
		return err_set_code(
			err, EXIT_PROFILE, 0,
			"%s: base = %s is the host's own root: base = host-ro shows that",
			loc_text(loc), tree);
	b->tree = found.real;
	b->plan->tree = tree;
	if (show_entries(b, tree, "/", own, BIND_RO, loc, err) < 0 ||
	    adopt_tree(b, first, err) < 0 || tree_etc(b, tree, loc, err) < 0)
		return -1;
	add_dir(b, "/run", 0755, &no_loc);
	if (b->host->fs->lstat(arena_printf(b->arena, "%s/var/tmp", tree), &st) == 0 &&
	    S_ISDIR(st.st_mode))
		add_tmpfs(b, "/var/tmp", 01777, 0, &no_loc);
	return 0;
}

/* Where the step is, by the real path: without that another one's way would seem to lead past it.
 */
static const char *place_of(const struct step *step)
{
	return step->place ? step->place : step->dest;
}

/* The innermost mount above `path`, or at it when it is a tree's: its index, or -1. */
static ssize_t innermost(const struct builder *b, const char *path)
{
	ssize_t found = -1;

	for (size_t i = 0; i < b->nsteps; i++) {
		const struct step *step = &b->steps[i];

		if (!step_is_mount(step) || !path_below(path, place_of(step)) ||
		    (streq(path, place_of(step)) && !step->tree))
			continue;
		if (found < 0 ||
		    path_depth(place_of(step)) >= path_depth(place_of(&b->steps[found])))
			found = (ssize_t)i;
	}
	return found;
}

/* The target of the symlink that stands at `path` inside, in the arena; or NULL. */
static const char *link_target(struct builder *b, const char *path, ssize_t mount, bool *missing)
{
	char target[PATH_MAX];
	const struct step *step = mount < 0 ? NULL : &b->steps[mount];
	const char *source;
	struct stat st;
	ssize_t len;

	*missing = false;
	for (size_t i = 0; i < b->nsteps; i++)
		if (b->steps[i].kind == STEP_SYMLINK && streq(place_of(&b->steps[i]), path))
			return b->steps[i].data;
	if (!step || !step->tree || streq(path, step->dest))
		return NULL;
	source = arena_printf(b->arena, "%s%s", step->real, path + strlen(step->dest));
	if (b->host->fs->lstat(source, &st) < 0) {
		*missing = errno == ENOENT;
		return NULL;
	}
	if (!S_ISLNK(st.st_mode))
		return NULL;
	len = b->host->fs->readlink(source, target, sizeof(target) - 1);
	if (len < 0)
		return NULL;
	target[len] = '\0';
	return arena_strdup(b->arena, target);
}

/* Whether what is missing in the directory `dir` inside can be made in the overlay there. */
static bool overlay_can_create(const struct builder *b, const struct step *mount, const char *dir)
{
	_cleanup_free_ char *path = NULL;
	size_t len = strlen(mount->dest);

	if (!b->overlaid || b->host->fs->holds_mounts(mount->real))
		return false;
	/* The overlay's top is the caller's; below, what the ids inside don't cover can't change.
	 */
	path = xasprintf("%s%s", mount->real, dir + len);
	for (char *slash = path + strlen(mount->real); *slash;) {
		char *end = strchrnul(slash + 1, '/'), saved = *end;
		struct stat st;

		*end = '\0';
		if (b->host->fs->lstat(path, &st) < 0 || st.st_uid != b->host->uid ||
		    st.st_gid != b->host->gid)
			return false;
		*end = saved;
		slash = end;
	}
	return true;
}

/*
 * Follows `dest` inside the new root as far as trees and symlinks decide. Returns the index of the
 * tree's part that lacks a component of it and can't be given one, or -1 and in *resolved, in the
 * arena, where it leads.
 */
static ssize_t lacking(struct builder *b, const char *dest, const char **resolved)
{
	_cleanup_str_ struct str at = {0};
	const char *rest = dest;
	unsigned links = 0;

	*resolved = dest;
	for (;;) {
		const char *target;
		ssize_t mount;
		size_t before = at.len, len;
		bool missing;

		rest += strspn(rest, "/");
		len = strcspn(rest, "/");
		if (len == 0) {
			*resolved = at.len ? arena_strdup(b->arena, at.text) : dest;
			return -1;
		}
		if (len == 1 && *rest == '.') {
			rest++;
			continue;
		}
		if (len == 2 && rest[0] == '.' && rest[1] == '.') {
			while (at.len > 0 && at.text[--at.len] != '/')
				;
			if (at.text)
				at.text[at.len] = '\0';
			rest += 2;
			continue;
		}
		str_add(&at, "/");
		str_add_len(&at, rest, len);
		mount = innermost(b, at.text);
		target = link_target(b, at.text, mount, &missing);
		if (missing) {
			*resolved = arena_printf(b->arena, "%s%s", at.text, rest + len);
			at.text[at.len = before] = '\0';
			return overlay_can_create(b, &b->steps[mount], at.text) ? -1 : mount;
		}
		rest += len;
		if (!target)
			continue;
		if (++links > LINKS_MAX)
			return -1; /* said when it is carried out */
		at.len = *target == '/' ? 0 : before;
		if (at.text)
			at.text[at.len] = '\0';
		rest = arena_printf(b->arena, "%s/%s", target, rest);
	}
}

/* Shows the directory of step `index` entry by entry, in one of the sandbox's own. */
static int take_apart(struct builder *b, size_t index, struct err **err)
{
	const struct step step = b->steps[index];
	size_t first = b->nsteps;
	struct stat st;

	if (b->host->fs->lstat(step.real, &st) < 0)
		return err_set(err, errno, "%s: %s", loc_text(&step.loc), step.source);
	b->steps[index] = (struct step){
		.kind = STEP_DIR,
		.dest = step.dest,
		.mode = st.st_mode & 0777,
		.implied = true,
		.tree = true,
		.loc = step.loc,
	};
	if (show_entries(b, step.source, step.dest, no_names, BIND_RO, &step.loc, err) < 0)
		return -1;
	return adopt_tree(b, first, err);
}

static bool needs_place(const struct step *step)
{
	return !step->tree && step->kind != STEP_HIDE && step->kind != STEP_READONLY &&
	       step->kind != STEP_NOEXEC;
}

/* The step's destination without symlinks; a symlink itself stays where it is. */
static const char *straight(struct builder *b, const struct step *step, bool *lacks)
{
	_cleanup_free_ char *dir = path_dir(step->dest), *path = NULL;
	const char *resolved;

	*lacks = false;
	if (step->kind != STEP_SYMLINK) {
		*lacks = lacking(b, step->dest, &resolved) >= 0;
		return resolved;
	}
	if (!dir[1])
		return step->dest;
	*lacks = lacking(b, dir, &resolved) >= 0;
	path = path_join(resolved, path_base(step->dest));
	return arena_strdup(b->arena, path);
}

/*
 * Finds the places of all steps. One may lie in another, whose mount covers what symlinks the tree
 * has there: so it is done again until nothing changes.
 */
static void find_places(struct builder *b)
{
	bool changed = true;

	for (unsigned i = 0; changed && i < LINKS_MAX; i++) {
		changed = false;
		for (size_t j = 0; j < b->nsteps; j++) {
			struct step *step = &b->steps[j];
			const char *place;
			bool lacks;

			if (!needs_place(step))
				continue;
			place = straight(b, step, &lacks);
			changed |= !streq(place, place_of(step));
			step->place = place;
		}
	}
}

int place_in_tree(struct builder *b, struct err **err)
{
	size_t asked = b->nsteps;
	const char *resolved;

	if (b->tree)
		find_places(b);
	for (size_t i = 0; b->tree && i < asked; i++) {
		struct stat st;
		ssize_t part;

		if (!needs_place(&b->steps[i]) ||
		    b->host->fs->stat_inside(*b->tree ? b->tree : "/", b->steps[i].dest, &st) == 0)
			continue;
		while ((part = lacking(b, b->steps[i].dest, &resolved)) >= 0) {
			/* A file in the way is said when the step is carried out. */
			if (b->steps[part].id.type != S_IFDIR)
				break;
			if (take_apart(b, (size_t)part, err) < 0)
				return -1;
		}
	}
	/* The parts come in the order of their depth now: a way to one by a link isn't there yet.
	 */
	for (size_t i = 0; asked < b->nsteps && i < asked; i++) {
		const char *place;
		bool lacks;

		if (!needs_place(&b->steps[i]))
			continue;
		place = straight(b, &b->steps[i], &lacks);
		if (!lacks)
			b->steps[i].dest = place;
	}
	return 0;
}
