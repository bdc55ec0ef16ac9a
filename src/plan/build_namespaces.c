/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which namespaces are new, the id maps and the host name. */
#include <sched.h>

#include "base/str.h"
#include "plan/builder.h"

static bool is_new(struct builder *b, enum key_id key)
{
	return profile_number(b->profile, key) == 0;
}

static struct id_maps map(struct builder *b, unsigned inside_uid, unsigned outside_uid,
			  unsigned inside_gid, unsigned outside_gid)
{
	return (struct id_maps){
		.uid = arena_printf(b->arena, "%u %u 1\n", inside_uid, outside_uid),
		.gid = arena_printf(b->arena, "%u %u 1\n", inside_gid, outside_gid),
	};
}

static int identity(struct builder *b, struct err **err)
{
	const struct value *user = profile_get(b->profile, KEY_NS_USER);
	const struct value *uid = profile_get(b->profile, KEY_NS_UID);
	const struct value *gid = profile_get(b->profile, KEY_NS_GID);
	const struct value *nested = profile_get(b->profile, KEY_NS_NESTED);
	unsigned in_uid = uid ? (unsigned)uid->number : b->host->uid;
	unsigned in_gid = gid ? (unsigned)gid->number : b->host->gid;
	struct plan_ids *ids = &b->plan->ids;

	ids->max_user_namespaces = nested->number > 0 ? nested->number : -1;
	if (b->plan->net.mode == NET_NETNS) {
		/* The uplink's user namespace maps its owner to 0, and can't be extended. */
		ids->nest = true;
		ids->nested_maps = map(b, in_uid, 0, in_gid, 0);
		return 0;
	}
	if (user->number == 0) {
		ids->own_userns = true;
		ids->maps = map(b, in_uid, b->host->uid, in_gid, b->host->gid);
	} else if (b->host->uid != 0) {
		return err_set(err, 0,
			       "%s: user = host needs the privilege to mount, and only root has it",
			       loc_text(&user->loc));
	} else if (uid || gid) {
		return err_set(err, 0, "%s: %s needs a user namespace, but user = host (%s)",
			       loc_text(uid ? &uid->loc : &gid->loc), uid ? "uid" : "gid",
			       loc_text(&user->loc));
	}
	/* The limit counts in one user namespace and is inherited by none: it needs its own. */
	if (ids->max_user_namespaces >= 0) {
		ids->nest = true;
		ids->nested_maps = map(b, in_uid, in_uid, in_gid, in_gid);
	}
	return 0;
}

int build_namespaces(struct builder *b, struct err **err)
{
	const struct value *hostname = profile_get(b->profile, KEY_NS_HOSTNAME);
	struct plan *plan = b->plan;

	plan->namespaces = CLONE_NEWNS;
	plan->namespaces |= is_new(b, KEY_NS_PID) ? CLONE_NEWPID : 0;
	plan->namespaces |= is_new(b, KEY_NS_IPC) ? CLONE_NEWIPC : 0;
	plan->namespaces |= is_new(b, KEY_NS_UTS) ? CLONE_NEWUTS : 0;
	plan->namespaces |= is_new(b, KEY_NS_CGROUP) ? CLONE_NEWCGROUP : 0;
	if (plan->net.mode == NET_NONE || plan->net.mode == NET_PASTA || plan->net.own_netns) {
		plan->namespaces |= CLONE_NEWNET;
		plan->lo_up = true;
	}
	if (plan->net.pasta.argv) {
		const struct value *gid = profile_get(b->profile, KEY_NS_GID);
		/* As init sees its group: an uplink's user namespace maps the owner's to 0. */
		unsigned group = plan->net.own_netns ? 0
				 : gid               ? (unsigned)gid->number
						     : b->host->gid;

		plan->net.ping_groups = arena_printf(b->arena, "%u %u\n", group, group);
	}
	if (plan->namespaces & CLONE_NEWUTS)
		plan->hostname = arena_strdup(b->arena, hostname ? hostname->text : "sbox");
	return identity(b, err);
}
