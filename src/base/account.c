/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/account.h"

#include <stdint.h>
#include <stdio.h>

#include "base/num.h"

/* Reads the next line that has at least four fields. */
static bool next_entry(FILE *file, char **line, size_t *size, struct strv *fields)
{
	while (getline(line, size, file) > 0) {
		char *rest = *line, *field;

		strv_free(fields);
		(*line)[strcspn(*line, "\n")] = '\0';
		while ((field = strsep(&rest, ":")))
			strv_add(fields, field);
		if (fields->count >= 4)
			return true;
	}
	return false;
}

bool account_entry(const char *path, enum account_field field, const char *text,
		   struct strv *fields)
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	while (file && next_entry(file, &line, &size, fields))
		if (streq(fields->items[field], text))
			return true;
	return false;
}

static int parse_id(const char *path, const char *text, const char *number, unsigned *out,
		    struct err **err)
{
	int64_t value;

	if (num_int(number, 0, UINT32_MAX - 1, &value, NULL) < 0)
		return err_set(err, 0, "%s: \"%s\" has no proper id", path, text);
	*out = (unsigned)value;
	return 0;
}

/* The user is in a group when the fourth field, names with commas between, lists the name. */
static bool is_member(const char *members, const char *name)
{
	size_t len = strlen(name);

	for (const char *s = members; *s; s += strcspn(s, ","), s += *s == ',')
		if (strcspn(s, ",") == len && strncmp(s, name, len) == 0)
			return true;
	return false;
}

static void find_groups(const char *path, struct account *account)
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	_cleanup_strv_ struct strv fields = {0};
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	*array_grow(&account->groups, &account->ngroups) = account->gid;
	while (file && next_entry(file, &line, &size, &fields)) {
		unsigned gid = 0;

		if (is_member(fields.items[3], account->name) &&
		    parse_id(path, "", fields.items[2], &gid, NULL) == 0 && gid != account->gid)
			*array_grow(&account->groups, &account->ngroups) = gid;
	}
}

int account_find(const char *passwd, const char *group, const char *text, struct account *out,
		 struct err **err)
{
	_cleanup_strv_ struct strv fields = {0};

	*out = (struct account){0};
	if (!account_entry(passwd, ACCOUNT_NAME, text, &fields) &&
	    !account_entry(passwd, ACCOUNT_ID, text, &fields))
		return err_set(err, 0, "%s has no user \"%s\"", passwd, text);
	if (fields.count < 7)
		return err_set(err, 0, "%s: the line of \"%s\" is too short", passwd, text);
	if (parse_id(passwd, text, fields.items[2], &out->uid, err) < 0 ||
	    parse_id(passwd, text, fields.items[3], &out->gid, err) < 0)
		return -1;
	out->name = xstrdup(fields.items[0]);
	out->home = xstrdup(fields.items[5][0] == '/' ? fields.items[5] : "/");
	out->shell = xstrdup(fields.items[6][0] == '/' ? fields.items[6] : "/bin/sh");
	find_groups(group, out);
	return 0;
}

int account_group(const char *group, const char *text, gid_t *out, struct err **err)
{
	_cleanup_strv_ struct strv fields = {0};

	if (!account_entry(group, ACCOUNT_NAME, text, &fields) &&
	    !account_entry(group, ACCOUNT_ID, text, &fields))
		return err_set(err, 0, "%s has no group \"%s\"", group, text);
	return parse_id(group, text, fields.items[2], out, err);
}

void account_free(struct account *account)
{
	free(account->name);
	free(account->home);
	free(account->shell);
	free(account->groups);
	*account = (struct account){0};
}
