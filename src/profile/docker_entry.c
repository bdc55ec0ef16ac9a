/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/num.h"
#include "profile/docker_json.h"
#include "sysname/syscall.h"

enum { ARGS = 6, NAME_LENGTH_MAX = 63 };

/* One member of "args". */
struct arg {
	struct compare compare;
	bool masked;
};

static const struct {
	const char *name;
	enum compare_op op;
	bool masked;
} ops[] = {
	{"SCMP_CMP_NE", COMPARE_NE, false},       {"SCMP_CMP_LT", COMPARE_LT, false},
	{"SCMP_CMP_LE", COMPARE_LE, false},       {"SCMP_CMP_EQ", COMPARE_EQ, false},
	{"SCMP_CMP_GE", COMPARE_GE, false},       {"SCMP_CMP_GT", COMPARE_GT, false},
	{"SCMP_CMP_MASKED_EQ", COMPARE_EQ, true},
};

static const char *next_op(void *cursor)
{
	size_t *at = cursor;

	return *at < ARRAY_SIZE(ops) ? ops[(*at)++].name : NULL;
}

static int read_op(const struct node *node, struct arg *arg)
{
	const char *text, *nearest;
	size_t cursor = 0;

	if (node_string(node, "op", &text) < 0)
		return -1;
	if (!text)
		return node_mistake(node, NULL, "op is missing");
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		if (!streq(text, ops[i].name))
			continue;
		arg->compare.op = ops[i].op;
		arg->masked = ops[i].masked;
		return 0;
	}
	nearest = str_nearest(text, next_op, &cursor);
	return nearest ? node_mistake(node, NULL, "unknown op \"%s\"; did you mean \"%s\"?", text,
				      nearest)
		       : node_mistake(node, NULL, "unknown op \"%s\"", text);
}

/*
 * Whether the kernel can see such a value in an argument of `bits` bits. Equal may also be what a
 * register holds of a negative number, sign-extended.
 */
static bool fits(const struct arg *arg, unsigned bits)
{
	uint64_t limit = bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;
	uint64_t high = arg->compare.mask & ~limit, value = arg->compare.value;
	bool equal = arg->compare.op == COMPARE_EQ || arg->compare.op == COMPARE_NE;

	if (!(value & ~limit))
		return true;
	return equal && (value & ~limit) == high && value & (limit ^ limit >> 1);
}

/* Whether each of the entry's calls has the argument, and room for the value. */
static int check_arg(const struct node *node, const struct strv *names, const struct arg *arg)
{
	unsigned index = arg->compare.arg;

	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->items[i], *sizes = syscall_arg_sizes(name);
		unsigned bits;

		if (!sizes)
			continue;
		if (index >= strlen(sizes))
			return node_mistake(node, NULL,
					    "%s has no argument %u, the first is 0 and it has %zu",
					    name, index, strlen(sizes));
		bits = 8 * (unsigned)(sizes[index] - '0');
		if (!fits(arg, bits))
			return node_mistake(node, NULL,
					    "%llu does not fit into argument %u of %s, which has "
					    "%u bits",
					    (unsigned long long)arg->compare.value, index, name,
					    bits);
	}
	return 0;
}

static int read_arg(const struct node *node, const struct strv *names, struct arg *arg)
{
	static const char *const keys[] = {"index", "value", "valueTwo", "op", NULL};
	uint64_t index, value, second;
	struct json_object *given;

	if (node_check_keys(node, keys) < 0 || read_op(node, arg) < 0 ||
	    node_get(node, "index", json_type_int, &given) < 0)
		return -1;
	if (!given)
		return node_mistake(node, NULL, "index is missing");
	if (node_number(node, "index", 0, &index) < 0 ||
	    node_number(node, "value", 0, &value) < 0 ||
	    node_number(node, "valueTwo", 0, &second) < 0)
		return -1;
	if (index >= ARGS)
		return node_mistake(node, given, "index %llu is not one of 0 to %d",
				    (unsigned long long)index, ARGS - 1);
	arg->compare.arg = (unsigned)index;
	/*
	 * SCMP_CMP_MASKED_EQ has the mask first, seccomp_rule_add(3), and libseccomp takes no
	 * notice of what the second value has beside it.
	 */
	arg->compare.mask = arg->masked ? value : UINT64_MAX;
	arg->compare.value = arg->masked ? second & value : value;
	return check_arg(node, names, arg);
}

/* An argument that is compared twice: then each comparison is a rule of its own, as in runc. */
static bool any_twice(const struct arg *args, size_t count)
{
	unsigned seen = 0;

	for (size_t i = 0; i < count; i++) {
		if (seen & 1u << args[i].compare.arg)
			return true;
		seen |= 1u << args[i].compare.arg;
	}
	return false;
}

/*
 * One rule whose comparisons must all hold, unless there are two on one argument: libseccomp takes
 * one comparison for each argument, and runc (matchCall() in libcontainer/seccomp) then adds every
 * comparison of the entry as a rule of its own, of which one has to hold.
 */
static void add_alternatives(struct docker_entry *entry, const struct arg *args, size_t count)
{
	bool each = any_twice(args, count);
	struct conjunction *c = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!c || each)
			c = array_grow(&entry->alternatives, &entry->nalternatives);
		*array_grow(&c->compares, &c->count) = args[i].compare;
	}
}

static int read_args(const struct node *node, struct docker_entry *entry)
{
	struct json_object *list;
	_cleanup_free_ struct arg *args = NULL;
	size_t count = 0;

	if (node_get(node, "args", json_type_array, &list) < 0)
		return -1;
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *value = json_object_array_get_idx(list, i);
		_cleanup_free_ char *what =
			xasprintf("%.*s.args[%zu]: ", (int)(strlen(node->what) - strlen(": ")),
				  node->what, i);
		struct node inner = {node->file, value, json_line(value), what, node->errors};

		if (!json_object_is_type(value, json_type_object))
			return node_mistake(node, value ? value : list,
					    "args[%zu] is not an object", i);
		if (read_arg(&inner, &entry->names, array_grow(&args, &count)) < 0)
			return -1;
	}
	add_alternatives(entry, args, count);
	return 0;
}

static bool is_made_of(const char *text, const char *prefix, const char *letters)
{
	return str_starts(text, prefix) && text[strlen(prefix)] &&
	       strspn(text + strlen(prefix), letters) == strlen(text) - strlen(prefix);
}

/* "4.8" */
static int read_kernel(const struct node *node, struct docker_condition *out)
{
	const char *text, *dot;
	int64_t major, minor;

	if (node_string(node, "minKernel", &text) < 0)
		return -1;
	if (!text)
		return 0;
	dot = strchr(text, '.');
	if (dot) {
		_cleanup_free_ char *first = xstrndup(text, (size_t)(dot - text));

		out->has_kernel = num_int(first, 0, 255, &major, NULL) == 0 &&
				  num_int(dot + 1, 0, 255, &minor, NULL) == 0;
	}
	if (!out->has_kernel)
		return node_mistake(node, NULL, "minKernel \"%s\" is not a version such as 4.8",
				    text);
	out->major = (unsigned)major;
	out->minor = (unsigned)minor;
	return 0;
}

static int read_condition(const struct node *outer, const char *key, struct docker_condition *out)
{
	static const char *const keys[] = {"caps", "arches", "minKernel", NULL};
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	_cleanup_free_ char *what =
		xasprintf("%.*s.%s: ", (int)(strlen(outer->what) - strlen(": ")), outer->what, key);
	struct node node = {outer->file, NULL, 0, what, outer->errors};

	if (node_get(outer, key, json_type_object, &node.object) < 0)
		return -1;
	if (!node.object)
		return 0;
	node.line = json_line(node.object);
	if (node_check_keys(&node, keys) < 0 || node_strings(&node, "caps", &out->caps) < 0 ||
	    node_strings(&node, "arches", &out->arches) < 0 || read_kernel(&node, out) < 0)
		return -1;
	for (size_t i = 0; i < out->caps.count; i++)
		if (!is_made_of(out->caps.items[i], "CAP_", letters))
			return node_mistake(&node, NULL, "\"%s\" is no capability, as CAP_CHOWN is",
					    out->caps.items[i]);
	return 0;
}

static int read_names(const struct node *node, struct docker_entry *entry)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789_";
	const char *name;

	if (node_string(node, "name", &name) < 0 || node_strings(node, "names", &entry->names) < 0)
		return -1;
	if (name && *name && entry->names.count)
		return node_mistake(node, NULL, "it has both name and names");
	if (name && *name)
		strv_add(&entry->names, name);
	if (!entry->names.count)
		return node_mistake(node, NULL, "it names no system call");
	for (size_t i = 0; i < entry->names.count; i++)
		if (!is_made_of(entry->names.items[i], "", letters) ||
		    strlen(entry->names.items[i]) > NAME_LENGTH_MAX)
			return node_mistake(node, NULL, "\"%.64s\" is no system call's name",
					    entry->names.items[i]);
	return 0;
}

int docker_read_entry(const struct node *node, struct docker_entry *entry)
{
	static const char *const keys[] = {"name", "names",   "action",   "errnoRet", "errno",
					   "args", "comment", "includes", "excludes", NULL};

	entry->loc = (struct loc){node->file, node->line};
	if (node_check_keys(node, keys) < 0 || read_names(node, entry) < 0 ||
	    node_action(node, "action", "errnoRet", "errno", &entry->action, &entry->errnum) < 0 ||
	    read_args(node, entry) < 0)
		return -1;
	if (read_condition(node, "includes", &entry->includes) < 0 ||
	    read_condition(node, "excludes", &entry->excludes) < 0)
		return -1;
	return 0;
}

void docker_entry_clear(struct docker_entry *entry)
{
	for (size_t i = 0; i < entry->nalternatives; i++)
		free(entry->alternatives[i].compares);
	free(entry->alternatives);
	strv_free(&entry->names);
	strv_free(&entry->includes.caps);
	strv_free(&entry->includes.arches);
	strv_free(&entry->excludes.caps);
	strv_free(&entry->excludes.arches);
}
