/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lease on disk: status.json and resolv.conf in the owner's directory. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "netns/json.h"
#include "netns/lease.h"
#include "netns/link.h"
#include "netns/paths.h"

enum { STATUS_MAX = 16384 };

static struct json_object *text_array(const char *items, size_t count, size_t stride)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < count; i++)
		json_object_array_add(array, json_object_new_string(items + i * stride));
	return array;
}

static struct json_object *part_to_json(const struct lease_part *part)
{
	struct json_object *o = json_object_new_object();
	struct json_object *addresses = json_object_new_array();

	for (size_t i = 0; i < part->naddresses; i++) {
		struct json_object *a = json_object_new_object();

		json_put_text(a, "address", part->addresses[i].text);
		json_put_number(a, "prefix", part->addresses[i].prefix);
		json_object_array_add(addresses, a);
	}
	json_object_object_add(o, "addresses", addresses);
	json_object_object_add(o, "routers",
			       text_array(part->routers[0], part->nrouters, LEASE_ADDRESS_LEN));
	json_object_object_add(o, "dns", text_array(part->dns[0], part->ndns, LEASE_ADDRESS_LEN));
	json_object_object_add(o, "search",
			       text_array(part->search[0], part->nsearch, LEASE_DOMAIN_MAX + 1));
	if (part->mtu)
		json_put_number(o, "mtu", part->mtu);
	if (part->seconds)
		json_put_number(o, "lease_seconds", part->seconds);
	if (part->renewal)
		json_put_number(o, "renewal_seconds", part->renewal);
	if (part->rebinding)
		json_put_number(o, "rebinding_seconds", part->rebinding);
	if (part->obtained)
		json_put_number(o, "obtained_boottime", part->obtained);
	return o;
}

void lease_to_json(const struct lease *lease, struct json_object *o)
{
	json_put_text(o, "reason", lease->reason);
	json_object_object_add(o, "ipv4", part_to_json(&lease->v4));
	json_object_object_add(o, "ipv6", part_to_json(&lease->v6));
}

/* Joins the strings of an array with blanks, for the parsers that check them one by one. */
static char *words(struct json_object *o, const char *key)
{
	struct json_object *array = json_member(o, key, json_type_array);
	struct str s = {0};

	for (size_t i = 0; array && i < json_object_array_length(array); i++) {
		struct json_object *item = json_object_array_get_idx(array, i);

		if (json_object_is_type(item, json_type_string))
			str_addf(&s, "%s ", json_object_get_string(item));
	}
	return str_steal(&s);
}

/* Takes "ADDRESS%SCOPE" apart again: the scope must be an interface's name. */
static void dns_from_json(struct json_object *o, int family, struct lease_part *part)
{
	_cleanup_free_ char *dns = words(o, "dns");
	char *save = NULL;

	for (char *word = strtok_r(dns, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *scope = strchr(word, '%');

		if (scope) {
			*scope++ = '\0';
			if (!link_is_name(scope))
				continue;
		}
		lease_add_dns(part, word, family, scope ? scope : "lo");
	}
}

static void part_from_json(struct json_object *o, int family, struct lease_part *part)
{
	struct json_object *addresses = json_member(o, "addresses", json_type_array);
	_cleanup_free_ char *routers = words(o, "routers"), *search = words(o, "search");
	int64_t n;

	for (size_t i = 0; addresses && i < json_object_array_length(addresses); i++) {
		struct json_object *a = json_object_array_get_idx(addresses, i);
		const char *address = json_text(a, "address");
		char prefix[16];

		if (!address || !json_number(a, "prefix", 1, 128, &n))
			continue;
		snprintf(prefix, sizeof(prefix), "%d", (int)n);
		lease_add_address(part, address, prefix, family);
	}
	lease_add_routers(part, routers, family);
	lease_add_search(part, search);
	dns_from_json(o, family, part);
	if (json_number(o, "mtu", LEASE_MTU_MIN, LEASE_MTU_MAX, &n))
		part->mtu = (unsigned)n;
	if (json_number(o, "lease_seconds", 1, UINT32_MAX, &n))
		part->seconds = (uint32_t)n;
	if (json_number(o, "renewal_seconds", 1, UINT32_MAX, &n))
		part->renewal = (uint32_t)n;
	if (json_number(o, "rebinding_seconds", 1, UINT32_MAX, &n))
		part->rebinding = (uint32_t)n;
	/* Far above each uptime, far below an overflow. */
	if (json_number(o, "obtained_boottime", 1, UINT32_MAX, &n))
		part->obtained = n;
}

void lease_from_json(struct json_object *o, struct lease *out)
{
	const char *reason = json_text(o, "reason");

	*out = (struct lease){0};
	if (reason && strlen(reason) < sizeof(out->reason) &&
	    strspn(reason, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(reason))
		snprintf(out->reason, sizeof(out->reason), "%s", reason);
	part_from_json(json_member(o, "ipv4", json_type_object), AF_INET, &out->v4);
	part_from_json(json_member(o, "ipv6", json_type_object), AF_INET6, &out->v6);
}

void lease_read(int dir, struct lease *out)
{
	_cleanup_close_ int fd = openat(dir, LEASE_STATUS,
					O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	_cleanup_json_ struct json_object *o = NULL;
	_cleanup_free_ char *data = NULL;
	struct stat st;
	size_t len;

	*out = (struct lease){0};
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    io_read_all(fd, STATUS_MAX, &data, &len) < 0)
		return;
	o = json_tokener_parse(data);
	lease_from_json(o, out);
}

/* One write(2) that covers the old text entirely, then the file's end. */
static int write_in_place(int dir, const char *name, const char *text, struct err **err)
{
	_cleanup_close_ int fd =
		openat(dir, name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
	_cleanup_free_ char *padded = NULL;
	size_t len = strlen(text), size = len;
	struct stat st;

	if (fd < 0)
		return err_set(err, errno, "open %s", name);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(err, 0, "%s is no regular file", name);
	if (st.st_size > (off_t)len && st.st_size <= STATUS_MAX)
		size = (size_t)st.st_size;
	padded = xmalloc(size + 1);
	memcpy(padded, text, len);
	memset(padded + len, '\n', size - len);
	if (pwrite(fd, padded, size, 0) != (ssize_t)size)
		return err_set(err, errno, "write %s", name);
	if (ftruncate(fd, (off_t)len) < 0)
		return err_set(err, errno, "truncate %s", name);
	return 0;
}

int lease_write(int dir, const struct lease *lease, const char *interface, struct err **err)
{
	_cleanup_json_ struct json_object *o = json_object_new_object();
	_cleanup_str_ struct str resolv = {0}, status = {0};

	lease_resolv_conf(lease, interface, &resolv);
	if (write_in_place(dir, LEASE_RESOLV, resolv.text, err) < 0)
		return -1;
	json_put_text(o, "interface", interface);
	json_put_number(o, "changed", (int64_t)time(NULL));
	lease_to_json(lease, o);
	str_addf(&status, "%s\n", json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY));
	return write_in_place(dir, LEASE_STATUS, status.text, err);
}
