/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The keys of an uplink: their names, their forms, and what their values mean. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "netns/link.h"
#include "netns/settings.h"

enum { TIMEOUT_MIN = 1000000 };
#define TIMEOUT_MAX UINT64_C(3600000000)

static bool is_token(const char *text, const char *more)
{
	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (!(isascii(c) && isalnum(c)) && !strchr(more, c))
			return false;
	}
	return *text && strlen(text) < 256;
}

static bool is_owner(const char *text)
{
	return is_token(text, "_-.@+");
}

static bool is_driver(const char *text)
{
	return is_token(text, "_-");
}

static bool is_serial(const char *text)
{
	return is_token(text, "_-.:+");
}

static bool is_path(const char *text)
{
	return is_token(text, "_-.:+,");
}

static bool is_mac(const char *text)
{
	unsigned byte[6];
	int len = 0;

	return sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &byte[0], &byte[1], &byte[2], &byte[3],
		      &byte[4], &byte[5], &len) == 6 &&
	       text[len] == '\0' && len == 17;
}

static bool is_client(const char *text)
{
	enum dhcp_client client;

	return client_parse(text, &client, NULL) == 0;
}

static bool read_timeout(const char *text, uint64_t *out)
{
	return num_time(text, out, NULL) == 0 && *out >= TIMEOUT_MIN && *out <= TIMEOUT_MAX;
}

static bool is_timeout(const char *text)
{
	uint64_t timeout;

	return read_timeout(text, &timeout);
}

static int family_of(const char *text)
{
	return strchr(text, ':') ? AF_INET6 : AF_INET;
}

static bool is_host(const char *text)
{
	char out[LEASE_ADDRESS_LEN];

	return lease_address(text, family_of(text), out, sizeof(out));
}

/* A DNS server that means the same whatever the interface. */
static bool is_server(const char *text)
{
	struct in6_addr v6;

	return is_host(text) &&
	       !(inet_pton(AF_INET6, text, &v6) == 1 && IN6_IS_ADDR_LINKLOCAL(&v6));
}

/* ADDRESS/PREFIX; cut at the slash into the part. */
static bool read_address(const char *text, struct lease_part *part)
{
	_cleanup_free_ char *address = xstrdup(text);
	char *slash = strchr(address, '/');
	size_t before = part->naddresses;

	if (!slash)
		return false;
	*slash = '\0';
	lease_add_address(part, address, slash + 1, family_of(text));
	return part->naddresses > before;
}

static bool is_address(const char *text)
{
	struct lease_part part = {0};

	return read_address(text, &part);
}

static bool is_domain(const char *text)
{
	char out[LEASE_DOMAIN_MAX + 1];

	return lease_domain(text, out, sizeof(out));
}

static bool is_mtu(const char *text)
{
	unsigned mtu;

	return lease_mtu(text, &mtu);
}

static bool is_ttl(const char *text)
{
	int64_t ttl;

	return num_int(text, 1, 255, &ttl, NULL) == 0;
}

/* What a key's value is: a single one, or a list of up to `most` words. */
static const struct {
	const char *key;
	bool (*check)(const char *word);
	size_t most;
	const char *form;
} table[SET_COUNT] = {
	[SET_INTERFACE] = {"interface", link_is_name, 1, "an interface's name is " LINK_NAME_FORM},
	[SET_DRIVER] = {"driver", is_driver, 8,
			"kernel drivers' names are needed, or \"tether\" for those of phones"},
	[SET_SERIAL] = {"serial", is_serial, 1,
			"a serial number is needed, as `udevadm info` has it in ID_SERIAL_SHORT"},
	[SET_PATH] = {"path", is_path, 1,
		      "a place on the bus is needed, as `udevadm info` has it in ID_PATH"},
	[SET_MAC] = {"mac", is_mac, 1, "a hardware address is needed, like 02:00:5e:10:00:01"},
	[SET_INSIDE] = {"name", link_is_name, 1, "an interface's name is " LINK_NAME_FORM},
	[SET_OWNER] = {"owner", is_owner, 1, "a user is needed"},
	[SET_DHCP] = {"dhcp", is_client, 1, DHCP_FORM " is needed"},
	[SET_TIMEOUT] = {"timeout", is_timeout, 1, "a time from 1s to 1h is needed"},
	[SET_ADDRESS] = {"address", is_address, LEASE_ADDRESSES_MAX,
			 "up to 4 addresses with their prefix lengths are needed, like "
			 "192.0.2.7/24"},
	[SET_GATEWAY] = {"gateway", is_host, 2,
			 "a router's address is needed, or one for each of IPv4 and IPv6"},
	[SET_DNS] = {"dns", is_server, LEASE_DNS_MAX,
		     "addresses of up to 3 DNS servers are needed"},
	[SET_SEARCH] = {"search", is_domain, LEASE_SEARCH_MAX, "up to 6 domain names are needed"},
	[SET_MTU] = {"mtu", is_mtu, 1, "a number from 576 to 9216 is needed"},
	[SET_TTL] = {"ttl", is_ttl, 1, "a number from 1 to 255 is needed"},
};

const char *setting_key(enum setting setting)
{
	return table[setting].key;
}

enum setting setting_find(const char *key)
{
	size_t i = 0;

	while (i < SET_COUNT && !streq(table[i].key, key))
		i++;
	return (enum setting)i;
}

static const char *next_key(void *cursor)
{
	size_t *next = cursor;

	return *next < SET_COUNT ? table[(*next)++].key : NULL;
}

const char *setting_nearest(const char *key)
{
	size_t cursor = 0;

	return str_nearest(key, next_key, &cursor);
}

/* Calls `take` with each word of a list until it returns false; the number of words it took. */
static size_t each_word(const char *text, bool (*take)(const char *word, void *context),
			void *context, bool *all)
{
	_cleanup_free_ char *copy = xstrdup(text);
	char *save = NULL;
	size_t count = 0;

	*all = true;
	for (char *word = strtok_r(copy, " \t", &save); word && *all;
	     word = strtok_r(NULL, " \t", &save)) {
		*all = take(word, context);
		count += *all;
	}
	return count;
}

static bool check_word(const char *word, void *context)
{
	return table[*(const enum setting *)context].check(word);
}

static bool is_valid(enum setting setting, const char *text)
{
	size_t count;
	bool all;

	if (table[setting].most == 1)
		return table[setting].check(text);
	count = each_word(text, check_word, &setting, &all);
	return all && count >= 1 && count <= table[setting].most;
}

int settings_set(struct settings *s, enum setting setting, const char *text, struct err **err)
{
	if (!is_valid(setting, text))
		return err_set_code(err, EXIT_USAGE, 0, "%s", table[setting].form);
	free(s->text[setting]);
	s->text[setting] = xstrdup(text);
	return 0;
}

enum dhcp_client settings_client(const struct settings *s)
{
	enum dhcp_client client = s->text[SET_ADDRESS] ? DHCP_NONE : DHCP_AUTO;

	if (s->text[SET_DHCP])
		(void)client_parse(s->text[SET_DHCP], &client, NULL);
	return client;
}

uint64_t settings_timeout(const struct settings *s)
{
	uint64_t timeout;

	if (s->text[SET_TIMEOUT] && read_timeout(s->text[SET_TIMEOUT], &timeout))
		return timeout;
	return TIMEOUT_DEFAULT;
}

static struct lease_part *part_of(struct tuning *t, const char *word)
{
	return family_of(word) == AF_INET6 ? &t->fixed.v6 : &t->fixed.v4;
}

static bool take_address(const char *word, void *tuning)
{
	return read_address(word, part_of(tuning, word));
}

static bool take_gateway(const char *word, void *tuning)
{
	lease_add_routers(part_of(tuning, word), word, family_of(word));
	return true;
}

static bool take_dns(const char *word, void *tuning)
{
	lease_add_dns(part_of(tuning, word), word, family_of(word), "lo");
	return true;
}

void settings_tuning(const struct settings *s, struct tuning *out)
{
	static const struct {
		enum setting setting;
		bool (*take)(const char *word, void *tuning);
	} lists[] = {{SET_ADDRESS, take_address}, {SET_GATEWAY, take_gateway}, {SET_DNS, take_dns}};
	int64_t ttl;
	bool all;

	*out = (struct tuning){0};
	if (s->text[SET_MTU])
		(void)lease_mtu(s->text[SET_MTU], &out->mtu);
	if (s->text[SET_TTL] && num_int(s->text[SET_TTL], 1, 255, &ttl, NULL) == 0)
		out->ttl = (unsigned)ttl;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (s->text[lists[i].setting])
			(void)each_word(s->text[lists[i].setting], lists[i].take, out, &all);
	}
	if (s->text[SET_SEARCH])
		lease_add_search(&out->fixed.v4, s->text[SET_SEARCH]);
}

bool settings_name_interface(const struct settings *s)
{
	return s->text[SET_INTERFACE] || s->text[SET_DRIVER] || s->text[SET_SERIAL] ||
	       s->text[SET_PATH] || s->text[SET_MAC];
}

void settings_free(struct settings *s)
{
	free(s->name);
	for (size_t i = 0; i < SET_COUNT; i++)
		free(s->text[i]);
}
