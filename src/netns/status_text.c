/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A status as people read it. */
#include <inttypes.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <time.h>

#include "base/mem.h"
#include "netns/status.h"

enum { PROGRAMS_SHOWN = 16 };

/* "3 min 5 s": the two largest units. */
static void add_span(int64_t seconds, struct str *out)
{
	static const struct {
		int64_t length;
		const char *unit;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	int shown = 0;

	for (size_t i = 0; i < ARRAY_SIZE(units) && shown < 2; i++) {
		int64_t n = seconds / units[i].length;

		seconds %= units[i].length;
		if (n == 0 && !(shown == 0 && units[i].length == 1))
			continue;
		str_addf(out, "%s%" PRId64 " %s", shown ? " " : "", n, units[i].unit);
		shown++;
	}
}

static void add_moment(int64_t epoch, struct str *out)
{
	time_t t = (time_t)epoch;
	char text[64];
	struct tm tm;

	if (localtime_r(&t, &tm) && strftime(text, sizeof(text), "%F %T", &tm))
		str_add(out, text);
}

/* "renewal in 55 s" */
static void add_until(const char *what, int64_t then, int64_t now, struct str *out)
{
	str_addf(out, ", %s ", what);
	if (then > now) {
		str_add(out, "in ");
		add_span(then - now, out);
	} else {
		add_span(now - then, out);
		str_add(out, " ago");
	}
}

static void add_lease(const struct status *s, const struct lease_part *part, const char *label,
		      struct str *out)
{
	struct lease_times times;

	if (!lease_times(part, &times))
		return;
	str_addf(out, "  %-10s since ", label);
	add_moment(times.obtained + s->epoch - s->boot, out);
	if (times.expiry) {
		add_until("renewal", times.renewal, s->boot, out);
		add_until("expiry", times.expiry, s->boot, out);
	} else {
		str_add(out, ", without an end");
	}
	str_add(out, "\n");
}

static void add_interface(const struct status *s, struct str *out)
{
	const struct inside *in = &s->inside;
	const char *outside = s->state.interface, *inside = s->state.inside;

	/* There was none yet, where `run` waits for the first one. */
	str_addf(out, "  interface  %s", *outside ? outside : inside);
	if (*outside && !streq(outside, inside))
		str_addf(out, " (%s in the namespace)", inside);
	if (s->seen && !in->found)
		str_add(out, ", not there");
	else if (s->seen)
		str_addf(out, ", %s%s%s, MTU %u", in->driver, in->driver[0] ? ", " : "",
			 !in->up       ? "set down"
			 : in->carrier ? "carrier"
				       : "no carrier",
			 in->mtu);
	str_add(out, "\n");
}

static void add_route(const struct inside_route *route, struct str *out)
{
	if (!streq(route->kind, "unicast"))
		str_addf(out, "%s ", route->kind);
	str_add(out, route->destination);
	if (route->gateway[0])
		str_addf(out, " via %s", route->gateway);
	if (route->device_name[0])
		str_addf(out, " dev %s", route->device_name);
	if (route->metric)
		str_addf(out, " metric %" PRIu32, route->metric);
	if (route->table != RT_TABLE_MAIN)
		str_addf(out, " table %" PRIu32, route->table);
	str_add(out, "\n");
}

static void add_inside(const struct inside *in, struct str *out)
{
	str_add(out, "  addresses  ");
	for (size_t i = 0; i < in->naddresses; i++)
		str_addf(out, "%s%s/%u", i ? ", " : "", in->addresses[i].text,
			 in->addresses[i].prefix);
	str_addf(out, "%s\n", in->naddresses ? "" : "none");
	str_add(out, "  routes     ");
	for (size_t i = 0; i < in->nroutes; i++) {
		str_add(out, i ? "             " : "");
		add_route(&in->routes[i], out);
	}
	if (!in->nroutes)
		str_add(out, "none\n");
	if (in->more)
		str_add(out, "             and more\n");
}

static void add_words(const char *label, const char *const *words, size_t count, struct str *out)
{
	str_addf(out, "  %-10s ", label);
	for (size_t i = 0; i < count; i++)
		str_addf(out, "%s%s", i ? " " : "", words[i]);
	str_addf(out, "%s\n", count ? "" : "none");
}

static void add_dns(const struct lease *lease, struct str *out)
{
	const struct lease_part *const parts[] = {&lease->v4, &lease->v6};
	const char *servers[ARRAY_SIZE(parts) * LEASE_DNS_MAX];
	const char *domains[ARRAY_SIZE(parts) * LEASE_SEARCH_MAX];
	size_t nservers = 0, ndomains = 0;

	for (size_t p = 0; p < ARRAY_SIZE(parts); p++) {
		for (size_t i = 0; i < parts[p]->ndns; i++)
			servers[nservers++] = parts[p]->dns[i];
		for (size_t i = 0; i < parts[p]->nsearch; i++)
			domains[ndomains++] = parts[p]->search[i];
	}
	add_words("DNS", servers, nservers, out);
	if (ndomains)
		add_words("search", domains, ndomains, out);
}

static void add_client(const struct status *s, struct str *out)
{
	pid_t pid = s->programs.client ? s->programs.client : s->state.pid;

	str_addf(out, "  DHCP       %s", client_name(s->state.client));
	if (pid)
		str_addf(out, " (%spid %d)", s->programs.client ? "" : "supervisor's ", (int)pid);
	if (s->lease.reason[0])
		str_addf(out, ", last event %s", s->lease.reason);
	str_add(out, "\n");
}

static void add_programs(const struct programs *programs, struct str *out)
{
	size_t shown = programs->listed < PROGRAMS_SHOWN ? programs->listed : PROGRAMS_SHOWN;

	str_add(out, "  programs   ");
	for (size_t i = 0; i < shown; i++)
		str_addf(out, "%s%s (%d)", i ? ", " : "", programs->items[i].name,
			 (int)programs->items[i].pid);
	if (programs->count > shown)
		str_addf(out, ", and %zu more", programs->count - shown);
	str_addf(out, "%s\n", programs->count ? "" : "none");
}

void status_text(const struct status *s, struct str *out)
{
	str_addf(out, "%s: %s\n", s->name, status_word(s->status));
	if (s->known) {
		str_addf(out, "  owner      %s (uid %u)\n", s->state.owner.name,
			 (unsigned)s->state.owner.uid);
		add_interface(s, out);
		if (s->seen) {
			add_inside(&s->inside, out);
			add_dns(&s->lease, out);
		} else {
			_cleanup_str_ struct str text = {0};

			lease_describe(&s->lease, &text);
			str_addf(out, "  address    %s\n", text.text);
		}
		add_client(s, out);
		add_lease(s, &s->lease.v4, "lease", out);
		add_lease(s, &s->lease.v6, "IPv6 lease", out);
		if (s->seen && s->inside.found)
			str_addf(out, "  traffic    %" PRIu64 " bytes in, %" PRIu64 " bytes out\n",
				 s->inside.received, s->inside.sent);
		if (s->seen)
			add_programs(&s->programs, out);
	}
	if (s->problem)
		str_addf(out, "  problem    %s\n", s->problem);
}
