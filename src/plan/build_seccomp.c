/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/build.h"
#include "plan/build_filter.h"

static void list(const struct profile *profile, enum key_id key, struct seccomp_list *out)
{
	profile_list(profile, key, &out->values, &out->count);
}

int build_seccomp(struct plan *plan, const struct profile *profile,
		  const struct host_kernel *kernel, struct err **err)
{
	struct seccomp_keys keys = {
		.default_action = profile_get(profile, KEY_SECCOMP_DEFAULT),
		.baseline = profile_flag(profile, KEY_SECCOMP_BASELINE),
		.kernel = *kernel,
		.nested = profile_number(profile, KEY_NS_NESTED) != 0,
	};

	list(profile, KEY_SECCOMP_ALLOW, &keys.allow);
	list(profile, KEY_SECCOMP_LOG, &keys.log);
	list(profile, KEY_SECCOMP_DENY, &keys.deny);
	list(profile, KEY_SECCOMP_KILL, &keys.kill);
	list(profile, KEY_SECCOMP_EXEMPT, &keys.exempt);
	list(profile, KEY_SECCOMP_ARCH, &keys.arch);
	list(profile, KEY_SECCOMP_IMPORT, &keys.import);
	list(profile, KEY_LANDLOCK_TCP_CONNECT, &keys.connect);
	list(profile, KEY_LANDLOCK_TCP_BIND, &keys.bind);
	return seccomp_build_filter(plan->arena, &keys, &plan->filter, err);
}
