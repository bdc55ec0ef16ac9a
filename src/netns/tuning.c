/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/tuning.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "netns/json.h"
#include "netns/link.h"
#include "netns/nl.h"

char *tuning_to_text(const struct tuning *t)
{
	_cleanup_json_ struct json_object *o = json_object_new_object();

	json_put_number(o, "mtu", t->mtu);
	json_put_number(o, "ttl", t->ttl);
	lease_to_json(&t->fixed, o);
	return xstrdup(json_object_to_json_string(o));
}

void tuning_from_text(const char *text, struct tuning *out)
{
	_cleanup_json_ struct json_object *o = json_tokener_parse(text);
	int64_t n;

	*out = (struct tuning){0};
	if (!json_object_is_type(o, json_type_object))
		return;
	if (json_number(o, "mtu", LEASE_MTU_MIN, LEASE_MTU_MAX, &n))
		out->mtu = (unsigned)n;
	if (json_number(o, "ttl", 1, 255, &n))
		out->ttl = (unsigned)n;
	lease_from_json(o, &out->fixed);
}

void tuning_override(const struct tuning *t, struct lease *lease)
{
	const struct lease_part *from[] = {&t->fixed.v4, &t->fixed.v6};
	struct lease_part *to[] = {&lease->v4, &lease->v6};
	bool dns = from[0]->ndns + from[1]->ndns > 0;
	bool search = from[0]->nsearch + from[1]->nsearch > 0;

	for (size_t i = 0; i < ARRAY_SIZE(to); i++) {
		if (dns) {
			memcpy(to[i]->dns, from[i]->dns, sizeof(to[i]->dns));
			to[i]->ndns = from[i]->ndns;
		}
		if (search) {
			memcpy(to[i]->search, from[i]->search, sizeof(to[i]->search));
			to[i]->nsearch = from[i]->nsearch;
		}
		if (t->mtu && to[i]->mtu)
			to[i]->mtu = t->mtu;
	}
}

/*
 * /proc/sys/net/PATH. ENOENT is fine: a kernel without IPv6. The kernel takes the value with the
 * first write, whatever number of bytes that says it wrote: for IPv6's ignore_routes_with_linkdown
 * it is 1 in Linux 6.1, addrconf_fixup_linkdown().
 */
static int set_sysctl(const char *path, unsigned value, struct err **err)
{
	_cleanup_free_ char *file = xasprintf("/proc/sys/net/%s", path);
	_cleanup_free_ char *text = xasprintf("%u", value);
	_cleanup_close_ int fd = open(file, O_WRONLY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || write(fd, text, strlen(text)) <= 0)
		return err_set(err, errno, "set the sysctl net/%s to %u", path, value);
	return 0;
}

int tuning_new_namespace(struct err **err)
{
	static const char *const off[] = {
		"ipv4/ip_forward",
		"ipv4/conf/all/route_localnet",
		"ipv4/conf/default/route_localnet",
		"ipv6/conf/all/forwarding",
	};

	for (size_t i = 0; i < ARRAY_SIZE(off); i++) {
		if (set_sysctl(off[i], 0, err) < 0)
			return -1;
	}
	return 0;
}

static int set_for(const char *family, const char *interface, const char *name, unsigned value,
		   struct err **err)
{
	_cleanup_free_ char *path = xasprintf("%s/conf/%s/%s", family, interface, name);

	return set_sysctl(path, value, err);
}

static int set_ttl(unsigned ttl, const char *interface, struct err **err)
{
	if (set_sysctl("ipv4/ip_default_ttl", ttl, err) < 0 ||
	    set_for("ipv6", interface, "accept_ra_min_hop_limit", 256, err) < 0)
		return -1;
	return set_for("ipv6", interface, "hop_limit", ttl, err);
}

int tuning_apply(const struct tuning *t, const char *interface, struct err **err)
{
	_cleanup_nl_ struct nl *nl = NULL;
	struct link_info link;
	int found;

	if (set_for("ipv4", interface, "ignore_routes_with_linkdown", 1, err) < 0 ||
	    set_for("ipv6", interface, "ignore_routes_with_linkdown", 1, err) < 0)
		return -1;
	if (t->ttl && set_ttl(t->ttl, interface, err) < 0)
		return -1;
	if (!t->mtu)
		return 0;
	nl = nl_new(err);
	if (!nl)
		return -1;
	found = link_find(nl, interface, &link, err);
	if (found <= 0)
		return found;
	return link.mtu == t->mtu ? 0 : link_set_mtu(nl, &link, t->mtu, err);
}
