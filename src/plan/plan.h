/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plan: an ordered account of everything that will be done to start one application, complete
 * before anything is done. sandbox/ carries it out and sees nothing else; explain prints it. All
 * strings and arrays live in the plan's arena and end with it, but for the files' names in its
 * places, which are the profile's: the profile has to outlive the plan.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include "base/err.h"
#include "base/loc.h"
#include "base/mnt.h"
#include "base/str.h"
#include "plan/filter.h"

/* One thing to do to the new root, in the order of the array. */
enum step_kind {
	STEP_DIR,      /* create dest with mode */
	STEP_SYMLINK,  /* create dest -> data */
	STEP_FILE,     /* create dest with data, len, mode */
	STEP_BIND,     /* show source, as recorded in id, at dest */
	STEP_TMPFS,    /* a new tmpfs of size bytes with mode at dest */
	STEP_PROC,     /* a new procfs at dest */
	STEP_SYSFS,    /* a new sysfs at dest, which shows this network namespace alone */
	STEP_DEVPTS,   /* a new devpts instance at dest */
	STEP_HIDE,     /* cover dest with an empty directory or file that nobody may open */
	STEP_READONLY, /* make the mount at dest itself read-only (not what is mounted below it) */
	STEP_OVERLAY,  /* show source at dest; what is written goes to upper */
	STEP_NOEXEC,   /* bind dest on itself so that nothing can be executed there */
	STEP_KIND_COUNT
};

struct step {
	enum step_kind kind;
	const char *dest;
	const char *source;
	struct file_id id;
	uint64_t attr; /* MOUNT_ATTR_* */
	mode_t mode;
	uint64_t size; /* STEP_TMPFS: 0 for the kernel's default, half the memory */
	const char *data;
	size_t len;
	/* STEP_BIND: the source's path without symlinks, which is what is opened. */
	const char *real;
	/* STEP_BIND: symlinks lie in the source's path. STEP_SYMLINK: source is one of the host's.
	 */
	bool linked;
	/*
	 * STEP_HIDE, STEP_READONLY, STEP_FILE: the index of the writable bind in which dest has to
	 * lie, or -1; the application of an earlier start may be moving directories there.
	 */
	int within;
	/* STEP_BIND: a directory bound on itself, so that it can't be renamed. */
	bool pins;
	/*
	 * What Landlock allows at dest and below, LANDLOCK_ACCESS_FS_*; 0: no rule. Rights add up
	 * on the way to the root, so that none can be taken away below.
	 */
	uint64_t access;
	/* STEP_OVERLAY: the directories outside that keep what is written; NULL: memory does. */
	const char *upper, *work;
	struct file_id upper_id, work_id;
	/* Where dest is without the symlinks on the way, where there is a tree; NULL: as dest. */
	const char *place;
	/* A part of the base's tree, in which nothing may be missing that is mounted on. */
	bool tree;
	/* A part of the base, over which [filesystem] overlay lies. */
	bool based;
	/* Another step's `within` is this one. */
	bool encloses;
	/* Later steps may create mount points in it: a persistent home, an overlay. */
	bool may_create;
	/* Takes something away that would be there otherwise. */
	bool restricts;
	/* STEP_BIND: the application may rename what is in it. */
	bool renames;
	/* STEP_BIND: read-only to protect sbox's own files, whatever was asked. */
	bool guarded;
	/* STEP_HIDE, and STEP_FILE over one of the host's: dest may be missing. */
	bool if_present;
	/* STEP_TMPFS: a later step makes it read-only. */
	bool sealed;
	/* STEP_READONLY: dest is no mount of its own and is bound on itself first. */
	bool cover;
	/* STEP_PROC: nothing but the processes. */
	bool pid_only;
	/* sbox's own doing, not a profile line's; explain sums these up. */
	bool implied;
	/* STEP_BIND, STEP_SYMLINK: of a closure, and not needed where the place is shown anyway. */
	bool closure;
	/* Implied, and not to be replaced: it keeps names from leaking. */
	bool essential;
	struct loc loc;
};

enum net_mode { NET_NONE, NET_HOST, NET_NETNS, NET_PASTA };

/* pasta(1), which connects the sandbox's network namespace to another one. */
struct plan_pasta {
	const char *path; /* NULL: not wanted, or (explain) not found */
	/* Complete but for the names of the sandbox's namespaces, which are behind the last: NULLs
	 * to replace, PLAN_PASTA_SPARE of them and one more. */
	char **argv;
	size_t argc;
};
enum { PLAN_PASTA_SPARE = 4 };

struct plan_net {
	enum net_mode mode;
	const char *netns;         /* NET_NETNS: the uplink's name */
	const char *netns_path;    /* its pin, /run/netns/NAME */
	bool is_up;                /* something is pinned there, at the time of the plan */
	bool own_netns;            /* NET_NETNS: a namespace behind the uplink's, through pasta */
	const char *uplink;        /* NET_PASTA: the interface */
	unsigned uplink_index;     /* its index, at the time of the plan; 0: there was none */
	bool uplink_v4, uplink_v6; /* which families have a default route through it */
	struct plan_pasta pasta;
	const char *ping_groups; /* with pasta: the text for the sandbox's ping_group_range */
	/* The servers of the sandbox's own resolv.conf and where they are from: a profile's line or
	 * a file of the host. NULL: the host's own resolv.conf, or that of the lease, is shown. */
	char *const *dns;
	const char *dns_source;
	struct loc dns_loc;
	const char *resolver; /* NET_NETNS: the file of the host that is shown, or NULL */
	char *const *search;  /* NULL-terminated, or NULL */
	struct loc search_loc;
	char *const *publish; /* "ADDRESS port PORT", likewise, in words for explain */
	const struct loc *publish_locs;
	struct loc loc;
};

/* Whether the network namespace is one of others as well: an uplink's, or the host's. */
static inline bool plan_shares_network(const struct plan_net *net)
{
	return net->mode == NET_HOST || (net->mode == NET_NETNS && !net->own_netns);
}

/* Whether files have rules of Landlock's, and if not, why. */
enum landlock_files {
	LANDLOCK_FILES,
	LANDLOCK_FILES_OFF,
	LANDLOCK_FILES_NESTED, /* the application may make mount namespaces, and could mount nothing
				*/
	LANDLOCK_FILES_LACKING /* this kernel can't, though the profile would have it */
};

/* What Landlock denies beside the mounts; landlock(7). With all of the sets empty, nothing. */
struct plan_landlock {
	int abi; /* the kernel's; 0: none */
	enum landlock_files files;
	/*
	 * LANDLOCK_ACCESS_FS_* that only a rule allows: `access` of a step, reading everywhere
	 * inside, for the files that sbox makes, and what descriptors 0 to 2 are open for.
	 */
	uint64_t fs;
	struct loc mode_loc;
	/* LANDLOCK_ACCESS_NET_*, likewise: on `ports` alone, an array. */
	uint64_t net;
	struct plan_port {
		uint16_t port;
		uint64_t access;
		struct loc loc;
	} * ports;
	size_t nports;
	struct loc connect_loc, bind_loc;
	uint64_t scoped; /* LANDLOCK_SCOPE_*, 0: nothing */
	/* Nothing, though the profile would have it, for this kernel can't. */
	bool lacking;
	/* The place that shows X11, which is why abstract sockets aren't among them; or no file. */
	struct loc x11;
	/* Signals aren't among them, because the sandbox shares its caller's terminal. */
	bool terminal;
	struct loc loc;
	/* What is denied is to be in the audit log, by this domain, and by domains in it. */
	bool log, log_all;
	struct loc log_loc;
};

/* Whether there is anything to deny. */
static inline bool plan_landlocked(const struct plan_landlock *landlock)
{
	return landlock->fs || landlock->net || landlock->scoped;
}

/* Where overlays keep what is written, and whether that is listed at the end. */
struct plan_overlay {
	const char *dir; /* NULL: memory */
	const char *real;
	struct file_id id;
	bool list;
	struct loc loc;
};

/* The text for uid_map and gid_map. */
struct id_maps {
	const char *uid;
	const char *gid;
};

struct plan_ids {
	bool own_userns; /* a user namespace at clone(2), with `maps` */
	struct id_maps maps;
	bool nest; /* enter a nested one last, with `nested_maps` */
	struct id_maps nested_maps;
	unsigned uid, gid; /* the application's own, as it sees them */
	struct loc uid_loc, gid_loc;
	int64_t max_user_namespaces; /* written in the nested one; -1: left alone */
	struct loc nested_loc;
	bool may_nest; /* the application may make user namespaces */
	/*
	 * Subordinate ids are among those mapped, which takes a process outside that may: for
	 * `maps` these two programs, for `nested_maps` one that is in the namespace around. Where
	 * they aren't, the process writes its own maps, and setgroups(2) is denied first.
	 */
	bool sub;
	const char *newuidmap, *newgidmap;
	struct loc loc;
	uint32_t kept;     /* capabilities that the application keeps, as bits */
	size_t ngroups;    /* the caller's supplementary groups */
	bool drops_groups; /* the sandbox drops them, as its user namespace lets it */
	bool groups_gone;  /* the application has none of them, for whatever reason */
};

struct plan_limit {
	int resource;     /* RLIMIT_* */
	const char *name; /* the key's, for messages */
	struct rlimit limit;
	struct loc loc;
};

/* The application's controlling terminal. */
enum tty_mode {
	TTY_INHERIT, /* the caller's, and the caller's session */
	TTY_NEW,     /* one of the sandbox's own; none where the caller has no terminal at all */
	TTY_NONE,    /* a session without one */
};

/* A file that [filesystem] closure shows. */
struct plan_closure_file {
	const char *path; /* as it is opened; symlinks may lie in it */
	const char *via;  /* the file that needs it, or NULL: a line of the profile names it */
	struct loc loc;
};

struct plan_exec {
	char *const *argv;
	char *const *envp;
	const struct loc *env_locs; /* where each variable of envp is from */
	bool unnamed;               /* explain: no command is given, and argv is a word for any */
	/* Paths to try in order, as execvp(3) would: one when the command has a slash. */
	const char *const *candidates;
	const char *command; /* as it was given, for messages */
	bool missing;        /* explain: it is certainly not in the sandbox */
	const char *workdir;
	struct loc workdir_loc;
	bool workdir_fallback; /* workdir was the caller's: when it is missing inside, home, then /
				*/
	/* explain: what is certainly not in the sandbox; the caller's, where workdir is what takes
	 * its place. */
	const char *no_workdir;
	const char *home;
	const char *run_as; /* "USER[:GROUP]" that root has become, or NULL */
	struct loc run_as_loc;
	enum tty_mode tty; /* with run_as not TTY_INHERIT */
	struct loc tty_loc;
	bool tty_of_host; /* with run_as: without a devpts here the new terminal is one of the
			     host's */
	bool die_with_parent;
	bool why; /* what the sandbox denies is said as it happens */
	struct loc why_loc;
	struct loc loc;
	struct strv owned_argv, owned_envp,
		owned_candidates; /* what the pointers above point into */
};

struct plan {
	const char *name;         /* the profile's */
	unsigned long namespaces; /* CLONE_NEW* to create, the user namespace not among them */
	struct plan_ids ids;
	struct plan_net net;
	struct plan_landlock landlock;
	bool lo_up; /* bring lo up in the new network namespace */
	/* The others, which are the host's, and the lines that say so. */
	struct plan_shared {
		const char *name;
		struct loc loc;
	} shared[5];
	size_t nshared;
	const char *hostname; /* NULL with the host's UTS namespace */
	struct loc hostname_loc;
	bool new_time;  /* a time namespace of its own */
	int64_t uptime; /* what its clocks say at the start, in microseconds */
	struct loc time_loc;
	const char *tree; /* another system's that base shows, or NULL */
	struct step *steps;
	size_t nsteps;
	struct plan_overlay overlay;
	const char *persist; /* the persistent home's directory outside, or NULL */
	struct plan_closure_file *closure;
	size_t nclosure;
	const char **closure_notes; /* what was not found, where that ends nothing */
	size_t nclosure_notes;
	struct plan_limit *limits;
	size_t nlimits;
	struct plan_exec exec;
	struct filter_spec filter;       /* what the filter is to do */
	struct filter_programs programs; /* and, once cmd has had it compiled, the filter */
	const char **notes;              /* what a user should know before the application starts */
	size_t nnotes;
	const char **warnings; /* the same, of what is weaker than it looks */
	size_t nwarnings;
	struct arena *arena;
};

/* Whether the step shows something of the host, and `real` and `id` tell what. */
static inline bool step_shows_host(const struct step *step)
{
	return step->kind == STEP_BIND || step->kind == STEP_OVERLAY;
}

/* Whether the step shows something of its own at its place: a file system, new or of the host's. */
static inline bool step_is_mount(const struct step *step)
{
	return step_shows_host(step) || step->kind == STEP_TMPFS || step->kind == STEP_PROC ||
	       step->kind == STEP_SYSFS || step->kind == STEP_DEVPTS;
}

void plan_free(struct plan *plan);
static inline void plan_freep(struct plan **plan)
{
	plan_free(*plan);
}
#define _cleanup_plan_ __attribute__((cleanup(plan_freep)))

/*
 * The step by which nothing is executed at the path inside: a noexec line's, or that of the mount;
 * NULL where the plan has none. Symlinks aren't followed.
 */
const struct step *plan_noexec_at(const struct plan *plan, const char *path);

/* The tree of another system's that decides what is at the path inside, or NULL. */
const char *plan_tree_at(const struct plan *plan, const char *path);

/* The error for what is to be hidden or noexec and isn't there; -1. */
int step_missing(const struct step *step, struct err **err);

/* The step in words, for messages and explain: "bind /usr on /usr, read-only". The caller frees. */
char *step_text(const struct step *step);

#endif
