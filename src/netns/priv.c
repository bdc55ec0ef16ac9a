/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/priv.h"

#include <errno.h>
#include <grp.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/mem.h"

int priv_refuse_elevation(struct err **err)
{
	if (geteuid() == getuid() && getegid() == getgid() && !getauxval(AT_SECURE))
		return 0;
	return err_set(err, 0,
		       "refusing to run setuid, setgid or with file capabilities: sbox-netns is "
		       "meant to be run plainly, as root where it says so");
}

/* Limits every set, the bounding and ambient ones too, to `keep`. */
static int limit(const cap_value_t *keep, int count, struct err **err)
{
	cap_t caps = cap_init();
	int result = 0;

	if (!caps)
		return err_set(err, errno, "capabilities");
	for (cap_value_t cap = 0; cap_get_bound(cap) >= 0; cap++) {
		bool kept = false;

		for (int i = 0; i < count; i++)
			kept = kept || keep[i] == cap;
		/* EPERM: without CAP_SETPCAP there was little to lose, and the sets below rule. */
		if (!kept && cap_get_bound(cap) == 1 && cap_drop_bound(cap) < 0 && errno != EPERM)
			result = -1;
	}
	if (result < 0 || prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ||
	    (count && (cap_set_flag(caps, CAP_PERMITTED, count, keep, CAP_SET) < 0 ||
		       cap_set_flag(caps, CAP_EFFECTIVE, count, keep, CAP_SET) < 0)) ||
	    cap_set_proc(caps) < 0)
		result = -1;
	if (result < 0)
		err_set(err, errno, "drop capabilities");
	cap_free(caps);
	return result;
}

int priv_limit(struct err **err)
{
	static const cap_value_t keep[] = {CAP_SYS_ADMIN, CAP_NET_ADMIN, CAP_SETUID,
					   CAP_SETGID,    CAP_KILL,      CAP_SYS_PTRACE};

	if (limit(keep, ARRAY_SIZE(keep), err) == 0)
		return 0;
	if (err && *err && (*err)->errnum == EPERM)
		err_append(err, " (root here lacks capabilities that are needed: a container?)");
	return -1;
}

int priv_limit_look(struct err **err)
{
	static const cap_value_t wanted[] = {CAP_SYS_ADMIN, CAP_SYS_PTRACE};
	cap_value_t keep[ARRAY_SIZE(wanted)];
	cap_t now = cap_get_proc();
	int count = 0;

	if (!now)
		return err_set(err, errno, "capabilities");
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		cap_flag_value_t has = CAP_CLEAR;

		if (cap_get_flag(now, wanted[i], CAP_PERMITTED, &has) == 0 && has == CAP_SET)
			keep[count++] = wanted[i];
	}
	cap_free(now);
	return limit(keep, count, err);
}

int priv_drop_all(struct err **err)
{
	return limit(NULL, 0, err);
}

int priv_become(const struct owner *owner, bool keep_sys_admin, struct err **err)
{
	static const cap_value_t admin = CAP_SYS_ADMIN;
	uid_t ruid, euid, suid;

	if (prctl(PR_SET_KEEPCAPS, keep_sys_admin) < 0)
		return err_set(err, errno, "keep capabilities");
	if (setgroups(0, NULL) < 0 || setresgid(owner->gid, owner->gid, owner->gid) < 0 ||
	    setresuid(owner->uid, owner->uid, owner->uid) < 0)
		return err_set(err, errno, "become the user %s", owner->name);
	if (getresuid(&ruid, &euid, &suid) < 0 || ruid != owner->uid || euid != owner->uid ||
	    suid != owner->uid)
		return err_set(err, 0, "become the user %s: the kernel kept another uid",
			       owner->name);
	return limit(&admin, keep_sys_admin ? 1 : 0, err);
}

int priv_limit_client(struct err **err)
{
	static const cap_value_t keep[] = {CAP_NET_ADMIN, CAP_NET_RAW, CAP_NET_BIND_SERVICE};

	if (limit(keep, ARRAY_SIZE(keep), err) < 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(err, errno, "set no_new_privs");
	return 0;
}
