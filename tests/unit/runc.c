/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/runc.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <json-c/json.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "unit/bpf.h"

static const uint32_t scmp_arch[RUNC_ABIS] = {SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32};
static const char *const arch_name[RUNC_ABIS] = {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86",
						 "SCMP_ARCH_X32"};
enum { X32 = 0x40000000 };

static struct json_object *get(struct json_object *object, const char *key)
{
	return object ? json_object_object_get(object, key) : NULL;
}

static size_t length(struct json_object *list)
{
	return list ? json_object_array_length(list) : 0;
}

static const char *string_at(struct json_object *list, size_t i)
{
	return json_object_get_string(json_object_array_get_idx(list, i));
}

static bool lists(struct json_object *list, const char *text)
{
	for (size_t i = 0; i < length(list); i++)
		if (streq(string_at(list, i), text))
			return true;
	return false;
}

static bool kernel_reached(struct json_object *version)
{
	unsigned major = 0, minor = 0;

	sscanf(json_object_get_string(version), "%u.%u", &major, &minor);
	return major < 6 || (major == 6 && minor <= 1);
}

/* No capability is there. */
static bool applies(struct json_object *entry)
{
	struct json_object *in = get(entry, "includes"), *out = get(entry, "excludes");

	if (lists(get(out, "arches"), "amd64") ||
	    (get(out, "minKernel") && kernel_reached(get(out, "minKernel"))))
		return false;
	return !(length(get(in, "arches")) && !lists(get(in, "arches"), "amd64")) &&
	       !length(get(in, "caps")) &&
	       !(get(in, "minKernel") && !kernel_reached(get(in, "minKernel")));
}

static uint32_t action_of(struct json_object *object, const char *key, const char *errno_key)
{
	const char *name = json_object_get_string(get(object, key));
	int errnum = get(object, errno_key) ? json_object_get_int(get(object, errno_key)) : EPERM;

	if (streq(name, "SCMP_ACT_ALLOW"))
		return SCMP_ACT_ALLOW;
	if (streq(name, "SCMP_ACT_LOG"))
		return SCMP_ACT_LOG;
	if (streq(name, "SCMP_ACT_ERRNO"))
		return SCMP_ACT_ERRNO(errnum);
	if (streq(name, "SCMP_ACT_KILL_PROCESS"))
		return SCMP_ACT_KILL_PROCESS;
	cr_assert(streq(name, "SCMP_ACT_KILL") || streq(name, "SCMP_ACT_KILL_THREAD"), "%s", name);
	return SCMP_ACT_KILL_THREAD;
}

static struct scmp_arg_cmp condition(struct json_object *arg)
{
	static const char *const ops[] = {[SCMP_CMP_NE] = "NE",
					  [SCMP_CMP_LT] = "LT",
					  [SCMP_CMP_LE] = "LE",
					  [SCMP_CMP_EQ] = "EQ",
					  [SCMP_CMP_GE] = "GE",
					  [SCMP_CMP_GT] = "GT",
					  [SCMP_CMP_MASKED_EQ] = "MASKED_EQ"};
	const char *op = json_object_get_string(get(arg, "op"));
	struct scmp_arg_cmp cmp = {
		.arg = (unsigned)json_object_get_int(get(arg, "index")),
		.datum_a = json_object_get_uint64(get(arg, "value")),
		.datum_b = json_object_get_uint64(get(arg, "valueTwo")),
	};

	for (size_t i = SCMP_CMP_NE; i < ARRAY_SIZE(ops); i++)
		if (streq(op + strlen("SCMP_CMP_"), ops[i]))
			cmp.op = (enum scmp_compare)i;
	return cmp;
}

static void add(scmp_filter_ctx ctx, uint32_t action, int nr, const char *name, unsigned count,
		const struct scmp_arg_cmp *conditions)
{
	int rc = seccomp_rule_add_array(ctx, action, nr, count, conditions);

	cr_assert_eq(rc, 0, "%s with %u conditions: %s", name, count, strerror(-rc));
}

static void add_call(scmp_filter_ctx ctx, uint32_t action, const char *name,
		     struct json_object *args)
{
	struct scmp_arg_cmp conditions[12];
	unsigned counts[6] = {0}, count = (unsigned)length(args);
	int nr = seccomp_syscall_resolve_name(name);
	bool twice = false;

	if (nr == __NR_SCMP_ERROR)
		return;
	cr_assert(count <= 12);
	for (unsigned i = 0; i < count; i++) {
		conditions[i] = condition(json_object_array_get_idx(args, i));
		twice = twice || ++counts[conditions[i].arg] > 1;
	}
	if (!twice)
		add(ctx, action, nr, name, count, conditions);
	for (unsigned i = 0; i < count && twice; i++)
		add(ctx, action, nr, name, 1, &conditions[i]);
}

static struct json_object *names_of(struct json_object *entry)
{
	return get(entry, "names");
}

/* Notes the action; true stands for several. */
static void name_call(struct runc *r, const char *name, uint32_t action)
{
	struct json_object *before;

	if (!json_object_object_get_ex(r->named, name, &before))
		json_object_object_add(r->named, name, json_object_new_int64(action));
	else if (json_object_get_int64(before) != action)
		json_object_object_add(r->named, name, json_object_new_boolean(true));
}

static void add_rules(struct runc *r, scmp_filter_ctx ctx, struct json_object *object)
{
	struct json_object *entries = get(object, "syscalls");

	for (size_t i = 0; i < length(entries); i++) {
		struct json_object *entry = json_object_array_get_idx(entries, i);
		uint32_t action = action_of(entry, "action", "errnoRet");

		if (!applies(entry))
			continue;
		for (size_t k = 0; k < length(names_of(entry)); k++) {
			const char *name = string_at(names_of(entry), k);

			name_call(r, name, action);
			for (unsigned abi = 0; abi < RUNC_ABIS; abi++) {
				int nr = seccomp_syscall_resolve_name_arch(scmp_arch[abi], name);

				if (nr >= 0 && (nr & ~X32) > r->last[abi])
					r->last[abi] = nr & ~X32;
			}
			if (action != r->default_action)
				add_call(ctx, action, name, get(entry, "args"));
		}
	}
}

static void add_arches(struct runc *r, scmp_filter_ctx ctx, struct json_object *object)
{
	struct json_object *list = get(object, "architectures"), *map = get(object, "archMap");

	for (size_t i = 0; !list && i < length(map); i++) {
		struct json_object *row = json_object_array_get_idx(map, i);

		if (streq(json_object_get_string(get(row, "architecture")), arch_name[0])) {
			r->has[RUNC_X86_64] = true;
			list = get(row, "subArchitectures");
		}
	}
	for (unsigned abi = 0; abi < RUNC_ABIS; abi++)
		r->has[abi] = r->has[abi] || lists(list, arch_name[abi]);
	for (unsigned abi = RUNC_X86; abi < RUNC_ABIS; abi++)
		if (r->has[abi])
			cr_assert_eq(seccomp_arch_add(ctx, scmp_arch[abi]), 0);
}

static void export(scmp_filter_ctx ctx, struct filter_programs *out)
{
	_cleanup_close_ int fd = memfd_create("runc", MFD_CLOEXEC);
	struct stat st;

	cr_assert(fd >= 0 && seccomp_export_bpf(ctx, fd) == 0 && fstat(fd, &st) == 0);
	out->items[0].code = xmalloc((size_t)st.st_size);
	out->items[0].count = (size_t)st.st_size / sizeof(struct sock_filter);
	cr_assert_eq(pread(fd, out->items[0].code, (size_t)st.st_size, 0), st.st_size);
	out->count = 1;
}

void runc_load(struct runc *r, const char *text)
{
	struct json_object *object = json_tokener_parse(text);
	scmp_filter_ctx ctx;

	cr_assert(object, "%.200s", text);
	*r = (struct runc){.default_action = action_of(object, "defaultAction", "defaultErrnoRet"),
			   .named = json_object_new_object()};
	ctx = seccomp_init(r->default_action);
	cr_assert(ctx);
	add_arches(r, ctx, object);
	if (length(get(object, "syscalls")) > 32)
		seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	add_rules(r, ctx, object);
	export(ctx, &r->programs);
	seccomp_release(ctx);
	json_object_put(object);
	for (unsigned abi = 0; abi < RUNC_ABIS; abi++)
		if (!r->has[abi] || r->last[abi] == 0 || r->default_action == SCMP_ACT_ALLOW ||
		    r->default_action == SCMP_ACT_LOG ||
		    r->default_action == SCMP_ACT_ERRNO(ENOSYS))
			r->last[abi] = -1;
}

void runc_free(struct runc *r)
{
	free(r->programs.items[0].code);
	json_object_put(r->named);
}

uint32_t runc_verdict(const struct runc *r, const struct seccomp_data *data)
{
	bool x32 = data->arch == AUDIT_ARCH_X86_64 && data->nr & X32;
	enum runc_abi abi = x32 ? RUNC_X32 : data->arch == AUDIT_ARCH_I386 ? RUNC_X86 : RUNC_X86_64;
	unsigned nr = (unsigned)data->nr & ~(x32 ? X32 : 0u);

	if ((data->arch == AUDIT_ARCH_X86_64 || data->arch == AUDIT_ARCH_I386) &&
	    r->last[abi] >= 0 && nr > (unsigned)r->last[abi])
		return SECCOMP_RET_ERRNO | ENOSYS;
	return bpf_verdict(&r->programs, data);
}

bool runc_contradicts(const struct runc *r, const char *name)
{
	return json_object_is_type(get(r->named, name), json_type_boolean);
}

bool runc_names(const struct runc *r, const char *name)
{
	return json_object_object_get_ex(r->named, name, NULL);
}
