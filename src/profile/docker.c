/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/docker.h"

#include "profile/docker_json.h"
#include "profile/internal.h"
#include "sysname/syscall.h"

#if defined(__x86_64__)
const char docker_native_arch[] = "amd64";
static const char native_scmp[] = "SCMP_ARCH_X86_64";
#elif defined(__aarch64__)
const char docker_native_arch[] = "arm64";
static const char native_scmp[] = "SCMP_ARCH_AARCH64";
#endif

/*
 * Which ABIs a list of architectures lets in. The native one is in every filter of libseccomp,
 * seccomp_init(3), and those of other machines can't be called. There are more names than any
 * libseccomp knows, so that one that isn't known is no mistake.
 */
static void let_in(struct docker *docker, const struct strv *arches)
{
	docker->x86 = docker->x86 || strv_contains(arches, "SCMP_ARCH_X86");
	docker->x32 = docker->x32 || strv_contains(arches, "SCMP_ARCH_X32");
}

static int check_arches(const struct node *node, struct json_object *at, const struct strv *arches)
{
	for (size_t i = 0; i < arches->count; i++)
		if (!str_starts(arches->items[i], "SCMP_ARCH_"))
			return node_mistake(node, at,
					    "\"%s\" is no architecture, as SCMP_ARCH_X86_64 is",
					    arches->items[i]);
	return 0;
}

/* One row of "archMap", which counts when it is about the native architecture. */
static int read_arch_row(const struct node *node, struct docker *docker, bool *found)
{
	static const char *const keys[] = {"architecture", "subArchitectures", NULL};
	_cleanup_strv_ struct strv arches = {0};
	const char *main_arch;

	if (node_check_keys(node, keys) < 0 || node_string(node, "architecture", &main_arch) < 0 ||
	    node_strings(node, "subArchitectures", &arches) < 0)
		return -1;
	if (!main_arch)
		return node_mistake(node, NULL, "architecture is missing");
	if (check_arches(node, NULL, &arches) < 0)
		return -1;
	/* Docker takes the first. */
	if (streq(main_arch, native_scmp) && !*found) {
		let_in(docker, &arches);
		*found = true;
	}
	return 0;
}

static int read_arches(const struct node *node, struct docker *docker)
{
	_cleanup_strv_ struct strv arches = {0};
	struct json_object *map;
	bool found = false;

	if (node_strings(node, "architectures", &arches) < 0 ||
	    node_get(node, "archMap", json_type_array, &map) < 0 ||
	    check_arches(node, NULL, &arches) < 0)
		return -1;
	if (arches.count && map && json_object_array_length(map))
		return node_mistake(node, map, "it has both architectures and archMap");
	let_in(docker, &arches);
	for (size_t i = 0; map && i < json_object_array_length(map); i++) {
		struct json_object *row = json_object_array_get_idx(map, i);
		_cleanup_free_ char *what = xasprintf("archMap[%zu]: ", i);
		struct node inner = {node->file, row, json_line(row), what, node->errors};

		if (!json_object_is_type(row, json_type_object))
			return node_mistake(node, row ? row : map, "archMap[%zu] is not an object",
					    i);
		if (read_arch_row(&inner, docker, &found) < 0)
			return -1;
	}
	return 0;
}

/* The flags that change no verdict; the first is in force for an application anyway. */
static int check_flags(const struct node *node)
{
	static const char *const harmless[] = {"SECCOMP_FILTER_FLAG_TSYNC",
					       "SECCOMP_FILTER_FLAG_SPEC_ALLOW"};
	_cleanup_strv_ struct strv flags = {0};
	struct json_object *at = NULL;
	const char *listener;

	if (node_strings(node, "flags", &flags) < 0 ||
	    node_string(node, "listenerPath", &listener) < 0)
		return -1;
	json_object_object_get_ex(node->object, "listenerPath", &at);
	if (listener && *listener)
		return node_mistake(node, at,
				    "listenerPath can't be kept: sbox has no supervisor to ask");
	for (size_t i = 0; i < flags.count; i++)
		if (!streq(flags.items[i], harmless[0]) && !streq(flags.items[i], harmless[1]))
			return node_mistake(node, NULL, "the flag %s can't be kept",
					    flags.items[i]);
	return 0;
}

static void read_entries(const struct node *node, struct docker *docker)
{
	struct json_object *list;

	if (node_get(node, "syscalls", json_type_array, &list) < 0)
		return;
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *value = json_object_array_get_idx(list, i);
		_cleanup_free_ char *what = xasprintf("syscalls[%zu]: ", i);
		struct node inner = {node->file, value, json_line(value), what, node->errors};

		if (json_object_is_type(value, json_type_object))
			docker_read_entry(&inner, array_grow(&docker->entries, &docker->count));
		else
			node_mistake(node, value ? value : list, "syscalls[%zu] is not an object",
				     i);
	}
}

/* The object that holds the rules: all of the text, or a bundle's linux.seccomp. */
static int find_seccomp(struct node *node)
{
	struct node linux_node = *node;
	struct json_object *object;

	if (!json_object_is_type(node->object, json_type_object))
		return node_mistake(node, NULL, "not a JSON object");
	if (!json_object_object_get_ex(node->object, "ociVersion", NULL) &&
	    !json_object_object_get_ex(node->object, "linux", NULL))
		return 0;
	if (node_get(node, "linux", json_type_object, &linux_node.object) < 0)
		return -1;
	linux_node.what = "linux: ";
	object = NULL;
	if (linux_node.object && node_get(&linux_node, "seccomp", json_type_object, &object) < 0)
		return -1;
	if (!object)
		return node_mistake(node, NULL, "an OCI configuration without linux.seccomp");
	node->object = object;
	node->line = json_line(object);
	return 0;
}

static void read_top(struct node *node, struct docker *docker)
{
	static const char *const keys[] = {"defaultAction",
					   "defaultErrnoRet",
					   "defaultErrno",
					   "archMap",
					   "architectures",
					   "syscalls",
					   "flags",
					   "listenerPath",
					   "comment",
					   "$schema",
					   NULL};
	struct json_object *at = NULL;

	if (find_seccomp(node) < 0 || node_check_keys(node, keys) < 0)
		return;
	/* Each of these says what is wrong with it. */
	node_action(node, "defaultAction", "defaultErrnoRet", "defaultErrno",
		    &docker->default_action, &docker->default_errno);
	json_object_object_get_ex(node->object, "defaultAction", &at);
	docker->default_loc = (struct loc){node->file, json_line(at)};
	read_arches(node, docker);
	check_flags(node);
	read_entries(node, docker);
}

struct docker *docker_parse(const char *path, const char *text, size_t len, struct strv *errors)
{
	_cleanup_docker_ struct docker *docker = xzalloc(sizeof(*docker));
	_cleanup_json_ struct json_object *object = NULL;
	_cleanup_err_ struct err *err = NULL;
	size_t before = errors->count;
	struct node node;

	docker->path = xstrdup(path);
	if (json_parse(docker->path, text, len, &object, &err) < 0) {
		strv_add(errors, err->text);
		return NULL;
	}
	node = (struct node){docker->path, object, json_line(object), "", errors};
	read_top(&node, docker);
	return errors->count == before ? steal_ptr(&docker) : NULL;
}

struct docker *docker_load(const char *path, struct strv *errors)
{
	_cleanup_err_ struct err *err = NULL;
	_cleanup_free_ char *data = NULL;
	struct stat st;
	bool missing;
	size_t len;

	if (source_read(path, &data, &len, &st, &missing, &err) < 0) {
		strv_add(errors, err->text);
		return NULL;
	}
	return docker_parse(path, data, len, errors);
}

void docker_free(struct docker *docker)
{
	if (!docker)
		return;
	for (size_t i = 0; i < docker->count; i++)
		docker_entry_clear(&docker->entries[i]);
	free(docker->entries);
	free(docker->path);
	free(docker);
}
