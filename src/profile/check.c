/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/internal.h"

/* The value when a file or an option set it; NULL for a default or an unset key. */
static struct value *explicit_value(struct profile *profile, enum key_id key)
{
	struct slot *slot = &profile->slots[key];

	return slot->count > 0 && slot->values[0].loc.file ? &slot->values[0] : NULL;
}

/* Two values that can't both hold: the mistake stands at the later one and names the other. */
static void contradiction(struct strv *errors, const struct value *a, const struct value *b,
			  const char *why)
{
	bool a_first = a->layer < b->layer || (a->layer == b->layer && a->loc.line < b->loc.line);
	const struct value *first = a_first ? a : b, *second = a_first ? b : a;

	source_mistake(errors, &second->loc, "%s = %s contradicts %s = %s at %s: %s",
		       schema[second->key].name, second->text, schema[first->key].name, first->text,
		       loc_text(&first->loc), why);
}

/* Sets mode = netns at the place that named the uplink. */
static void imply_netns(struct profile *profile, const struct value *netns, struct strv *errors)
{
	struct slot *slot = &profile->slots[KEY_NET_MODE];
	struct source *source = source_add(profile, NULL);

	source_set(source, &schema[KEY_NET_MODE], "netns", &netns->loc, errors);
	slot->count = 0;
	*array_grow(&slot->values, &slot->count) = source->values[0];
	slot->values[0].layer = netns->layer;
}

static void check_network(struct profile *profile, struct strv *errors)
{
	const struct value *netns = explicit_value(profile, KEY_NET_NETNS);
	const struct value *mode = explicit_value(profile, KEY_NET_MODE);
	bool joins = mode && streq(mode->text, "netns");

	if (!netns) {
		if (joins)
			source_mistake(errors, &mode->loc,
				       "mode = netns names no uplink: netns = NAME is missing");
		return;
	}
	if (joins)
		return;
	if (!mode || netns->layer > mode->layer)
		imply_netns(profile, netns, errors);
	else if (mode->layer >= profile->first_option)
		profile->slots[KEY_NET_NETNS].count = 0;
	else
		contradiction(errors, mode, netns, "netns implies mode = netns");
}

static void check_namespaces(struct profile *profile, struct strv *errors)
{
	static const struct {
		enum key_id ns;
		enum key_id key;
		const char *why;
	} rows[] = {
		{KEY_NS_UTS, KEY_NS_HOSTNAME, "the host's own name would change"},
		{KEY_NS_USER, KEY_NS_UID, "only a user namespace of its own has other ids"},
		{KEY_NS_USER, KEY_NS_GID, "only a user namespace of its own has other ids"},
		{KEY_NS_USER, KEY_NET_NETNS, "joining an uplink enters its user namespace"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct value *ns = explicit_value(profile, rows[i].ns);
		const struct value *value = explicit_value(profile, rows[i].key);

		if (ns && value && streq(ns->text, "host"))
			contradiction(errors, ns, value, rows[i].why);
	}
}

static void check_command(struct profile *profile, struct strv *errors)
{
	const struct value *arg = explicit_value(profile, KEY_EXEC_ARG);

	if (arg && !explicit_value(profile, KEY_EXEC_COMMAND))
		source_mistake(errors, &arg->loc,
			       "arg = %s has no command: it is for the profile's", arg->text);
}

/*
 * The environment: set, unset and keep of one variable. In one layer they contradict each other;
 * otherwise the later layer's takes the place of the earlier's, so that the merged profile says one
 * thing of each variable.
 */
enum use { USE_SET, USE_UNSET, USE_KEEP, USE_COUNT };
static const enum key_id use_keys[USE_COUNT] = {KEY_ENV_SET, KEY_ENV_UNSET, KEY_ENV_KEEP};

struct entry {
	const char *name;
	enum use use;
	struct value *value; /* in its slot */
};

static int compare_entries(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	if (order == 0)
		order = (a->value->layer > b->value->layer) - (a->value->layer < b->value->layer);
	if (order == 0)
		order = (a->value->loc.line > b->value->loc.line) -
			(a->value->loc.line < b->value->loc.line);
	return order;
}

static bool uses_clash(enum use a, enum use b)
{
	return (a == USE_SET && b == USE_SET) || (a == USE_UNSET) != (b == USE_UNSET);
}

/* The entries of one variable, sorted: reports contradictions, marks the overridden (key -1). */
static void check_variable(const struct entry *entries, size_t count, struct strv *errors)
{
	const struct value *latest[USE_COUNT] = {NULL};

	for (size_t i = 0; i < count; i++) {
		const struct value *value = entries[i].value;

		for (enum use use = 0; use < USE_COUNT; use++)
			if (latest[use] && latest[use]->layer == value->layer &&
			    uses_clash(use, entries[i].use))
				contradiction(errors, latest[use], value,
					      "one profile says one thing of a variable");
		latest[entries[i].use] = value;
	}
	for (size_t i = 0; i < count; i++)
		for (enum use use = 0; use < USE_COUNT; use++)
			if (latest[use] && latest[use]->layer > entries[i].value->layer &&
			    uses_clash(use, entries[i].use))
				entries[i].value->key = -1;
}

static void drop_overridden(struct slot *slot)
{
	size_t kept = 0;

	for (size_t i = 0; i < slot->count; i++)
		if (slot->values[i].key >= 0)
			slot->values[kept++] = slot->values[i];
	slot->count = kept;
}

static void check_environment(struct profile *profile, struct strv *errors)
{
	_cleanup_free_ struct entry *entries = NULL;
	size_t count = 0, end;

	for (enum use use = 0; use < USE_COUNT; use++) {
		struct slot *slot = &profile->slots[use_keys[use]];

		for (size_t i = 0; i < slot->count; i++) {
			struct value *value = &slot->values[i];

			/* The default list only says what is kept unless something else is said. */
			if (value->loc.file)
				*array_grow(&entries, &count) =
					(struct entry){value->name ? value->name : value->text, use,
						       value};
		}
	}
	if (count == 0)
		return;
	qsort(entries, count, sizeof(*entries), compare_entries);
	for (size_t start = 0; start < count; start = end) {
		for (end = start + 1; end < count && streq(entries[end].name, entries[start].name);)
			end++;
		check_variable(entries + start, end - start, errors);
	}
	for (enum use use = 0; use < USE_COUNT; use++)
		drop_overridden(&profile->slots[use_keys[use]]);
}

void profile_check(struct profile *profile, struct strv *errors)
{
	check_network(profile, errors);
	check_namespaces(profile, errors);
	check_command(profile, errors);
	check_environment(profile, errors);
}
