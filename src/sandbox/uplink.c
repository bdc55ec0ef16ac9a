/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox/uplink.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

#include "base/mem.h"
#include "base/sys.h"

static int not_up(const struct plan_net *net, struct err **err)
{
	return err_set(err, 0,
		       "the uplink \"%s\" is not up (%s): no %s; "
		       "bring it up with: sudo sbox netns up %s --interface IF",
		       net->netns, loc_text(&net->loc), net->netns_path, net->netns);
}

static int check_owner(const struct plan_net *net, int userns, uid_t uid, struct err **err)
{
	_cleanup_fclose_ FILE *passwd = NULL;
	struct passwd *pw = NULL;
	char owner_text[64];
	uid_t owner;

	if (ioctl(userns, NS_GET_OWNER_UID, &owner) < 0)
		return err_set(err, errno, "the uplink \"%s\" (%s): ask for its owner", net->netns,
			       loc_text(&net->loc));
	if (owner == uid && uid != 0)
		return 0;
	if (owner == 0)
		return err_set(err, 0,
			       "the uplink \"%s\" (%s) belongs to root: it was made by "
			       "\"ip netns add\", not by sbox, and only root can enter it; make it "
			       "anew with: sudo ip netns delete %s && sudo sbox netns up %s "
			       "--interface IF",
			       net->netns, loc_text(&net->loc), net->netns, net->netns);
	/* The file alone, for NSS can't be asked from a static program. */
	passwd = fopen("/etc/passwd", "re");
	while (passwd && (pw = fgetpwent(passwd)) && pw->pw_uid != owner)
		;
	if (pw)
		snprintf(owner_text, sizeof(owner_text), "%s", pw->pw_name);
	else
		snprintf(owner_text, sizeof(owner_text), "#%u", (unsigned)owner);
	return err_set(
		err, 0,
		"the uplink \"%s\" (%s) belongs to the user %s, and only that user can "
		"join it: run as %s, or give it to another owner with: sudo sbox netns down %s "
		"&& sudo sbox netns up %s --interface IF --owner USER",
		net->netns, loc_text(&net->loc), owner_text, owner_text, net->netns, net->netns);
}

int uplink_open(const struct plan_net *net, uid_t uid, int *userns, int *netns, struct err **err)
{
	_cleanup_close_ int pin = open(net->netns_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	_cleanup_close_ int owner_ns = -1;
	struct statfs fs;

	if (pin < 0 && errno == ENOENT)
		return not_up(net, err);
	if (pin < 0)
		return err_set(err, errno, "the uplink \"%s\" (%s): open %s", net->netns,
			       loc_text(&net->loc), net->netns_path);
	if (fstatfs(pin, &fs) < 0 || fs.f_type != NSFS_MAGIC_NUMBER ||
	    ioctl(pin, NS_GET_NSTYPE) != CLONE_NEWNET)
		return err_set(err, 0,
			       "the uplink \"%s\" (%s): %s is a stale pin, no network namespace is "
			       "mounted there (or not in this mount namespace); mend it with: "
			       "sudo sbox netns down %s && sudo sbox netns up %s --interface IF",
			       net->netns, loc_text(&net->loc), net->netns_path, net->netns,
			       net->netns);
	owner_ns = ioctl(pin, NS_GET_USERNS);
	if (owner_ns < 0 && errno == EPERM)
		return err_set(err, 0,
			       "the uplink \"%s\" (%s) belongs to a user namespace outside this "
			       "one: it can't be joined from inside a container or another sandbox",
			       net->netns, loc_text(&net->loc));
	if (owner_ns < 0)
		return err_set(err, errno, "the uplink \"%s\" (%s): find its user namespace",
			       net->netns, loc_text(&net->loc));
	if (check_owner(net, owner_ns, uid, err) < 0)
		return -1;
	*userns = steal_fd(&owner_ns);
	*netns = steal_fd(&pin);
	return 0;
}
