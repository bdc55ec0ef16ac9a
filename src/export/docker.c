/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "export/docker.h"

#include <errno.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/str.h"
#include "export/boxes.h"

/* A call of one name, which is the same on all ABIs that have it: the format has no other way. */
struct call_boxes {
	char *name;
	enum abi abi; /* the first of them */
	struct boxes boxes;
};

/* One entry of "syscalls": calls for which the same box holds. */
struct group {
	const struct box *box;
	struct json_object *names;
};

/* A runtime has one program for all, of at most 4096 instructions. */
enum { RULES_MAX = 600 };

struct writer {
	const struct filter_spec *spec;
	uint32_t fallback;
	struct bindings bindings[ABI_COUNT];
	struct call_boxes *calls;
	size_t ncalls;
	struct group *groups;
	size_t ngroups;
	size_t nrules; /* that have conditions */
	struct err **err;
};

static struct decision decide(const struct writer *w, enum abi abi, unsigned nr)
{
	const struct bindings *all = &w->bindings[abi];
	size_t first = 0, n = 0;

	while (first < all->count && all->items[first].nr != nr)
		first++;
	while (first + n < all->count && all->items[first + n].nr == nr)
		n++;
	return calls_decide(all->items + first, n, w->fallback);
}

static struct call_boxes *find_call(const struct writer *w, const char *name)
{
	for (size_t i = 0; i < w->ncalls; i++)
		if (streq(w->calls[i].name, name))
			return &w->calls[i];
	return NULL;
}

/*
 * libseccomp sees the lower half of what a 32-bit ABI has in its arguments: of x32's a part, and of
 * i386's all that there is, where a comparison with more never holds.
 */
static bool is_seen(const struct boxes *boxes, enum abi abi)
{
	for (size_t i = 0; i < boxes->count; i++) {
		for (unsigned arg = 0; arg < 6; arg++) {
			const struct cube *cube = &boxes->items[i].args[arg];

			if ((abi == ABI_X32 && cube->mask >> 32) ||
			    (abi == ABI_X86 && cube->value >> 32))
				return false;
		}
	}
	return true;
}

/* Takes the number's call in, or compares it with the call of that name of another ABI. */
static int take_number(struct writer *w, enum abi abi, unsigned nr)
{
	_cleanup_free_ char *name = syscall_name(abi, nr);
	struct decision d;
	struct call_boxes *call;
	struct boxes boxes;
	bool same;

	if (!name || syscall_number(name, abi) != (int)nr)
		return 0;
	d = decide(w, abi, nr);
	if (boxes_make(&d, w->fallback, &boxes) < 0)
		return err_set_code(w->err, EXIT_PROFILE, 0,
				    "the conditions on %s come to more than %d rules in Docker's "
				    "format, which has no overlapping ones",
				    name, BOXES_MAX);
	call = find_call(w, name);
	w->nrules += call || boxes_simple(&boxes) ? 0 : boxes.count;
	if (w->nrules > RULES_MAX) {
		free(boxes.items);
		return err_set_code(w->err, EXIT_PROFILE, 0,
				    "with the conditions on %s there are more than %d rules in "
				    "Docker's format, too many for one program",
				    name, RULES_MAX);
	}
	if (!call) {
		call = array_grow(&w->calls, &w->ncalls);
		*call = (struct call_boxes){steal_ptr(&name), abi, boxes};
		return 0;
	}
	same = boxes_equal(&call->boxes, &boxes) && is_seen(&boxes, abi);
	free(boxes.items);
	if (same)
		return 0;
	return err_set_code(w->err, EXIT_PROFILE, 0,
			    "%s has other rules on %s than on %s, which Docker's format can't say; "
			    "arch = native leaves that ABI out",
			    name, abi_name(abi), abi_name(call->abi));
}

static int take_calls(struct writer *w)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		if (!abi_let_in(w->spec, (enum abi)abi))
			continue;
		bindings_collect(w->spec, (enum abi)abi, &w->bindings[abi]);
		for (unsigned nr = 0; nr <= syscall_highest((enum abi)abi); nr++)
			if (take_number(w, (enum abi)abi, nr) < 0)
				return -1;
	}
	return 0;
}

/* The verdict for the part of socketcall(2) or ipc(2) that argument 0 selects; false when it
 * depends on other arguments. */
static bool part_verdict(const struct writer *w, const struct call_part *part, uint32_t *out)
{
	const struct call_boxes *whole = find_call(w, part->whole);

	*out = w->fallback;
	for (size_t i = 0; whole && i < whole->boxes.count; i++) {
		const struct box *box = &whole->boxes.items[i];

		for (unsigned arg = 1; arg < 6; arg++)
			if (box->args[arg].mask)
				return false;
		if ((part->select.compares->value & box->args[0].mask) == box->args[0].value)
			*out = box->verdict;
	}
	return true;
}

/*
 * On i386 libseccomp makes of each rule for a part one for socketcall(2) or ipc(2) as well, its
 * comparison of argument 0 replaced by the selection of the part, and the others as if the
 * arguments weren't in memory. That has to come to the same as what the filter says.
 */
static int check_parts(const struct writer *w)
{
	size_t count;
	const struct call_part *parts = call_parts(&count);

	for (size_t i = 0; w->spec->allow_x86 && i < count; i++) {
		const struct call_boxes *call = find_call(w, parts[i].name);
		uint32_t verdict;
		bool same = part_verdict(w, &parts[i], &verdict);

		for (size_t k = 0; call && k < call->boxes.count; k++)
			same = same && call->boxes.items[k].verdict == verdict;
		if (!same)
			return err_set_code(
				w->err, EXIT_PROFILE, 0,
				"%s is also a part of %s on x86, for which Docker's format can't "
				"say what the profile does; arch = native leaves that ABI out",
				parts[i].name, parts[i].whole);
	}
	return 0;
}

static bool same_box(const struct box *a, const struct box *b)
{
	return boxes_equal(&(struct boxes){(struct box *)(uintptr_t)a, 1},
			   &(struct boxes){(struct box *)(uintptr_t)b, 1});
}

static void add_to_group(struct writer *w, const struct box *box, const char *name)
{
	struct group *group = NULL;

	for (size_t i = 0; i < w->ngroups && !group; i++)
		if (same_box(w->groups[i].box, box))
			group = &w->groups[i];
	if (!group) {
		group = array_grow(&w->groups, &w->ngroups);
		*group = (struct group){box, json_object_new_array()};
	}
	json_object_array_add(group->names, json_object_new_string(name));
}

/* The calls whose arguments don't matter come first. */
static void make_groups(struct writer *w)
{
	for (int simple = 1; simple >= 0; simple--)
		for (size_t i = 0; i < w->ncalls; i++)
			for (size_t k = 0; k < w->calls[i].boxes.count; k++)
				if (boxes_simple(&w->calls[i].boxes) == simple)
					add_to_group(w, &w->calls[i].boxes.items[k],
						     w->calls[i].name);
}

/* The highest number of the ABI among the calls that have rules. */
static int newest(const struct writer *w, enum abi abi)
{
	int newest = -1;

	for (size_t i = 0; i < w->ncalls; i++) {
		int nr = syscall_number(w->calls[i].name, abi);

		if (w->calls[i].boxes.count && nr > newest)
			newest = nr;
	}
	return newest;
}

/*
 * runc answers ENOSYS to the numbers of an ABI above all that a file names, when the file denies by
 * default; so the calls that get the default there are named.
 */
static void name_newer(struct writer *w, struct box *box)
{
	int after[ABI_COUNT];

	*box = (struct box){.verdict = w->fallback};
	if (w->spec->default_action < ACTION_ERRNO)
		return;
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		after[abi] =
			abi_let_in(w->spec, (enum abi)abi) ? newest(w, (enum abi)abi) : INT_MAX;
	for (size_t i = 0; i < w->ncalls; i++) {
		const char *name = w->calls[i].name;
		bool above = false;

		for (unsigned abi = 0; abi < ABI_COUNT; abi++)
			above = above || syscall_number(name, (enum abi)abi) > after[abi];
		if (above && !w->calls[i].boxes.count)
			add_to_group(w, box, name);
	}
}

static void add_string(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

static void add_action(struct json_object *object, const char *key, const char *errno_key,
		       uint32_t verdict)
{
	switch (verdict & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
		add_string(object, key, "SCMP_ACT_ALLOW");
		break;
	case SECCOMP_RET_LOG:
		add_string(object, key, "SCMP_ACT_LOG");
		break;
	case SECCOMP_RET_ERRNO:
		add_string(object, key, "SCMP_ACT_ERRNO");
		json_object_object_add(object, errno_key,
				       json_object_new_int((int)(verdict & SECCOMP_RET_DATA)));
		break;
	default:
		add_string(object, key, "SCMP_ACT_KILL_PROCESS");
	}
}

/* SCMP_CMP_MASKED_EQ has the mask first. */
static void add_arg(struct json_object *args, unsigned index, const struct cube *cube)
{
	struct json_object *arg = json_object_new_object();
	bool whole = cube->mask == UINT64_MAX;

	json_object_object_add(arg, "index", json_object_new_int((int)index));
	json_object_object_add(arg, "value",
			       json_object_new_uint64(whole ? cube->value : cube->mask));
	if (!whole)
		json_object_object_add(arg, "valueTwo", json_object_new_uint64(cube->value));
	add_string(arg, "op", whole ? "SCMP_CMP_EQ" : "SCMP_CMP_MASKED_EQ");
	json_object_array_add(args, arg);
}

static struct json_object *group_json(const struct group *group)
{
	struct json_object *object = json_object_new_object();
	struct json_object *args = json_object_new_array();

	json_object_object_add(object, "names", json_object_get(group->names));
	add_action(object, "action", "errnoRet", group->box->verdict);
	for (unsigned arg = 0; arg < 6; arg++)
		if (group->box->args[arg].mask)
			add_arg(args, arg, &group->box->args[arg]);
	json_object_object_add(object, "args", args);
	return object;
}

static struct json_object *arch_json(const struct filter_spec *spec)
{
	static const char *const names[ABI_COUNT] = {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86",
						     "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64"};
	struct json_object *map = json_object_new_array(), *row = json_object_new_object();
	struct json_object *others = json_object_new_array();

	add_string(row, "architecture", names[ABI_NATIVE]);
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		if (abi != ABI_NATIVE && abi_let_in(spec, (enum abi)abi))
			json_object_array_add(others, json_object_new_string(names[abi]));
	json_object_object_add(row, "subArchitectures", others);
	json_object_array_add(map, row);
	return map;
}

static char *write_json(const struct writer *w)
{
	struct json_object *object = json_object_new_object(), *list = json_object_new_array();
	char *text;

	add_action(object, "defaultAction", "defaultErrnoRet", w->fallback);
	json_object_object_add(object, "archMap", arch_json(w->spec));
	for (size_t i = 0; i < w->ngroups; i++)
		json_object_array_add(list, group_json(&w->groups[i]));
	json_object_object_add(object, "syscalls", list);
	text = json_print(object);
	json_object_put(object);
	return text;
}

static void writer_free(struct writer *w)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		free(w->bindings[abi].items);
	for (size_t i = 0; i < w->ncalls; i++) {
		free(w->calls[i].name);
		free(w->calls[i].boxes.items);
	}
	free(w->calls);
	for (size_t i = 0; i < w->ngroups; i++)
		json_object_put(w->groups[i].names);
	free(w->groups);
}

char *filter_to_docker(const struct filter_spec *spec, struct err **err)
{
	__attribute__((cleanup(writer_free))) struct writer w = {
		.spec = spec,
		.fallback = action_verdict(spec->default_action, spec->default_errno),
		.err = err,
	};
	struct box rest;

	if (take_calls(&w) < 0 || check_parts(&w) < 0)
		return NULL;
	make_groups(&w);
	name_newer(&w, &rest);
	return write_json(&w);
}
