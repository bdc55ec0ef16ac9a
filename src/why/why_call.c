/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "why/why_call.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "learn/learn_process.h"
#include "learn/learn_watch.h"
#include "sysname/names.h"

/* Arguments that are strings: those that aren't paths as well. */
static const struct {
	const char *name;
	unsigned strings; /* a set of 1 << argument */
} strings[] = {
	{"add_key", 3},       {"acct", 1},
	{"chroot", 1},        {"delete_module", 1},
	{"execve", 1},        {"execveat", 2},
	{"fsopen", 1},        {"keyctl", 0},
	{"memfd_create", 1},  {"mount", 7},
	{"mount_setattr", 2}, {"move_mount", 10},
	{"mq_open", 1},       {"name_to_handle_at", 2},
	{"open_tree", 2},     {"open_tree_attr", 2},
	{"pivot_root", 3},    {"quotactl", 2},
	{"request_key", 3},   {"sethostname", 1},
	{"setdomainname", 1}, {"swapoff", 1},
	{"swapon", 1},        {"symlink", 3},
	{"symlinkat", 5},     {"umount", 1},
	{"umount2", 1},       {"uselib", 1},
};

/* Arguments that have names. */
static const struct {
	const char *name;
	unsigned arg;
	const char *prefix; /* of the names; "" for any */
	bool set;           /* of flags */
} named[] = {
	{"clone", 0, "CLONE_", true},      {"ioctl", 1, "", false},
	{"personality", 0, "PER_", false}, {"prctl", 0, "PR_", false},
	{"setns", 1, "CLONE_", true},      {"socket", 0, "AF_", false},
	{"socketpair", 0, "AF_", false},   {"unshare", 0, "CLONE_", true},
};

static bool is_string(const char *name, unsigned arg)
{
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		if (streq(strings[i].name, name))
			return strings[i].strings >> arg & 1;
	return watcher_is_path(name, arg);
}

/* Quoted; what would end the quotes, or a line, is escaped. */
static void add_quoted(struct str *out, const char *text)
{
	enum { MOST = 200 };

	str_add(out, "\"");
	for (size_t i = 0; text[i]; i++) {
		if (i == MOST) {
			str_add(out, "...");
			break;
		}
		if (text[i] == '"' || text[i] == '\\')
			str_add(out, "\\");
		str_add_len(out, text + i, 1);
	}
	str_add(out, "\"");
}

/* The names of the bits that have one, and the rest as a number. */
static void add_flags(struct str *out, const char *prefix, uint32_t value)
{
	const char *between = "";

	for (unsigned bit = 0; bit < 32; bit++) {
		const char *name = constant_name(prefix, value & UINT32_C(1) << bit);

		if (!(value & UINT32_C(1) << bit) || !name)
			continue;
		str_addf(out, "%s%s", between, name);
		between = "|";
		value &= ~(UINT32_C(1) << bit);
	}
	if (value || !*between)
		str_addf(out, "%s%#x", between, value);
}

static void add_named(struct str *out, const char *name, unsigned arg, uint32_t value)
{
	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		const char *constant;

		if (named[i].arg != arg || !streq(named[i].name, name))
			continue;
		constant = constant_name(named[i].prefix, value);
		if (named[i].set)
			add_flags(out, named[i].prefix, value);
		else if (constant)
			str_add(out, constant);
		return;
	}
}

static void add_number(struct str *out, uint64_t value, char size)
{
	enum { SMALL = 1 << 16 };
	int64_t number = size == '8' ? (int64_t)value : (int32_t)value;

	/* No other type than that of modes has this size. */
	if (size == '2')
		str_addf(out, "%#o", (unsigned)(value & 0xffff));
	else if (number == AT_FDCWD && size != '8')
		str_add(out, "AT_FDCWD");
	else if (number > -SMALL && number < SMALL)
		str_addf(out, "%lld", (long long)number);
	else if (size == '8')
		str_add(out, "..."); /* an address, as a rule, which says nothing */
	else
		str_addf(out, "%#x", (unsigned)value);
}

static void add_argument(struct str *out, pid_t pid, const char *name, unsigned arg, char size,
			 uint64_t value)
{
	char text[256];
	size_t before = out->len;

	if (is_string(name, arg)) {
		memset(text, 0, sizeof(text));
		if (value == 0)
			str_add(out, "NULL");
		else if (process_string(pid, value, text, sizeof(text) - 1) || text[0])
			add_quoted(out, text);
	} else {
		add_named(out, name, arg, (uint32_t)value);
	}
	if (out->len == before)
		add_number(out, value, size);
}

char *why_call_text(pid_t pid, const struct seccomp_data *data, enum abi abi, unsigned nr)
{
	_cleanup_free_ char *name = syscall_name(abi, nr);
	const char *sizes = name ? syscall_arg_sizes(name) : NULL;
	size_t count = sizes ? strlen(sizes) : 0;
	struct str out = {0};

	if (!name)
		return xasprintf("system call %u of %s", nr, abi_name(abi));
	while (count > 1 && data->args[count - 1] == 0)
		count--;
	str_addf(&out, "%s(", name);
	for (unsigned arg = 0; arg < count; arg++) {
		str_add(&out, arg ? ", " : "");
		add_argument(&out, pid, name, arg, sizes[arg], data->args[arg]);
	}
	str_add(&out, sizes ? ")" : "...)");
	if (abi != ABI_NATIVE)
		str_addf(&out, " of %s", abi_name(abi));
	return str_steal(&out);
}

char *why_path_text(const char *call, const char *path)
{
	struct str out = {0};

	str_addf(&out, "%s(", call);
	add_quoted(&out, path);
	str_add(&out, ")");
	return str_steal(&out);
}

char *why_process_text(pid_t tid)
{
	char path[48], line[64], name[32] = "?";
	int pid = (int)tid;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	_cleanup_fclose_ FILE *status = fopen(path, "re");
	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "Tgid: %d", &pid) == 1)
			break;
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	_cleanup_fclose_ FILE *comm = fopen(path, "re");
	if (comm && fgets(name, sizeof(name), comm))
		name[strcspn(name, "\n")] = '\0';
	return xasprintf("%s[%d]", name, pid);
}
