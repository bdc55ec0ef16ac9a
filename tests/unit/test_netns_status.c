/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The times of a lease, and what `sbox netns status` makes of what it sees. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "netns/event.h"
#include "netns/json.h"
#include "netns/programs.h"
#include "netns/settings.h"
#include "netns/status.h"
#include "unit/environment.h"

/* The lease of a client that said these times, got at second 1000 after boot. */
static struct lease lease_of(enum dhcp_client client, const char *renewal, const char *rebinding)
{
	const char *const words[] = {"interface",
				     "usb0",
				     "reason",
				     "BOUND",
				     "new_ip_address",
				     "10.0.0.2",
				     "new_subnet_cidr",
				     "24",
				     "new_dhcp_lease_time",
				     "800",
				     "ip",
				     "10.0.0.2",
				     "mask",
				     "24",
				     "lease",
				     "800",
				     renewal ? "new_dhcp_renewal_time" : "x",
				     renewal,
				     rebinding ? "new_dhcp_rebinding_time" : "y",
				     rebinding,
				     NULL};
	struct lease lease = {0};
	struct event event;

	environment = words;
	cr_assert_eq(event_read(client, "bound", get, &event), 0);
	event.part.obtained = 1000;
	cr_assert(event_apply(&event, &lease));
	return lease;
}

static void expect_times(const struct lease *lease, int64_t renewal, int64_t rebinding)
{
	struct lease_times times;

	cr_assert(lease_times(&lease->v4, &times));
	cr_expect_eq(times.obtained, 1000);
	cr_expect_eq(times.renewal, renewal);
	cr_expect_eq(times.rebinding, rebinding);
	cr_expect_eq(times.expiry, 1800);
}

Test(lease_times, said_or_computed)
{
	struct lease lease;

	lease = lease_of(DHCP_DHCPCD, "300", "500");
	expect_times(&lease, 1300, 1500);
	lease = lease_of(DHCP_DHCLIENT, "300", NULL);
	expect_times(&lease, 1300, 1700);
	lease = lease_of(DHCP_DHCPCD, NULL, NULL);
	expect_times(&lease, 1400, 1700);
	/* udhcpc renews at half of it in any case. */
	lease = lease_of(DHCP_UDHCPC, "300", "500");
	expect_times(&lease, 1400, 1700);
	/* In an order that makes no sense, beyond the end, or no numbers at all */
	lease = lease_of(DHCP_DHCPCD, "600", "500");
	expect_times(&lease, 1400, 1700);
	lease = lease_of(DHCP_DHCPCD, "300", "800");
	expect_times(&lease, 1400, 1700);
	lease = lease_of(DHCP_DHCPCD, "-300", "0x20");
	expect_times(&lease, 1400, 1700);
}

Test(lease_times, none_without_end_and_expired)
{
	struct lease lease = lease_of(DHCP_DHCPCD, NULL, NULL);
	struct lease_times times;

	cr_assert_not(lease_has_expired(&lease, 1799));
	cr_assert(lease_has_expired(&lease, 1800));
	lease.v6 = lease.v4;
	cr_assert_not(lease_has_expired(&lease, 1800), "there is an IPv6 address");
	lease.v4.seconds = LEASE_FOREVER;
	cr_assert(lease_times(&lease.v4, &times));
	cr_assert_eq(times.expiry, 0);
	lease.v6.naddresses = 0;
	cr_assert_not(lease_has_expired(&lease, INT64_MAX));
	lease.v4.seconds = 0;
	cr_assert_not(lease_times(&lease.v4, &times));
	lease = lease_of(DHCP_DHCPCD, NULL, NULL);
	lease.v4.obtained = 0;
	cr_assert_not(lease_times(&lease.v4, &times));
	lease = lease_of(DHCP_DHCPCD, NULL, NULL);
	lease.v4.naddresses = 0;
	cr_assert_not(lease_times(&lease.v4, &times));
}

Test(lease_times, dhcpv6)
{
	static const char *const words[] = {"interface",
					    "usb0",
					    "reason",
					    "BOUND6",
					    "new_dhcp6_ia_na1_ia_addr1",
					    "2001:db8::100",
					    "new_dhcp6_ia_na1_ia_addr1_vltime",
					    "400",
					    "new_dhcp6_ia_na1_t1",
					    "100",
					    "new_dhcp6_ia_na1_t2",
					    "300",
					    NULL};
	struct lease lease = {0};
	struct lease_times times;
	struct event event;

	environment = words;
	cr_assert_eq(event_read(DHCP_DHCPCD, NULL, get, &event), 0);
	event.part.obtained = 50;
	cr_assert(event_apply(&event, &lease));
	cr_assert(lease_times(&lease.v6, &times));
	cr_expect_eq(times.renewal, 150);
	cr_expect_eq(times.rebinding, 350);
	cr_expect_eq(times.expiry, 450);
}

Test(lease_times, on_disk)
{
	const struct lease lease = lease_of(DHCP_DHCPCD, "300", "500");
	struct json_object *o = json_object_new_object();
	struct lease back;

	lease_to_json(&lease, o);
	lease_from_json(o, &back);
	json_object_put(o);
	expect_times(&back, 1300, 1500);
	o = json_tokener_parse(
		"{\"ipv4\":{\"addresses\":[{\"address\":\"10.0.0.2\",\"prefix\":24}],"
		"\"lease_seconds\":9223372036854775807,\"renewal_seconds\":-1,"
		"\"rebinding_seconds\":4294967296,\"obtained_boottime\":9223372036854775807}}");
	lease_from_json(o, &back);
	json_object_put(o);
	cr_expect_eq(back.v4.naddresses, 1u);
	cr_expect_eq(back.v4.seconds, 0u);
	cr_expect_eq(back.v4.renewal, 0u);
	cr_expect_eq(back.v4.rebinding, 0u);
	cr_expect_eq(back.v4.obtained, 0);
}

/* An uplink that is up, seen from inside at second 1010 after boot. */
static struct status sample(void)
{
	struct status s = {.name = xstrdup("phone"),
			   .known = true,
			   .seen = true,
			   .boot = 1010,
			   .epoch = 1700000010};

	s.lease = lease_of(DHCP_DHCPCD, "300", "500");
	s.state = (struct state){
		.up = true, .netns = 7, .pid = 20, .client = DHCP_DHCPCD, .owner = {.uid = 1000}};
	snprintf(s.state.owner.name, sizeof(s.state.owner.name), "anna");
	snprintf(s.state.interface, sizeof(s.state.interface), "usb0");
	snprintf(s.state.inside, sizeof(s.state.inside), "phone0");
	s.inside = (struct inside){.found = true,
				   .up = true,
				   .carrier = true,
				   .mtu = 1500,
				   .received = 12,
				   .sent = 34};
	return s;
}

static const struct pin pin = {
	.kind = PIN_NETNS, .fd = -1, .ino = 7, .nested = true, .owner = 1000};

static void expect_judgement(struct status *s, bool alive, enum uplink_status status,
			     const char *problem)
{
	status_judge(&pin, alive, s);
	cr_expect_eq(s->status, status, "%s: %d", problem ? problem : "up", (int)s->status);
	if (problem)
		cr_expect(s->problem && strstr(s->problem, problem), "%s, not %s", s->problem,
			  problem);
	else
		cr_expect_null(s->problem);
	status_free(s);
	*s = sample();
}

Test(status, judged)
{
	struct status s = sample();

	expect_judgement(&s, true, UPLINK_UP, NULL);
	expect_judgement(&s, false, UPLINK_DOWN, "its DHCP client has ended");
	s.state.up = false;
	expect_judgement(&s, true, UPLINK_COMING, "is at work, or was killed");
	s.state.netns = 8;
	expect_judgement(&s, true, UPLINK_DOWN, "its namespace is not at");
	s.lease = (struct lease){0};
	expect_judgement(&s, true, UPLINK_COMING, "no lease on phone0: is the phone");
	s.lease = (struct lease){0};
	s.inside.carrier = false;
	expect_judgement(&s, true, UPLINK_COMING, "no lease on phone0, which has no carrier");
	s.inside.carrier = false;
	expect_judgement(&s, true, UPLINK_COMING, "phone0 has no carrier");
	s.inside.found = false;
	expect_judgement(&s, true, UPLINK_COMING, "phone0 is not there");
	/* Who can't look inside goes by the lease. */
	s.inside.found = s.seen = false;
	expect_judgement(&s, true, UPLINK_UP, NULL);
	s.boot = 1800;
	expect_judgement(&s, true, UPLINK_COMING, "has expired");
	status_free(&s);
}

static int64_t number(struct json_object *o, const char *part, const char *key)
{
	int64_t n = -1;

	if (part)
		o = json_member(o, part, json_type_object);
	(void)json_number(o, key, INT64_MIN, INT64_MAX, &n);
	return n;
}

Test(status, as_json)
{
	struct status s = sample();
	_cleanup_json_ struct json_object *all = NULL, *lasting = NULL, *outside = NULL;

	status_judge(&pin, true, &s);
	all = status_json(&s, true);
	cr_expect_str_eq(json_text(all, "status"), "up");
	cr_expect_eq(number(all, "ipv4", "obtained"), 1700000000);
	cr_expect_eq(number(all, "ipv4", "renewal"), 1700000300);
	cr_expect_eq(number(all, "ipv4", "expiry"), 1700000800);
	cr_expect_eq(number(all, "ipv4", "obtained_boottime"), -1);
	cr_expect_eq(number(all, "link", "bytes_in"), 12);
	cr_expect_eq(number(all, "link", "bytes_out"), 34);
	cr_expect_not_null(json_member(all, "programs", json_type_array));
	lasting = status_json(&s, false);
	cr_expect_eq(number(lasting, "link", "mtu"), 1500);
	cr_expect_eq(number(lasting, "link", "bytes_in"), -1);
	cr_expect_null(json_member(lasting, "programs", json_type_array));
	s.seen = false;
	outside = status_json(&s, true);
	cr_expect_null(json_member(outside, "link", json_type_object));
	cr_expect_null(json_member(outside, "routes", json_type_array));
	status_free(&s);
}

Test(status, as_text)
{
	struct status s = sample();
	_cleanup_str_ struct str text = {0}, late = {0};

	status_judge(&pin, true, &s);
	status_text(&s, &text);
	cr_expect(str_starts(text.text, "phone: up\n  owner      anna (uid 1000)\n"
					"  interface  usb0 (phone0 in the namespace), carrier, MTU "
					"1500\n  addresses  none\n  routes     none\n"));
	cr_expect_not_null(strstr(text.text, ", renewal in 4 min 50 s, expiry in 13 min 10 s\n"));
	cr_expect_not_null(strstr(text.text, "\n  traffic    12 bytes in, 34 bytes out\n"));
	cr_expect_not_null(strstr(text.text, "\n  programs   none\n"));
	s.boot += 2 * 86400;
	status_text(&s, &late);
	cr_expect_not_null(strstr(late.text, "expiry 1 d 23 h ago\n"), "%s", late.text);
	status_free(&s);
}

Test(programs, names_are_cleaned_and_cut)
{
	char name[8];

	programs_clean(name, sizeof(name), "a\033[2J\xff\n~ and more");
	cr_assert_str_eq(name, "a?[2J??");
	programs_clean(name, sizeof(name), "");
	cr_assert_str_eq(name, "");
}

Test(programs, of_a_namespace)
{
	struct programs programs;
	struct stat st;
	bool found = false;

	cr_assert_eq(stat("/proc/self/ns/net", &st), 0);
	programs_find(st.st_ino, 0, &programs);
	cr_assert_gt(programs.count, 0u);
	for (unsigned i = 0; i < programs.listed; i++)
		found = found || programs.items[i].pid == getpid();
	cr_assert(found || programs.count > programs.listed);
	/* What descends from a supervisor is not one of them. */
	programs_find(st.st_ino, getpid(), &programs);
	for (unsigned i = 0; i < programs.listed; i++)
		cr_assert_neq(programs.items[i].pid, getpid());
	programs_find(1, 0, &programs);
	cr_assert_eq(programs.count, 0u);
}
