/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads the options, in their order, by the table in import/bwrap.def. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "base/num.h"
#include "base/path.h"
#include "import/bwrap_read.h"

enum { FLAG_NEW_SESSION, FLAG_DIE };

enum {
	WORDS_MAX = 9000, /* bubblewrap's own limit, of all words together */
	ARGS_DEPTH = 16,
};

static take take_args, take_text, take_nothing, take_unshare, take_share_net, take_foreign,
	take_disable, take_clearenv, take_setenv, take_unsetenv, take_outside, take_label,
	take_filter, take_flag, take_cap_add;

static const struct option options[] = {
#define BWRAP(name, args, take, flag, key, doc) {name, args, take, flag, key, doc},
#include "import/bwrap.def"
#undef BWRAP
};

void bwrap_print_options(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		char left[48];

		snprintf(left, sizeof(left), "%s %s", options[i].name, options[i].args);
		printf("  %-30s %s\n", left, options[i].key);
	}
}

static size_t count_args(const struct option *option)
{
	size_t count = *option->args != '\0';

	for (const char *s = option->args; *s; s++)
		count += *s == ' ';
	return count;
}

int bwrap_wrong(struct err **err, const struct use *use, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return err_set_code(err, EXIT_USAGE, 0, "%s: %s", use->origin, text);
}

int bwrap_number(const struct use *use, const char *text, int *fd, struct err **err)
{
	int64_t number;

	if (num_int(text, 0, INT_MAX, &number, NULL) < 0)
		return bwrap_wrong(err, use, "\"%s\" is not the number of a descriptor", text);
	*fd = (int)number;
	return 0;
}

int bwrap_descriptor(struct reader *r, const struct use *use, char **data, size_t *len,
		     struct err **err)
{
	int fd = -1;

	if (bwrap_number(use, use->arg[0], &fd, err) < 0)
		return -1;
	if (r->bwrap->host->read(fd, data, len) < 0)
		return err_set_code(err, EXIT_USAGE, errno, "%s: read descriptor %d", use->origin,
				    fd);
	return 0;
}

static int read_words(struct reader *r, const char *const **argv, struct err **err);

static int take_args(struct reader *r, const struct use *use, struct err **err)
{
	_cleanup_free_ const char **words = NULL;
	const char *const *rest;
	char *data;
	size_t len, count = 0;
	int result;

	if (r->depth == ARGS_DEPTH)
		return bwrap_wrong(err, use, "nested too deep");
	if (bwrap_descriptor(r, use, &data, &len, err) < 0)
		return -1;
	arena_take(r->bwrap->arena, data);
	for (const char *s = data; s < data + len; s += strlen(s) + 1)
		*array_grow(&words, &count) = s;
	*array_grow(&words, &count) = NULL;
	rest = words;
	r->depth++;
	result = read_words(r, &rest, err);
	r->depth--;
	if (result < 0)
		return err_prefix(err, "%s", use->origin);
	if (*rest)
		return bwrap_wrong(
			err, use, "\"%s\" is no option, and a command can't come from a descriptor",
			*rest);
	return 0;
}

static int take_text(struct reader *r, const struct use *use, struct err **err)
{
	struct bwrap *bwrap = r->bwrap;
	const char *text = use->arg[0];
	int64_t id;

	if ((use->option->flag == TEXT_UID || use->option->flag == TEXT_GID) &&
	    num_int(text, 0, UINT32_MAX - 1, &id, NULL) < 0)
		return bwrap_wrong(err, use, "\"%s\" is not an id", text);
	if (use->option->flag == TEXT_CHDIR) {
		/* As it was written, for PWD is that; a relative one starts at the root. */
		char *path = *text ? path_clean(arena_printf(bwrap->arena, "/%s", text)) : NULL;

		if (!path)
			return bwrap_wrong(err, use, "\"%s\" is not a path without \"..\"", text);
		text = arena_take(bwrap->arena, path);
	}
	bwrap->text[use->option->flag] = text;
	bwrap->text_origin[use->option->flag] = use->origin;
	return 0;
}

static int take_nothing(struct reader *r, const struct use *use, struct err **err)
{
	(void)err;
	if (!streq(use->option->name, "--cap-drop"))
		bwrap_note(r->bwrap, SECTION_EXEC, "%s: %s", use->origin, use->option->doc);
	return 0;
}

static int take_unshare(struct reader *r, const struct use *use, struct err **err)
{
	(void)err;
	r->bwrap->unshared |= (unsigned)use->option->flag;
	return 0;
}

static int take_share_net(struct reader *r, const struct use *use, struct err **err)
{
	(void)use;
	(void)err;
	r->bwrap->unshared &= ~(unsigned)NS_NET;
	return 0;
}

static int take_foreign(struct reader *r, const struct use *use, struct err **err)
{
	int fd = -1;

	if (bwrap_number(use, use->arg[0], &fd, err) < 0)
		return -1;
	r->bwrap->unshared |= (unsigned)use->option->flag;
	bwrap_warn(r->bwrap, SECTION_NAMESPACES,
		   "%s: sbox joins no such namespace; a new one takes its place", use->origin);
	return 0;
}

static int take_disable(struct reader *r, const struct use *use, struct err **err)
{
	(void)use;
	(void)err;
	r->bwrap->no_nested = true;
	return 0;
}

static int take_clearenv(struct reader *r, const struct use *use, struct err **err)
{
	(void)use;
	(void)err;
	r->bwrap->clear = true;
	free(r->bwrap->env);
	r->bwrap->env = NULL;
	r->bwrap->nenv = 0;
	return 0;
}

/* In a profile "A*" would be all that begins with A, and "A=B" the variable A. */
static int check_variable(const struct use *use, struct err **err)
{
	static const char chars[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
	const char *name = use->arg[0];

	if (!*name || name[strspn(name, chars)] || (*name >= '0' && *name <= '9'))
		return bwrap_wrong(err, use, "\"%s\" is not the name of a variable", name);
	return 0;
}

static int take_setenv(struct reader *r, const struct use *use, struct err **err)
{
	if (check_variable(use, err) < 0)
		return -1;
	bwrap_set_variable(r->bwrap, use->arg[0], use->arg[1], use->origin);
	return 0;
}

static int take_unsetenv(struct reader *r, const struct use *use, struct err **err)
{
	if (check_variable(use, err) < 0)
		return -1;
	bwrap_set_variable(r->bwrap, use->arg[0], NULL, use->origin);
	return 0;
}

static int take_outside(struct reader *r, const struct use *use, struct err **err)
{
	int fd = -1;

	if (str_starts(use->option->args, "FD") && bwrap_number(use, use->arg[0], &fd, err) < 0)
		return -1;
	bwrap_warn(r->bwrap, SECTION_EXEC, "%s: left out: %s", use->origin, use->option->doc);
	return 0;
}

static int take_label(struct reader *r, const struct use *use, struct err **err)
{
	(void)err;
	bwrap_looser(r->bwrap, SECTION_EXEC, "%s: %s", use->origin, use->option->doc);
	return 0;
}

static int take_cap_add(struct reader *r, const struct use *use, struct err **err)
{
	(void)err;
	bwrap_warn(r->bwrap, SECTION_EXEC, "%s: %s", use->origin, use->option->doc);
	return 0;
}

static int take_flag(struct reader *r, const struct use *use, struct err **err)
{
	(void)err;
	*(use->option->flag == FLAG_NEW_SESSION ? &r->bwrap->new_session
						: &r->bwrap->die_with_parent) = true;
	return 0;
}

static int take_filter(struct reader *r, const struct use *use, struct err **err)
{
	int fd = -1;

	if (bwrap_number(use, use->arg[0], &fd, err) < 0)
		return -1;
	r->bwrap->filtered = true;
	bwrap_looser(
		r->bwrap, SECTION_SECCOMP,
		"%s: a compiled filter can't be made rules again; what it denied beyond sbox's "
		"baseline is allowed unless [seccomp] denies it",
		use->origin);
	return 0;
}

static const char *next_name(void *cursor)
{
	size_t *next = cursor;

	return *next < ARRAY_SIZE(options) ? options[(*next)++].name : NULL;
}

static const struct option *find(const char *word, struct err **err)
{
	const char *nearest = str_nearest(word, next_name, &(size_t){0});

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (streq(options[i].name, word))
			return &options[i];
	err_set_code(err, EXIT_USAGE, 0, "bubblewrap has no option \"%s\"", word);
	if (nearest)
		err_append(err, "; did you mean %s?", nearest);
	return NULL;
}

/* "--bind /a /b", without the newlines and whatever else an argument may hold. */
static const char *origin_of(struct bwrap *bwrap, const struct option *option,
			     const char *const *arg, size_t count)
{
	_cleanup_str_ struct str text = {0};

	str_add(&text, option->name);
	for (size_t i = 0; i < count; i++)
		str_addf(&text, " %s", arg[i]);
	return bwrap_printable(bwrap, text.text);
}

static bool modifies_next(const struct option *option)
{
	return option->take == take_perms || option->take == take_size ||
	       option->take == take_overlay_src;
}

/* One option and its arguments; *argv is then behind them. */
static int read_option(struct reader *r, const char *const **argv, struct err **err)
{
	struct use use = {.option = find(**argv, err), .arg = *argv + 1};
	size_t count;

	if (!use.option)
		return -1;
	count = count_args(use.option);
	for (size_t i = 0; i < count; i++)
		if (!use.arg[i])
			return err_set_code(err, EXIT_USAGE, 0, "%s needs %s", use.option->name,
					    use.option->args);
	use.origin = origin_of(r->bwrap, use.option, use.arg, count);
	r->words += count + 1;
	if (r->words > WORDS_MAX)
		return bwrap_wrong(err, &use, "there are more than %d words", WORDS_MAX);
	*argv += count + 1;
	if (use.option->take(r, &use, err) < 0)
		return -1;
	if (modifies_next(use.option) || use.option->take == take_args)
		return 0;
	if (r->has_perms)
		return bwrap_wrong(err, &use, "--perms %o is not for this option", r->perms);
	if (r->has_size)
		return bwrap_wrong(err, &use, "--size is for --tmpfs alone");
	if (r->overlay.count > 0)
		return bwrap_wrong(err, &use, "--overlay-src is for an overlay alone");
	return 0;
}

static int read_words(struct reader *r, const char *const **argv, struct err **err)
{
	while (**argv && (**argv)[0] == '-') {
		if (streq(**argv, "--")) {
			++*argv;
			return 0;
		}
		if (read_option(r, argv, err) < 0)
			return -1;
	}
	return 0;
}

int bwrap_read(struct bwrap *bwrap, const char *const *argv, struct err **err)
{
	struct reader r = {.bwrap = bwrap};
	int result = read_words(&r, &argv, err);
	bool dangling = r.has_perms || r.has_size || r.overlay.count > 0;

	strv_free(&r.overlay);
	if (result < 0)
		return -1;
	if (dangling)
		return err_set_code(err, EXIT_USAGE, 0,
				    "%s is for an option behind it, and none came",
				    r.has_perms  ? "--perms"
				    : r.has_size ? "--size"
						 : "--overlay-src");
	if (!argv[0])
		return err_set_code(err, EXIT_USAGE, 0, "there is no command behind the options");
	if (bwrap->text[TEXT_HOSTNAME] && !(bwrap->unshared & NS_UTS))
		return err_set_code(err, EXIT_USAGE, 0, "%s needs --unshare-uts",
				    bwrap->text_origin[TEXT_HOSTNAME]);
	if (bwrap->tree.host_root || bwrap->tree.root)
		tree_show_through(&bwrap->tree);
	bwrap->command = argv;
	return 0;
}
