/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/client.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

static const struct {
	const char *name;
	int stop_signal;
	const char *const paths[5];
} clients[] = {
	[DHCP_AUTO] = {"auto", SIGTERM, {NULL}},
	/* SIGALRM is what `dhcpcd -k` sends: dhcpcd(8), "release". */
	[DHCP_DHCPCD] = {"dhcpcd",
			 SIGALRM,
			 {"/usr/sbin/dhcpcd", "/usr/bin/dhcpcd", "/sbin/dhcpcd", "/bin/dhcpcd"}},
	[DHCP_UDHCPC] = {"udhcpc",
			 SIGTERM,
			 {"/usr/sbin/udhcpc", "/usr/bin/udhcpc", "/sbin/udhcpc", "/bin/udhcpc"}},
	/* Its handlers for signals are not compiled in by default: INSTALL of ISC DHCP. */
	[DHCP_DHCLIENT] = {"dhclient",
			   0,
			   {"/usr/sbin/dhclient", "/usr/bin/dhclient", "/sbin/dhclient",
			    "/bin/dhclient"}},
	[DHCP_NONE] = {"none", SIGTERM, {NULL}},
};

int client_parse(const char *text, enum dhcp_client *out, struct err **err)
{
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		if (streq(text, clients[i].name)) {
			*out = (enum dhcp_client)i;
			return 0;
		}
	}
	return err_set_code(err, EXIT_USAGE, 0, "\"%s\" is no DHCP client: use %s", text,
			    DHCP_FORM);
}

const char *client_name(enum dhcp_client client)
{
	return clients[client].name;
}

int client_find(enum dhcp_client *client, char **path, struct err **err)
{
	if (*client == DHCP_NONE)
		return 0;
	for (size_t i = DHCP_DHCPCD; i < ARRAY_SIZE(clients); i++) {
		if (*client != DHCP_AUTO && *client != (enum dhcp_client)i)
			continue;
		for (const char *const *p = clients[i].paths; *p; p++) {
			if (access(*p, X_OK) < 0)
				continue;
			*path = realpath(*p, NULL);
			if (*path) {
				*client = (enum dhcp_client)i;
				return 0;
			}
		}
	}
	if (*client != DHCP_AUTO)
		return err_set(err, 0, "the DHCP client %s is not installed",
			       clients[*client].name);
	return err_set(err, 0,
		       "no DHCP client is installed: dhcpcd, udhcpc or dhclient is needed "
		       "(on Debian: apt install dhcpcd-base)");
}

#define DHCLIENT_FILES                                                                             \
	"-cf", CLIENT_CONFIG, "-lf", "/run/dhclient.leases", "-pf", "/run/dhclient.pid", "-sf"

static void add_all(struct strv *argv, const char *const *words)
{
	for (; *words; words++)
		strv_add(argv, *words);
}

void client_command(enum dhcp_client client, const char *interface, bool fixed_mtu,
		    struct strv *argv, struct str *config)
{
	const char *hook;

	/* busybox learns from it what it is to be. */
	strv_add(argv, clients[client].name);
	switch (client) {
	case DHCP_AUTO:
	case DHCP_NONE:
		break;
	case DHCP_DHCPCD:
		/*
		 * Manager mode, for it follows the carrier; without udev, which sees nothing in a
		 * namespace and would be waited for. No address probing: 5 s per start, on a link
		 * with one other host. The hardware address identifies us, since a DUID made up
		 * anew each time would get a new lease.
		 */
		hook = CLIENT_HOOK_DIR "/dhcpcd";
		add_all(argv, (const char *const[]){"-M", "-B", "--nodev", "-f", CLIENT_CONFIG,
						    "-c", hook, NULL});
		str_addf(config, "allowinterfaces %s\n", interface);
		str_add(config, "clientid\n"
				"noarp\n"
				"noipv4ll\n"
				"nohook resolv.conf\n"
				"option domain_name_servers, domain_name, domain_search\n"
				"option classless_static_routes\n"
				"require dhcp_server_identifier\n"
				"slaac private\n");
		str_addf(config, "%s interface_mtu\n", fixed_mtu ? "nooption" : "option");
		break;
	case DHCP_UDHCPC:
		/* -R gives the lease back on SIGTERM; -A: seconds between attempts. */
		hook = CLIENT_HOOK_DIR "/udhcpc";
		add_all(argv, (const char *const[]){"-i", interface, "-f", "-R", "-t", "5", "-T",
						    "1", "-A", "2", "-O", "search", "-O", "mtu",
						    "-s", hook, NULL});
		break;
	case DHCP_DHCLIENT:
		hook = CLIENT_HOOK_DIR "/dhclient";
		add_all(argv,
			(const char *const[]){"-4", "-d", DHCLIENT_FILES, hook, interface, NULL});
		str_add(config, "timeout 300;\n"
				"retry 2;\n"
				"initial-interval 1;\n"
				"backoff-cutoff 8;\n"
				"request subnet-mask, broadcast-address, routers, domain-name,\n"
				"\tdomain-name-servers, domain-search, interface-mtu;\n");
		break;
	}
}

void client_release_command(enum dhcp_client client, const char *interface, struct strv *argv)
{
	if (client != DHCP_DHCLIENT)
		return;
	add_all(argv, (const char *const[]){clients[client].name, "-4", "-r", DHCLIENT_FILES,
					    CLIENT_HOOK_DIR "/dhclient", interface, NULL});
}

int client_stop_signal(enum dhcp_client client)
{
	return clients[client].stop_signal;
}

bool client_does_ipv6(enum dhcp_client client)
{
	return client == DHCP_DHCPCD;
}

bool client_trusts_wall_clock(enum dhcp_client client)
{
	return client == DHCP_DHCLIENT;
}
