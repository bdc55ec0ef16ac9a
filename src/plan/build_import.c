/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/build_import.h"

#include <errno.h>

#include "base/str.h"
#include "profile/docker.h"
#include "sysname/syscall.h"

static bool keeps(const struct seccomp_keys *keys, const char *cap)
{
	for (const char *const *kept = keys->caps; kept && *kept; kept++)
		if (streq(*kept, cap))
			return true;
	return false;
}

static bool is_kernel(const struct seccomp_keys *keys, const struct docker_condition *c)
{
	return keys->kernel.major != c->major ? keys->kernel.major > c->major
					      : keys->kernel.minor >= c->minor;
}

/*
 * Whether an entry is for this sandbox, as Docker decides it (setupSeccomp() in moby's
 * profiles/seccomp): `includes` asks for all capabilities, for one of the arches and for the
 * kernel, and any single one that holds of `excludes` is enough.
 */
static bool applies(const struct docker_entry *entry, const struct seccomp_keys *keys)
{
	const struct docker_condition *in = &entry->includes, *out = &entry->excludes;

	if (strv_contains(&out->arches, docker_native_arch) ||
	    (out->has_kernel && is_kernel(keys, out)) ||
	    (in->arches.count && !strv_contains(&in->arches, docker_native_arch)) ||
	    (in->has_kernel && !is_kernel(keys, in)))
		return false;
	for (size_t i = 0; i < out->caps.count; i++)
		if (keeps(keys, out->caps.items[i]))
			return false;
	for (size_t i = 0; i < in->caps.count; i++)
		if (!keeps(keys, in->caps.items[i]))
			return false;
	return true;
}

/* A name that nobody knows is left out, as runc does: its call has no number, and a number that
 * sbox doesn't know fails with ENOSYS. */
static void add_entry(struct arena *arena, const struct docker_entry *entry, struct rules *rules,
		      int *newest, struct str *unknown)
{
	const struct filter_rule like = {
		.action = entry->action,
		.errnum = entry->errnum,
		.reach = REACH_PARTS,
		.loc = entry->loc,
	};

	for (size_t i = 0; i < entry->names.count; i++) {
		const struct rule rule = {
			.name = entry->names.items[i],
			.alternatives = entry->alternatives,
			.nalternatives = entry->nalternatives,
		};
		int nr = syscall_number(rule.name, ABI_NATIVE);

		if (!syscall_known(rule.name)) {
			str_addf(unknown, "%s%s", unknown->len ? " " : "", rule.name);
			continue;
		}
		if (nr > *newest)
			*newest = nr;
		rules_add(arena, rules, &rule, &like);
	}
}

/* Among defaults that differ in their errno alone the profile's own goes first, then the last. */
static void merge_default(const struct docker *docker, struct imports *imports,
			  struct filter_spec *spec)
{
	if (docker->default_action < spec->default_action ||
	    (docker->default_action == spec->default_action && !imports->decide))
		return;
	spec->default_action = docker->default_action;
	spec->default_errno = docker->default_errno;
	spec->default_loc = docker->default_loc;
	imports->decide = true;
}

static void add_file(struct arena *arena, const struct seccomp_keys *keys,
		     const struct value *value, struct rules *rules, struct imports *imports)
{
	const struct docker *docker = value->import;
	struct filter_import *import = array_grow(&imports->items, &imports->count);
	_cleanup_str_ struct str unknown = {0};
	int newest = 0;

	*import = (struct filter_import){.file = docker->path,
					 .loc = value->loc,
					 .nentries = docker->count};
	for (size_t i = 0; i < docker->count; i++) {
		if (applies(&docker->entries[i], keys))
			add_entry(arena, &docker->entries[i], rules, &newest, &unknown);
		else
			import->nskipped++;
	}
	import->unknown = arena_strdup(arena, unknown.len ? unknown.text : "");
	imports->x86 = imports->x86 || docker->x86;
	imports->x32 = imports->x32 || docker->x32;
	if (docker->default_action < ACTION_ERRNO)
		return;
	if (newest > imports->newest)
		imports->newest = newest;
	imports->list = (struct loc){docker->path, 0};
}

void imports_add(struct arena *arena, const struct seccomp_keys *keys, struct rules *rules,
		 struct imports *imports, struct filter_spec *spec)
{
	for (size_t i = 0; i < keys->import.count; i++) {
		add_file(arena, keys, &keys->import.values[i], rules, imports);
		merge_default(keys->import.values[i].import, imports, spec);
	}
}

static bool has_rule(const struct rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->count; i++)
		if (streq(rules->items[i].name, name))
			return true;
	return false;
}

/*
 * An allow list can't name what didn't exist when it was made, and a program that gets EPERM for
 * such a call doesn't go back to an older one. So runc (its patchbpf) puts ENOSYS in front of a
 * filter that denies by default, for all numbers above the highest that the filter speaks of.
 */
void imports_add_newer(struct arena *arena, const struct imports *imports, struct rules *rules,
		       const struct filter_spec *spec)
{
	if (!imports->decide || imports->newest == 0 || spec->default_action < ACTION_ERRNO ||
	    (spec->default_action == ACTION_ERRNO && spec->default_errno == ENOSYS))
		return;
	for (unsigned nr = (unsigned)imports->newest + 1; nr <= syscall_highest(ABI_NATIVE); nr++) {
		char *name = syscall_name(ABI_NATIVE, nr);

		if (!name || has_rule(rules, name)) {
			free(name);
			continue;
		}
		*array_grow(&rules->items, &rules->count) = (struct filter_rule){
			.name = arena_take(arena, name),
			.action = ACTION_ERRNO,
			.errnum = ENOSYS,
			.reach = REACH_NAME,
			.loc = imports->list,
		};
	}
}
