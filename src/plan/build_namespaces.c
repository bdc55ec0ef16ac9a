/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which namespaces are new, and the host name. */
#include <sched.h>

#include "base/str.h"
#include "plan/builder.h"

static bool is_new(struct builder *b, enum key_id key)
{
	const struct value *value = profile_get(b->profile, key);

	if (value->number != 0)
		b->plan->shared[b->plan->nshared++] =
			(struct plan_shared){schema[key].name, value->loc};
	return value->number == 0;
}

int build_namespaces(struct builder *b, struct err **err)
{
	const struct value *hostname = profile_get(b->profile, KEY_NS_HOSTNAME);
	const struct value *uptime = profile_get(b->profile, KEY_NS_UPTIME);
	const struct value *clocks = profile_get(b->profile, KEY_NS_TIME);
	struct plan *plan = b->plan;

	plan->namespaces = CLONE_NEWNS;
	is_new(b, KEY_NS_USER); /* build_ids() makes it */
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
	plan->hostname_loc = hostname ? hostname->loc : no_loc;
	plan->new_time = clocks->number == 1;
	plan->time_loc = uptime ? uptime->loc : clocks->loc;
	if (uptime)
		plan->uptime = uptime->number;
	return build_ids(b, err);
}
