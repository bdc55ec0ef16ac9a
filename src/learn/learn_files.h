/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_FILES_H
#define LEARN_FILES_H

#include "learn/learn_lines.h"
#include "learn/learn_record.h"

/* What a sandbox with an empty profile has already. */
enum view_kind {
	VIEW_SHOWN,     /* the host's own, with all below it */
	VIEW_EMPTY,     /* something empty and writable */
	VIEW_DIRECTORY, /* a directory that is there */
	VIEW_OWN,       /* the kernel's or the sandbox's own; nothing of the host's goes there */
};

struct view {
	struct view_entry {
		const char *path; /* not owned */
		enum view_kind kind;
	} * items;
	size_t count;
};

struct places {
	const char *home;
	const char *runtime; /* $XDG_RUNTIME_DIR, or NULL */
	const char *wayland; /* $WAYLAND_DISPLAY, or NULL */
	const char *cookies; /* $XAUTHORITY or what it is by default */
	/*
	 * Directories that many programs share, NULL-terminated: what a command makes in one is
	 * granted, never the directory itself.
	 */
	const char *const *shared;
};

/*
 * The lines of [filesystem] and [desktop]. A path that was used is shown by itself. A directory is
 * shown whole only if the command listed it, made or removed something in it, or used all that is
 * in it, and isn't shared; what lies in it then and wasn't used is hidden. More is granted than was
 * used in these cases, and warnings name the directories of the last two:
 *  - of a path that was only looked at, such as by stat(2), the content as well;
 *  - in a directory that is shown whole, what comes to lie there later, and symlinks;
 *  - where something was made or removed, writing to what was only read;
 *  - what is more than GRANTS_HIDE_MOST lines hide.
 * A path that was looked for and isn't there grants nothing, but the directory in which it isn't is
 * not hidden, only what lies in it.
 * Fills in `touched`, `searched` and `home` of *lines, which have to be empty.
 */
void files_lines(const struct record *record, const struct view *view, const struct places *places,
		 struct lines *lines);

/* The lines of [network]. */
void network_lines(const struct record *record, struct lines *lines);

#endif
