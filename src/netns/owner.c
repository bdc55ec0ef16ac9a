/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"

enum { SUBID_FILE_MAX = 1 << 20, SUBID_RANGES_MAX = 16 };

int owner_find(const char *text, struct owner *out, struct err **err)
{
	const struct passwd *pw;
	int64_t uid;

	errno = 0;
	pw = getpwnam(text);
	if (!pw && num_int(text, 0, UINT32_MAX - 1, &uid, NULL) == 0) {
		errno = 0;
		pw = getpwuid((uid_t)uid);
	}
	if (!pw) {
		if (errno && errno != ENOENT && errno != ESRCH)
			return err_set(err, errno, "look up the user %s", text);
		return err_set(err, 0, "there is no user \"%s\"", text);
	}
	if (pw->pw_uid == 0)
		return err_set(err, 0,
			       "root can't own an uplink: the DHCP client, and every "
			       "program that uses it, would run as root; name a user with "
			       "--owner USER");
	out->uid = pw->pw_uid;
	out->gid = pw->pw_gid;
	snprintf(out->name, sizeof(out->name), "%s", pw->pw_name);
	return 0;
}

struct range {
	int64_t start, count;
};

/* Parses "NAME:START:COUNT" when it is the owner's; subuid(5). */
static bool parse_line(char *line, const struct owner *owner, struct range *out)
{
	char *start = strchr(line, ':'), *count;
	int64_t uid;

	if (!start)
		return false;
	*start++ = '\0';
	count = strchr(start, ':');
	if (!count)
		return false;
	*count++ = '\0';
	if (!streq(line, owner->name) &&
	    (num_int(line, 0, UINT32_MAX - 1, &uid, NULL) < 0 || uid != (int64_t)owner->uid))
		return false;
	return num_int(start, 0, UINT32_MAX - 1, &out->start, NULL) == 0 &&
	       num_int(count, 1, UINT32_MAX - 1, &out->count, NULL) == 0 &&
	       out->start + out->count <= UINT32_MAX - 1;
}

static bool overlaps(const struct range *a, const struct range *b)
{
	return a->start < b->start + b->count && b->start < a->start + a->count;
}

char *owner_id_map(const struct owner *owner, const char *file, unsigned id, unsigned *last)
{
	struct range taken[SUBID_RANGES_MAX + 2] = {{0, 1}, {id, 1}};
	size_t ntaken = 2, len;
	struct str map = {0};
	_cleanup_free_ char *data = NULL;
	int64_t next = 1;
	char *save = NULL;

	str_addf(&map, "0 %u 1\n", id);
	*last = 0;
	if (io_read_file(AT_FDCWD, file, SUBID_FILE_MAX, &data, &len, NULL) < 0)
		return str_steal(&map);
	for (char *line = strtok_r(data, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct range range;
		bool fits = true;

		if (!parse_line(line, owner, &range))
			continue;
		for (size_t i = 0; i < ntaken; i++)
			fits = fits && !overlaps(&range, &taken[i]);
		if (!fits || ntaken == ARRAY_SIZE(taken) || next + range.count > UINT32_MAX - 1) {
			log_warning("%s: the range %lld:%lld of %s is left out: it overlaps "
				    "another one, root or the user",
				    file, (long long)range.start, (long long)range.count,
				    owner->name);
			continue;
		}
		str_addf(&map, "%lld %lld %lld\n", (long long)next, (long long)range.start,
			 (long long)range.count);
		next += range.count;
		taken[ntaken++] = range;
	}
	*last = (unsigned)(next - 1);
	return str_steal(&map);
}
