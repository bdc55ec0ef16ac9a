/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `sbox netns status` and `list`: for anybody, as far as they may see. */
#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"
#include "netns/json.h"
#include "netns/status.h"
#include "netns/verbs.h"

/* Those that were asked for. */
struct statuses {
	struct door door;
	size_t count;
	struct status *items;
};

static void statuses_free(struct statuses *all)
{
	for (size_t i = 0; i < all->count; i++)
		status_free(&all->items[i]);
	free(all->items);
	door_close(&all->door);
}
#define _cleanup_statuses_ __attribute__((cleanup(statuses_free)))

static int look(struct statuses *all, const char *name, struct err **err)
{
	struct visit visit = {.sock = -1};
	int result =
		status_look(&all->door, name, &visit, array_grow(&all->items, &all->count), err);

	visit_end(&visit);
	return result;
}

static int look_at_all(struct statuses *all, struct err **err)
{
	_cleanup_strv_ struct strv names = {0};

	if (status_names(&names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		if (look(all, names.items[i], err) < 0)
			return -1;
	}
	return 0;
}

/* Whether `status` and `list` show it among all: not the directory of one that came to nothing. */
static bool is_shown(const struct status *s)
{
	return s->status != UPLINK_NONE;
}

static void print_json(struct json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
}

static void show(const struct status *s, bool json)
{
	_cleanup_json_ struct json_object *o = json ? status_json(s, true) : NULL;
	_cleanup_str_ struct str text = {0};

	if (json) {
		print_json(o);
		return;
	}
	status_text(s, &text);
	fputs(text.text, stdout);
}

/* The exit status: 0 when all are up, else the first other one's. */
static int show_all(const struct statuses *all, bool json)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();
	int result = UPLINK_NONE;

	for (size_t i = 0; i < all->count; i++) {
		const struct status *s = &all->items[i];

		if (!is_shown(s))
			continue;
		if (json)
			json_object_array_add(array, status_json(s, true));
		if (!json && result != UPLINK_NONE)
			putchar('\n');
		if (!json)
			show(s, false);
		if (result == UPLINK_NONE || result == UPLINK_UP)
			result = (int)s->status;
	}
	if (json)
		print_json(array);
	else if (result == UPLINK_NONE)
		log_note("there is no uplink");
	return result;
}

int verb_status(const struct settings *settings, struct err **err)
{
	_cleanup_statuses_ struct statuses all = {.door = {.sock = -1}};

	if (door_open(&all.door, err) < 0)
		return -1;
	if (settings->watch)
		return status_watch(&all.door, settings->name, settings->json, err);
	if (!settings->name)
		return look_at_all(&all, err) < 0 ? -1 : show_all(&all, settings->json);
	if (look(&all, settings->name, err) < 0)
		return -1;
	show(&all.items[0], settings->json);
	return (int)all.items[0].status;
}

static void list_json(const struct statuses *all)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < all->count; i++) {
		const struct status *s = &all->items[i];
		struct json_object *o;

		if (!is_shown(s))
			continue;
		o = json_object_new_object();
		json_put_text(o, "name", s->name);
		json_put_text(o, "status", status_word(s->status));
		if (s->known)
			json_put_text(o, "owner", s->state.owner.name);
		if (*s->state.interface)
			json_put_text(o, "interface", s->state.interface);
		json_object_array_add(array, o);
	}
	print_json(array);
}

static void list_text(const struct statuses *all)
{
	size_t width = strlen("NAME"), shown = 0;

	for (size_t i = 0; i < all->count; i++) {
		if (strlen(all->items[i].name) > width)
			width = strlen(all->items[i].name);
	}
	for (size_t i = 0; i < all->count; i++) {
		const struct status *s = &all->items[i];

		if (!is_shown(s))
			continue;
		if (shown++ == 0)
			printf("%-*s  %-9s  %-16s  %s\n", (int)width, "NAME", "STATUS", "OWNER",
			       "INTERFACE");
		printf("%-*s  %-9s  %-16s  %s\n", (int)width, s->name, status_word(s->status),
		       s->known ? s->state.owner.name : "-",
		       *s->state.interface ? s->state.interface : "-");
	}
}

int verb_list(const struct settings *settings, struct err **err)
{
	_cleanup_statuses_ struct statuses all = {.door = {.sock = -1}};

	if (door_open(&all.door, err) < 0 || look_at_all(&all, err) < 0)
		return -1;
	if (settings->json)
		list_json(&all);
	else
		list_text(&all);
	return 0;
}
