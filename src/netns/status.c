/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `sbox netns status` and `list`: without privilege, for anybody. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "netns/json.h"
#include "netns/lease.h"
#include "netns/paths.h"
#include "netns/pin.h"
#include "netns/process.h"
#include "netns/state.h"
#include "netns/undo.h"
#include "netns/verbs.h"

/* The exit statuses; sbox-netns(8). */
enum uplink_status { UPLINK_UP = 0, UPLINK_NONE = 1, UPLINK_COMING = 3, UPLINK_DOWN = 4 };

struct status {
	enum uplink_status status;
	bool known; /* `state` is filled in */
	struct state state;
	struct lease lease;
	char *problem; /* what is wrong and what mends it, or NULL */
};

static void status_free(struct status *s)
{
	free(s->problem);
}
#define _cleanup_status_ __attribute__((cleanup(status_free)))

static const char *status_word(enum uplink_status status)
{
	switch (status) {
	case UPLINK_UP:
		return "up";
	case UPLINK_COMING:
		return "coming up";
	case UPLINK_DOWN:
		return "down";
	case UPLINK_NONE:
		break;
	}
	return "no such uplink";
}

static void judge_unknown(const char *name, const struct pin *pin, struct status *out)
{
	out->status = settings_configured(name) ? UPLINK_DOWN : UPLINK_NONE;
	if (pin->kind == PIN_NETNS) {
		out->problem = xasprintf("the network namespace %s is not an uplink of sbox; `ip "
					 "netns delete %s` removes it",
					 name, name);
	} else if (pin->kind == PIN_STALE) {
		out->status = UPLINK_DOWN;
		out->problem =
			xasprintf("its pin is stale; `sudo sbox netns down %s` removes it", name);
	}
}

static void judge(const char *name, const struct pin *pin, struct status *out)
{
	const struct state *s = &out->state;

	if (!out->known) {
		judge_unknown(name, pin, out);
	} else if (!s->up) {
		out->status = UPLINK_COMING;
		out->problem = xasprintf("`sbox netns up %s` is at work, or was killed; then `sudo "
					 "sbox netns down %s` cleans up",
					 name, name);
	} else if (!undo_pin_matches(pin, s)) {
		out->status = UPLINK_DOWN;
		out->problem = xasprintf("its namespace is not at %s/%s any more; `sudo sbox netns "
					 "down %s` cleans up",
					 PIN_DIR, name, name);
	} else if (!process_is_alive(s->pid, s->start_time)) {
		out->status = UPLINK_DOWN;
		out->problem = xasprintf("its DHCP client has ended; `sudo sbox netns up %s "
					 "--interface %s` starts it again",
					 name, s->interface);
	} else if (!lease_is_bound(&out->lease, true)) {
		out->status = UPLINK_COMING;
		out->problem = xasprintf("no lease on %s: is the phone plugged in, and tethering "
					 "switched on?",
					 s->inside);
	} else {
		out->status = UPLINK_UP;
	}
}

static int look(const char *name, struct status *out, struct err **err)
{
	_cleanup_pin_ struct pin pin = {.fd = -1};
	_cleanup_close_ int dir = -1, lease = -1;
	_cleanup_err_ struct err *open_err = NULL;
	int known = 0;

	*out = (struct status){0};
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
	judge(name, &pin, out);
	return 0;
}

static void print_json(const char *name, const struct status *s)
{
	_cleanup_json_ struct json_object *o = json_object_new_object();

	json_put_text(o, "name", name);
	json_put_text(o, "status", status_word(s->status));
	if (s->problem)
		json_put_text(o, "problem", s->problem);
	if (s->known) {
		_cleanup_free_ char *resolv =
			xasprintf("%s/%s/%s/%s", STATE_DIR, name, LEASE_DIR, LEASE_RESOLV);
		_cleanup_free_ char *pin = xasprintf("%s/%s", PIN_DIR, name);

		json_put_text(o, "owner", s->state.owner.name);
		json_put_number(o, "uid", (int64_t)s->state.owner.uid);
		json_put_text(o, "interface", s->state.interface);
		json_put_text(o, "inside", s->state.inside);
		json_put_text(o, "client", client_name(s->state.client));
		json_put_number(o, "pid", s->state.pid);
		json_put_text(o, "namespace", pin);
		json_put_text(o, "resolv_conf", resolv);
		lease_to_json(&s->lease, o);
	}
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
}

static void print_text(const char *name, const struct status *s)
{
	_cleanup_str_ struct str text = {0};

	printf("%s: %s\n", name, status_word(s->status));
	if (s->known) {
		printf("  owner      %s (uid %u)\n", s->state.owner.name,
		       (unsigned)s->state.owner.uid);
		printf("  interface  %s", s->state.interface);
		if (!streq(s->state.interface, s->state.inside))
			printf(" (%s in the namespace)", s->state.inside);
		printf("\n  DHCP       %s", client_name(s->state.client));
		if (s->lease.reason[0])
			printf(", last event %s", s->lease.reason);
		lease_describe(&s->lease, &text);
		printf("\n  address    %s\n", text.text);
	}
	if (s->problem)
		printf("  problem    %s\n", s->problem);
}

int verb_status(const struct settings *settings, struct err **err)
{
	_cleanup_status_ struct status s = {0};

	if (look(settings->name, &s, err) < 0)
		return -1;
	if (settings->json)
		print_json(settings->name, &s);
	else
		print_text(settings->name, &s);
	return (int)s.status;
}

int verb_list(struct err **err)
{
	_cleanup_strv_ struct strv names = {0};
	size_t width = strlen("NAME");

	if (state_list(&names, err) < 0)
		return -1;
	settings_list(&names);
	for (size_t i = 0; i < names.count; i++) {
		if (strlen(names.items[i]) > width)
			width = strlen(names.items[i]);
	}
	if (names.count)
		printf("%-*s  %-9s  %-16s  %s\n", (int)width, "NAME", "STATUS", "OWNER",
		       "INTERFACE");
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_status_ struct status s = {0};

		if (look(names.items[i], &s, err) < 0)
			return -1;
		printf("%-*s  %-9s  %-16s  %s\n", (int)width, names.items[i], status_word(s.status),
		       s.known ? s.state.owner.name : "-", s.known ? s.state.interface : "-");
	}
	return 0;
}
