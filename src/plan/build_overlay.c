/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Overlays: what the base, or a directory, holds is seen as it is, and what is written goes
 * elsewhere, to memory or to a directory of sbox's own or of the caller's choice.
 */
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>

#include "base/path.h"
#include "base/str.h"
#include "plan/builder.h"

/* Where each overlay has its two directories below the place for changes. */
#define UPPER "upper"
#define WORK  "work"

/* Not in every linux/magic.h. */
#ifndef FUSE_SUPER_MAGIC
#define FUSE_SUPER_MAGIC 0x65735546
#endif
#define CIFS_MAGIC  0xff534d42
#define EXFAT_MAGIC 0x2011bab0

int find_overlay(struct builder *b, struct err **err)
{
	const struct value *value = profile_get(b->profile, KEY_FS_OVERLAY);
	struct plan_overlay *overlay = &b->plan->overlay;
	char *dir;

	b->overlaid = value->number != OVERLAY_NO;
	overlay->loc = value->loc;
	overlay->list = profile_flag(b->profile, KEY_FS_LIST_CHANGES);
	if (value->number == OVERLAY_PATH) {
		if (expand_path(b, value->path.source, false, &value->loc, &dir, err) < 0)
			return -1;
		overlay->dir = dir;
	}
	if (value->number == OVERLAY_PERSIST) {
		if (expand_path(b, "${XDG_DATA_HOME}", false, &value->loc, &dir, err) < 0)
			return -1;
		overlay->dir = arena_printf(b->arena, "%s/sbox/overlays/%s", dir, value->name);
	}
	return 0;
}

int overlay_directories(struct builder *b, struct err **err)
{
	const struct value *values;
	size_t count;

	profile_list(b->profile, KEY_FS_OVERLAY_DIR, &values, &count);
	for (size_t i = 0; i < count; i++) {
		const struct path_value *path = &values[i].path;
		const struct loc *loc = &values[i].loc;
		char *source, *dest;
		int found = expand_bind(b, path, loc, &source, &dest, err);

		if (found > 0)
			found = add_bind(b, source, dest, path->optional ? BIND_OPTIONAL : 0, loc,
					 err);
		if (found < 0)
			return -1;
		if (found == 0)
			continue;
		if (b->steps[b->nsteps - 1].id.type != S_IFDIR)
			return err_set(err, 0, "%s: overlay-dir = %s: %s is not a directory",
				       loc_text(loc), values[i].text, source);
		b->steps[b->nsteps - 1].kind = STEP_OVERLAY;
	}
	return 0;
}

/* What can't hold the changes of an overlay: kernel documentation, filesystems/overlayfs. */
static const char *unsuitable(long type)
{
	static const struct {
		long type;
		const char *name;
	} types[] = {
		{OVERLAYFS_SUPER_MAGIC, "overlayfs"},
		{NFS_SUPER_MAGIC, "NFS"},
		{FUSE_SUPER_MAGIC, "FUSE"},
		{MSDOS_SUPER_MAGIC, "FAT"},
		{SMB_SUPER_MAGIC, "SMB"},
		{EXFAT_MAGIC, "exFAT"},
		{ECRYPTFS_SUPER_MAGIC, "eCryptfs"},
	};

	if ((unsigned)type == CIFS_MAGIC)
		return "CIFS";
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].type == type)
			return types[i].name;
	return NULL;
}

/* A directory of the overlay's, made when missing: its real path and id. Explain makes none. */
static int own_directory(struct builder *b, const char *path, const struct loc *loc,
			 struct source *out, struct err **err)
{
	struct stat st;

	*out = (struct source){.real = path, .id.type = S_IFDIR};
	if (b->host->explain && b->host->fs->stat(path, &st) < 0)
		return 0;
	if (b->host->fs->make_directory(path, 0700) < 0)
		return err_set(err, errno, "%s: create %s, which is to hold what is written",
			       loc_text(loc), path);
	if (find_source(b, path, false, loc, out, err) < 0)
		return -1;
	if (b->host->fs->stat(out->real, &st) < 0 || st.st_uid != b->host->uid)
		return err_set(err, 0,
			       "%s: %s, which is to hold what is written, is not the caller's",
			       loc_text(loc), path);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return err_set(err, 0,
			       "%s: others may write to %s, which is to hold what is written: its "
			       "mode is %04o; chmod go-w helps",
			       loc_text(loc), path, (unsigned)(st.st_mode & 07777));
	return 0;
}

/* The place for all changes: it must be where the application can't reach it by another way. */
static int open_place(struct builder *b, struct err **err)
{
	struct plan_overlay *overlay = &b->plan->overlay;
	const struct loc *loc = &overlay->loc;
	struct source found;
	long type;

	if (refuse_planted(b, overlay->dir, loc, NULL, err) < 0 ||
	    own_directory(b, overlay->dir, loc, &found, err) < 0)
		return -1;
	overlay->real = found.real;
	overlay->id = found.id;
	if (b->host->fs->fs_type(found.real, &type) == 0 && unsuitable(type))
		return err_set(err, 0,
			       "%s: %s is on %s, which can't hold what is written to an overlay",
			       loc_text(loc), overlay->dir, unsuitable(type));
	for (size_t i = 0; i < b->nsteps; i++) {
		const struct step *step = &b->steps[i];

		if (step->kind != STEP_BIND || (step->attr & MOUNT_ATTR_RDONLY))
			continue;
		/* sbox's own directory is read-only there, by that path. */
		if (profile_number(b->profile, KEY_FS_OVERLAY) == OVERLAY_PERSIST &&
		    path_below(found.real, step->real) && !path_below(step->real, found.real))
			continue;
		if (!place_in(b, step->real, found.real) && !place_in(b, found.real, step->real))
			continue;
		return err_set_code(err, EXIT_PROFILE, 0,
				    "%s: overlay = %s lies in what %s makes writable: the "
				    "application could change it behind the overlay's back",
				    loc_text(loc), overlay->dir, loc_text(&step->loc));
	}
	return 0;
}

/* "/home/u/a-b" as one name, "home-u-a\x2db", as systemd.unit(5) does. */
static char *one_name(const char *path)
{
	struct str out = {0};

	for (const char *s = path + 1; *s; s++) {
		if (*s == '/')
			str_add(&out, "-");
		else if (*s == '-' || *s == '\\')
			str_addf(&out, "\\x%02x", (unsigned)*s);
		else
			str_add_len(&out, s, 1);
	}
	return str_steal(&out);
}

/*
 * One of an overlay's directories in the place for changes. An earlier run may have left a symlink
 * there, so that is asked before anything is made, and again of what was found.
 */
static int open_layer(struct builder *b, const char *path, const struct loc *loc,
		      struct source *out, struct err **err)
{
	struct stat st;
	bool linked = b->host->fs->lstat(path, &st) == 0 && S_ISLNK(st.st_mode);

	if (!linked && own_directory(b, path, loc, out, err) < 0)
		return -1;
	if (linked || out->linked)
		return err_set(err, 0, "%s: %s is a symlink: it isn't followed", loc_text(loc),
			       path);
	return 0;
}

static int open_layers(struct builder *b, struct step *step, struct err **err)
{
	const struct plan_overlay *overlay = &b->plan->overlay;
	_cleanup_free_ char *name = one_name(step->dest);
	const struct loc *loc = &step->loc;
	struct source top, upper, work;
	const char *dir;

	if (!*name || strlen(name) > NAME_MAX)
		return err_set(err, ENAMETOOLONG, "%s: overlay on %s", loc_text(loc), step->dest);
	/* One by one, so that nothing is made behind a link. */
	dir = arena_printf(b->arena, "%s/%s", overlay->real, name);
	if (open_layer(b, dir, loc, &top, err) < 0 ||
	    open_layer(b, arena_printf(b->arena, "%s/" UPPER, dir), loc, &upper, err) < 0 ||
	    open_layer(b, arena_printf(b->arena, "%s/" WORK, dir), loc, &work, err) < 0)
		return -1;
	step->upper = upper.real;
	step->upper_id = upper.id;
	step->work = work.real;
	step->work_id = work.id;
	return 0;
}

/* Why there can't be an overlay on the step's directory; NULL when there can. */
static const char *obstacle(struct builder *b, const struct step *step)
{
	const char *real = b->plan->overlay.real;
	long type;

	if (real && path_below(real, step->real))
		return "it holds the directory for what is written";
	if (real && path_below(step->real, real))
		return "it lies in the directory for what is written";
	if (b->host->fs->fs_type(step->real, &type) == 0 && type == PROC_SUPER_MAGIC)
		return "it is the kernel's own, procfs, which takes no part in overlays";
	/* Unprivileged, they can't be left out: mount_namespaces(7). */
	if (b->host->fs->holds_mounts(step->real))
		return "other file systems are mounted below it";
	return NULL;
}

int lay_overlays(struct builder *b, struct err **err)
{
	bool opened = false;

	for (size_t i = 0; i < b->nsteps; i++) {
		struct step *step = &b->steps[i];
		bool of_base = b->overlaid && step->based && step->kind == STEP_BIND &&
			       step->id.type == S_IFDIR;
		const char *why;

		if (step->kind != STEP_OVERLAY && !of_base)
			continue;
		if (b->plan->overlay.dir && !opened && open_place(b, err) < 0)
			return -1;
		opened = true;
		why = obstacle(b, step);
		if (why && of_base) {
			*array_grow(&b->plan->notes, &b->plan->nnotes) =
				arena_printf(b->arena, "%s stays read-only under the overlay: %s",
					     step->dest, why);
			continue;
		}
		if (why)
			return err_set(err, 0, "%s: there can't be an overlay on %s: %s",
				       loc_text(&step->loc), step->source, why);
		if (b->plan->overlay.dir && open_layers(b, step, err) < 0)
			return -1;
		step->kind = STEP_OVERLAY;
		step->attr &= ~(uint64_t)MOUNT_ATTR_RDONLY;
		step->may_create = true;
	}
	return 0;
}
