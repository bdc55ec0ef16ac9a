/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * [filesystem] closure: the files that some programs are loaded from, in place of all of /usr. A
 * helper says their names, for it parses what may be hostile; here each name is looked at as if the
 * profile had it: followed link by link, every link made anew inside, and what is at its end bound.
 *
 * What a program asks for is its author's choice, not the user's: "#!/home/me/.ssh/id_ed25519"
 * would show that file to the script, and so would a mistake in the helper. So what isn't named in
 * the profile is shown if it is a program or a library by its first bytes, or lies where base =
 * minimal would show it.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "plan/builder.h"
#include "profile/closure_set.h"

enum { MOST_LINKS = 40 }; /* the kernel's own limit, path_resolution(7) */

/* What the helper is asked for, each with the value of the profile that it is from. */
struct request {
	struct strv items;
	const struct value **values;
	size_t count;
};

static void request_free(struct request *request)
{
	strv_free(&request->items);
	free(request->values);
}

static void ask_for(struct request *request, const char *item, const struct value *value)
{
	strv_add(&request->items, item);
	*array_grow(&request->values, &request->count) = value;
}

bool has_closure(const struct builder *b)
{
	const struct value *values;
	size_t count;

	profile_list(b->profile, KEY_FS_CLOSURE, &values, &count);
	return count > 0;
}

bool closure_has_set(const struct builder *b, const char *name)
{
	const struct value *values;
	size_t count;

	profile_list(b->profile, KEY_FS_CLOSURE, &values, &count);
	for (size_t i = 0; i < count; i++)
		if (values[i].name && streq(values[i].name, name))
			return true;
	return false;
}

/* Of a set, what this host has. */
static void ask_for_set(struct builder *b, struct request *request, const struct value *value)
{
	const struct closure_set *set = closure_set_find(value->name);

	for (const char *s = set->items; *s; s += strspn(s, " ")) {
		size_t len = strcspn(s, " ");
		_cleanup_free_ char *item = xstrndup(s, len);
		struct stat st;

		if (item[0] != '/' || b->host->fs->stat(item, &st) == 0)
			ask_for(request, item, value);
		s += len;
	}
}

static int make_request(struct builder *b, struct request *request, struct err **err)
{
	const struct value *values;
	size_t count;

	profile_list(b->profile, KEY_FS_CLOSURE, &values, &count);
	for (size_t i = 0; i < count; i++) {
		const struct value *value = &values[i];
		struct source source;
		char *path;
		int found;

		if (value->name) {
			ask_for_set(b, request, value);
			continue;
		}
		found = expand_path(b, value->path.source, value->path.optional, &value->loc, &path,
				    err);
		if (found > 0)
			found = find_source(b, path, value->path.optional, &value->loc, &source,
					    err);
		if (found < 0)
			return -1;
		if (found == 0)
			continue;
		if (streq(source.real, "/"))
			return err_set_code(err, EXIT_PROFILE, 0,
					    "%s: closure: %s is the root itself; base = host-ro "
					    "shows it",
					    loc_text(&value->loc), path);
		ask_for(request, path, value);
	}
	return 0;
}

/* A symlink on the way, made inside as it is outside. */
static int show_link(struct builder *b, const char *path, const struct loc *loc, char *target,
		     struct err **err)
{
	ssize_t len = b->host->fs->readlink(path, target, PATH_MAX - 1);
	struct step *step;

	if (len <= 0)
		return err_set(err, len < 0 ? errno : 0, "%s: read the link %s", loc_text(loc),
			       path);
	target[len] = '\0';
	step = add_step(b, STEP_SYMLINK, path, loc);
	step->data = arena_strdup(b->arena, target);
	step->source = path;
	step->linked = step->closure = true;
	return 0;
}

/* What the walk is for: a file of the helper's. */
struct wish {
	const char *path;
	const struct strv *items; /* all that was asked for */
	const char *item;         /* the one that this file is for */
	const char *via;
	const struct loc *loc;
};

/* The step's file was asked for by the profile, or may be by anyone. */
static bool may_show(struct builder *b, const struct step *step, const struct wish *wish)
{
	if (strv_contains(wish->items, wish->path) || path_is_system(step->real))
		return true;
	if (step->id.type == S_IFREG)
		return streq(step->real, "/etc/ld.so.cache") || b->host->fs->is_elf(step->real) > 0;
	/* A directory beside a C library. */
	return wish->item[0] == '+' && streq(path_base(step->real), wish->item + 1);
}

/* The end of the way: there are no symlinks in it. */
static int show_end(struct builder *b, const char *path, const struct wish *wish, struct err **err)
{
	const struct loc *loc = wish->loc;
	struct step *step;

	if (!*path)
		return err_set_code(err, EXIT_PROFILE, 0, "%s: closure: the root itself has none",
				    loc_text(loc));
	if (add_bind(b, path, path, BIND_RO, loc, err) < 0)
		return -1;
	step = &b->steps[b->nsteps - 1];
	step->closure = true;
	if (step->linked) /* it changed under our eyes */
		return err_set(err, ELOOP, "%s: %s", loc_text(loc), path);
	if (step->id.type != S_IFREG && step->id.type != S_IFDIR)
		return err_set(err, 0, "%s: closure: %s is neither a file nor a directory",
			       loc_text(loc), path);
	if (!may_show(b, step, wish))
		return err_set(err, 0,
			       "%s: closure: %s asks for %s, which is neither a program nor a "
			       "library; if it may be seen, name it in closure",
			       loc_text(loc), wish->via ? wish->via : wish->item, path);
	return 0;
}

/* A directory that the way leads through has to be there, also if nothing in it is shown. */
static void show_passed(struct builder *b, const char *path)
{
	if (*path)
		add_dir(b, path, 0755, &no_loc);
}

/* Walks the path as the kernel does and shows what it comes by; it may hold "..". */
static int show(struct builder *b, const struct wish *wish, struct err **err)
{
	_cleanup_free_ char *rest = xstrdup(wish->path);
	const struct loc *loc = wish->loc;
	const char *at = "", *s = rest;
	char target[PATH_MAX];
	unsigned links = 0;
	struct stat st;

	for (;;) {
		size_t len;

		s += strspn(s, "/");
		len = strcspn(s, "/");
		if (len == 0)
			return show_end(b, at, wish, err);
		if (len == 2 && memcmp(s, "..", 2) == 0) {
			show_passed(b, at);
			at = *at ? arena_printf(b->arena, "%.*s", (int)(strrchr(at, '/') - at), at)
				 : at;
		} else if (len != 1 || *s != '.') {
			const char *next = arena_printf(b->arena, "%s/%.*s", at, (int)len, s);

			if (b->host->fs->lstat(next, &st) < 0)
				return err_set(err, errno, "%s: %s", loc_text(loc), wish->path);
			if (S_ISLNK(st.st_mode)) {
				char *joined;

				if (++links > MOST_LINKS)
					return err_set(err, ELOOP, "%s: %s", loc_text(loc),
						       wish->path);
				if (show_link(b, next, loc, target, err) < 0)
					return -1;
				joined = xasprintf("%s%s", target, s + len);
				free(rest);
				s = rest = joined;
				if (target[0] == '/')
					at = "";
				continue;
			}
			at = next;
			if (links > 0 && S_ISDIR(st.st_mode))
				show_passed(b, at);
		}
		s += len;
	}
}

/* One record of the helper's; its four strings end before `end`. */
struct record {
	const char *kind, *item, *text, *via;
};

static bool next_record(const char **at, const char *end, struct record *record)
{
	const char **fields[] = {&record->kind, &record->item, &record->text, &record->via};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const char *stop = memchr(*at, '\0', (size_t)(end - *at));

		if (!stop)
			return false;
		*fields[i] = *at;
		*at = stop + 1;
	}
	return true;
}

static int take_record(struct builder *b, const struct request *request,
		       const struct record *record, struct err **err)
{
	struct plan_closure_file *file;
	const struct loc *loc;
	int64_t item;

	if (!request->count ||
	    num_int(record->item, 0, (int64_t)request->count - 1, &item, NULL) < 0)
		return err_set(err, 0, "closure: the helper speaks another language");
	loc = &request->values[item]->loc;
	if (streq(record->kind, "e"))
		return err_set(err, 0, "%s: closure: %s", loc_text(loc), record->text);
	if (streq(record->kind, "n")) {
		*array_grow(&b->plan->closure_notes, &b->plan->nclosure_notes) =
			arena_strdup(b->arena, record->text);
		return 0;
	}
	if (!streq(record->kind, "f") || record->text[0] != '/')
		return err_set(err, 0, "closure: the helper speaks another language");
	file = array_grow(&b->plan->closure, &b->plan->nclosure);
	file->path = arena_strdup(b->arena, record->text);
	file->via = *record->via ? arena_strdup(b->arena, record->via) : NULL;
	file->loc = *loc;
	return show(b,
		    &(struct wish){.path = file->path,
				   .items = &request->items,
				   .item = request->items.items[item],
				   .via = file->via,
				   .loc = loc},
		    err);
}

int build_closure(struct builder *b, struct err **err)
{
	__attribute__((cleanup(request_free))) struct request request = {.count = 0};
	_cleanup_free_ char *data = NULL;
	struct record record;
	const char *at;
	size_t len;

	if (make_request(b, &request, err) < 0)
		return -1;
	if (request.count == 0)
		return 0;
	if (b->host->fs->closure((const char *const *)request.items.items, &data, &len, err) < 0)
		return err_prefix(err, "%s", loc_text(&request.values[0]->loc));
	for (at = data; at < data + len;) {
		if (!next_record(&at, data + len, &record))
			return err_set(err, 0, "closure: the helper ended in the middle of a word");
		if (take_record(b, &request, &record, err) < 0)
			return -1;
	}
	return 0;
}
