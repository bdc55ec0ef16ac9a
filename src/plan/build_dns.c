/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The DNS servers of one interface of the host. Whoever configures the interface leaves them in a
 * file; asking its daemon instead would need D-Bus. What is found there is checked: a numeric
 * address that a server elsewhere can have, so never the host's own resolver on loopback.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/net.h"
#include "base/path.h"
#include "base/str.h"
#include "plan/builder.h"

enum { SERVERS_MAX = 3 }; /* MAXNS of resolv.h */

struct search {
	struct builder *b;
	const char *interface;
	struct strv *servers;
};

/*
 * Adds the addresses in a list that blanks, commas and semicolons separate. What networkd may write
 * behind one ("%scope", "#name") goes; an address that needs a scope is of no use inside.
 */
static void add_servers(struct search *s, const char *list, size_t len)
{
	_cleanup_free_ char *copy = xstrndup(list, len);
	char *rest = copy, *word;

	while ((word = strsep(&rest, " \t,;")) && s->servers->count < SERVERS_MAX) {
		const struct plan_net *net = &s->b->plan->net;

		word[strcspn(word, "%#")] = '\0';
		if (net_is_server(word) && !strv_contains(s->servers, word) &&
		    (net_family(word) == AF_INET ? net->uplink_v4 : net->uplink_v6))
			strv_add(s->servers, word);
	}
}

/* Each line that begins with `key`; what follows are addresses. */
static void take_lines(struct search *s, const char *data, const char *key)
{
	for (const char *line = data; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t len = strcspn(line, "\n");
		const char *end = line + len;

		line += strspn(line, " \t");
		if (str_starts(line, key))
			add_servers(s, line + strlen(key), (size_t)(end - line) - strlen(key));
	}
}

static void take_dns(struct search *s, const char *data)
{
	take_lines(s, data, "DNS=");
}

static void take_servers(struct search *s, const char *data)
{
	take_lines(s, data, "SERVERS=");
}

static void take_resolv(struct search *s, const char *data)
{
	take_lines(s, data, "nameserver ");
}

/* dhclient.leases(5): the last lease in the file is the one that counts. */
static void take_dhclient(struct search *s, const char *data)
{
	const char *last = data;

	for (const char *lease = data; (lease = strstr(lease, "lease {")); lease++)
		last = lease;
	take_lines(s, last, "option domain-name-servers ");
	take_lines(s, last, "option dhcp6.name-servers ");
}

/*
 * NetworkManager's files don't say which connection a server is from. One that lies in a network
 * of the interface itself, as a tethering phone's does, is taken for its own.
 */
static void take_on_link(struct search *s, const char *data)
{
	_cleanup_free_ char *routes = NULL;
	struct strv *all = s->servers, found = {0};
	size_t len;

	if (s->b->host->fs->read("/proc/self/net/route", &routes, &len) < 0)
		return;
	s->servers = &found;
	take_resolv(s, data);
	s->servers = all;
	for (size_t i = 0; i < found.count; i++) {
		struct in_addr server;
		char *copy = xstrdup(routes), *rest = copy, *line;

		if (inet_pton(AF_INET, found.items[i], &server) != 1)
			server.s_addr = INADDR_ANY;
		while ((line = strsep(&rest, "\n"))) {
			unsigned to, gateway, mask;
			char name[32];

			if (sscanf(line, "%31s %x %x %*s %*s %*s %*s %x", name, &to, &gateway,
				   &mask) == 4 &&
			    streq(name, s->interface) && mask && !gateway && server.s_addr &&
			    (server.s_addr & mask) == to && !strv_contains(all, found.items[i]))
				strv_add(all, found.items[i]);
		}
		free(copy);
	}
	strv_free(&found);
}

/* %I is the interface's index, %N its name; a final '*' stands for any end. */
static const struct {
	const char *pattern;
	void (*take)(struct search *s, const char *data);
} sources[] = {
	{"/run/systemd/netif/links/%I", take_dns},
	{"/run/systemd/netif/leases/%I", take_dns},
	{"/run/systemd/resolve/netif/%I", take_servers},
	{"/run/dhcpcd/hook-state/resolv.conf/%N.*", take_resolv},
	{"/run/dhcpcd/resolv.conf/%N.*", take_resolv},
	{"/run/resolvconf/interface/%N.*", take_resolv},
	{"/run/resolvconf/interfaces/%N.*", take_resolv},
	{"/run/resolvconf/keys/%N.*", take_resolv},
	{"/var/lib/dhcp/dhclient.%N.leases", take_dhclient},
	{"/var/lib/dhclient/dhclient-%N.leases", take_dhclient},
	{"/run/NetworkManager/no-stub-resolv.conf", take_on_link},
	{"/run/NetworkManager/resolv.conf", take_on_link},
	{"/etc/resolv.conf", take_on_link},
};

static const char *format(struct search *s, const char *pattern, unsigned index)
{
	struct str out = {0};

	for (const char *p = pattern; *p; p++) {
		if (str_starts(p, "%I"))
			str_addf(&out, "%u", index);
		else if (str_starts(p, "%N"))
			str_add(&out, s->interface);
		else
			str_add_len(&out, p, 1);
		p += *p == '%';
	}
	return arena_take(s->b->arena, str_steal(&out));
}

static void read_one(struct search *s, const char *path, size_t source, const char **from)
{
	_cleanup_free_ char *data = NULL;
	size_t before = s->servers->count, len;

	if (s->b->host->fs->read(path, &data, &len) < 0)
		return;
	sources[source].take(s, data);
	if (s->servers->count > before && !*from)
		*from = path;
}

/* The files of a directory whose names begin as the pattern does. */
static void read_matching(struct search *s, const char *pattern, size_t source, const char **from)
{
	_cleanup_free_ char *dir = path_dir(pattern);
	const char *base = path_base(pattern);
	char **names = s->b->host->fs->list(dir);

	for (char **name = names; name && *name; name++)
		if (strncmp(*name, base, strlen(base) - 1) == 0)
			read_one(s, arena_printf(s->b->arena, "%s/%s", dir, *name), source, from);
	host_list_free(names);
}

bool find_dns_servers(struct builder *b, const char *interface, unsigned index,
		      struct strv *servers, const char **from)
{
	struct search s = {b, interface, servers};

	*from = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(sources) && servers->count == 0; i++) {
		const char *path = format(&s, sources[i].pattern, index);

		if (str_ends(path, "*"))
			read_matching(&s, path, i, from);
		else
			read_one(&s, path, i, from);
	}
	return servers->count > 0;
}
