/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [network]: which network it is, who answers for names, and pasta(1) where it carries packets. */
#include <errno.h>
#include <string.h>

#include "base/net.h"
#include "base/str.h"
#include "plan/builder.h"

/* The words of all values of a list, NULL-terminated in the arena; NULL when there are none. */
static char **words_of(struct builder *b, enum key_id key)
{
	const struct value *values;
	char **out;
	size_t count, total = 0;

	profile_list(b->profile, key, &values, &count);
	for (size_t i = 0; i < count; i++)
		for (char **word = values[i].words; word && *word; word++)
			total++;
	if (total == 0)
		return NULL;
	out = arena_alloc(b->arena, (total + 1) * sizeof(*out));
	total = 0;
	for (size_t i = 0; i < count; i++)
		for (char **word = values[i].words; word && *word; word++)
			out[total++] = arena_strdup(b->arena, *word);
	return out;
}

static void warn(struct builder *b, const char *text)
{
	*array_grow(&b->plan->warnings, &b->plan->nwarnings) = text;
}

/*
 * Whether a line of the table below /proc/self/net, proc(5), is about the interface, whose name is
 * the first field or the last, and `matches`.
 */
static bool has_line(struct builder *b, const char *table, const char *interface,
		     bool (*matches)(char *const *fields))
{
	const char *path = arena_printf(b->arena, "/proc/self/net/%s", table);
	_cleanup_free_ char *data = NULL;
	char *rest, *line;
	size_t len;

	if (b->host->fs->read(path, &data, &len) < 0)
		return false;
	for (rest = data; (line = strsep(&rest, "\n"));) {
		char *fields[16] = {NULL};
		size_t count = 0;

		for (char *field; (field = strsep(&line, " \t")) && count < ARRAY_SIZE(fields);)
			if (*field)
				fields[count++] = field;
		if (count >= 6 &&
		    (streq(interface, fields[0]) || streq(interface, fields[count - 1])) &&
		    matches(fields))
			return true;
	}
	return false;
}

static bool is_zero(const char *hex)
{
	return hex[strspn(hex, "0")] == '\0';
}

/* Iface Destination Gateway Flags RefCnt Use Metric Mask ... */
static bool is_default_v4(char *const *fields)
{
	return fields[7] && is_zero(fields[1]) && is_zero(fields[7]) && !is_zero(fields[2]);
}

/* Destination length source length gateway metric RefCnt Use flags interface */
static bool is_default_v6(char *const *fields)
{
	return is_zero(fields[0]) && is_zero(fields[1]) && !is_zero(fields[4]);
}

/* Address index length scope flags interface */
static bool is_global_v6(char *const *fields)
{
	return streq(fields[3], "00");
}

static bool is_link_local_v6(char *const *fields)
{
	return streq(fields[3], "20");
}

/* pasta(1) on the caller's PATH, or where packages put it. */
static int find_pasta(struct builder *b, const char **out, struct err **err)
{
	const char *path = host_env(b->host, "PATH");
	const char *all = arena_printf(b->arena, "%s:/usr/local/bin:/usr/bin:/bin", path ?: "");

	for (const char *s = all; *s; s += strcspn(s, ":"), s += *s == ':') {
		size_t len = strcspn(s, ":");
		const char *file = arena_printf(b->arena, "%.*s/pasta", (int)len, s);
		struct stat st;

		if (*s == '/' && b->host->fs->stat(file, &st) == 0 && S_ISREG(st.st_mode) &&
		    (st.st_mode & 0111)) {
			*out = file;
			return 0;
		}
	}
	return err_set(err, 0,
		       "%s: this needs the program pasta, which isn't in PATH: install it, on "
		       "Debian with: sudo apt install passt",
		       loc_text(b->plan->net.own_netns
					? &profile_get(b->profile, KEY_NET_SHARE)->loc
					: &b->plan->net.loc));
}

/*
 * Its command line. Nothing of the profile's goes there but an interface's name and published
 * addresses and ports that their parsers took. By default pasta forwards ports both ways and lets
 * the gateway's address stand for the host: all of that is closed. It reads no resolv.conf.
 */
static int pasta_arguments(struct builder *b, struct err **err)
{
	static const char *const always[] = {
		"--foreground", "--quiet", "--config-net", "--no-map-gw", "--tcp-ns", "none",
		"--udp-ns", "none", "--udp-ports", "none", "--no-dhcp", "--no-dhcpv6", "--no-ra",
		"--dns", "none", "--search", "none",
		/* Says "ready" on its standard output, whatever else it closes. */
		"--pid", "/proc/self/fd/1"};
	struct plan_net *net = &b->plan->net;
	_cleanup_free_ const char **args = NULL;
	const struct value *values;
	size_t count = 0, published;

	if (find_pasta(b, &net->pasta.path, err) < 0)
		return -1;
	*array_grow(&args, &count) = net->pasta.path;
	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		*array_grow(&args, &count) = always[i];
	/* Without both of them the other family would leave by the default route. */
	if (net->uplink_v4) {
		*array_grow(&args, &count) = "--outbound-if4";
		*array_grow(&args, &count) = net->uplink;
	} else if (net->uplink) {
		*array_grow(&args, &count) = "--ipv6-only";
	}
	if (net->uplink_v6) {
		*array_grow(&args, &count) = "--outbound-if6";
		*array_grow(&args, &count) = net->uplink;
	} else if (net->uplink) {
		*array_grow(&args, &count) = "--ipv4-only";
	}
	/* It turns into nobody unless told otherwise, and could then not enter root's namespaces.
	 */
	if (b->host->uid == 0) {
		*array_grow(&args, &count) = "--runas";
		*array_grow(&args, &count) = "0:0";
	}
	profile_list(b->profile, KEY_NET_PUBLISH, &values, &published);
	for (size_t i = 0; i < published; i++) {
		*array_grow(&args, &count) = "--tcp-ports";
		*array_grow(&args, &count) =
			arena_printf(b->arena, "%s/%u:%u", values[i].name, values[i].ports.outside,
				     values[i].ports.inside);
	}
	if (published == 0) {
		*array_grow(&args, &count) = "--tcp-ports";
		*array_grow(&args, &count) = "none";
	}
	net->pasta.argv = arena_alloc(b->arena, (count + PLAN_PASTA_SPARE + 1) * sizeof(char *));
	for (size_t i = 0; i < count; i++)
		net->pasta.argv[i] = arena_strdup(b->arena, args[i]);
	net->pasta.argc = count;
	return 0;
}

static void published_ports(struct builder *b)
{
	const struct value *values;
	struct loc *locs;
	char **texts;
	size_t count;

	profile_list(b->profile, KEY_NET_PUBLISH, &values, &count);
	if (count == 0)
		return;
	texts = arena_alloc(b->arena, (count + 1) * sizeof(*texts));
	locs = arena_alloc(b->arena, count * sizeof(*locs));
	for (size_t i = 0; i < count; i++) {
		locs[i] = values[i].loc;
		texts[i] = arena_strdup(b->arena, values[i].text);
		if (!net_is_loopback(values[i].name))
			warn(b, arena_printf(b->arena,
					     "%s: port %u is published on %s: others than this "
					     "machine may reach it",
					     loc_text(&values[i].loc), values[i].ports.outside,
					     values[i].name));
	}
	b->plan->net.publish = texts;
	b->plan->net.publish_locs = locs;
}

/* What a run needs of the host; explain only shows what there is of it. */
static int check_uplink(struct builder *b, struct err **err)
{
	const struct plan_net *net = &b->plan->net;

	if (b->host->explain)
		return 0;
	if (!net->uplink_index)
		return err_set(err, 0, "%s: there is no network interface %s", loc_text(&net->loc),
			       net->uplink);
	if (!net->uplink_v4 && !net->uplink_v6)
		return err_set(err, 0,
			       "%s: no default route leads through %s, and pasta takes addresses "
			       "and gateway from there: connect it, or let it have a route with a "
			       "high metric, as by: sudo ip route add default via GATEWAY dev %s "
			       "metric 1000",
			       loc_text(&net->loc), net->uplink, net->uplink);
	return 0;
}

static int uplink_servers(struct builder *b, struct err **err)
{
	struct plan_net *net = &b->plan->net;
	_cleanup_strv_ struct strv found = {0};
	char **servers;

	if (!find_dns_servers(b, net->uplink, net->uplink_index, &found, &net->dns_source) &&
	    !b->host->explain)
		return err_set(err, 0,
			       "%s: no file of this host tells the DNS servers of %s: name them "
			       "with [network] dns = ADDRESS (nmcli device show %s and resolvectl "
			       "dns %s show them)",
			       loc_text(&net->loc), net->uplink, net->uplink, net->uplink);
	servers = arena_alloc(b->arena, (found.count + 1) * sizeof(*servers));
	for (size_t i = 0; i < found.count; i++)
		servers[i] = arena_strdup(b->arena, found.items[i]);
	net->dns = servers;
	return 0;
}

static int name_servers(struct builder *b, struct err **err)
{
	struct plan_net *net = &b->plan->net;
	const struct value *values;
	size_t count;

	net->search = words_of(b, KEY_NET_SEARCH);
	profile_list(b->profile, KEY_NET_SEARCH, &values, &count);
	if (count)
		net->search_loc = values[0].loc;
	profile_list(b->profile, KEY_NET_DNS, &values, &count);
	if (count == 0 || streq(values[0].text, "lease"))
		return net->mode == NET_PASTA ? uplink_servers(b, err) : 0;
	net->dns = words_of(b, KEY_NET_DNS);
	net->dns_loc = values[0].loc;
	return 0;
}

static int through_pasta(struct builder *b, struct err **err)
{
	struct plan_net *net = &b->plan->net;
	const struct value *uplink = profile_get(b->profile, KEY_NET_UPLINK);

	net->loc = uplink->loc;
	net->uplink = arena_strdup(b->arena, uplink->text);
	net->uplink_index = b->host->fs->interface(net->uplink);
	/* What pasta asks for before it serves a family; with one that it can't it would not start.
	 * Of the routing tables it reads the main one alone. */
	net->uplink_v4 = has_line(b, "route", net->uplink, is_default_v4);
	net->uplink_v6 = has_line(b, "ipv6_route", net->uplink, is_default_v6) &&
			 has_line(b, "if_inet6", net->uplink, is_global_v6) &&
			 has_line(b, "if_inet6", net->uplink, is_link_local_v6);
	if (check_uplink(b, err) < 0)
		return -1;
	published_ports(b);
	warn(b, arena_printf(b->arena,
			     "%s: %s through pasta is best effort: what the application sends at "
			     "the moment in which %s goes away may leave by another interface; "
			     "an uplink of sbox netns can't leak",
			     loc_text(&net->loc), net->uplink, net->uplink));
	return pasta_arguments(b, err);
}

int build_network(struct builder *b, struct err **err)
{
	const struct value *mode = profile_get(b->profile, KEY_NET_MODE);
	const struct value *netns = profile_get(b->profile, KEY_NET_NETNS);
	struct plan_net *net = &b->plan->net;

	net->mode = (enum net_mode)mode->number;
	net->loc = mode->loc;
	if (net->mode == NET_NETNS) {
		net->netns = arena_strdup(b->arena, netns->text);
		net->netns_path = arena_printf(b->arena, "/run/netns/%s", netns->text);
		net->is_up = b->host->fs->stat(net->netns_path, &(struct stat){0}) == 0;
		net->loc = netns->loc;
		net->own_netns = !profile_flag(b->profile, KEY_NET_SHARE);
		if (net->own_netns && pasta_arguments(b, err) < 0)
			return -1;
	}
	if (net->mode == NET_PASTA && through_pasta(b, err) < 0)
		return -1;
	return name_servers(b, err);
}
