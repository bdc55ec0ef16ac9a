/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [filesystem]: what the profile shows, hides and makes, and the home directory. */
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "plan/builder.h"

/* A home in memory, for settings and caches of one run; tmpfs has no such limit. */
#define PRIVATE_HOME_SIZE (UINT64_C(512) << 20)

static int binds(struct builder *b, enum key_id key, unsigned flags, struct err **err)
{
	const struct value *values;
	size_t count;

	profile_list(b->profile, key, &values, &count);
	for (size_t i = 0; i < count; i++) {
		const struct path_value *path = &values[i].path;
		const struct loc *loc = &values[i].loc;
		unsigned how = flags;
		char *source, *dest;
		int found = expand_bind(b, path, loc, &source, &dest, err);

		if (path->optional)
			how |= BIND_OPTIONAL;
		if (found > 0)
			found = needs_entries(b, dest) ? show_etc(b, source, how, loc, err)
						       : add_bind(b, source, dest, how, loc, err);
		if (found < 0)
			return -1;
	}
	return 0;
}

static int hides(struct builder *b, struct err **err)
{
	const struct value *values;
	size_t count;

	profile_list(b->profile, KEY_FS_HIDE, &values, &count);
	for (size_t i = 0; i < count; i++) {
		char *dest;
		int found = expand_path(b, values[i].path.source, values[i].path.optional,
					&values[i].loc, &dest, err);

		if (found < 0)
			return -1;
		if (found > 0)
			add_step(b, STEP_HIDE, dest, &values[i].loc)->if_present =
				values[i].path.optional;
	}
	return 0;
}

/*
 * Where nothing is to be executed: the mounts at and below a path get the flag themselves; a path
 * that is none is bound on itself, behind all others.
 */
static int no_execution(struct builder *b, struct err **err)
{
	const struct value *values;
	size_t count;

	profile_list(b->profile, KEY_FS_NOEXEC, &values, &count);
	for (size_t i = 0; i < count; i++) {
		const struct loc *loc = &values[i].loc;
		struct step *step;
		char *dest;
		int found = expand_path(b, values[i].path.source, values[i].path.optional, loc,
					&dest, err);

		if (found < 0)
			return -1;
		if (found == 0)
			continue;
		if (streq(dest, "/"))
			return err_set_code(err, EXIT_PROFILE, 0,
					    "%s: noexec = /: nothing at all could be executed",
					    loc_text(loc));
		step = add_last(b, STEP_NOEXEC, dest, loc);
		step->attr = MOUNT_ATTR_NOEXEC;
		step->if_present = values[i].path.optional;
	}
	return 0;
}

static int made(struct builder *b, struct err **err)
{
	const struct value *values;
	size_t count;

	profile_list(b->profile, KEY_FS_TMPFS, &values, &count);
	for (size_t i = 0; i < count; i++) {
		const struct path_value *path = &values[i].path;
		char *dest;

		if (expand_path(b, path->source, false, &values[i].loc, &dest, err) < 0)
			return -1;
		add_tmpfs(b, dest, path->mode ? path->mode : 0755, path->size, &values[i].loc);
		if (path->noexec)
			b->steps[b->nsteps - 1].attr |= MOUNT_ATTR_NOEXEC;
	}
	profile_list(b->profile, KEY_FS_MKDIR, &values, &count);
	for (size_t i = 0; i < count; i++) {
		char *dest;

		if (expand_path(b, values[i].path.source, false, &values[i].loc, &dest, err) < 0)
			return -1;
		add_dir(b, dest, 0755, &values[i].loc);
	}
	profile_list(b->profile, KEY_FS_SYMLINK, &values, &count);
	for (size_t i = 0; i < count; i++) {
		char *dest, *to;

		if (expand(b, values[i].path.source, false, &values[i].loc, &to, err) < 0 ||
		    expand_path(b, values[i].path.dest, false, &values[i].loc, &dest, err) < 0)
			return -1;
		add_symlink(b, dest, to, &values[i].loc);
	}
	return 0;
}

static int copy_failed(const char *source, const struct loc *loc, struct err **err)
{
	if (errno == EINVAL || errno == EISDIR)
		return err_set(err, 0, "%s: copy %s: it is not a regular file", loc_text(loc),
			       source);
	if (errno == EFBIG)
		return err_set(
			err, 0,
			"%s: copy %s: it is larger than the %d MiB that can be copied; ro shows "
			"it as it is",
			loc_text(loc), source, HOST_READ_MAX >> 20);
	return err_set(err, errno, "%s: copy %s", loc_text(loc), source);
}

static int copies(struct builder *b, struct err **err)
{
	const struct value *values;
	size_t count;

	profile_list(b->profile, KEY_FS_FILE, &values, &count);
	for (size_t i = 0; i < count; i++) {
		const struct path_value *path = &values[i].path;
		const struct loc *loc = &values[i].loc;
		char *source, *dest, *data;
		const char *real;
		size_t len;
		int found = expand_path(b, path->dest, path->optional, loc, &dest, err);

		if (found > 0 && path->inline_text) {
			add_file(b, dest, path->source, strlen(path->source), 0644, loc);
			continue;
		}
		if (found > 0)
			found = expand_path(b, path->source, path->optional, loc, &source, err);
		if (found < 0)
			return -1;
		if (found == 0)
			continue;
		if (refuse_planted(b, source, loc, &real, err) < 0)
			return -1;
		/* Where the path led when it was judged, and nowhere else. */
		if (!real || b->host->fs->read_straight(real, &data, &len) < 0) {
			if (path->optional && (errno == ENOENT || errno == EACCES))
				continue;
			return copy_failed(source, loc, err);
		}
		add_file(b, dest, arena_take(b->arena, data), len, 0644, loc);
	}
	return 0;
}

/* A directory of sbox's own outside, made when it isn't there yet. */
static int persistent_home(struct builder *b, const struct value *home, struct err **err)
{
	char *data;

	if (expand_path(b, "${XDG_DATA_HOME}", false, &home->loc, &data, err) < 0)
		return -1;
	b->plan->persist = arena_printf(b->arena, "%s/sbox/homes/%s", data, home->name);
	if (b->host->explain && b->host->fs->stat(b->plan->persist, &(struct stat){0}) < 0) {
		/* Not there yet; the plan that is carried out makes and records it. */
		add_step(b, STEP_BIND, b->home, &home->loc)->source = b->plan->persist;
		b->steps[b->nsteps - 1].real = b->plan->persist;
		b->steps[b->nsteps - 1].attr = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
		b->steps[b->nsteps - 1].may_create = true;
		return 0;
	}
	if (b->host->fs->make_directory(b->plan->persist, 0700) < 0)
		return err_set(err, errno, "%s: create the persistent home %s",
			       loc_text(&home->loc), b->plan->persist);
	if (add_bind(b, b->plan->persist, b->home, 0, &home->loc, err) < 0)
		return -1;
	b->steps[b->nsteps - 1].may_create = true;
	return 0;
}

/* A home that is, holds or lies in something that the sandbox itself is made of. */
static bool home_is_system(const char *home)
{
	static const char *const system[] = {"/usr", "/bin",  "/sbin", "/lib", "/lib32",   "/lib64",
					     "/etc", "/proc", "/sys",  "/dev", "/run/sbox"};

	for (size_t i = 0; i < ARRAY_SIZE(system); i++)
		if (path_below(home, system[i]) || path_below(system[i], home))
			return true;
	return false;
}

static int home_directory(struct builder *b, struct err **err)
{
	const struct value *home = profile_get(b->profile, KEY_FS_HOME);

	/* System users have such homes; they get none then. */
	if (home_is_system(b->home)) {
		if (home->number == HOME_PRIVATE || home->number == HOME_TMPFS)
			return 0;
		return err_set(
			err, 0,
			"%s: home = %s: the caller's home directory, %s, is part of the system",
			loc_text(&home->loc), home->text, b->home);
	}
	switch ((enum home_mode)home->number) {
	case HOME_PRIVATE:
		if (profile_number(b->profile, KEY_FS_BASE) == BASE_NONE && !home->loc.file)
			return 0;
		add_tmpfs(b, b->home, 0700, PRIVATE_HOME_SIZE, &home->loc);
		return 0;
	case HOME_TMPFS:
		add_tmpfs(b, b->home, 0700, 0, &home->loc);
		return 0;
	case HOME_PERSIST:
		return persistent_home(b, home, err);
	case HOME_HOST_RO:
		return add_bind(b, b->home, b->home, BIND_RO, &home->loc, err) < 0 ? -1 : 0;
	case HOME_HOST:
		return add_bind(b, b->home, b->home, 0, &home->loc, err) < 0 ? -1 : 0;
	}
	return err_set(err, EINVAL, "home");
}

/* Whether something else than what step `index` shows is at `dest`, a place in it. */
static bool is_covered(const struct builder *b, size_t index, const char *dest, size_t nsteps)
{
	for (size_t i = 0; i < nsteps; i++) {
		const struct step *step = &b->steps[i];

		if (i != index && path_below(dest, step->dest) &&
		    path_depth(step->dest) > path_depth(b->steps[index].dest) &&
		    (step_shows_host(step) || step->kind == STEP_TMPFS || step->kind == STEP_HIDE))
			return true;
	}
	return false;
}

/*
 * Makes `path`, of the host and without symlinks, read-only where the writable bind of step `index`
 * shows it; *guarded tells that it did.
 */
static int guard_in_step(struct builder *b, size_t index, const char *path, size_t nsteps,
			 bool *guarded, struct err **err)
{
	struct step *step = &b->steps[index];
	const char *place, *dest;

	if (step->kind != STEP_BIND || (step->attr & MOUNT_ATTR_RDONLY) || step->may_create)
		return 0;
	if (place_in(b, path, step->real)) {
		step->attr |= MOUNT_ATTR_RDONLY;
		*guarded = step->guarded = true;
		return 0;
	}
	place = place_in(b, step->real, path);
	if (!place)
		return 0;
	dest = arena_printf(b->arena, "%s%s", streq(step->dest, "/") ? "" : step->dest, place);
	if (is_covered(b, index, dest, nsteps))
		return 0;
	*guarded = true;
	if (add_bind(b, arena_strdup(b->arena, path), dest, BIND_RO | BIND_OPTIONAL, &step->loc,
		     err) < 0)
		return -1;
	b->steps[b->nsteps - 1].guarded = true;
	return 0;
}

/*
 * The real path that a directory of sbox's own has, or will have: of one that is missing it is put
 * together from its nearest parent, and the directory is made if the sandbox could make it.
 */
static char *own_directory(struct builder *b, const char *dir, size_t nsteps, struct err **err)
{
	_cleanup_free_ char *parent = xstrdup(dir), *real = NULL, *path = NULL;

	while (!(real = b->host->fs->realpath(parent)) && errno == ENOENT && parent[1]) {
		char *up = path_dir(parent);

		free(parent);
		parent = up;
	}
	if (!real)
		return NULL;
	path = parent[1] ? path_join(real, dir + strlen(parent)) : xstrdup(dir);
	if (streq(parent, dir))
		return steal_ptr(&real);
	for (size_t i = 0; i < nsteps; i++) {
		const struct step *step = &b->steps[i];

		if (step->kind != STEP_BIND || (step->attr & MOUNT_ATTR_RDONLY) ||
		    step->may_create || !path_below(path, step->real))
			continue;
		/* Root's may be everybody's, such as those below /etc. */
		if (!b->host->explain && b->host->fs->make_directory(path, 0755) < 0) {
			/* What the caller may not make, the application can't either. */
			if (errno == EACCES || errno == EPERM || errno == EROFS)
				return NULL;
			err_set(err, errno, "%s: create %s, which must not be made inside",
				loc_text(&step->loc), path);
			return NULL;
		}
		break;
	}
	return steal_ptr(&path);
}

/* *loc is the place of a grant that would have made it writable, or NULL. */
static int guard(struct builder *b, const char *path, size_t nsteps, const struct loc **loc,
		 struct err **err)
{
	*loc = NULL;
	/* In a directory that is guarded as a whole it is safe already. */
	for (size_t i = nsteps; i < b->nsteps; i++)
		if (b->steps[i].guarded && path_below(path, b->steps[i].real))
			return 0;

	for (size_t i = 0; i < nsteps; i++) {
		bool guarded = false;

		if (guard_in_step(b, i, path, nsteps, &guarded, err) < 0)
			return -1;
		if (guarded) {
			struct loc *kept = arena_alloc(b->arena, sizeof(*kept));

			/* The steps move when there are more of them. */
			*kept = b->steps[i].loc;
			*loc = kept;
		}
	}
	return 0;
}

static int guard_directory(struct builder *b, const char *dir, size_t nsteps, struct err **err)
{
	_cleanup_err_ struct err *failed = NULL;
	_cleanup_free_ char *path = NULL;
	const struct loc *loc;

	if (refuse_replaceable(b, dir, nsteps, err) < 0)
		return -1;
	path = own_directory(b, dir, nsteps, &failed);
	if (failed) {
		*err = steal_ptr(&failed);
		return -1;
	}
	return path && b->host->fs->stat(path, &(struct stat){0}) == 0
		       ? guard(b, path, nsteps, &loc, err)
		       : 0;
}

/* A profile in a tree that it makes writable is no directory of sbox's own: that is worth a note.
 */
static int guard_profile(struct builder *b, const char *file, size_t nsteps, struct err **err)
{
	_cleanup_free_ char *path = b->host->fs->realpath(file);
	const struct loc *loc;

	if (!path)
		return 0;
	if (refuse_replaceable(b, file, nsteps, err) < 0 || guard(b, path, nsteps, &loc, err) < 0)
		return -1;
	if (loc)
		*array_grow(&b->plan->notes, &b->plan->nnotes) = arena_printf(
			b->arena,
			"the profile %s stays read-only inside, for it decides about the "
			"next start (%s)",
			path, loc_text(loc));
	return 0;
}

/*
 * What decides about the next start is read-only inside, even where the profile makes everything
 * around it writable: the profiles that were read and sbox's own directories.
 */
static int guard_own_files(struct builder *b, struct err **err)
{
	static const char *const own[] = {"${XDG_CONFIG_HOME}/sbox", "${XDG_DATA_HOME}/sbox"};
	const struct strv *files = profile_files(b->profile);
	size_t nsteps = b->nsteps; /* those of the profile */
	bool writable = false;

	for (size_t i = 0; i < nsteps; i++)
		writable = writable || (b->steps[i].kind == STEP_BIND && !b->steps[i].may_create &&
					!(b->steps[i].attr & MOUNT_ATTR_RDONLY));
	if (!writable)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		char *path;

		if (expand_path(b, own[i], false, &no_loc, &path, err) < 0 ||
		    guard_directory(b, path, nsteps, err) < 0)
			return -1;
	}
	for (char *const *dir = b->host->own_dirs; dir && *dir; dir++)
		if (guard_directory(b, *dir, nsteps, err) < 0)
			return -1;
	for (size_t i = 0; i < files->count; i++)
		if (guard_profile(b, files->items[i], nsteps, err) < 0)
			return -1;
	return 0;
}

int build_files(struct builder *b, struct err **err)
{
	if (home_directory(b, err) < 0 || binds(b, KEY_FS_RO, BIND_RO, err) < 0 ||
	    binds(b, KEY_FS_RW, 0, err) < 0 || binds(b, KEY_FS_DEV, BIND_RO | BIND_DEV, err) < 0 ||
	    overlay_directories(b, err) < 0 || made(b, err) < 0 || copies(b, err) < 0 ||
	    hides(b, err) < 0 || no_execution(b, err) < 0)
		return -1;
	return guard_own_files(b, err);
}
