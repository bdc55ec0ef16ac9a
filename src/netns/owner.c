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
#include "base/subid.h"

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

struct skipped {
	const struct owner *owner;
	const char *file;
};

static void warn_skipped(const struct subid_range *range, void *context)
{
	const struct skipped *skipped = context;

	log_warning("%s: the range %lld:%lld of %s is left out: it overlaps another one, root or "
		    "the user",
		    skipped->file, (long long)range->start, (long long)range->count,
		    skipped->owner->name);
}

char *owner_id_map(const struct owner *owner, const char *file, unsigned id, unsigned *last)
{
	struct skipped skipped = {owner, file};
	struct subid_range ranges[SUBID_RANGES_MAX];
	struct str map = {0};
	_cleanup_free_ char *data = NULL;
	int64_t next = 1;
	size_t len, count;

	str_addf(&map, "0 %u 1\n", id);
	*last = 0;
	if (io_read_file(AT_FDCWD, file, SUBID_FILE_MAX, &data, &len, NULL) < 0)
		return str_steal(&map);
	count = subid_ranges(data, owner->name, owner->uid, id, ranges, warn_skipped, &skipped);
	for (size_t i = 0; i < count; i++) {
		str_addf(&map, "%lld %lld %lld\n", (long long)next, (long long)ranges[i].start,
			 (long long)ranges[i].count);
		next += ranges[i].count;
	}
	*last = (unsigned)(next - 1);
	return str_steal(&map);
}
