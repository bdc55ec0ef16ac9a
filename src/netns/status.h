/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of an uplink: looked up, judged, printed. sbox-netns(8), "status". */
#ifndef NETNS_STATUS_H
#define NETNS_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "netns/door.h"
#include "netns/inside.h"
#include "netns/lease.h"
#include "netns/pin.h"
#include "netns/programs.h"
#include "netns/state.h"

/* The exit statuses; sbox-netns(8). */
enum uplink_status { UPLINK_UP = 0, UPLINK_NONE = 1, UPLINK_COMING = 3, UPLINK_DOWN = 4 };

struct status {
	char *name;
	enum uplink_status status;
	char *problem; /* what is wrong and what mends it, or NULL */
	bool known;    /* `state` and `lease` are filled in */
	struct state state;
	struct lease lease;
	bool seen; /* `inside` and `programs` are: the caller may enter the namespace */
	struct inside inside;
	struct programs programs;
	int64_t boot, epoch; /* now, in seconds of CLOCK_BOOTTIME and CLOCK_REALTIME */
};

void status_free(struct status *s);
#define _cleanup_status_ __attribute__((cleanup(status_free)))

const char *status_word(enum uplink_status status);

/*
 * Looks at the uplink `name`, from outside and, where the caller may enter, inside. *visit is what
 * an earlier look left, or {.sock = -1}: it is used again while the namespace is the same. The
 * caller ends it.
 */
int status_look(const struct door *door, const char *name, struct visit *visit, struct status *out,
		struct err **err);

/*
 * Sets out->status and out->problem from everything else in it. `pin` is the name's; `alive` says
 * whether the client's supervisor runs.
 */
void status_judge(const struct pin *pin, bool alive, struct status *out);

/* All names that `list` shows, sorted: uplinks, and those that are only configured. */
int status_names(struct strv *names, struct err **err);

/* Several lines, as people read it. */
void status_text(const struct status *s, struct str *out);

/*
 * A JSON object, the caller's. Without `passing`, it lacks what changes all the time and what
 * nobody reports: the counters and the programs.
 */
struct json_object;
struct json_object *status_json(const struct status *s, bool passing);

/* The status at each change until INT, TERM, HUP or the end of who reads it. `name` may be NULL. */
int status_watch(const struct door *door, const char *name, bool json, struct err **err);

#endif
