/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/value_path.h"

#include "base/num.h"
#include "base/str.h"
#include "profile/variable.h"

int value_bad(struct err **err, const struct key_info *info, const char *text, const char *why)
{
	return err_set_code(err, EXIT_PROFILE, 0, "\"%s\": %s; the form is %s", text, why,
			    info->words);
}

void path_value_clear(struct path_value *value)
{
	free(value->source);
	free(value->dest);
	*value = (struct path_value){0};
}
#define _cleanup_path_value_ __attribute__((cleanup(path_value_clear)))

/* The first character of `text` that is in `stops` and has no backslash in front, or the end. */
static const char *find_unescaped(const char *text, const char *stops)
{
	for (; *text; text++) {
		if (*text == '\\' && text[1])
			text++;
		else if (strchr(stops, *text))
			break;
	}
	return text;
}

/* A copy of `len` bytes in which a backslash before one of `special` is taken off. */
static char *unescape(const char *text, size_t len, const char *special)
{
	struct str out = {0};

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\' && i + 1 < len && strchr(special, text[i + 1]))
			i++;
		str_add_len(&out, text + i, 1);
	}
	return str_steal(&out);
}

static bool has_dotdot(const char *path)
{
	for (const char *s = path; *s; s += strcspn(s, "/")) {
		s += strspn(s, "/");
		if (str_starts(s, "..") && (s[2] == '\0' || s[2] == '/'))
			return true;
	}
	return false;
}

/* Variables that never hold an absolute path. */
static bool is_word_variable(const char *text)
{
	static const char *const words[] = {"${USER}", "${UID}", "${DISPLAY}", "${PROFILE}"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_starts(text, words[i]))
			return true;
	return false;
}

/* Why `path`, unescaped and with its variables, is none; NULL for a good one. */
static const char *why_no_path(const char *path)
{
	if (!*path)
		return "the path is empty";
	if (str_starts(path, "$HOME"))
		return "not an absolute path: it takes ${HOME} with braces";
	if (is_word_variable(path))
		return "not an absolute path: this variable is not one";
	if (*path != '/' && !str_starts(path, "~/") && !str_starts(path, "${"))
		return "not an absolute path: it begins with /, ~/ or a ${VARIABLE}";
	if (has_dotdot(path))
		return "a path may not have a \"..\" component";
	return NULL;
}

static int check_variables(const char *text, const char *part, struct err **err)
{
	return variable_check(part, err) < 0 ? err_prefix(err, "\"%s\"", text) : 0;
}

/* Takes one path out of the value `text`; the caller frees *out. */
static int take_path(const struct key_info *info, const char *text, const char *part, size_t len,
		     const char *special, char **out, struct err **err)
{
	_cleanup_free_ char *path = unescape(part, len, special);
	const char *why = why_no_path(path);

	if (why)
		return value_bad(err, info, text, why);
	if (check_variables(text, path, err) < 0)
		return -1;
	*out = steal_ptr(&path);
	return 0;
}

static int take_whole(const struct key_info *info, const char *text, const char *part,
		      struct path_value *out, struct err **err)
{
	return take_path(info, text, part, strlen(part), ":\\", &out->source, err);
}

/* SOURCE[:DEST], where DEST may be missing unless `both`. */
static int take_pair(const struct key_info *info, const char *text, const char *part, bool both,
		     const char *special, struct path_value *out, struct err **err)
{
	const char *colon = find_unescaped(part, ":");

	if (!*colon && both)
		return value_bad(err, info, text, "the part behind ':' is missing");
	if (*colon && *find_unescaped(colon + 1, ":"))
		return value_bad(err, info, text,
				 "too many ':' (a literal one is written \"\\:\")");
	if (take_path(info, text, part, (size_t)(colon - part), special, &out->source, err) < 0)
		return -1;
	if (!*colon)
		return 0;
	if (take_path(info, text, colon + 1, strlen(colon + 1), special, &out->dest, err) < 0)
		/* A name with a ':' in it, more likely than not. */
		return strchr("/~$", colon[1])
			       ? -1
			       : err_append(err, "; behind ':' stands DEST, and a literal one is "
						 "written \"\\:\"");
	return 0;
}

static int take_symlink(const struct key_info *info, const char *text, struct path_value *out,
			struct err **err)
{
	const char *colon = find_unescaped(text, ":");

	if (!*colon)
		return value_bad(err, info, text, "the part behind ':' is missing");
	if (colon == text)
		return value_bad(err, info, text, "the target is empty");
	if (*find_unescaped(colon + 1, ":"))
		return value_bad(err, info, text,
				 "too many ':' (a literal one is written \"\\:\")");
	out->source = unescape(text, (size_t)(colon - text), ":\\");
	if (check_variables(text, out->source, err) < 0)
		return -1;
	return take_path(info, text, colon + 1, strlen(colon + 1), ":\\", &out->dest, err);
}

static int take_tmpfs_option(const struct key_info *info, const char *text, const char *option,
			     struct path_value *out, struct err **err)
{
	if (str_starts(option, "size=") && out->size == 0) {
		if (num_size(option + strlen("size="), &out->size, err) < 0)
			return err_prefix(err, "\"%s\"", text);
		if (out->size == 0)
			return value_bad(err, info, text, "the size is 0");
		return 0;
	}
	if (str_starts(option, "mode=") && out->mode == 0) {
		if (num_mode(option + strlen("mode="), &out->mode, err) < 0)
			return err_prefix(err, "\"%s\"", text);
		if (out->mode == 0)
			return value_bad(err, info, text, "nobody could use it with mode 0");
		return 0;
	}
	if (streq(option, "noexec") && !out->noexec) {
		out->noexec = true;
		return 0;
	}
	if (str_starts(option, "size=") || str_starts(option, "mode=") || streq(option, "noexec"))
		return value_bad(err, info, text, "an option is given twice");
	return value_bad(err, info, text, "the options are size=SIZE, mode=MODE and noexec");
}

static int take_tmpfs(const struct key_info *info, const char *text, struct path_value *out,
		      struct err **err)
{
	static const char *const options[] = {"size=", "mode=", "noexec"};
	const char *colon = find_unescaped(text, ":");

	for (const char *s = text; s < colon; s++)
		for (size_t i = 0; *s == ',' && i < ARRAY_SIZE(options); i++)
			if (str_starts(s + 1, options[i]))
				return value_bad(err, info, text,
						 "a colon stands before the first option");
	if (take_path(info, text, text, (size_t)(colon - text), ":\\", &out->source, err) < 0)
		return -1;
	while (*colon) {
		const char *option = colon + 1;
		size_t len = strcspn(option, ",");
		_cleanup_free_ char *word = xstrndup(option, len);

		if (take_tmpfs_option(info, text, word, out, err) < 0)
			return -1;
		colon = option + len;
	}
	return 0;
}

static int take_content(const struct key_info *info, const char *text, const char *content,
			struct path_value *out, struct err **err)
{
	_cleanup_str_ struct str s = {0};

	for (; *content; content++) {
		static const char codes[] = "nt\\";
		const char *code;

		if (*content != '\\') {
			str_add_len(&s, content, 1);
			continue;
		}
		content++;
		code = *content ? strchr(codes, *content) : NULL;
		if (!code)
			return value_bad(err, info, text,
					 "a backslash in TEXT makes \\n, \\t or \\\\");
		str_add_len(&s, &"\n\t\\"[code - codes], 1);
	}
	out->source = str_steal(&s);
	out->inline_text = true;
	return 0;
}

static int take_file(const struct key_info *info, const char *text, const char *part,
		     struct path_value *out, struct err **err)
{
	static const char special[] = ":=\\";
	const char *stop = find_unescaped(part, ":=");

	if (*stop != '=')
		return take_pair(info, text, part, true, special, out, err);
	if (take_path(info, text, part, (size_t)(stop - part), special, &out->dest, err) < 0)
		return -1;
	return take_content(info, text, stop + 1, out, err);
}

int value_parse_path(const struct key_info *info, const char *text, struct path_value *out,
		     struct err **err)
{
	_cleanup_path_value_ struct path_value value = {0};
	const char *part = text;
	int r = -1;

	/* A '-' elsewhere is refused as the start of a path that isn't absolute. */
	if (*part == '-' && (info->type == TYPE_BIND || info->type == TYPE_DEST ||
			     info->type == TYPE_FILE || info->type == TYPE_CLOSURE)) {
		value.optional = true;
		part++;
	}
	switch (info->type) {
	case TYPE_PATH:
	case TYPE_DEST:
	case TYPE_BASE:
	case TYPE_OVERLAY:
		r = take_whole(info, text, part, &value, err);
		break;
	case TYPE_CLOSURE:
		r = take_path(info, text, part, strlen(part), ":\\ ", &value.source, err);
		break;
	case TYPE_BIND:
		r = take_pair(info, text, part, false, ":\\", &value, err);
		break;
	case TYPE_TMPFS:
		r = take_tmpfs(info, text, &value, err);
		break;
	case TYPE_SYMLINK:
		r = take_symlink(info, text, &value, err);
		break;
	case TYPE_FILE:
		r = take_file(info, text, part, &value, err);
		break;
	default:
		return value_bad(err, info, text, "not a path");
	}
	if (r < 0)
		return -1;
	*out = value;
	value = (struct path_value){0};
	return 0;
}
