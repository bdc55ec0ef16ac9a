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
	/*
	 * Directories that many programs share, NULL-terminated: what a command makes in one is
	 * granted, never the directory itself.
	 */
	const char *const *shared;
};

/*
 * The lines of [filesystem] and [desktop]. A path that was used is shown by itself; a directory is
 * shown whole only if the command listed it, made or removed something in it, or used all that is
 * in it: so nothing is granted that only lies beside what was used.
 */
void files_lines(const struct record *record, const struct view *view, const struct places *places,
		 struct lines *lines);

/* The lines of [network]. */
void network_lines(const struct record *record, struct lines *lines);

#endif
