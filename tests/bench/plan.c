/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The same sandbox for sbox's peers.
 *
 *	bench-plan DIR [OPTION]... [--] COMMAND [ARG]...
 *
 * Makes the plan that sbox would make of these options, and writes into DIR:
 *	floor-plan.h   what floor.c is compiled with
 *	filter.N       the seccomp programs in the order of their installation, as bwrap reads them
 *	bwrap          bubblewrap's command line for the same visible tree, as bench-run reads it
 *	data.N         the content of the files that the sandbox gets
 *
 * bubblewrap has no sysfs: it gets a read-only bind of the host's. It can't set noexec either, nor
 * use Landlock, and what sbox covers of /proc and /sys is left as it is there. The floor does all
 * of that.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <string.h>

#include "base/io.h"
#include "base/landlock.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"
#include "cmd/cmd.h"
#include "seccomp/compile.h"

#define BWRAP    "/usr/bin/bwrap"
#define FIRST_FD 10

static int unknown(const struct step *step, const char *peer, struct err **err)
{
	_cleanup_free_ char *text = step_text(step);

	return err_set(err, 0, "no equivalent for %s: %s", peer, text);
}

static int write_file(const char *dir, const char *name, const void *data, size_t len,
		      struct err **err)
{
	_cleanup_free_ char *path = path_join(dir, name);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || io_write_all(fd, data, len) < 0)
		return err_set(err, errno, "write %s", path);
	return 0;
}

/* -- floor-plan.h -- */

static void c_bytes(struct str *out, const char *data, size_t len)
{
	str_add(out, "\"");
	for (size_t i = 0; i < len; i++)
		str_addf(out, "\\%03o", (unsigned char)data[i]);
	str_add(out, "\"");
}

static void c_text(struct str *out, const char *text)
{
	c_bytes(out, text, strlen(text));
}

static void c_vector(struct str *out, const char *name, char *const *items)
{
	str_addf(out, "static const char *const %s[] = {", name);
	for (; *items; items++) {
		c_text(out, *items);
		str_add(out, ", ");
	}
	str_add(out, "NULL};\n");
}

/* What is there already at a step: made by the floor, or by the host below a bind. */
struct places {
	struct strv made;
	struct strv binds;
};

static void floor_make(struct str *out, struct places *places, const char *path, bool directory,
		       unsigned mode)
{
	_cleanup_free_ char *parent = path_dir(path);

	if (streq(path, "/") || strv_contains(&places->made, path))
		return;
	for (size_t i = 0; i < places->binds.count; i++)
		if (path_below(path, places->binds.items[i]))
			return;
	floor_make(out, places, parent, true, 0755);
	strv_add(&places->made, path);
	str_addf(out, "\t{.kind = %s, .mode = 0%o, .dest = ", directory ? "MAKE_DIR" : "MAKE_NODE",
		 mode);
	c_text(out, path + 1);
	str_add(out, "},\n");
}

static void floor_parent(struct str *out, struct places *places, const char *path)
{
	_cleanup_free_ char *parent = path_dir(path);

	floor_make(out, places, parent, true, 0755);
}

static void floor_new(struct str *out, const struct step *step)
{
	const char *type = step->kind == STEP_PROC    ? "proc"
			   : step->kind == STEP_SYSFS ? "sysfs"
			   : step->kind == STEP_TMPFS ? "tmpfs"
						      : "devpts";

	str_addf(out, ", .source = \"%s\", .options = {", type);
	if (step->kind == STEP_TMPFS) {
		str_addf(out, "{\"mode\", \"%04o\"}", (unsigned)step->mode);
		if (step->size)
			str_addf(out, ", {\"size\", \"%llu\"}", (unsigned long long)step->size);
	} else if (step->kind == STEP_DEVPTS) {
		str_add(out, "{\"newinstance\"}, {\"ptmxmode\", \"0666\"}, {\"mode\", \"0620\"}");
	} else if (step->kind == STEP_PROC && step->pid_only) {
		str_add(out, "{\"subset\", \"pid\"}");
	}
	str_add(out, "}");
}

/* What sbox covers of /proc and /sys by itself. */
static bool is_own_cover(const struct step *step)
{
	return step->implied && (step->kind == STEP_HIDE || step->cover) &&
	       (path_below(step->dest, "/proc") || path_below(step->dest, "/sys"));
}

static void floor_cover(struct str *out, const struct step *step)
{
	uint64_t attr = MOUNT_ATTR_RDONLY;
	const char *kind = "COVER";
	struct stat st;

	/* What isn't in the host's isn't in the new one either. */
	if (lstat(step->dest, &st) < 0)
		return;
	if (step->kind == STEP_HIDE) {
		kind = S_ISDIR(st.st_mode) ? "HIDE_DIR" : "HIDE_FILE";
		attr |= MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	}
	str_addf(out, "\t{.kind = %s, .attr = %#llx, .dest = ", kind, (unsigned long long)attr);
	c_text(out, step->dest + 1);
	str_add(out, "},\n");
}

static int floor_step(struct str *out, struct places *places, const struct step *step,
		      struct err **err)
{
	static const char *const kinds[] = {
		[STEP_SYMLINK] = "LINK", [STEP_FILE] = "FILE_WITH",    [STEP_BIND] = "BIND",
		[STEP_TMPFS] = "NEW",    [STEP_PROC] = "NEW",          [STEP_SYSFS] = "NEW",
		[STEP_DEVPTS] = "NEW",   [STEP_READONLY] = "READONLY",
	};

	if (step->kind == STEP_DIR) {
		floor_make(out, places, step->dest, true, step->mode);
		return 0;
	}
	if (is_own_cover(step)) {
		floor_cover(out, step);
		return 0;
	}
	if (step->kind == STEP_HIDE || (step->kind == STEP_READONLY && step->cover))
		return unknown(step, "the floor", err);
	if (step->kind == STEP_SYMLINK || step->kind == STEP_FILE)
		floor_parent(out, places, step->dest);
	else
		floor_make(out, places, step->dest,
			   step->kind != STEP_BIND || S_ISDIR(step->id.type),
			   step->kind == STEP_BIND && !S_ISDIR(step->id.type) ? 0644 : 0755);
	str_addf(out, "\t{.kind = %s, .attr = 0x%llx, .mode = 0%o, .access = %#llx, .dest = ",
		 kinds[step->kind], (unsigned long long)step->attr, (unsigned)step->mode,
		 (unsigned long long)step->access);
	c_text(out, step->dest + 1);
	switch (step->kind) {
	case STEP_SYMLINK:
		str_add(out, ", .source = ");
		c_text(out, step->data);
		break;
	case STEP_FILE:
		str_addf(out, ", .len = %zu, .data = ", step->len);
		c_bytes(out, step->data, step->len);
		break;
	case STEP_BIND:
		str_add(out, ", .source = ");
		c_text(out, step->source);
		strv_add(&places->binds, step->dest);
		break;
	case STEP_READONLY:
		break;
	default:
		floor_new(out, step);
	}
	str_add(out, "},\n");
	return 0;
}

static void floor_filters(struct str *out, const struct filter_programs *programs)
{
	for (size_t i = 0; i < programs->count; i++) {
		const struct sock_filter *code = programs->items[i].code;

		str_addf(out, "static const struct sock_filter code_%zu[] = {\n", i);
		for (size_t n = 0; n < programs->items[i].count; n++)
			str_addf(out, "\t{%#x, %u, %u, %#x},\n", code[n].code, code[n].jt,
				 code[n].jf, code[n].k);
		str_add(out, "};\n");
	}
	str_add(out, "static const struct sock_fprog filters[] = {\n");
	for (size_t i = 0; i < programs->count; i++)
		str_addf(out, "\t{%zu, (struct sock_filter *)code_%zu},\n",
			 programs->items[i].count, i);
	str_add(out, "\t{0, NULL},\n};\n");
}

static bool hides(const struct plan *plan)
{
	for (size_t i = 0; i < plan->nsteps; i++)
		if (plan->steps[i].kind == STEP_HIDE)
			return true;
	return false;
}

static int write_floor(const char *dir, const struct plan *plan, struct err **err)
{
	_cleanup_str_ struct str out = {0};
	struct places places = {0};
	int result = 0;

	if (!plan->ids.own_userns || plan->ids.nest || !plan->hostname ||
	    plan->exec.tty != TTY_INHERIT)
		return err_set(err, 0, "the floor knows only sbox's default namespaces");
	if (plan->landlock.net || plan->landlock.log)
		return err_set(err, 0, "the floor knows no ports and no log of Landlock's");
	str_addf(&out, "#define NAMESPACES %#lxUL\n", plan->namespaces | CLONE_NEWUSER);
	str_add(&out, "#define UID_MAP ");
	c_text(&out, plan->ids.maps.uid);
	str_add(&out, "\n#define GID_MAP ");
	c_text(&out, plan->ids.maps.gid);
	str_add(&out, "\n#define HOSTNAME ");
	c_text(&out, plan->hostname);
	str_add(&out, "\n#define WORKDIR ");
	c_text(&out, plan->exec.workdir);
	str_addf(&out, "\n#define LO_UP %d\n", plan->lo_up);
	str_addf(&out, "#define HIDES %d\n", hides(plan));
	str_addf(&out, "#define LANDLOCK_FS %#llxULL\n#define LANDLOCK_SCOPED %#llxULL\n",
		 (unsigned long long)plan->landlock.fs, (unsigned long long)plan->landlock.scoped);
	str_addf(&out, "#define LANDLOCK_FLAGS %#xU\n",
		 plan->landlock.abi < LANDLOCK_ABI_LOG
			 ? 0
			 : LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF |
				   LANDLOCK_RESTRICT_SELF_LOG_SUBDOMAINS_OFF);
	c_vector(&out, "argv", plan->exec.argv);
	c_vector(&out, "envp", plan->exec.envp);
	floor_filters(&out, &plan->programs);
	str_add(&out, "static const struct floor_step steps[] = {\n");
	for (size_t i = 0; i < plan->nsteps && result == 0; i++)
		result = floor_step(&out, &places, &plan->steps[i], err);
	str_add(&out, "};\n");
	strv_free(&places.made);
	strv_free(&places.binds);
	return result < 0 ? -1 : write_file(dir, "floor-plan.h", out.text, out.len, err);
}

/* -- bwrap -- */

/* A command line under construction, and the files that it gets as descriptors. */
struct command {
	struct strv opened;
	struct strv made; /* directories */
	struct strv words;
};

static void word(struct command *c, const char *text)
{
	strv_add(&c->words, text);
}

static void words2(struct command *c, const char *first, const char *second)
{
	word(c, first);
	word(c, second);
}

static void words3(struct command *c, const char *first, const char *second, const char *third)
{
	words2(c, first, second);
	word(c, third);
}

/* Adds the number of a descriptor as which DIR/NAME will be opened. */
static void descriptor(struct command *c, const char *dir, const char *name)
{
	size_t fd = FIRST_FD + c->opened.count;

	strv_take(&c->opened, xasprintf("%zu<%s/%s", fd, dir, name));
	strv_take(&c->words, xasprintf("%zu", fd));
}

static void permissions(struct command *c, mode_t mode)
{
	word(c, "--perms");
	strv_take(&c->words, xasprintf("%04o", (unsigned)mode));
}

/* What bubblewrap's --dev makes by itself. */
static bool made_by_dev(const struct step *step)
{
	return path_below(step->dest, "/dev") && step->kind != STEP_TMPFS &&
	       step->kind != STEP_READONLY && !str_starts(step->dest, "/dev/dri");
}

/* Without these, bubblewrap makes some directories on the way with a mode of 0700. */
static void bwrap_parents(struct command *c, const char *path)
{
	_cleanup_free_ char *parent = path_dir(path);

	if (streq(parent, "/") || path_below(parent, "/dev") || strv_contains(&c->made, parent))
		return;
	bwrap_parents(c, parent);
	strv_add(&c->made, parent);
	permissions(c, 0755);
	words2(c, "--dir", parent);
}

static int bwrap_file(struct command *c, const char *dir, const struct step *step, struct err **err)
{
	_cleanup_free_ char *name = xasprintf("data.%zu", c->opened.count);

	if (write_file(dir, name, step->data, step->len, err) < 0)
		return -1;
	permissions(c, step->mode);
	word(c, "--file");
	descriptor(c, dir, name);
	word(c, step->dest);
	return 0;
}

static int bwrap_step(struct command *c, const char *dir, const struct step *step, struct err **err)
{
	if (made_by_dev(step) || is_own_cover(step))
		return 0;
	bwrap_parents(c, step->dest);
	switch (step->kind) {
	case STEP_DIR:
		permissions(c, step->mode);
		words2(c, "--dir", step->dest);
		return 0;
	case STEP_SYMLINK:
		words3(c, "--symlink", step->data, step->dest);
		return 0;
	case STEP_FILE:
		return bwrap_file(c, dir, step, err);
	case STEP_BIND:
		words3(c,
		       step->attr & MOUNT_ATTR_RDONLY  ? "--ro-bind"
		       : step->attr & MOUNT_ATTR_NODEV ? "--bind"
						       : "--dev-bind",
		       step->source, step->dest);
		return 0;
	case STEP_TMPFS:
		if (streq(step->dest, "/dev")) {
			words2(c, "--dev", step->dest);
			return 0;
		}
		permissions(c, step->mode);
		if (step->size) {
			word(c, "--size");
			strv_take(&c->words, xasprintf("%llu", (unsigned long long)step->size));
		}
		words2(c, "--tmpfs", step->dest);
		return 0;
	case STEP_PROC:
		words2(c, "--proc", step->dest);
		return 0;
	case STEP_SYSFS:
		words3(c, "--ro-bind", "/sys", step->dest);
		return 0;
	case STEP_READONLY:
		if (!step->cover) {
			words2(c, "--remount-ro", step->dest);
			return 0;
		}
		break;
	default:
		break;
	}
	return unknown(step, "bubblewrap", err);
}

static int write_filters(const char *dir, const struct plan *plan, struct command *c,
			 struct err **err)
{
	for (size_t i = 0; i < plan->programs.count; i++) {
		const struct filter_program *program = &plan->programs.items[i];
		_cleanup_free_ char *name = xasprintf("filter.%zu", i);

		if (write_file(dir, name, program->code,
			       program->count * sizeof(struct sock_filter), err) < 0)
			return -1;
		word(c, "--add-seccomp-fd");
		descriptor(c, dir, name);
	}
	return 0;
}

static int build_bwrap(const char *dir, const struct plan *plan, struct command *c,
		       struct err **err)
{
	words3(c, BWRAP, "--unshare-all", "--die-with-parent");
	words2(c, "--hostname", plan->hostname);
	for (size_t i = 0; i < plan->nsteps; i++)
		if (bwrap_step(c, dir, &plan->steps[i], err) < 0)
			return -1;
	words2(c, "--remount-ro", "/");
	words2(c, "--chdir", plan->exec.workdir);
	if (write_filters(dir, plan, c, err) < 0)
		return -1;
	word(c, "--");
	for (char *const *arg = plan->exec.argv; *arg; arg++)
		word(c, *arg);
	return 0;
}

static void nul_terminated(struct str *out, const struct strv *words)
{
	for (size_t i = 0; i < words->count; i++)
		str_add_len(out, words->items[i], strlen(words->items[i]) + 1);
}

static int write_bwrap(const char *dir, const struct plan *plan, struct err **err)
{
	struct command c = {0};
	_cleanup_str_ struct str out = {0};
	int result = build_bwrap(dir, plan, &c, err);

	nul_terminated(&out, &c.opened);
	str_add_len(&out, "--", sizeof("--"));
	nul_terminated(&out, &c.words);
	strv_free(&c.opened);
	strv_free(&c.made);
	strv_free(&c.words);
	return result < 0 ? -1 : write_file(dir, "bwrap", out.text, out.len, err);
}

static int make(const char *dir, const char *const *argv, struct err **err)
{
	_cleanup_options_ struct options options;
	_cleanup_profile_ struct profile *profile = NULL;
	_cleanup_host_ struct host host = {0};
	_cleanup_plan_ struct plan *plan = NULL;
	int result;

	if (options_parse(argv, SCOPE_RUN, &options, err) < 0 ||
	    cmd_load_profile(&options, &profile, err) < 0 || host_collect(&host, err) < 0 ||
	    cmd_make_plan(&options, profile, &host, &plan, err) < 0)
		return -1;
	result = write_floor(dir, plan, err) < 0 || write_bwrap(dir, plan, err) < 0 ? -1 : 0;
	filter_programs_free(&plan->programs);
	return result;
}

int main(int argc, char **argv)
{
	_cleanup_err_ struct err *err = NULL;

	log_setup("bench-plan", LOG_LEVEL_WARNING);
	if (argc < 3) {
		fprintf(stderr, "usage: bench-plan DIR [OPTION]... [--] COMMAND [ARG]...\n");
		return EXIT_USAGE;
	}
	if (make(argv[1], (const char *const *)argv + 2, &err) < 0) {
		log_error("%s", err->text);
		return err->exit_code;
	}
	return 0;
}
