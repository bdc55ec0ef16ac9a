/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What there is to know of an uplink. */
#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "base/mem.h"
#include "netns/clock.h"
#include "netns/paths.h"
#include "netns/process.h"
#include "netns/settings.h"
#include "netns/status.h"
#include "netns/undo.h"

void status_free(struct status *s)
{
	free(s->name);
	free(s->problem);
}

/* The wall clock is off by what CLOCK_BOOTTIME says, rounded, so that two looks give the same. */
static void look_at_clocks(struct status *s)
{
	struct timespec boot, epoch;

	clock_gettime(CLOCK_BOOTTIME, &boot);
	clock_gettime(CLOCK_REALTIME, &epoch);
	s->boot = boot.tv_sec;
	s->epoch = epoch.tv_sec +
		   (epoch.tv_nsec - boot.tv_nsec + 500000000 + 1000000000) / 1000000000 - 1;
}

/* Inside, as far as the caller may enter. The state names the namespace: the pin may be another's.
 */
static int look_inside(const struct door *door, struct visit *visit, struct status *out,
		       struct err **err)
{
	const struct state *s = &out->state;

	if (visit->netns != s->netns)
		visit_end(visit);
	if (!visit->netns && door_visit(door, out->name, visit, err) < 0)
		return -1;
	if (visit->netns != s->netns) {
		visit_end(visit);
		return 0;
	}
	if (inside_read(visit, s->inside, &out->inside, err) < 0)
		return -1;
	out->seen = true;
	return door_programs(door, s->netns, s->pid, &out->programs, err);
}

int status_look(const struct door *door, const char *name, struct visit *visit, struct status *out,
		struct err **err)
{
	_cleanup_pin_ struct pin pin = {.fd = -1};
	_cleanup_close_ int dir = -1, lease = -1;
	_cleanup_err_ struct err *open_err = NULL;
	const struct state *s = &out->state;
	int known = 0;

	*out = (struct status){.name = xstrdup(name)};
	look_at_clocks(out);
	dir = state_open_dir(name, &open_err);
	if (dir < 0 && open_err)
		return err_set(err, 0, "%s", open_err->text);
	if (dir >= 0)
		known = state_read(dir, &out->state, err);
	if (known < 0 || pin_inspect(name, &pin, err) < 0)
		return -1;
	out->known = known > 0;
	if (out->known)
		lease = openat(dir, LEASE_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (lease >= 0)
		lease_read(lease, &out->lease);
	/* A visit keeps a namespace alive: not one that is an uplink's no more. */
	if (!out->known || !undo_pin_matches(&pin, s))
		visit_end(visit);
	else if (look_inside(door, visit, out, err) < 0)
		return -1;
	status_judge(&pin, out->known && process_is_alive(s->pid, s->start_time), out);
	return 0;
}

int status_names(struct strv *names, struct err **err)
{
	if (state_list(names, err) < 0)
		return -1;
	settings_list(names);
	return 0;
}
