/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/device.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"

#define SYSFS "/sys/class/net"

/* The first line of a file; "" when it can't be read or is too long. */
static void read_line(const char *path, char *out, size_t size)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	*out = '\0';
	if (io_read_file(AT_FDCWD, path, 4096, &text, &len, NULL) < 0)
		return;
	text[strcspn(text, "\n")] = '\0';
	if (strlen(text) < size)
		snprintf(out, size, "%s", text);
}

/* From the interface's device upwards to the one that has a serial number: the USB device. */
static void read_usb(struct device *d)
{
	_cleanup_free_ char *link = xasprintf(SYSFS "/%s/device", d->name);
	_cleanup_free_ char *dir = realpath(link, NULL);

	while (dir && str_starts(dir, "/sys/devices/")) {
		_cleanup_free_ char *number = xasprintf("%s/busnum", dir);
		_cleanup_free_ char *serial = xasprintf("%s/serial", dir);

		if (access(number, F_OK) == 0) {
			read_line(serial, d->serial, sizeof(d->serial));
			if (strlen(path_base(dir)) < sizeof(d->port))
				snprintf(d->port, sizeof(d->port), "%s", path_base(dir));
			return;
		}
		*strrchr(dir, '/') = '\0';
	}
}

static void read_driver(struct device *d)
{
	_cleanup_free_ char *link = xasprintf(SYSFS "/%s/device/driver", d->name);
	_cleanup_free_ char *driver = realpath(link, NULL);

	if (driver && strlen(path_base(driver)) < sizeof(d->driver))
		snprintf(d->driver, sizeof(d->driver), "%s", path_base(driver));
}

/* udev's names for interfaces: systemd.link(5), NamePolicy=. */
static const char *const alias_keys[DEVICE_ALIASES] = {"ID_NET_NAME_FROM_DATABASE",
						       "ID_NET_NAME_ONBOARD", "ID_NET_NAME_SLOT",
						       "ID_NET_NAME_PATH", "ID_NET_NAME_MAC"};

static void set_alias(struct device *d, size_t i, const char *name)
{
	if (strlen(name) < sizeof(d->aliases[i]))
		snprintf(d->aliases[i], sizeof(d->aliases[i]), "%s", name);
}

/* One line of the database, without its "E:". */
static void read_alias(struct device *d, const char *property)
{
	for (size_t i = 0; i < DEVICE_ALIASES; i++) {
		size_t len = strlen(alias_keys[i]);

		if (str_starts(property, alias_keys[i]) && property[len] == '=')
			set_alias(d, i, property + len + 1);
	}
}

/* udev's database: a line "E:KEY=VALUE" for each property, in the file n<index>. */
static void read_database(struct device *d)
{
	_cleanup_free_ char *path = xasprintf("/run/udev/data/n%u", if_nametoindex(d->name));
	_cleanup_free_ char *text = NULL;
	char *save = NULL;
	size_t len;

	if (io_read_file(AT_FDCWD, path, 65536, &text, &len, NULL) < 0)
		return;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (str_starts(line, "E:ID_PATH=") && strlen(line + 10) < sizeof(d->path))
			snprintf(d->path, sizeof(d->path), "%s", line + 10);
		if (str_starts(line, "E:"))
			read_alias(d, line + 2);
		/* Of devices whose serial number isn't in a file of sysfs's. */
		if (!*d->serial && str_starts(line, "E:ID_SERIAL_SHORT=") &&
		    strlen(line + 18) < sizeof(d->serial))
			snprintf(d->serial, sizeof(d->serial), "%s", line + 18);
	}
}

static void read_environment(const char *(*get)(const char *), struct device *d)
{
	const char *path = get("ID_PATH"), *serial = get("ID_SERIAL_SHORT");

	if (path && strlen(path) < sizeof(d->path))
		snprintf(d->path, sizeof(d->path), "%s", path);
	if (!*d->serial && serial && strlen(serial) < sizeof(d->serial))
		snprintf(d->serial, sizeof(d->serial), "%s", serial);
	for (size_t i = 0; i < DEVICE_ALIASES; i++) {
		const char *name = get(alias_keys[i]);

		if (name)
			set_alias(d, i, name);
	}
}

/* By ioctl, netdevice(7): that asks the caller's own namespace, whichever one sysfs shows. */
static void read_mac(struct device *d)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {0};
	const unsigned char *mac = (const unsigned char *)request.ifr_hwaddr.sa_data;

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", d->name);
	if (fd >= 0 && ioctl(fd, SIOCGIFHWADDR, &request) == 0)
		snprintf(d->mac, sizeof(d->mac), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
			 mac[2], mac[3], mac[4], mac[5]);
}

bool device_read(const char *name, const char *(*get)(const char *), struct device *out)
{
	_cleanup_free_ char *number = xasprintf(SYSFS "/%s/ifindex", name);
	_cleanup_free_ char *index = xasprintf("%u", if_nametoindex(name));
	char shown[16];

	*out = (struct device){0};
	if (streq(index, "0"))
		return false;
	snprintf(out->name, sizeof(out->name), "%s", name);
	read_mac(out);
	read_line(number, shown, sizeof(shown));
	if (streq(shown, index)) {
		read_driver(out);
		read_usb(out);
	}
	read_database(out);
	if (get)
		read_environment(get, out);
	return true;
}

static bool driver_is(const char *driver, const char *wanted)
{
	static const char *const tether[] = {DEVICE_TETHER_DRIVERS};
	_cleanup_free_ char *copy = xstrdup(wanted);
	char *save = NULL;

	for (char *word = strtok_r(copy, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		if (streq(word, driver))
			return true;
		for (size_t i = 0; streq(word, "tether") && i < ARRAY_SIZE(tether); i++) {
			if (streq(tether[i], driver))
				return true;
		}
	}
	return false;
}

static bool name_is(const struct device *d, const char *wanted)
{
	if (streq(wanted, d->name))
		return true;
	for (size_t i = 0; i < DEVICE_ALIASES; i++) {
		if (streq(wanted, d->aliases[i]))
			return true;
	}
	return false;
}

bool device_matches(const struct device *d, const struct settings *s)
{
	const char *const *want = (const char *const *)s->text;

	if (!settings_name_interface(s))
		return false;
	return (!want[SET_INTERFACE] || name_is(d, want[SET_INTERFACE])) &&
	       (!want[SET_DRIVER] || driver_is(d->driver, want[SET_DRIVER])) &&
	       (!want[SET_SERIAL] || streq(want[SET_SERIAL], d->serial)) &&
	       (!want[SET_PATH] || streq(want[SET_PATH], d->path) ||
		streq(want[SET_PATH], d->port)) &&
	       (!want[SET_MAC] || strcasecmp(want[SET_MAC], d->mac) == 0);
}

bool device_find(const struct settings *settings, struct device *out)
{
	struct if_nameindex *all = if_nameindex();
	bool found = false;

	for (size_t i = 0; all && all[i].if_index && !found; i++)
		found = device_read(all[i].if_name, NULL, out) && device_matches(out, settings);
	if (all)
		if_freenameindex(all);
	return found;
}
