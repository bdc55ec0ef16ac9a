/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the build_*.c files share: the plan in the making and the means to add to it. */
#ifndef PLAN_BUILDER_H
#define PLAN_BUILDER_H

#include "base/arena.h"
#include "base/sys.h"
#include "plan/host.h"
#include "plan/plan.h"
#include "profile/profile.h"

struct builder {
	struct plan *plan;
	const struct profile *profile;
	const struct host *host;
	struct arena *arena; /* the plan's */
	const char *home;    /* clean */
	struct step *steps;  /* in the order in which they were asked for */
	size_t nsteps;
	struct step *last; /* done behind all others, in this order */
	size_t nlast;
	const char *tree;     /* what the base shows: "" for the host's root; NULL: no whole tree */
	bool overlaid;        /* overlays lie over the base */
	bool runtime_made;    /* $XDG_RUNTIME_DIR is there */
	struct strv set;      /* NAME=VALUE that other keys than those of [environment] add to the
				 environment */
	struct loc *set_locs; /* and the place of each */
	size_t nset_locs;
};

/* Values of sbox's own, whose place is "default". */
extern const struct loc no_loc;

/*
 * Expands ${NAME} and a leading ~/ in a path or text. Returns 1 with *out in the arena; 0 when a
 * variable is unset and `optional`; -1 when it is unset and not.
 */
int expand(struct builder *b, const char *text, bool optional, const struct loc *loc, char **out,
	   struct err **err);

/* expand() for a path: absolute, without "..", cleaned. */
int expand_path(struct builder *b, const char *text, bool optional, const struct loc *loc,
		char **out, struct err **err);

/* expand_path() for both paths of SOURCE[:DEST]; without DEST they are the same. */
int expand_bind(struct builder *b, const struct path_value *path, const struct loc *loc,
		char **source, char **dest, struct err **err);

/* A new step of that kind at `dest` (kept, not copied), to be filled in by the caller. */
struct step *add_step(struct builder *b, enum step_kind kind, const char *dest,
		      const struct loc *loc);
/* The same, done behind all others. */
struct step *add_last(struct builder *b, enum step_kind kind, const char *dest,
		      const struct loc *loc);

/* Flags of add_bind(). */
enum {
	BIND_RO = 1,       /* read-only */
	BIND_DEV = 2,      /* device nodes work */
	BIND_OPTIONAL = 4, /* skip when the source is missing */
	BIND_IMPLIED = 8,  /* sbox's own */
	BIND_NOEXEC = 16,
};

/* The clean text of a path as the builder records it: see add_bind(). */
struct source {
	const char *real; /* without symlinks */
	struct file_id id;
	bool linked; /* symlinks lie in the path */
};

/*
 * Looks at a path of the host. Returns 1, or 0 when it is missing (or out of reach) and `optional`;
 * else -1.
 */
int find_source(struct builder *b, const char *path, bool optional, const struct loc *loc,
		struct source *out, struct err **err);

/*
 * Shows the host's `source` at `dest`, recording its device, inode and type. Returns 1, 0 when it
 * was skipped, or -1: missing, or out of reach.
 */
int add_bind(struct builder *b, const char *source, const char *dest, unsigned flags,
	     const struct loc *loc, struct err **err);

void add_tmpfs(struct builder *b, const char *dest, mode_t mode, uint64_t size,
	       const struct loc *loc);
void add_dir(struct builder *b, const char *dest, mode_t mode, const struct loc *loc);
void add_symlink(struct builder *b, const char *dest, const char *target, const struct loc *loc);
void add_file(struct builder *b, const char *dest, const char *data, size_t len, mode_t mode,
	      const struct loc *loc);

/* Sets a variable for the application on behalf of a line, "NAME=VALUE", which is taken over. */
void set_variable(struct builder *b, const struct loc *loc, char *variable);

/* Shows an entry of the host as it is: a symlink as a symlink, else bound. Skips a missing one. */
int show_entry(struct builder *b, const char *path, const char *dest, unsigned flags,
	       const struct loc *loc, struct err **err);

/*
 * Shows what the host's directory holds now at `dest`, a directory of the sandbox's own, each by
 * show_entry(), but for the names in `except`. A missing directory is an error unless `flags` has
 * BIND_OPTIONAL.
 */
int show_entries(struct builder *b, const char *source, const char *dest, const char *const *except,
		 unsigned flags, const struct loc *loc, struct err **err);

/* Whether the profile shows programs with their closure, in place of /usr; and whether with the
 * named set.
 */
bool has_closure(const struct builder *b);
bool closure_has_set(const struct builder *b, const char *name);

/* The concerns, in the order in which plan_build() calls them. */
int build_network(struct builder *b, struct err **err);
int build_namespaces(struct builder *b, struct err **err);
int build_ids(struct builder *b, struct err **err); /* of build_namespaces() */
int build_base(struct builder *b, struct err **err);
int build_closure(struct builder *b, struct err **err);
int build_etc(struct builder *b, struct err **err);
int build_files(struct builder *b, struct err **err);
int build_desktop(struct builder *b, struct err **err);
int build_exec(struct builder *b, const char *const *argv, struct err **err);
int build_limits(struct builder *b, struct err **err);
int build_landlock(struct builder *b, struct err **err); /* the steps are in order then */

/*
 * The DNS servers that the host learnt on an interface, from the files of what configures it: at
 * most three into `servers`, and the file into *from (in the arena). Whether there is any.
 */
bool find_dns_servers(struct builder *b, const char *interface, unsigned index,
		      struct strv *servers, const char **from);

/*
 * What keeps a sandbox on its uplink, be it a named one or an interface through pasta;
 * build_uplink.c. Without one close_ways_round() does nothing, and the questions are answered with
 * no.
 */
/* Shows the resolver file that is the administrator's, or else the lease's, at /etc/resolv.conf. */
int uplink_resolver(struct builder *b, struct err **err);
/*
 * No bind may show a socket over which a daemon of the host would look names up, past the uplink:
 * refuses those of the profile, and hides what lies in sbox's own. Other sockets that lead to the
 * host's network are refused when a directory brings them along, and warned of when they are named.
 */
int close_ways_round(struct builder *b, struct err **err);
/* Whether the variable "NAME=..." names a proxy on the network that the caller is in. */
bool is_foreign_proxy(const struct builder *b, const char *variable);
/*
 * Whether what is shown at `dest` is to be shown by show_etc(): entry by entry, with sbox's own
 * files among them. In a bound directory the host could take those off, by renaming a new file
 * over the one that they cover.
 */
bool needs_entries(const struct builder *b, const char *dest);
int show_etc(struct builder *b, const char *source, unsigned flags, const struct loc *loc,
	     struct err **err);

/*
 * The base from a tree; build_tree.c. base_rootfs() shows the one that the profile names,
 * adopt_tree() marks the steps from `first` on as parts of b->tree.
 */
int base_rootfs(struct builder *b, struct err **err);
int adopt_tree(struct builder *b, size_t first, struct err **err);
/* Makes mount points possible that are missing in the tree, by showing less of it at once. */
int place_in_tree(struct builder *b, struct err **err);

/*
 * Overlays; build_overlay.c. find_overlay() says where changes go, overlay_directories() adds those
 * of the profile, and lay_overlays() lays one over each directory of the base, once all steps are
 * known, and finds or makes the directories for what is written.
 */
int find_overlay(struct builder *b, struct err **err);
int overlay_directories(struct builder *b, struct err **err);
int lay_overlays(struct builder *b, struct err **err);

/*
 * An error when the path leads through a symlink where a sandbox can write; protect.c. *real, if
 * wanted, is where it leads, in the arena; or NULL with errno, when it leads nowhere.
 */
int refuse_planted(struct builder *b, const char *path, const struct loc *loc, const char **real,
		   struct err **err);
/* The same for the sources of all binds. */
int refuse_planted_sources(struct builder *b, struct err **err);
/*
 * Where in `dir` the file `path` lies, both without symlinks, be it by the path of another mount of
 * the same directory: the rest of `path`, which is empty or begins with a slash; or NULL.
 */
const char *place_in(struct builder *b, const char *dir, const char *path);
/*
 * An error when the path, which decides about the next start, leads through a symlink in a tree
 * that one of the first `nsteps` steps makes writable.
 */
int refuse_replaceable(struct builder *b, const char *path, size_t nsteps, struct err **err);
/*
 * Keeps the directories above what is hidden, read-only or covered in their place; an error where
 * that can't be done.
 */
int pin_restrictions(struct builder *b, struct err **err);
/* Fills in `within` and `encloses`, once the order is final. */
void mark_enclosing(struct plan *plan);

/* An error when a path that is to be hidden or noexec, and isn't marked with -, is missing. */
int refuse_missing(struct builder *b, struct err **err);
/* Whether nothing will be behind the absolute path inside; false in doubt. */
bool leads_nowhere(const struct builder *b, const char *named);

/*
 * Puts the steps in the order in which they work, takes out doubles, lets a profile's rule stand
 * for sbox's own of the same place, and refuses rules that contradict each other.
 */
int order_steps(struct builder *b, struct err **err);

#endif
