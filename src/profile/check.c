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

/* The keys that name a network, each of which implies its mode. */
static const struct network_key {
	enum key_id key;
	const char *mode;
	const char *missing, *why;
} network_keys[] = {
	{KEY_NET_NETNS, "netns", "mode = netns names no uplink: netns = NAME is missing",
	 "netns implies mode = netns"},
	{KEY_NET_UPLINK, "pasta", "mode = pasta names no interface: uplink = INTERFACE is missing",
	 "uplink implies mode = pasta"},
};

/* Sets the mode that the key implies, at the key's place. */
static void imply_mode(struct profile *profile, const struct network_key *row,
		       const struct value *value, struct strv *errors)
{
	struct slot *slot = &profile->slots[KEY_NET_MODE];
	struct source *source = source_add(profile, NULL);

	source_set(source, &schema[KEY_NET_MODE], row->mode, &value->loc, errors);
	slot->count = 0;
	*array_grow(&slot->values, &slot->count) = source->values[0];
	slot->values[0].layer = value->layer;
}

/* Which network it is: the key and the mode of the latest layer, where they don't contradict. */
static void check_mode(struct profile *profile, struct strv *errors)
{
	const struct value *mode = explicit_value(profile, KEY_NET_MODE);
	const struct network_key *row = NULL;
	const struct value *named = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(network_keys); i++) {
		const struct network_key *this = &network_keys[i];
		const struct value *value = explicit_value(profile, this->key);

		if (value && mode && !streq(mode->text, this->mode) &&
		    mode->layer >= profile->first_option && mode->layer > value->layer) {
			profile->slots[this->key].count = 0;
			value = NULL;
		}
		if (value && named && value->layer == named->layer) {
			contradiction(errors, named, value, "a sandbox has one network");
			return;
		}
		if (!value)
			continue;
		if (named && named->layer > value->layer) {
			profile->slots[this->key].count = 0;
			continue;
		}
		if (named)
			profile->slots[row->key].count = 0;
		row = this;
		named = value;
	}
	for (size_t i = 0; mode && i < ARRAY_SIZE(network_keys); i++)
		if (streq(mode->text, network_keys[i].mode) && row != &network_keys[i] &&
		    (!named || mode->layer >= named->layer)) {
			source_mistake(errors, &mode->loc, "%s", network_keys[i].missing);
			return;
		}
	if (!named || (mode && streq(mode->text, row->mode)))
		return;
	if (!mode || named->layer > mode->layer)
		imply_mode(profile, row, named, errors);
	else
		contradiction(errors, mode, named, row->why);
}

enum { IN_HOST = 1 << NETWORK_HOST, IN_NETNS = 1 << NETWORK_NETNS, IN_PASTA = 1 << NETWORK_PASTA };

/* Where each key has a meaning. */
static const struct {
	enum key_id key;
	const char *word; /* one of its words alone, or NULL */
	unsigned modes;
	const char *why;
} network_uses[] = {
	{KEY_NET_SHARE, NULL, IN_NETNS, "only a named uplink is shared"},
	{KEY_NET_PUBLISH, NULL, IN_PASTA, "only pasta forwards ports"},
	{KEY_NET_DNS, NULL, IN_HOST | IN_NETNS | IN_PASTA, "without a network nobody can be asked"},
	{KEY_NET_DNS, "lease", IN_NETNS | IN_PASTA, "only an uplink has a lease"},
	{KEY_NET_SEARCH, NULL, IN_HOST | IN_NETNS | IN_PASTA,
	 "without a network nobody can be asked"},
};

/* A value that the mode has no use for goes when the command line set the mode, else it's wrong. */
static void check_uses(struct profile *profile, struct strv *errors)
{
	const struct value *mode = &profile->slots[KEY_NET_MODE].values[0];

	for (size_t i = 0; i < ARRAY_SIZE(network_uses); i++) {
		struct slot *slot = &profile->slots[network_uses[i].key];
		const char *word = network_uses[i].word;
		size_t kept = 0;

		if (network_uses[i].modes & 1u << mode->number)
			continue;
		for (size_t v = 0; v < slot->count; v++) {
			const struct value *value = &slot->values[v];

			if (!value->loc.file || (word && !streq(value->text, word))) {
				slot->values[kept++] = *value;
				continue;
			}
			if (mode->layer >= profile->first_option && mode->layer > value->layer)
				continue;
			slot->values[kept++] = *value;
			if (mode->loc.file)
				contradiction(errors, mode, value, network_uses[i].why);
			else
				source_mistake(errors, &value->loc,
					       "%s = %s has no use with mode = %s, the default: %s",
					       schema[value->key].name, value->text, mode->text,
					       network_uses[i].why);
		}
		slot->count = kept;
	}
}

/* What glibc reads of resolv.conf, MAXNS of resolv.h. */
enum { DNS_MAX = 3 };

static void check_dns(struct profile *profile, struct strv *errors)
{
	const struct slot *slot = &profile->slots[KEY_NET_DNS];
	size_t count = 0;

	for (size_t i = 0; i < slot->count; i++) {
		const struct value *value = &slot->values[i];

		if (i > 0 && streq(value->text, "lease") != streq(slot->values[0].text, "lease")) {
			contradiction(errors, &slot->values[0], value,
				      "lease stands alone; an empty dns takes back what is above "
				      "it");
			return;
		}
		for (char **word = value->words; *word; word++)
			count++;
		if (count > DNS_MAX && !streq(value->text, "lease")) {
			source_mistake(errors, &value->loc,
				       "dns = %s: resolv.conf has room for %d servers, and here it "
				       "is %zu; an empty dns takes back those above it",
				       value->text, DNS_MAX, count);
			return;
		}
	}
}

/* pasta binds a port once, whatever the address. */
static void check_published(struct profile *profile, struct strv *errors)
{
	const struct slot *slot = &profile->slots[KEY_NET_PUBLISH];

	for (size_t i = 0; i < slot->count; i++)
		for (size_t j = 0; j < i; j++)
			if (slot->values[i].ports.outside == slot->values[j].ports.outside)
				contradiction(errors, &slot->values[j], &slot->values[i],
					      "a port of the host leads to one place");
}

static void check_network(struct profile *profile, struct strv *errors)
{
	size_t before = errors->count;

	check_mode(profile, errors);
	/* A mode that is in doubt would make more of them. */
	if (errors->count == before)
		check_uses(profile, errors);
	check_dns(profile, errors);
	check_published(profile, errors);
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
		{KEY_NS_USER, KEY_NET_UPLINK, "pasta enters a user namespace of the sandbox's own"},
	};
	const struct value *pid = explicit_value(profile, KEY_NS_PID);
	const struct value *proc = explicit_value(profile, KEY_FS_PROC);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct value *ns = explicit_value(profile, rows[i].ns);
		const struct value *value = explicit_value(profile, rows[i].key);

		if (ns && value && streq(ns->text, "host"))
			contradiction(errors, ns, value, rows[i].why);
	}
	if (pid && proc && streq(pid->text, "host") && streq(proc->text, "pid-only"))
		contradiction(errors, pid, proc,
			      "the processes are the host's, and so is /proc as a whole");
}

static void check_closure(struct profile *profile, struct strv *errors)
{
	const struct value *closure = explicit_value(profile, KEY_FS_CLOSURE);
	const struct value *base = explicit_value(profile, KEY_FS_BASE);

	if (!closure || !base)
		return;
	if (base->number == BASE_HOST_RO)
		contradiction(errors, base, closure, "the host's whole tree is shown anyway");
	if (base->number == BASE_PATH)
		contradiction(errors, base, closure,
			      "the tree has libraries of its own, and closure shows the host's");
}

/* In microseconds. */
#define UPTIME_MAX (INT64_C(36500) * 24 * 3600 * 1000000)

static void check_identity(struct profile *profile, struct strv *errors)
{
	const struct value *run_as = explicit_value(profile, KEY_EXEC_RUN_AS);
	const struct value *user = explicit_value(profile, KEY_NS_USER);
	const struct value *ids = explicit_value(profile, KEY_NS_IDS);
	const struct value *uptime = explicit_value(profile, KEY_NS_UPTIME);
	const struct value *time = explicit_value(profile, KEY_NS_TIME);

	if (run_as && user && streq(user->text, "host"))
		contradiction(errors, user, run_as, "only root has the privilege to mount");
	if (ids && user && streq(ids->text, "sub") && streq(user->text, "host"))
		contradiction(errors, user, ids,
			      "only a user namespace of its own has subordinate ids");
	if (uptime && !(time && streq(time->text, "new")))
		source_mistake(
			errors, &uptime->loc,
			"uptime = %s: the host's clocks can't be changed; it needs time = new",
			uptime->text);
	/* As much as the kernel takes, and less: time_namespaces(7). */
	if (uptime && uptime->number > UPTIME_MAX)
		source_mistake(errors, &uptime->loc, "uptime = %s: 36500d is the most",
			       uptime->text);
	if (run_as) {
		const char *colon = strchr(run_as->text, ':');

		if (colon == run_as->text || (colon && (!colon[1] || strchr(colon + 1, ':'))))
			source_mistake(errors, &run_as->loc,
				       "run-as = %s: \"%s\" is not a user, or a user and a group: "
				       "USER[:GROUP]",
				       run_as->text, run_as->text);
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

/* Of two layers the later one holds, and the other one's line goes. */
static void check_session(struct profile *profile, struct strv *errors)
{
	const struct value *session = explicit_value(profile, KEY_EXEC_NEW_SESSION);
	const struct value *tty = explicit_value(profile, KEY_EXEC_TTY);

	if (!session || !tty || session->flag == streq(tty->text, "none"))
		return;
	if (session->layer == tty->layer)
		contradiction(errors, session, tty,
			      "a session has one controlling terminal, or none");
	else if (session->layer < tty->layer)
		profile->slots[KEY_EXEC_NEW_SESSION].count = 0;
	else
		profile->slots[KEY_EXEC_TTY].count = 0;
}

/* Lines add up, but none and a port don't. */
static void check_ports(struct profile *profile, struct strv *errors)
{
	static const enum key_id keys[] = {KEY_LANDLOCK_TCP_CONNECT, KEY_LANDLOCK_TCP_BIND};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct value *none = NULL, *port = NULL, *values;
		size_t count;

		profile_list(profile, keys[i], &values, &count);
		for (size_t k = 0; k < count; k++)
			*(streq(values[k].text, "none") ? &none : &port) = &values[k];
		if (none && port)
			contradiction(errors, none, port, "none stands alone");
	}
}

/* An overlay needs something below it, and a list of changes an overlay. */
static void check_overlay(struct profile *profile, struct strv *errors)
{
	const struct value *base = explicit_value(profile, KEY_FS_BASE);
	const struct value *overlay = explicit_value(profile, KEY_FS_OVERLAY);
	const struct value *list = explicit_value(profile, KEY_FS_LIST_CHANGES);
	bool overlaid = overlay && overlay->number != OVERLAY_NO;
	const struct value *die = explicit_value(profile, KEY_EXEC_DIE_WITH_PARENT);
	bool directories = profile->slots[KEY_FS_OVERLAY_DIR].count > 0;

	if (overlaid && !directories && base && base->number == BASE_NONE)
		contradiction(errors, base, overlay, "there is nothing to lay it over");
	if (overlaid && overlay->number != OVERLAY_TMP && die && !die->flag)
		contradiction(errors, die, overlay,
			      "when sbox is killed nobody holds the overlay's lock");
	if (list && list->flag && !overlaid && !directories)
		source_mistake(errors, &list->loc,
			       "list-changes = %s has nothing to list: there is neither overlay "
			       "nor overlay-dir",
			       list->text);
}

void profile_check(struct profile *profile, struct strv *errors)
{
	check_network(profile, errors);
	check_namespaces(profile, errors);
	check_identity(profile, errors);
	check_command(profile, errors);
	check_session(profile, errors);
	check_closure(profile, errors);
	check_overlay(profile, errors);
	check_ports(profile, errors);
	check_environment(profile, errors);
}
