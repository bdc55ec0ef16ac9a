/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was read as the text of a profile. Each line is parsed as a profile's before it is taken. */
#include "base/num.h"
#include "base/path.h"
#include "import/bwrap_line.h"
#include "import/text.h"
#include "profile/ini.h"
#include "profile/schema.h"

struct writer {
	struct bwrap *bwrap;
	const char *section;
	struct str text;
};

static int refuse(struct err **err, const char *origin, const char *why)
{
	return err_set_code(err, EXIT_USAGE, 0, "%s can't be written in a profile: %s", origin,
			    why);
}

static void comment(struct writer *w, const char *text)
{
	str_addf(&w->text, "# %s\n", bwrap_printable(w->bwrap, text));
}

static void section(struct writer *w, enum bwrap_section which)
{
	static const char *const names[] = {
		[SECTION_EXEC] = "exec",
		[SECTION_FILESYSTEM] = "filesystem",
		[SECTION_NAMESPACES] = "namespaces",
		[SECTION_NETWORK] = "network",
		[SECTION_SECCOMP] = "seccomp",
		[SECTION_ENVIRONMENT] = "environment",
	};
	const struct strv *notes = &w->bwrap->notes[which];

	w->section = names[which];
	str_addf(&w->text, "\n[%s]\n", w->section);
	for (size_t i = 0; i < notes->count; i++)
		str_addf(&w->text, "# %s\n", notes->items[i]);
}

/* "key = value", which a profile must take as it stands. */
static int __attribute__((format(printf, 5, 6)))
put(struct writer *w, const char *origin, struct err **err, const char *key, const char *fmt, ...)
{
	_cleanup_err_ struct err *bad = NULL;
	_cleanup_free_ char *value = NULL, *line = NULL;
	struct value parsed;
	const char *why;
	va_list ap;

	va_start(ap, fmt);
	value = xvasprintf(fmt, ap);
	va_end(ap);
	line = xasprintf("%s = %s", key, value);
	if (!text_stands(value, &why))
		return refuse(err, origin, why);
	if (ini_check_text(line, strlen(line), &bad) < 0 ||
	    value_parse(schema_find(w->section, key), value, &parsed, &bad) < 0)
		return refuse(err, origin, bad->text);
	value_clear(&parsed);
	str_addf(&w->text, "%s\n", line);
	return 0;
}

/* Where what is made at a place would lie. */
enum holder {
	HOLDER_ROOT,   /* in the root, which is sbox's own and read-only */
	HOLDER_MEMORY, /* in a tmpfs of the sandbox's */
	HOLDER_HOST,   /* in a tree of the host's */
};

static enum holder holder_of(const struct tree *tree, const struct op *op)
{
	const struct op *above = tree_above(tree, op->dest);
	enum holder outer;

	if (!above)
		return tree->host_root || tree->root ? HOLDER_HOST : HOLDER_ROOT;
	switch (above->kind) {
	case OP_TMPFS:
		return above->read_only ? HOLDER_ROOT : HOLDER_MEMORY;
	case OP_DIR:
		outer = holder_of(tree, above);
		return outer == HOLDER_ROOT && !tree->root_read_only ? HOLDER_MEMORY : outer;
	case OP_DEV:
		return HOLDER_ROOT;
	default:
		return HOLDER_HOST;
	}
}

/* Whether it becomes a dev line, which shows it read-only and lets devices be opened. */
static bool is_dev_line(const struct op *op)
{
	return op->kind == OP_DEV_BIND &&
	       (path_below(op->source, "/dev") || path_below(op->dest, "/dev"));
}

static const char *key_of_bind(struct writer *w, const struct op *op)
{
	if (op->kind == OP_RO)
		return "ro";
	if (op->kind == OP_RW)
		return "rw";
	if (op->kind == OP_OVERLAY)
		return "overlay-dir";
	if (is_dev_line(op))
		return "dev";
	bwrap_warn(w->bwrap, SECTION_FILESYSTEM,
		   "%s: devices in it can't be opened: dev is for what is below /dev, for it is "
		   "read-only",
		   op->origin);
	return "rw";
}

static int put_bind(struct writer *w, const struct op *op, const char *dest, struct err **err)
{
	const char *why, *source = text_path(w->bwrap->arena, op->source, ":\\", &why);
	const char *key = key_of_bind(w, op);
	bool same = streq(op->source, op->dest);

	if (!source)
		return refuse(err, op->origin, why);
	return put(w, op->origin, err, key, "%s%s%s%s", op->optional ? "-" : "", source,
		   same ? "" : ":", same ? "" : dest);
}

static int put_tmpfs(struct writer *w, const struct op *op, const char *dest, struct err **err)
{
	_cleanup_str_ struct str options = {0};

	/*
	 * Nobody could use it, unless the application changed the mode. Where the host has nothing
	 * to hide, the place may be missing, which is as good.
	 */
	if (op->mode == 0)
		return put(w, op->origin, err, "hide", "%s%s",
			   holder_of(&w->bwrap->tree, op) == HOLDER_HOST ? "" : "-", dest);
	if (op->size)
		str_addf(&options, ":size=%llu", (unsigned long long)op->size);
	if (op->mode != 0755)
		str_addf(&options, "%cmode=%04o", op->size ? ',' : ':', op->mode);
	return put(w, op->origin, err, "tmpfs", "%s%s", dest, options.len ? options.text : "");
}

/*
 * bubblewrap's root is a tmpfs that the application may write to, and sbox's isn't: a directory
 * that was asked for by name is a tmpfs of its own, so that it can be used as before.
 */
static int put_dir(struct writer *w, const struct op *op, const char *dest, struct err **err)
{
	const struct tree *tree = &w->bwrap->tree;
	enum holder holder = holder_of(tree, op);
	const struct op *above = tree_above(tree, op->dest);
	bool plain = op->must_exist || holder == HOLDER_HOST || tree->root_read_only ||
		     (above && above->kind == OP_DEV) ||
		     (holder == HOLDER_MEMORY && op->mode == 0755);

	if (holder == HOLDER_HOST && !op->must_exist)
		bwrap_warn(w->bwrap, SECTION_FILESYSTEM,
			   "%s: it must be there: sbox makes nothing in a directory of the host",
			   op->origin);
	return plain ? put(w, op->origin, err, "mkdir", "%s", dest) : put_tmpfs(w, op, dest, err);
}

static int put_symlink(struct writer *w, const struct op *op, const char *dest, struct err **err)
{
	const char *why, *target = text_target(w->bwrap->arena, op->source, &why);

	if (!target)
		return refuse(err, op->origin, why);
	return put(w, op->origin, err, "symlink", "%s:%s", target, dest);
}

static int put_file(struct writer *w, const struct op *op, struct err **err)
{
	const char *why, *dest = text_path(w->bwrap->arena, op->dest, ":=\\", &why);

	if (!dest)
		return refuse(err, op->origin, why);
	return put(w, op->origin, err, "file", "%s=%s", dest, op->source);
}

static int put_op(struct writer *w, const struct op *op, struct err **err)
{
	const char *why, *dest = text_path(w->bwrap->arena, op->dest, ":\\", &why);

	if (!dest)
		return refuse(err, op->origin, why);
	switch (op->kind) {
	case OP_RO:
	case OP_RW:
	case OP_DEV_BIND:
	case OP_OVERLAY:
		return put_bind(w, op, dest, err);
	case OP_TMPFS:
		return op->read_only ? put(w, op->origin, err, "mkdir", "%s", dest)
				     : put_tmpfs(w, op, dest, err);
	case OP_DIR:
		return put_dir(w, op, dest, err);
	case OP_SYMLINK:
		return put_symlink(w, op, dest, err);
	case OP_FILE:
		return put_file(w, op, err);
	case OP_HIDE:
		return put(w, op->origin, err, "hide", "-%s", dest);
	case OP_HOME:
		return put(w, op->origin, err, "home", "%s", op->read_only ? "host-ro" : "host");
	case OP_PROC:
	case OP_DEV:
		return 0;
	}
	return 0;
}

/* What a root of sbox's has and one of bubblewrap's hasn't, unless it is the host's own. */
static int put_own(struct writer *w, struct err **err)
{
	static const char *const own[] = {"/proc", "/dev", "/sys", "/tmp"};
	const struct tree *tree = &w->bwrap->tree;

	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		/* An empty root has no /sys of sbox's; what a tree has in /tmp is said elsewhere.
		 */
		if (tree_at(tree, own[i]) || streq(own[i], tree->root ? "/tmp" : "/sys"))
			continue;
		if (!tree_has_below(tree, own[i])) {
			if (put(w, own[i], err, "hide", "%s", own[i]) < 0)
				return -1;
		} else if (streq(own[i], "/tmp")) {
			if (put(w, own[i], err, tree->root_read_only ? "mkdir" : "tmpfs", "%s",
				own[i]) < 0)
				return -1;
		} else {
			str_addf(&w->text, "# %s is there with sbox's own files, too.\n", own[i]);
		}
	}
	return 0;
}

static void note_covered(struct writer *w)
{
	const struct tree *tree = &w->bwrap->tree;

	for (size_t i = 0; i < tree->count; i++) {
		const struct op *op = &tree->ops[i];

		if (op->covered && !op->implied && !streq(op->covered, op->origin))
			bwrap_note(w->bwrap, SECTION_FILESYSTEM, "%s: covered by %s", op->origin,
				   op->covered);
	}
}

static int put_root(struct writer *w, struct err **err)
{
	const struct tree *tree = &w->bwrap->tree;
	const char *why, *source;

	if (!tree->root)
		return put(w, "the root", err, "base", "%s", tree->host_root ? "host-ro" : "none");
	bwrap_note(
		w->bwrap, SECTION_FILESYSTEM,
		"Of the tree neither /proc, /sys nor /dev is shown; /etc/hosts and, with a network, "
		"/etc/resolv.conf are sbox's own.");
	if (tree->root_origin)
		bwrap_note(
			w->bwrap, SECTION_FILESYSTEM,
			"/tmp, /var/tmp and /run are sbox's own as well, where no line below says "
			"otherwise.");
	if (tree->home)
		bwrap_note(w->bwrap, SECTION_FILESYSTEM,
			   "%s is sbox's own and empty, where no line below says otherwise.",
			   bwrap_printable(w->bwrap, tree->home));
	if (tree->root_origin && !tree->root_read_only)
		bwrap_warn(
			w->bwrap, SECTION_FILESYSTEM,
			"%s: the root is read-only; with overlay = tmp or overlay = persist:NAME "
			"what is written goes elsewhere, not to the tree",
			tree->root_origin);
	source = text_path(w->bwrap->arena, tree->root, ":\\", &why);
	if (!source)
		return refuse(err, "the root", why);
	return put(w, "the root", err, "base", "%s", source);
}

static int put_filesystem(struct writer *w, struct err **err)
{
	const struct tree *tree = &w->bwrap->tree;
	/* The notes come first, and some are made by what is written behind them. */
	struct writer lines = {.bwrap = w->bwrap, .section = "filesystem"};
	int result = put_root(&lines, err);

	note_covered(w);
	for (size_t i = 0; i < tree->count && result == 0; i++)
		if (!tree->ops[i].covered)
			result = put_op(&lines, &tree->ops[i], err);
	if (result == 0 && !tree->host_root)
		result = put_own(&lines, err);
	section(w, SECTION_FILESYSTEM);
	str_add(&w->text, lines.text.text ? lines.text.text : "");
	str_free(&lines.text);
	return result;
}

/* Whether a command and its arguments survive as lines; those that don't have to be given. */
static bool command_stands(struct bwrap *bwrap)
{
	const char *why;

	for (const char *const *arg = bwrap->command; *arg; arg++) {
		if (text_stands(*arg, &why))
			continue;
		bwrap_warn(bwrap, SECTION_EXEC,
			   "the command isn't part of the profile and has to be given to sbox: of "
			   "\"%s\", %s",
			   bwrap_printable(bwrap, *arg), why);
		return false;
	}
	return true;
}

static int put_exec(struct writer *w, struct err **err)
{
	struct bwrap *bwrap = w->bwrap;
	bool stands = command_stands(bwrap);
	const char *why, *path;

	section(w, SECTION_EXEC);
	for (const char *const *arg = bwrap->command; stands && *arg; arg++)
		if (put(w, "the command", err, arg == bwrap->command ? "command" : "arg", "%s",
			*arg) < 0)
			return -1;
	if (bwrap->text[TEXT_CHDIR]) {
		path = text_path(bwrap->arena, bwrap->text[TEXT_CHDIR], ":\\", &why);
		if (!path)
			return refuse(err, bwrap->text_origin[TEXT_CHDIR], why);
		if (put(w, bwrap->text_origin[TEXT_CHDIR], err, "workdir", "%s", path) < 0)
			return -1;
	}
	if (bwrap->text[TEXT_ARGV0] &&
	    put(w, bwrap->text_origin[TEXT_ARGV0], err, "argv0", "%s", bwrap->text[TEXT_ARGV0]) < 0)
		return -1;
	if (bwrap->new_session && put(w, "--new-session", err, "new-session", "yes") < 0)
		return -1;
	return bwrap->die_with_parent ? put(w, "--die-with-parent", err, "die-with-parent", "yes")
				      : 0;
}

/* Whether the application would be the user id 0, which the kernel lets make none that is of use.
 */
static bool is_root_inside(const struct bwrap *bwrap)
{
	int64_t id;

	return bwrap->text[TEXT_UID] &&
	       num_int(bwrap->text[TEXT_UID], 0, UINT32_MAX - 1, &id, NULL) == 0 && id == 0;
}

static bool is_writable(const struct op *op)
{
	return !op->covered && !op->read_only && !is_dev_line(op) &&
	       (op->kind == OP_RW || op->kind == OP_DEV_BIND || op->kind == OP_HOME);
}

/* Whether sbox keeps something in that tree as it is: what it mounts, and what is its own. */
static bool holds_sbox_own(const struct bwrap *bwrap, const struct op *op)
{
	const char *const own[] = {"/etc/sbox", "/usr/share/sbox", "/usr/local",
				   "/var/tmp",  ".config/sbox",    ".local/share/sbox"};

	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		_cleanup_free_ char *path =
			own[i][0] == '/' ? xstrdup(own[i]) : path_join(bwrap->host->home, own[i]);

		if (op->kind == OP_HOME || path_below(path, op->source))
			return true;
	}
	/* The nodes in it are sbox's, whatever is shown there. */
	return streq(op->dest, "/dev");
}

/*
 * The option for which the profile can't have nested = yes: something else lies in the writable
 * directory that it shows, or would be kept there by sbox. NULL: it can.
 */
static const char *keeps_inside(const struct bwrap *bwrap)
{
	const struct tree *tree = &bwrap->tree;

	for (size_t i = 0; i < tree->count; i++) {
		const struct op *op = &tree->ops[i];
		const struct op *above = op->covered ? NULL : tree_above(tree, op->dest);

		if (above && above->kind == OP_DIR)
			above = tree_above(tree, above->dest);
		if (above && is_writable(above) && op->kind != OP_DIR && op->kind != OP_SYMLINK &&
		    !is_writable(op))
			return op->origin;
		if (is_writable(op) && holds_sbox_own(bwrap, op))
			return op->origin;
	}
	return NULL;
}

/* A filter that can't be read back may well have denied it. */
static bool allows_nested(struct bwrap *bwrap)
{
	const char *kept;

	if (bwrap->no_nested || bwrap->filtered)
		return false;
	if (is_root_inside(bwrap)) {
		bwrap_note(
			bwrap, SECTION_NAMESPACES,
			"%s: nested = no, for yes is of no use to the user id 0: the kernel lets it "
			"map itself in no user namespace that it makes.",
			bwrap->text_origin[TEXT_UID]);
		return false;
	}
	if (bwrap->host->root) {
		bwrap_note(bwrap, SECTION_NAMESPACES,
			   "nested = no, for root is refused yes without run-as = USER.");
		return false;
	}
	kept = keeps_inside(bwrap);
	if (kept)
		bwrap_warn(bwrap, SECTION_NAMESPACES,
			   "%s: nested = no, for with yes the application could move away what is "
			   "kept as it is inside a writable directory",
			   kept);
	return !kept;
}

static int put_namespaces(struct writer *w, struct err **err)
{
	static const struct {
		unsigned bit;
		const char *key;
	} rows[] = {{NS_PID, "pid"}, {NS_IPC, "ipc"}, {NS_UTS, "uts"}, {NS_CGROUP, "cgroup"}};
	static const struct {
		enum bwrap_text text;
		const char *key;
	} texts[] = {{TEXT_HOSTNAME, "hostname"}, {TEXT_UID, "uid"}, {TEXT_GID, "gid"}};
	struct bwrap *bwrap = w->bwrap;
	bool nested = allows_nested(bwrap);

	section(w, SECTION_NAMESPACES);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (put(w, rows[i].key, err, rows[i].key, "%s",
			bwrap->unshared & rows[i].bit ? "new" : "host") < 0)
			return -1;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (bwrap->text[texts[i].text] &&
		    put(w, bwrap->text_origin[texts[i].text], err, texts[i].key, "%s",
			bwrap->text[texts[i].text]) < 0)
			return -1;
	return put(w, "nested", err, "nested", "%s", nested ? "yes" : "no");
}

/* The value as a line keeps it. Blanks at its end, as prompts have them, are no reason to refuse.
 */
static int put_variable(struct writer *w, const struct bwrap_variable *variable, struct err **err)
{
	const char *why;
	size_t len = strlen(variable->value);

	if (!text_expanding(variable->value, &why))
		return refuse(err, variable->origin, why);
	while (len > 0 && strchr(" \t", variable->value[len - 1]))
		len--;
	return put(w, variable->origin, err, "set", "%s=%.*s", variable->name, (int)len,
		   variable->value);
}

/* Before the section is begun, for its notes stand first. */
static void note_blanks(struct bwrap *bwrap)
{
	for (size_t i = 0; i < bwrap->nenv; i++) {
		const char *value = bwrap->env[i].value;
		size_t len = value ? strlen(value) : 0;

		if (len > 0 && strchr(" \t", value[len - 1]))
			bwrap_warn(bwrap, SECTION_ENVIRONMENT,
				   "%s: without the blanks at its end, for a line keeps none",
				   bwrap->env[i].origin);
	}
}

static int put_variables(struct writer *w, struct err **err)
{
	const struct bwrap *bwrap = w->bwrap;

	for (size_t i = 0; i < bwrap->nenv; i++) {
		const struct bwrap_variable *variable = &bwrap->env[i];

		if (variable->value) {
			if (put_variable(w, variable, err) < 0)
				return -1;
		} else if (!bwrap->clear &&
			   put(w, variable->origin, err, "unset", "%s", variable->name) < 0) {
			return -1;
		}
	}
	return 0;
}

static bool is_set(const struct bwrap *bwrap, const char *name)
{
	for (size_t i = 0; i < bwrap->nenv; i++)
		if (bwrap->env[i].value && streq(bwrap->env[i].name, name))
			return true;
	return false;
}

static int put_environment(struct writer *w, struct err **err)
{
	struct bwrap *bwrap = w->bwrap;
	const char *kept = schema_find("environment", "keep")->def;

	if (bwrap->text[TEXT_CHDIR])
		bwrap_set_variable(bwrap, "PWD", bwrap->text[TEXT_CHDIR],
				   bwrap->text_origin[TEXT_CHDIR]);
	note_blanks(bwrap);
	section(w, SECTION_ENVIRONMENT);
	if (put(w, "--clearenv", err, "clear", "%s", bwrap->clear ? "yes" : "no") < 0 ||
	    put_variables(w, err) < 0)
		return -1;
	for (size_t len; bwrap->clear && *kept; kept += len, kept += strspn(kept, " ")) {
		const char *name;

		len = strcspn(kept, " ");
		name = arena_printf(bwrap->arena, "%.*s", (int)len, kept);
		if (is_set(bwrap, name))
			continue;
		/* The command is looked up in it. */
		if (streq(name, "PATH") && !strchr(bwrap->command[0], '/'))
			comment(w, "PATH stays, for the command is looked up in it.");
		else if (put(w, "--clearenv", err, "unset", "%s", name) < 0)
			return -1;
	}
	return 0;
}

static int put_all(struct writer *w, struct err **err)
{
	struct bwrap *bwrap = w->bwrap;

	str_add(&w->text,
		"# From a command line of bubblewrap's: sbox-import(1) says what becomes of "
		"each option.\n"
		"\n[profile]\n");
	w->section = "profile";
	if (put(w, "the command", err, "description", "\"%s\" from a command line of bubblewrap's",
		bwrap_printable(bwrap, path_base(bwrap->command[0]))) < 0)
		return -1;
	if (put_exec(w, err) < 0 || put_filesystem(w, err) < 0 || put_namespaces(w, err) < 0)
		return -1;
	section(w, SECTION_NETWORK);
	if (put(w, "--unshare-net", err, "mode", "%s", bwrap->unshared & NS_NET ? "none" : "host") <
	    0)
		return -1;
	section(w, SECTION_SECCOMP);
	comment(w,
		"sbox seccomp groups @baseline lists what is denied; bubblewrap denies nothing.");
	if (put(w, "the filter", err, "baseline", "yes") < 0)
		return -1;
	return put_environment(w, err);
}

char *bwrap_write(struct bwrap *bwrap, struct err **err)
{
	struct writer w = {.bwrap = bwrap};

	if (put_all(&w, err) < 0) {
		str_free(&w.text);
		return NULL;
	}
	return str_steal(&w.text);
}
