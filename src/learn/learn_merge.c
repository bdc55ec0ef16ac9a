/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Adding learned lines to a profile that somebody wrote, without losing what is in it. */
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "learn/learn_lines.h"
#include "profile/ini.h"
#include "profile/schema.h"
#include "sysname/group.h"
#include "sysname/rule.h"

/* A "key = value" of the file. */
struct present {
	char *section, *key, *value;
	unsigned line;
	const char *changed; /* the value that takes the place of this one, or NULL */
	bool removed;
};

struct merge {
	const char *file;
	struct strv *left;
	struct present *present;
	size_t npresent;
	/* Sections, and the last line of each that belongs to it. */
	struct section_end {
		char *section;
		unsigned last;
		struct str added;
	} * sections;
	size_t nsections;
};

static void merge_free(struct merge *m)
{
	for (size_t i = 0; i < m->npresent; i++) {
		free(m->present[i].section);
		free(m->present[i].key);
		free(m->present[i].value);
	}
	for (size_t i = 0; i < m->nsections; i++) {
		free(m->sections[i].section);
		str_free(&m->sections[i].added);
	}
	free(m->present);
	free(m->sections);
}

static struct section_end *section(struct merge *m, const char *name)
{
	struct section_end *new;

	for (size_t i = 0; i < m->nsections; i++)
		if (streq(m->sections[i].section, name))
			return &m->sections[i];
	new = array_grow(&m->sections, &m->nsections);
	new->section = xstrdup(name);
	return new;
}

static void saw_section(void *context, const char *name, unsigned line)
{
	section(context, name)->last = line;
}

static void saw_key(void *context, const char *name, const char *key, const char *value,
		    unsigned line)
{
	struct merge *m = context;

	*array_grow(&m->present, &m->npresent) =
		(struct present){xstrdup(name), xstrdup(key), xstrdup(value), line, NULL, false};
	section(m, name)->last = line;
}

static void add(struct merge *m, const struct line *line, const char *value)
{
	str_addf(&section(m, line->section)->added, "%s = %s\n", line->key, value);
}

static struct present *find(const struct merge *m, const char *name, const char *key)
{
	for (size_t i = 0; i < m->npresent; i++)
		if (streq(m->present[i].section, name) && streq(m->present[i].key, key))
			return &m->present[i];
	return NULL;
}

/*
 * The calls that a list of rules names, groups expanded; and the groups. Those that it names only
 * with a condition, too, if `conditional`.
 */
static void expand(const char *text, bool conditional, struct strv *names)
{
	_cleanup_err_ struct err *err = NULL;
	struct rule *rules;
	size_t count;

	if (rules_parse(text, &rules, &count, &err) < 0)
		return;
	for (size_t i = 0; i < count; i++) {
		struct group_rule *members;
		size_t nmembers;

		if (conditional || !rules[i].condition)
			strv_add(names, rules[i].name);
		if (rules[i].name[0] != '@' ||
		    group_expand(group_find(rules[i].name), &members, &nmembers, &err) < 0)
			continue;
		for (size_t k = 0; k < nmembers; k++)
			if (conditional || !members[k].rule.condition)
				strv_add(names, members[k].rule.name);
		group_rules_free(members, nmembers);
	}
	rules_free(rules, count);
}

/* Whether the names have all that the word, a call or a group, stands for. */
static bool has_word(const struct strv *names, const char *word)
{
	_cleanup_strv_ struct strv wanted = {0};

	if (strv_contains(names, word))
		return true;
	if (word[0] != '@')
		return false;
	expand(word, false, &wanted);
	for (size_t i = 0; i < wanted.count; i++)
		if (wanted.items[i][0] != '@' && !strv_contains(names, wanted.items[i]))
			return false;
	return true;
}

/* What the file's lines of that key name. */
static void expand_key(const struct merge *m, const char *key, bool conditional, struct strv *names)
{
	for (size_t i = 0; i < m->npresent; i++)
		if (streq(m->present[i].section, "seccomp") && streq(m->present[i].key, key))
			expand(m->present[i].value, conditional, names);
}

static void merge_rules(struct merge *m, const struct line *line)
{
	_cleanup_strv_ struct strv names = {0}, denied = {0};
	_cleanup_str_ struct str missing = {0};
	const struct present *baseline = find(m, "seccomp", "baseline");

	/* What isn't denied can't be exempted. */
	if (streq(line->key, "exempt") && baseline && streq(baseline->value, "no"))
		return;
	expand_key(m, line->key, false, &names);
	/* It would lift a deny line as well. */
	if (streq(line->key, "exempt"))
		expand_key(m, "deny", true, &denied);
	for (const char *s = line->value; *s; s += strspn(s, " ")) {
		size_t len = strcspn(s, " ");
		_cleanup_free_ char *word = xstrndup(s, len);

		if (!has_word(&names, word) && !strv_contains(&denied, word))
			str_addf(&missing, "%s%s", missing.len ? " " : "", word);
		s += len;
	}
	if (missing.len)
		add(m, line, missing.text);
}

/* A path in one spelling: without "-", "~" for the home directory. */
static char *spelled(const char *value)
{
	value += value[0] == '-';
	return str_starts(value, "${HOME}") ? xasprintf("~%s", value + strlen("${HOME}"))
					    : xstrdup(value);
}

/* Whether the file shows the path already, as part of a directory too. */
static bool has_path(const struct merge *m, const struct line *line)
{
	_cleanup_free_ char *wanted = spelled(line->value);

	for (size_t i = 0; i < m->npresent; i++) {
		const struct present *p = &m->present[i];
		_cleanup_free_ char *have = spelled(p->value);
		bool same = streq(p->key, line->key);

		if (!streq(p->section, line->section))
			continue;
		if (same && streq(have, wanted))
			return true;
		if (!same && !(streq(line->key, "ro") && streq(p->key, "rw")))
			continue;
		if (strchr("/~", have[0]) && have[0] && !strchr(have, ':') &&
		    path_below(wanted, have))
			return true;
	}
	return false;
}

/* The directory or file that is hidden, when the path is it or lies in it; else NULL. */
static bool is_hidden(const struct present *p, const char *wanted)
{
	_cleanup_free_ char *have = spelled(p->value);

	return streq(p->section, "filesystem") && streq(p->key, "hide") && path_below(wanted, have);
}

static void take_hide_out(struct merge *m, struct present *p, const char *used)
{
	p->removed = true;
	strv_take(m->left, xasprintf("%s:%u: hide = %s is taken out; the command used %s", m->file,
				     p->line, p->value, used));
}

/* What is used now was hidden because it wasn't before. */
static void uncover(struct merge *m, const struct line *line)
{
	_cleanup_free_ char *wanted = spelled(line->value);

	for (size_t i = 0; i < m->npresent; i++)
		if (!m->present[i].removed && is_hidden(&m->present[i], wanted))
			take_hide_out(m, &m->present[i], line->value);
}

/* The path that the line hides, as `touched` and `searched` have it; NULL when it hides nothing. */
static char *hidden_path(const struct present *p, const char *home)
{
	_cleanup_free_ char *have = NULL;

	if (p->removed || !streq(p->section, "filesystem") || !streq(p->key, "hide"))
		return NULL;
	have = spelled(p->value);
	return have[0] == '~' && home ? xasprintf("%s%s", home, have + 1) : steal_ptr(&have);
}

/* The same for what has no line, because a directory shows it. */
static void uncover_touched(struct merge *m, const struct lines *lines)
{
	for (size_t i = 0; i < m->npresent; i++) {
		_cleanup_free_ char *path = hidden_path(&m->present[i], lines->home);

		if (path && names_find(&lines->touched, path) != SIZE_MAX)
			take_hide_out(m, &m->present[i], path);
	}
}

/*
 * What was only looked for in vain takes no line out unless others hide what lies there: then it is
 * in `touched`.
 */
static void hidden_searches(struct merge *m, const struct lines *lines)
{
	for (size_t i = 0; i < m->npresent; i++) {
		const struct present *p = &m->present[i];
		_cleanup_free_ char *path = hidden_path(p, lines->home);

		if (path && names_find(&lines->searched, path) != SIZE_MAX)
			strv_take(m->left,
				  xasprintf("%s:%u: hide = %s stays; the command looked for "
					    "something there that doesn't exist, and is denied it",
					    m->file, p->line, p->value));
	}
}

/*
 * Hides only what no line of the file shows, as part of a directory too: it may have been used in
 * another run. But what a line hid that is taken out now stays hidden as far as it can.
 */
static void merge_hide(struct merge *m, const struct line *line)
{
	_cleanup_free_ char *hidden = spelled(line->value);
	bool was_hidden = false, shown = false;

	for (size_t i = 0; i < m->npresent; i++) {
		const struct present *p = &m->present[i];
		_cleanup_free_ char *have = spelled(p->value);
		bool whole = streq(p->key, "ro") || streq(p->key, "rw");

		if (!streq(p->section, "filesystem"))
			continue;
		if (path_below(have, hidden))
			return;
		was_hidden = was_hidden || (p->removed && path_below(hidden, have));
		shown = shown || (whole && path_below(hidden, have));
	}
	if (was_hidden || !shown)
		add(m, line, line->value);
}

/* Whether an exemption of the call was learned. */
static bool needs_exemption(const struct lines *lines, const char *call)
{
	_cleanup_strv_ struct strv names = {0};

	for (size_t i = 0; i < lines->count; i++)
		if (lines->items[i].key && streq(lines->items[i].key, "exempt"))
			expand(lines->items[i].value, false, &names);
	return strv_contains(&names, call);
}

/* The calls that were seen and a line denies all the same, which nobody takes out. */
static void denied_calls(struct merge *m, const struct lines *lines)
{
	_cleanup_strv_ struct strv exempt = {0};

	expand_key(m, "exempt", false, &exempt);
	for (size_t i = 0; i < m->npresent; i++) {
		const struct present *p = &m->present[i];
		_cleanup_strv_ struct strv always = {0}, ever = {0};
		_cleanup_str_ struct str used = {0};
		bool deny = streq(p->key, "deny");

		if (!streq(p->section, "seccomp") || (!deny && !streq(p->key, "kill")))
			continue;
		expand(p->value, false, &always);
		expand(p->value, true, &ever);
		for (size_t k = 0; k < lines->calls.count; k++) {
			const char *call = lines->calls.items[k];

			if (!strv_contains(&ever, call) || (deny && strv_contains(&exempt, call)))
				continue;
			if (strv_contains(&always, call) || needs_exemption(lines, call))
				str_addf(&used, "%s%s", used.len ? ", " : "", call);
		}
		if (used.len)
			strv_take(m->left,
				  xasprintf("%s:%u: %s = %s stays; the command used %s", m->file,
					    p->line, p->key, p->value, used.text));
	}
}

static bool is_word(const char *value, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (streq(value, words[i]))
			return true;
	return false;
}

static bool is_off(const char *value)
{
	static const char *const words[] = {"no", "none", "false", "off", "0"};

	return is_word(value, words, ARRAY_SIZE(words));
}

/* Whether the values are the same, or both switch on. */
static bool same_value(const char *a, const char *b)
{
	static const char *const words[] = {"yes", "auto", "true", "on", "1"};

	return streq(a, b) ||
	       (is_word(a, words, ARRAY_SIZE(words)) && is_word(b, words, ARRAY_SIZE(words)));
}

static void merge_scalar(struct merge *m, const struct line *line, const struct key_info *info)
{
	struct present *p = find(m, line->section, line->key);
	bool is_default = info->def && streq(info->def, line->value);

	/* A network that was chosen is not exchanged for another. */
	if (streq(line->section, "network") && find(m, "network", "netns"))
		return;
	if (!p) {
		if (!is_default)
			add(m, line, line->value);
	} else if (is_off(p->value)) {
		if (!is_off(line->value))
			p->changed = line->value;
	} else if (!same_value(p->value, line->value) && !is_default) {
		strv_take(m->left, xasprintf("%s:%u: %s = %s stays; the command used %s", m->file,
					     p->line, p->key, p->value, line->value));
	}
}

/* The line that says how the path is shown, alone or as a part of a directory; or NULL. */
static const struct present *shown_by(const struct merge *m, const char *wanted)
{
	const struct present *found = NULL;
	size_t deepest = 0;

	for (size_t i = 0; i < m->npresent; i++) {
		const struct present *p = &m->present[i];
		_cleanup_free_ char *have = spelled(p->value);

		if (streq(p->section, "filesystem") &&
		    (streq(p->key, "ro") || streq(p->key, "rw")) && have[0] &&
		    strchr("/~", have[0]) && path_below(wanted, have) && strlen(have) >= deepest) {
			found = p;
			deepest = strlen(have);
		}
	}
	return found;
}

/* Whether the line shows something at the path or above, be it by a source elsewhere. */
static bool is_shown_by(const struct present *p, const char *wanted)
{
	static const char *const keys[] = {"ro", "rw", "tmpfs", "overlay-dir"};
	_cleanup_free_ char *have = spelled(p->value);
	char *colon = strchr(have, ':');

	if (!streq(p->section, "filesystem") || !is_word(p->key, keys, ARRAY_SIZE(keys)))
		return false;
	if (colon)
		*colon = '\0';
	return path_below(wanted, have) || (colon && path_below(wanted, colon + 1));
}

/* An empty directory would cover what the file shows there. */
static void merge_memory(struct merge *m, const struct line *line)
{
	for (size_t i = 0; i < m->npresent; i++) {
		const struct present *p = &m->present[i];

		if (!is_shown_by(p, line->value))
			continue;
		if (streq(p->key, "ro"))
			strv_take(m->left,
				  xasprintf("%s:%u: ro = %s stays; the command wrote there",
					    m->file, p->line, p->value));
		return;
	}
	add(m, line, line->value);
}

static void merge_path(struct merge *m, const struct line *line)
{
	_cleanup_free_ char *wanted = spelled(line->value);
	const struct present *shown = shown_by(m, wanted);
	_cleanup_free_ char *have = shown ? spelled(shown->value) : NULL;

	uncover(m, line);
	if (streq(line->key, "tmpfs")) {
		merge_memory(m, line);
	} else if (!shown || !streq(line->key, "rw") || !streq(shown->key, "ro")) {
		if (!has_path(m, line))
			add(m, line, line->value);
	} else if (streq(have, wanted)) {
		strv_take(m->left, xasprintf("%s:%u: ro = %s stays; the command wrote there",
					     m->file, shown->line, shown->value));
	} else {
		add(m, line, line->value);
	}
}

/*
 * Whether the line would make the file deny by default, which somebody wrote to allow the rest:
 * what it has allowed so far was not seen here. What it includes may have a list of its own, so
 * that lines for one are added.
 */
static bool is_own_choice(const struct merge *m, const struct line *line)
{
	const struct present *p = find(m, "seccomp", "default");
	bool allows = p ? streq(p->value, "allow") || streq(p->value, "log") : m->npresent > 0;

	if (!streq(line->section, "seccomp") || !allows)
		return false;
	if (streq(line->key, "default"))
		return true;
	return streq(line->key, "allow") && !find(m, "seccomp", "allow") &&
	       !find(m, "profile", "include");
}

static void merge_line(struct merge *m, const struct line *line)
{
	const struct key_info *info = line->key ? schema_find(line->section, line->key) : NULL;

	if (!info || streq(line->section, "profile"))
		return;
	if (is_own_choice(m, line))
		return;
	if (info->type == TYPE_RULES)
		merge_rules(m, line);
	else if (!schema_is_list(info))
		merge_scalar(m, line, info);
	else if (streq(line->key, "hide"))
		merge_hide(m, line);
	else if (streq(line->section, "filesystem"))
		merge_path(m, line);
	else if (!has_path(m, line))
		add(m, line, line->value);
}

/* The line with its value exchanged. */
static void changed_line(struct str *out, const char *text, size_t len, const char *value)
{
	const char *equals = memchr(text, '=', len);

	str_add_len(out, text, (size_t)(equals - text) + 1);
	str_addf(out, " %s\n", value);
}

static char *put_together(struct merge *m, const char *text, size_t len)
{
	const char *end = text + len;
	struct str out = {0};

	for (unsigned number = 1; text < end; number++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t line = (size_t)((newline ? newline : end) - text);
		const char *value = NULL;
		bool removed = false;

		for (size_t i = 0; i < m->npresent; i++) {
			if (m->present[i].line == number) {
				value = m->present[i].changed;
				removed = m->present[i].removed;
			}
		}
		if (removed) {
			/* Nothing stands in for it. */
		} else if (value) {
			changed_line(&out, text, line, value);
		} else {
			str_add_len(&out, text, line);
			str_add(&out, "\n");
		}
		for (size_t i = 0; i < m->nsections; i++)
			if (m->sections[i].last == number && m->sections[i].added.len)
				str_add(&out, m->sections[i].added.text);
		text += line + 1;
	}
	for (size_t i = 0; i < m->nsections; i++)
		if (m->sections[i].last == 0 && m->sections[i].added.len)
			str_addf(&out, "\n[%s]\n%s", m->sections[i].section,
				 m->sections[i].added.text);
	return str_steal(&out);
}

char *lines_merge(const struct lines *lines, const char *file, const char *text, size_t len,
		  struct strv *left, struct err **err)
{
	__attribute__((cleanup(merge_free))) struct merge m = {.file = file, .left = left};
	_cleanup_strv_ struct strv mistakes = {0};

	if (ini_read_sections(file, text, len, saw_section, saw_key, &m, &mistakes) < 0) {
		err_set_code(err, EXIT_PROFILE, 0, "%s", mistakes.items[0]);
		return NULL;
	}
	uncover_touched(&m, lines);
	for (size_t i = 0; i < lines->count; i++)
		merge_line(&m, &lines->items[i]);
	hidden_searches(&m, lines);
	denied_calls(&m, lines);
	return put_together(&m, text, len);
}
