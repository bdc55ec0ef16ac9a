/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/value.h"

#include "base/num.h"
#include "base/str.h"
#include "profile/closure_set.h"
#include "profile/docker.h"
#include "profile/schema.h"
#include "profile/value_net.h"
#include "profile/value_path.h"
#include "profile/variable.h"

static const char blanks[] = " \t";

void value_clear(struct value *value)
{
	free(value->text);
	free(value->name);
	path_value_clear(&value->path);
	rules_free(value->rules, value->nrules);
	for (char **word = value->words; word && *word; word++)
		free(*word);
	free(value->words);
	docker_free(value->import);
	*value = (struct value){0};
}

/* Steps over the '|'-separated words of a form. */
struct words_cursor {
	const char *at;
	char word[64];
};

static const char *next_choice(void *cursor)
{
	struct words_cursor *c = cursor;
	size_t len = strcspn(c->at, "|");

	if (len == 0 || len >= sizeof(c->word))
		return NULL;
	memcpy(c->word, c->at, len);
	c->word[len] = '\0';
	c->at += len + (c->at[len] == '|');
	return c->word;
}

/* The word's place in the form "a|b|c", or an error that offers the nearest. */
static int choice_parse(const char *form, const char *text, int64_t *out, struct err **err)
{
	struct words_cursor cursor = {form};
	char nearest[sizeof(cursor.word)] = "";
	unsigned best = 3; /* farther than two edits isn't meant */
	int64_t index = 0;

	for (const char *word; (word = next_choice(&cursor)); index++) {
		unsigned distance = str_distance(text, word, 2);

		if (distance == 0) {
			*out = index;
			return 0;
		}
		/* Nor is a word of which less than half is left: "yes" is no "new". */
		if (distance < best &&
		    (distance * 2 <= strlen(text) || distance * 2 <= strlen(word))) {
			best = distance;
			memcpy(nearest, word, strlen(word) + 1);
		}
	}
	err_set_code(err, EXIT_PROFILE, 0, "\"%s\" is not one of %s", text, form);
	if (*nearest)
		return err_append(err, "; did you mean \"%s\"?", nearest);
	return strstr(form, "|PATH")
		       ? err_append(err, "; a PATH begins with /, ~/ or a ${VARIABLE}")
		       : -1;
}

static int parse_size(const char *text, struct value *out, struct err **err)
{
	uint64_t size;

	if (streq(text, "infinity")) {
		out->number = VALUE_INFINITY;
		return 0;
	}
	if (num_size(text, &size, err) < 0)
		return err_append(err, ", or infinity");
	out->number = (int64_t)size;
	return 0;
}

static int parse_time(const char *text, struct value *out, struct err **err)
{
	uint64_t usec;

	if (num_time(text, &usec, err) < 0)
		return -1;
	out->number = (int64_t)usec;
	return 0;
}

static int parse_name(const char *text, struct err **err)
{
	if (!str_is_name(text))
		return err_set_code(err, EXIT_PROFILE, 0, "\"%s\" is not a name: %s", text,
				    NAME_FORM);
	return 0;
}

/* One of the key's words, of which "persist:NAME", number `persist`, stands for any name. */
static int parse_place(const struct key_info *info, const char *text, int64_t persist,
		       struct value *out, struct err **err)
{
	static const char prefix[] = "persist:";

	if (!str_starts(text, prefix))
		return choice_parse(info->words, text, &out->number, err);
	if (!str_is_name(text + strlen(prefix)))
		return value_bad(err, info, text, "NAME takes " NAME_FORM);
	out->number = persist;
	out->name = xstrdup(text + strlen(prefix));
	return 0;
}

static int parse_closure(const struct key_info *info, const char *text, struct value *out,
			 struct err **err)
{
	const char *nearest;

	if (*text != '@')
		return value_parse_path(info, text, &out->path, err);
	if (closure_set_find(text + 1)) {
		out->name = xstrdup(text + 1);
		return 0;
	}
	err_set_code(err, EXIT_PROFILE, 0, "\"%s\": there is no such set", text);
	nearest = closure_set_nearest(text + 1);
	return nearest ? err_append(err, "; did you mean @%s?", nearest)
		       : err_append(err, "; sbox-profile(5) lists them");
}

/* The key's words, of which PATH, number `path`, stands for any path. */
static int parse_path_or_word(const struct key_info *info, const char *text, int64_t path,
			      struct value *out, struct err **err)
{
	if (strchr("/~$", *text) || streq(text, "PATH")) {
		out->number = path;
		return value_parse_path(info, text, &out->path, err);
	}
	if (info->type == TYPE_OVERLAY)
		return parse_place(info, text, OVERLAY_PERSIST, out, err);
	return choice_parse(info->words, text, &out->number, err);
}

static int parse_nested(const struct key_info *info, const char *text, struct value *out,
			struct err **err)
{
	if (streq(text, "no"))
		out->number = 0;
	else if (streq(text, "yes"))
		out->number = -1;
	else if (num_int(text, 1, INT32_MAX, &out->number, NULL) < 0)
		return value_bad(err, info, text, "not a number from 1 up");
	return 0;
}

/* The length of the environment variable's name that `text` begins with. */
static size_t envname_length(const char *text)
{
	static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
	size_t len = strspn(text, first);

	return len == 0 ? 0
			: len + strspn(text + len, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
						   "abcdefghijklmnopqrstuvwxyz_0123456789");
}

static int parse_envname(const struct key_info *info, const char *text, struct err **err)
{
	size_t len = envname_length(text);

	if (len == 0 || (text[len] && !streq(text + len, "*")))
		return value_bad(err, info, text, "not a variable's name");
	return 0;
}

static int parse_envset(const struct key_info *info, const char *text, struct value *out,
			struct err **err)
{
	size_t len = envname_length(text);

	if (len == 0 || text[len] != '=')
		return value_bad(err, info, text,
				 "no variable's name (letters, digits, _) and '=' in front");
	if (variable_check(text + len + 1, err) < 0)
		return err_prefix(err, "\"%s\"", text);
	out->name = xstrndup(text, len);
	return 0;
}

static int check_word(const struct key_info *info, const char *word, struct err **err)
{
	int64_t index;

	if (info->type == TYPE_CHOICES)
		return choice_parse(info->words, word, &index, err);
	if (info->type == TYPE_PATTERN && strchr(word, '/'))
		return value_bad(err, info, word, "a program's name without its directory");
	return value_check_net_word(info, word, err);
}

static int parse_words(const struct key_info *info, const char *text, struct value *out,
		       struct err **err)
{
	struct strv words = {0};

	for (const char *s = text + strspn(text, blanks); *s; s += strspn(s, blanks)) {
		size_t len = strcspn(s, blanks);

		strv_take(&words, xstrndup(s, len));
		s += len;
	}
	out->words = words.items; /* value_clear() frees it */
	for (size_t i = 0; i < words.count; i++)
		if (check_word(info, words.items[i], err) < 0)
			return -1;
	return 0;
}

/* What a rule's list doesn't let it carry. */
static int check_rules(const struct key_info *info, const struct value *value, struct err **err)
{
	for (size_t i = 0; i < value->nrules; i++) {
		const struct rule *rule = &value->rules[i];

		if (rule->errnum && info->id != KEY_SECCOMP_DENY)
			return value_bad(err, info, rule->name, "only deny takes an errno");
		if (rule->nalternatives && info->id == KEY_SECCOMP_EXEMPT)
			return value_bad(err, info, rule->name, "an exemption takes no conditions");
	}
	return 0;
}

static int parse_import(const struct key_info *info, const char *text, struct err **err)
{
	if (str_starts(text, "~/") || strstr(text, "${"))
		return value_bad(err, info, text,
				 "variables don't expand here; a path is absolute or relative to "
				 "this file");
	return 0;
}

static int parse_typed(const struct key_info *info, const char *text, struct value *out,
		       struct err **err)
{
	switch (info->type) {
	case TYPE_BOOL:
		return num_bool(text, &out->flag, err);
	case TYPE_CHOICE:
		return choice_parse(info->words, text, &out->number, err);
	case TYPE_INT:
		return num_int(text, info->min, info->max, &out->number, err);
	case TYPE_SIZE:
		return parse_size(text, out, err);
	case TYPE_TIME:
		if (parse_time(text, out, err) < 0)
			return -1;
		if (info->id == KEY_LIMIT_CPUTIME && out->number % 1000000)
			return value_bad(err, info, text, "not whole seconds");
		return 0;
	case TYPE_STRING:
		return 0;
	case TYPE_IMPORT:
		return parse_import(info, text, err);
	case TYPE_NAME:
		return parse_name(text, err);
	case TYPE_PATH:
	case TYPE_BIND:
	case TYPE_DEST:
	case TYPE_TMPFS:
	case TYPE_SYMLINK:
	case TYPE_FILE:
		return value_parse_path(info, text, &out->path, err);
	case TYPE_CLOSURE:
		return parse_closure(info, text, out, err);
	case TYPE_HOME:
		return parse_place(info, text, HOME_PERSIST, out, err);
	case TYPE_BASE:
		return parse_path_or_word(info, text, BASE_PATH, out, err);
	case TYPE_OVERLAY:
		return parse_path_or_word(info, text, OVERLAY_PATH, out, err);
	case TYPE_NESTED:
		return parse_nested(info, text, out, err);
	case TYPE_ENVNAME:
		return parse_envname(info, text, err);
	case TYPE_ENVSET:
		return parse_envset(info, text, out, err);
	case TYPE_RULES:
		if (rules_parse(text, &out->rules, &out->nrules, err) < 0)
			return -1;
		return check_rules(info, out, err);
	case TYPE_ACTION:
		return action_parse(text, &out->action, &out->errnum, err);
	case TYPE_WORDS:
	case TYPE_CHOICES:
	case TYPE_PATTERN:
	case TYPE_DOMAINS:
		return parse_words(info, text, out, err);
	case TYPE_DNS:
	case TYPE_HOSTS:
	case TYPE_PORTS:
		if (parse_words(info, text, out, err) < 0)
			return -1;
		return value_check_net_words(info, text, out->words, err);
	case TYPE_INTERFACE:
	case TYPE_PUBLISH:
		return value_parse_net(info, text, out, err);
	}
	return value_bad(err, info, text, "a key of no known type");
}

int value_parse(const struct key_info *info, const char *text, struct value *out, struct err **err)
{
	struct value value = {.key = (int)info->id};

	if (!*text)
		return value_bad(err, info, text, "the value is missing");
	if (parse_typed(info, text, &value, err) < 0) {
		value_clear(&value);
		return -1;
	}
	value.text = xstrdup(text);
	*out = value;
	return 0;
}
