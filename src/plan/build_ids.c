/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who the application is: the id maps of its user namespaces, its groups, what powers it keeps. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/subid.h"
#include "plan/builder.h"

/* The ids that a tree of several owners needs are those up to nobody's. */
enum { NOBODY = 65534 };

/* One kind of id: what the application has of it, and what there is beside. */
struct kind {
	const char *file, *name, *option;
	unsigned inside, outside;
	struct subid_range ranges[SUBID_RANGES_MAX];
	size_t nranges;
	int64_t count; /* of all ranges */
};

/*
 * The subordinate ids from 0 up, in the order of their ranges, with the application's own at its
 * place among them, or behind them. `same`: the map for a namespace in that one, in which they are
 * the same; the kernel takes no line that is more than one of the map outside.
 */
static const char *all_ids(struct builder *b, const struct kind *kind, bool same)
{
	_cleanup_str_ struct str map = {0};
	unsigned outside = same ? kind->inside : kind->outside;
	int64_t next = 0, own = kind->inside;

	for (size_t i = 0; i < kind->nranges; i++) {
		struct subid_range left = kind->ranges[i];

		while (left.count > 0) {
			int64_t take = left.count;

			if (next == own)
				str_addf(&map, "%lld %u 1\n", (long long)next++, outside);
			if (next < own && take > own - next)
				take = own - next;
			str_addf(&map, "%lld %lld %lld\n", (long long)next,
				 (long long)(same ? next : left.start), (long long)take);
			next += take;
			left.start += take;
			left.count -= take;
		}
	}
	if (next <= own)
		str_addf(&map, "%lld %u 1\n", (long long)own, outside);
	return arena_strdup(b->arena, map.text);
}

static int read_ranges(struct builder *b, struct kind *kind, const struct value *ids,
		       struct err **err)
{
	_cleanup_free_ char *data = NULL;
	const char *user = b->host->user;
	size_t len;

	if (b->host->fs->read(kind->file, &data, &len) < 0 && errno != ENOENT)
		return err_set(err, errno, "%s: ids = sub: read %s", loc_text(&ids->loc),
			       kind->file);
	if (data)
		kind->nranges = subid_ranges(data, user, b->host->uid, kind->outside, kind->ranges,
					     NULL, NULL);
	for (size_t i = 0; i < kind->nranges; i++)
		kind->count += kind->ranges[i].count;
	if (kind->count == 0)
		return err_set(err, 0,
			       "%s: ids = sub: %s has no range for %s; root can give one with: "
			       "usermod %s 100000-165535 %s, if no other user has that",
			       loc_text(&ids->loc), kind->file, user, kind->option, user);
	if (kind->count < NOBODY)
		return err_set(err, 0,
			       "%s: ids = sub: %s has only %lld %s for %s, and it takes %d, for "
			       "nobody is %d; root can give more with: usermod %s FIRST-LAST %s",
			       loc_text(&ids->loc), kind->file, (long long)kind->count, kind->name,
			       user, NOBODY, NOBODY, kind->option, user);
	return 0;
}

static int find_helper(struct builder *b, const char *name, const struct value *ids,
		       const char **out, struct err **err)
{
	/* Not PATH: they have privilege, and what they are asked is not the caller's choice. */
	static const char *const dirs[] = {"/usr/bin", "/bin", "/run/wrappers/bin"};
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		const char *path = arena_printf(b->arena, "%s/%s", dirs[i], name);

		if (b->host->fs->stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		    (st.st_mode & 0111)) {
			*out = path;
			return 0;
		}
	}
	return err_set(err, 0,
		       "%s: ids = sub: there is no %s, which maps subordinate ids: install it, on "
		       "Debian with: sudo apt install uidmap",
		       loc_text(&ids->loc), name);
}

/* As root has mapped them in an uplink's user namespace: the owner is 0, the ranges follow. */
static void behind_owner(struct kind *kind)
{
	int64_t next = 1;

	kind->outside = 0;
	for (size_t i = 0; i < kind->nranges; i++) {
		kind->ranges[i].start = next;
		next += kind->ranges[i].count;
	}
}

/* Subordinate ids, where the profile asks for them. */
static int several(struct builder *b, struct kind *uid, struct kind *gid, const struct value *value,
		   struct err **err)
{
	struct plan_ids *ids = &b->plan->ids;

	uid->outside = b->host->uid;
	gid->outside = b->host->gid;
	if (read_ranges(b, uid, value, err) < 0 || read_ranges(b, gid, value, err) < 0)
		return -1;
	ids->sub = true;
	ids->loc = value->loc;
	/* With these root of the sandbox can do to files what root can, if their owners exist in
	 * it; and be each of those. */
	if (uid->inside == 0)
		ids->kept = 1u << CAP_CHOWN | 1u << CAP_DAC_OVERRIDE | 1u << CAP_FOWNER |
			    1u << CAP_FSETID | 1u << CAP_SETGID | 1u << CAP_SETUID;
	if (!ids->own_userns) {
		behind_owner(uid);
		behind_owner(gid);
		return 0;
	}
	return find_helper(b, "newuidmap", value, &ids->newuidmap, err) < 0 ||
			       find_helper(b, "newgidmap", value, &ids->newgidmap, err) < 0
		       ? -1
		       : 0;
}

static void groups(struct builder *b)
{
	struct plan_ids *ids = &b->plan->ids;

	for (size_t i = 0; i < b->host->ngroups; i++)
		ids->ngroups += b->host->groups[i] != b->host->gid;
	/* An uplink's user namespace has setgroups(2) denied, and those below it inherit that. */
	ids->drops_groups = ids->sub && ids->own_userns;
	ids->groups_gone = ids->drops_groups || b->host->uid == 0 || ids->ngroups == 0;
}

/*
 * To map itself there a user needs CAP_SETFCAP outside when that maps the outer 0, since
 * Linux 5.12; user_namespaces(7).
 */
static void warn_nested_root(struct builder *b, const struct value *nested, unsigned uid)
{
	if (nested->number == 0 || uid != 0)
		return;
	*array_grow(&b->plan->warnings, &b->plan->nwarnings) = arena_printf(
		b->arena,
		"%s: nested = %s is of no use to the user id 0: the kernel lets it map itself "
		"in no user namespace that it makes; with uid = 1000 it works",
		loc_text(&nested->loc), nested->text);
}

/* Whether the caller's user namespace has other ids than the caller's: what unshare -r makes
 * hasn't. */
static bool has_others(struct builder *b)
{
	_cleanup_free_ char *map = NULL;
	unsigned inside, outside, count;
	size_t len;

	return b->host->fs->read("/proc/self/uid_map", &map, &len) < 0 ||
	       sscanf(map, "%u %u %u", &inside, &outside, &count) != 3 || count != 1 ||
	       strchr(map, '\n') != map + len - 1;
}

/*
 * In a user namespace of root's own making an application can give files capabilities that count
 * wherever root's do, capabilities(7), and mount the control groups, which are root's.
 */
static int refuse_nested_root(struct builder *b, const struct value *nested, struct err **err)
{
	if (nested->number == 0 || b->host->uid != 0 || !has_others(b))
		return 0;
	return err_set_code(err, EXIT_PROFILE, 0,
			    "%s: nested = %s would let an application of root's make files whose "
			    "capabilities hold outside: take run-as = USER with it, or start it as "
			    "a user",
			    loc_text(&nested->loc), nested->text);
}

static int user_is_host(struct builder *b, const struct value *user, const struct value *uid,
			const struct value *gid, struct err **err)
{
	if (b->host->uid != 0)
		return err_set(err, 0,
			       "%s: user = host needs the privilege to mount, and only root has it",
			       loc_text(&user->loc));
	if (uid || gid)
		return err_set(err, 0, "%s: %s needs a user namespace, but user = host (%s)",
			       loc_text(uid ? &uid->loc : &gid->loc), uid ? "uid" : "gid",
			       loc_text(&user->loc));
	return 0;
}

static void make_maps(struct builder *b, const struct kind *uid, const struct kind *gid)
{
	struct plan_ids *ids = &b->plan->ids;
	bool joins = b->plan->net.mode == NET_NETNS;

	if (ids->own_userns)
		ids->maps = (struct id_maps){all_ids(b, uid, false), all_ids(b, gid, false)};
	if (ids->nest)
		ids->nested_maps =
			(struct id_maps){all_ids(b, uid, !joins), all_ids(b, gid, !joins)};
}

int build_ids(struct builder *b, struct err **err)
{
	const struct value *user = profile_get(b->profile, KEY_NS_USER);
	const struct value *inner_uid = profile_get(b->profile, KEY_NS_UID);
	const struct value *inner_gid = profile_get(b->profile, KEY_NS_GID);
	const struct value *nested = profile_get(b->profile, KEY_NS_NESTED);
	const struct value *which = profile_get(b->profile, KEY_NS_IDS);
	struct plan_ids *ids = &b->plan->ids;
	struct kind uid = {.file = "/etc/subuid", .name = "user ids", .option = "--add-subuids"};
	struct kind gid = {.file = "/etc/subgid", .name = "group ids", .option = "--add-subgids"};
	bool joins = b->plan->net.mode == NET_NETNS;

	if (refuse_nested_root(b, nested, err) < 0)
		return -1;
	uid.inside = inner_uid ? (unsigned)inner_uid->number : b->host->uid;
	gid.inside = inner_gid ? (unsigned)inner_gid->number : b->host->gid;
	ids->uid = uid.inside;
	ids->gid = gid.inside;
	ids->uid_loc = inner_uid ? inner_uid->loc : no_loc;
	ids->gid_loc = inner_gid ? inner_gid->loc : no_loc;
	ids->nested_loc = nested->loc;
	ids->may_nest = nested->number != 0;
	/* An uplink's user namespace maps its owner to 0, and can't be extended. */
	uid.outside = joins ? 0 : b->host->uid;
	gid.outside = joins ? 0 : b->host->gid;
	ids->max_user_namespaces = nested->number > 0 ? nested->number : -1;
	ids->own_userns = !joins && user->number == 0;
	if (!joins && !ids->own_userns && user_is_host(b, user, inner_uid, inner_gid, err) < 0)
		return -1;
	/* The limit counts in one user namespace and is inherited by none: it needs its own. */
	ids->nest = joins || ids->max_user_namespaces >= 0;
	if (which->number == 1 && several(b, &uid, &gid, which, err) < 0)
		return -1;
	warn_nested_root(b, nested, uid.inside);
	make_maps(b, &uid, &gid);
	groups(b);
	return 0;
}
