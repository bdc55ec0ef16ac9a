/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/event.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "netns/link.h"

/* dhcpcd-run-hooks(8), dhclient-script(8), and udhcpc's README. */
static const struct {
	const char *reason;
	enum event_kind kind;
} reasons[] = {
	{"BOUND", EVENT_LEASE4},        {"RENEW", EVENT_LEASE4},   {"REBIND", EVENT_LEASE4},
	{"REBOOT", EVENT_LEASE4},       {"INFORM", EVENT_LEASE4},  {"STATIC", EVENT_LEASE4},
	{"EXPIRE", EVENT_LOST4},        {"NAK", EVENT_LOST4},      {"FAIL", EVENT_LOST4},
	{"TIMEOUT", EVENT_LOST4},       {"RELEASE", EVENT_LOST4},  {"DECONFIG", EVENT_LOST4},
	{"ROUTERADVERT", EVENT_ROUTER}, {"BOUND6", EVENT_LEASE6},  {"RENEW6", EVENT_LEASE6},
	{"REBIND6", EVENT_LEASE6},      {"REBOOT6", EVENT_LEASE6}, {"INFORM6", EVENT_LEASE6},
	{"EXPIRE6", EVENT_LOST6},       {"RELEASE6", EVENT_LOST6}, {"STOP6", EVENT_LOST6},
	{"NOCARRIER", EVENT_LOST},      {"DEPARTED", EVENT_LOST},  {"STOPPED", EVENT_LOST},
	{"STOP", EVENT_LOST},
};

/* udhcpc's argument in the others' words. */
static const char *const udhcpc_reasons[][2] = {
	{"bound", "BOUND"},
	{"renew", "RENEW"},
	{"deconfig", "DECONFIG"},
	{"nak", "NAK"},
};

static const char *text_or_empty(const char *(*get)(const char *), const char *name)
{
	const char *value = get(name);

	return value ? value : "";
}

/* A number of seconds, or 0 where the client names none. */
static uint32_t read_seconds(const char *(*get)(const char *), const char *name)
{
	int64_t n;

	return num_int(text_or_empty(get, name), 1, UINT32_MAX, &n, NULL) == 0 ? (uint32_t)n : 0;
}

/* busybox puts "bad" where the network's text is no domain name. */
static const char *udhcpc_domain(const char *(*get)(const char *), const char *name)
{
	const char *value = text_or_empty(get, name);

	return streq(value, "bad") ? "" : value;
}

static void read_udhcpc(const char *(*get)(const char *), struct lease_part *part)
{
	lease_add_address(part, text_or_empty(get, "ip"), text_or_empty(get, "mask"), AF_INET);
	lease_add_routers(part, text_or_empty(get, "router"), AF_INET);
	lease_add_dns(part, text_or_empty(get, "dns"), AF_INET, "");
	lease_add_search(part, udhcpc_domain(get, "search"));
	lease_add_search(part, udhcpc_domain(get, "domain"));
	(void)lease_mtu(text_or_empty(get, "mtu"), &part->mtu);
	/* Renewal at half of it, whatever the server said: udhcpc never looks at these options. */
	part->seconds = read_seconds(get, "lease");
}

static void read_v4(const char *(*get)(const char *), struct lease_part *part)
{
	const char *prefix = get("new_subnet_cidr");

	if (!prefix)
		prefix = text_or_empty(get, "new_subnet_mask");
	lease_add_address(part, text_or_empty(get, "new_ip_address"), prefix, AF_INET);
	lease_add_routers(part, text_or_empty(get, "new_routers"), AF_INET);
	lease_add_dns(part, text_or_empty(get, "new_domain_name_servers"), AF_INET, "");
	lease_add_search(part, text_or_empty(get, "new_domain_search"));
	lease_add_search(part, text_or_empty(get, "new_domain_name"));
	(void)lease_mtu(text_or_empty(get, "new_interface_mtu"), &part->mtu);
	part->seconds = read_seconds(get, "new_dhcp_lease_time");
	part->renewal = read_seconds(get, "new_dhcp_renewal_time");
	part->rebinding = read_seconds(get, "new_dhcp_rebinding_time");
}

/* dhcpcd's variables for advertisements: nd<I>_addr<J> "ADDRESS/PREFIX", counted from 1. */
static void read_router(const char *(*get)(const char *), const char *interface,
			struct lease_part *part)
{
	for (int i = 1; i <= LEASE_ROUTERS_MAX; i++) {
		char name[40];

		snprintf(name, sizeof(name), "nd%d_from", i);
		lease_add_routers(part, text_or_empty(get, name), AF_INET6);
		/* A lifetime of 0 takes back what was advertised: RFC 8106, 5.1. */
		snprintf(name, sizeof(name), "nd%d_rdnss1_lifetime", i);
		if (!streq(text_or_empty(get, name), "0")) {
			snprintf(name, sizeof(name), "nd%d_rdnss1_servers", i);
			lease_add_dns(part, text_or_empty(get, name), AF_INET6, interface);
		}
		snprintf(name, sizeof(name), "nd%d_dnssl1_lifetime", i);
		if (!streq(text_or_empty(get, name), "0")) {
			snprintf(name, sizeof(name), "nd%d_dnssl1_search", i);
			lease_add_search(part, text_or_empty(get, name));
		}
		for (int j = 1; j <= LEASE_ADDRESSES_MAX; j++) {
			_cleanup_free_ char *address = NULL;
			char *slash;

			snprintf(name, sizeof(name), "nd%d_addr%d", i, j);
			address = xstrdup(text_or_empty(get, name));
			slash = strchr(address, '/');
			if (!slash)
				continue;
			*slash = '\0';
			lease_add_address(part, address, slash + 1, AF_INET6);
		}
	}
}

static void read_v6(const char *(*get)(const char *), const char *interface,
		    struct lease_part *part)
{
	lease_add_address(part, text_or_empty(get, "new_dhcp6_ia_na1_ia_addr1"), "128", AF_INET6);
	part->seconds = read_seconds(get, "new_dhcp6_ia_na1_ia_addr1_vltime");
	part->renewal = read_seconds(get, "new_dhcp6_ia_na1_t1");
	part->rebinding = read_seconds(get, "new_dhcp6_ia_na1_t2");
	lease_add_dns(part, text_or_empty(get, "new_dhcp6_name_servers"), AF_INET6, interface);
	lease_add_search(part, text_or_empty(get, "new_dhcp6_domain_search"));
}

int event_read(enum dhcp_client client, const char *argument, const char *(*get)(const char *),
	       struct event *out)
{
	const char *interface = text_or_empty(get, "interface");
	const char *reason = text_or_empty(get, "reason");

	*out = (struct event){.kind = EVENT_NONE};
	if (!link_is_name(interface))
		return -1;
	snprintf(out->interface, sizeof(out->interface), "%s", interface);
	if (client == DHCP_UDHCPC) {
		reason = "";
		for (size_t i = 0; argument && i < ARRAY_SIZE(udhcpc_reasons); i++) {
			if (streq(argument, udhcpc_reasons[i][0]))
				reason = udhcpc_reasons[i][1];
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (!streq(reason, reasons[i].reason))
			continue;
		out->kind = reasons[i].kind;
		snprintf(out->reason, sizeof(out->reason), "%s", reason);
	}
	if (out->kind == EVENT_LEASE4 && client == DHCP_UDHCPC)
		read_udhcpc(get, &out->part);
	else if (out->kind == EVENT_LEASE4)
		read_v4(get, &out->part);
	else if (out->kind == EVENT_ROUTER)
		read_router(get, interface, &out->part);
	else if (out->kind == EVENT_LEASE6)
		read_v6(get, interface, &out->part);
	/* A lease without a usable address is none. */
	if (out->kind == EVENT_LEASE4 && out->part.naddresses == 0)
		out->kind = EVENT_LOST4;
	return 0;
}

/* DHCPv6 adds to what an advertisement gave, and does not replace it. */
static void add_part(struct lease_part *to, const struct lease_part *from)
{
	for (size_t i = 0; i < from->naddresses && to->naddresses < LEASE_ADDRESSES_MAX; i++) {
		bool known = false;

		for (size_t j = 0; j < to->naddresses; j++)
			known = known || streq(to->addresses[j].text, from->addresses[i].text);
		if (!known)
			to->addresses[to->naddresses++] = from->addresses[i];
	}
	for (size_t i = 0; i < from->ndns && to->ndns < LEASE_DNS_MAX; i++) {
		bool known = false;

		for (size_t j = 0; j < to->ndns; j++)
			known = known || streq(to->dns[j], from->dns[i]);
		if (!known)
			memcpy(to->dns[to->ndns++], from->dns[i], LEASE_ADDRESS_LEN);
	}
	for (size_t i = 0; i < from->nsearch; i++)
		lease_add_search(to, from->search[i]);
	to->seconds = from->seconds;
	to->renewal = from->renewal;
	to->rebinding = from->rebinding;
	to->obtained = from->obtained;
}

bool event_apply(const struct event *event, struct lease *lease)
{
	switch (event->kind) {
	case EVENT_NONE:
		return false;
	case EVENT_LEASE4:
		lease->v4 = event->part;
		break;
	case EVENT_LOST4:
		lease->v4 = (struct lease_part){0};
		break;
	case EVENT_ROUTER:
		lease->v6 = event->part;
		break;
	case EVENT_LEASE6:
		add_part(&lease->v6, &event->part);
		break;
	case EVENT_LOST6:
		lease->v6 = (struct lease_part){0};
		break;
	case EVENT_LOST:
		lease->v4 = (struct lease_part){0};
		lease->v6 = (struct lease_part){0};
		break;
	}
	snprintf(lease->reason, sizeof(lease->reason), "%s", event->reason);
	return true;
}
