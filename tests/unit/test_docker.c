/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A file that sbox imports gives the verdicts that it gives under runc, for every number of every
 * ABI and for arguments around those that it speaks of.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <unistd.h>

#include "base/io.h"
#include "export/lines.h"
#include "unit/docker_filter.h"
#include "unit/runc.h"

#if defined(__x86_64__)

static const char podman_file[] = "/usr/share/containers/seccomp.json";

/* libseccomp looks at whole registers where the kernel takes less, and at half of x32's. */
static void cut_args(struct seccomp_data *data, enum abi abi, const char *name)
{
	const char *sizes = name ? syscall_arg_sizes(name) : NULL;

	for (unsigned i = 0; i < 6; i++) {
		if (sizes && i < strlen(sizes))
			data->args[i] &= bpf_arg_mask(sizes, i);
		if (abi == ABI_X86 || abi == ABI_X32)
			data->args[i] &= UINT32_MAX;
	}
}

/* One kind of kill is all that sbox has. */
static uint32_t plain(uint32_t verdict)
{
	return verdict == SECCOMP_RET_KILL_THREAD ? SECCOMP_RET_KILL_PROCESS : verdict;
}

/* The highest number that the file names, also by names that are too new for libseccomp. */
static int newest(const struct runc *r)
{
	int highest = 0;

	json_object_object_foreach(r->named, name, value)
	{
		int nr = syscall_number(name, ABI_X86_64);

		(void)value;
		highest = nr > highest ? nr : highest;
	}
	return highest;
}

/* What sbox says where it is to differ; `runc` is the other verdict. */
static uint32_t expected(const struct docker_filter *f, const struct runc *r, enum abi abi,
			 unsigned nr, const char *name, uint32_t runc)
{
	const uint32_t enosys = SECCOMP_RET_ERRNO | ENOSYS;
	bool let_in = abi_let_in(&f->spec, abi);
	int native = name ? syscall_number(name, ABI_X86_64) : -1;

	if (abi == ABI_AARCH64)
		return SECCOMP_RET_KILL_PROCESS;
	if (!let_in || !syscall_assigned(abi, nr))
		return enosys;
	/* Newer than all that the file names, by the native number alone. */
	if (name && !runc_names(r, name) && r->last[RUNC_X86_64] >= 0)
		return native > newest(r) ? enosys : plain(r->default_action);
	return plain(runc);
}

static void compare_number(const struct docker_filter *f, const struct runc *r,
			   const struct way *way, uint32_t nr, const struct bindings *bindings,
			   const char *what)
{
	_cleanup_free_ char *name = syscall_name(way->abi, nr);
	struct tuples t;

	/* Only sbox gives it a name, so runc has left the rules for it out. */
	if (name && seccomp_syscall_resolve_name(name) == __NR_SCMP_ERROR && runc_names(r, name))
		return;
	make_tuples(&t, bindings, nr);
	for (size_t i = 0; i < t.count; i++) {
		struct seccomp_data data = {.nr = (int)(nr | way->bit), .arch = way->arch};
		uint32_t have, want;

		memcpy(data.args, t.args[i], sizeof(data.args));
		cut_args(&data, way->abi, name);
		have = bpf_verdict(&f->programs, &data);
		/* Where libseccomp takes the first of two, sbox takes the most restrictive; and
		 * where it compares pointers for what they point to, sbox denies. */
		if (name &&
		    (runc_contradicts(r, name) || streq(name, "socketcall") ||
		     streq(name, "ipc")) &&
		    (int32_t)(have & SECCOMP_RET_ACTION_FULL) <
			    (int32_t)(runc_verdict(r, &data) & SECCOMP_RET_ACTION_FULL))
			continue;
		/* It goes with clone, whatever a file forgets: test_filter.c. */
		if (name && streq(name, "clone3") && !runc_names(r, name) &&
		    (have == (SECCOMP_RET_ERRNO | ENOSYS) || have == SECCOMP_RET_LOG))
			continue;
		want = expected(f, r, way->abi, nr, name, runc_verdict(r, &data));
		cr_assert_eq(have, want,
			     "%s: arch %x nr %u (%s) args %llx %llx %llx: 0x%x, not 0x%x", what,
			     way->arch, nr, name, (unsigned long long)data.args[0],
			     (unsigned long long)data.args[1], (unsigned long long)data.args[2],
			     have, want);
	}
}

static void compare(const struct docker_filter *f, const char *text, const char *what)
{
	_cleanup_runc_ struct runc r;

	runc_load(&r, text);
	for (size_t w = 0; w < ways_count; w++) {
		struct bindings bindings;

		bindings_collect(&f->spec, ways[w].abi, &bindings);
		for (uint32_t nr = 0; nr <= 600; nr++)
			compare_number(f, &r, &ways[w], nr, &bindings, what);
		for (size_t i = 0; i < wild_count; i++)
			compare_number(f, &r, &ways[w], wild[i], &bindings, what);
		free(bindings.items);
	}
}

static void same_verdicts(const struct docker_filter *a, const struct docker_filter *b,
			  const char *what)
{
	for (size_t w = 0; w < ways_count; w++) {
		struct bindings bindings;

		bindings_collect(&a->spec, ways[w].abi, &bindings);
		for (uint32_t nr = 0; nr <= 600; nr++) {
			struct tuples t;

			make_tuples(&t, &bindings, nr);
			for (size_t i = 0; i < t.count; i++) {
				struct seccomp_data data = {.nr = (int)(nr | ways[w].bit),
							    .arch = ways[w].arch};
				uint32_t x, y;

				memcpy(data.args, t.args[i], sizeof(data.args));
				x = bpf_verdict(&a->programs, &data);
				y = bpf_verdict(&b->programs, &data);
				cr_assert_eq(x, y, "%s: lines: arch %x nr %u: 0x%x, not 0x%x", what,
					     ways[w].arch, nr, y, x);
			}
		}
		free(bindings.items);
	}
}

/* Whether lines of a profile can say it; then they come to the same. */
static bool check_lines(const struct docker_filter *f, const char *what)
{
	_cleanup_docker_filter_ struct docker_filter again = {0};
	_cleanup_err_ struct err *err = NULL;
	_cleanup_free_ char *text = filter_to_lines(&f->spec, &err), *lines = NULL;

	if (!text) {
		cr_assert(err->exit_code == EXIT_PROFILE && strstr(err->text, "import = FILE"));
		return false;
	}
	lines = xasprintf("baseline = no\n%s", text);
	docker_filter_of_lines(&again, "", lines);
	same_verdicts(f, &again, what);
	return true;
}

/* Both ways; whether lines of a profile can say it. */
static bool check(const char *text, const char *what)
{
	_cleanup_docker_filter_ struct docker_filter f = {0};

	docker_filter_make(&f, text, "");
	compare(&f, text, what);
	return check_lines(&f, what);
}

Test(docker, podmans_default, .timeout = 120)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (access(podman_file, R_OK) < 0)
		cr_skip_test("there is no %s", podman_file);
	cr_assert_eq(io_read_file(AT_FDCWD, podman_file, 1 << 20, &text, &len, NULL), 0);
	cr_expect(check(text, podman_file));
}

/* What Docker's default profile keeps from an application without capabilities. */
static const char *const docker_blocks[] = {"_sysctl",
					    "acct",
					    "add_key",
					    "afs_syscall",
					    "bpf",
					    "chroot",
					    "clock_settime",
					    "clock_settime64",
					    "create_module",
					    "delete_module",
					    "fanotify_init",
					    "finit_module",
					    "fsconfig",
					    "fsmount",
					    "fsopen",
					    "fspick",
					    "get_kernel_syms",
					    "get_mempolicy",
					    "getpmsg",
					    "init_module",
					    "io_uring_enter",
					    "io_uring_register",
					    "io_uring_setup",
					    "ioperm",
					    "iopl",
					    "kcmp",
					    "kexec_file_load",
					    "kexec_load",
					    "keyctl",
					    "listns",
					    "lookup_dcookie",
					    "lsm_get_self_attr",
					    "lsm_set_self_attr",
					    "mbind",
					    "migrate_pages",
					    "mount",
					    "mount_setattr",
					    "move_mount",
					    "move_pages",
					    "nfsservctl",
					    "open_by_handle_at",
					    "open_tree",
					    "open_tree_attr",
					    "perf_event_open",
					    "pidfd_getfd",
					    "pivot_root",
					    "process_madvise",
					    "putpmsg",
					    "query_module",
					    "quotactl",
					    "quotactl_fd",
					    "reboot",
					    "request_key",
					    "security",
					    "set_mempolicy",
					    "set_mempolicy_home_node",
					    "setdomainname",
					    "sethostname",
					    "setns",
					    "settimeofday",
					    "stime",
					    "swapoff",
					    "swapon",
					    "sysfs",
					    "syslog",
					    "tuxcall",
					    "umount",
					    "umount2",
					    "unshare",
					    "uselib",
					    "userfaultfd",
					    "ustat",
					    "vhangup",
					    "vserver",
					    "clone",
					    "clone3",
					    "personality",
					    "socket",
					    "ptrace",
					    "process_vm_readv",
					    "process_vm_writev",
					    NULL};

static bool is_blocked(const char *name)
{
	for (const char *const *blocked = docker_blocks; *blocked; blocked++)
		if (streq(*blocked, name))
			return true;
	return false;
}

/* The names of all calls but these, of both x86 ABIs. */
static void add_allowed_names(struct str *out, unsigned highest)
{
	const char *comma = "";

	for (enum abi abi = ABI_X86_64; abi <= ABI_X86; abi++) {
		for (unsigned nr = 0; nr <= highest; nr++) {
			_cleanup_free_ char *name = syscall_name(abi, nr);

			if (!name || is_blocked(name) ||
			    (abi == ABI_X86 && syscall_number(name, ABI_X86_64) >= 0))
				continue;
			str_addf(out, "%s\"%s\"", comma, name);
			comma = ",";
		}
	}
}

/* A file of the shape of Docker's default one, whose newest call has the number `highest`. */
static char *docker_like(unsigned highest)
{
	struct str out = {0};

	str_add(&out, "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,\"archMap\":["
		      "{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":"
		      "[\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"]},"
		      "{\"architecture\":\"SCMP_ARCH_AARCH64\",\"subArchitectures\":"
		      "[\"SCMP_ARCH_ARM\"]}],\"syscalls\":[{\"names\":[");
	add_allowed_names(&out, highest);
	str_add(&out, "],\"action\":\"SCMP_ACT_ALLOW\"},"
		      "{\"names\":[\"ptrace\",\"process_vm_readv\",\"process_vm_writev\"],"
		      "\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"minKernel\":\"4.8\"}},"
		      "{\"names\":[\"pidfd_getfd\"],\"action\":\"SCMP_ACT_ALLOW\","
		      "\"includes\":{\"minKernel\":\"6.2\"}},"
		      "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
		      "{\"index\":0,\"value\":38,\"op\":\"SCMP_CMP_LT\"}]},"
		      "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
		      "{\"index\":0,\"value\":39,\"op\":\"SCMP_CMP_EQ\"}]},"
		      "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
		      "{\"index\":0,\"value\":40,\"op\":\"SCMP_CMP_GT\"}]}");
	for (const char *const *value =
		     (const char *const[]){"0", "8", "131072", "131080", "4294967295", NULL};
	     *value; value++)
		str_addf(&out,
			 ",{\"names\":[\"personality\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
			 "{\"index\":0,\"value\":%s,\"op\":\"SCMP_CMP_EQ\"}]}",
			 *value);
	str_add(&out,
		",{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
		"{\"index\":0,\"value\":2114060288,\"valueTwo\":0,"
		"\"op\":\"SCMP_CMP_MASKED_EQ\"}],\"excludes\":{\"caps\":[\"CAP_SYS_ADMIN\"],"
		"\"arches\":[\"s390\",\"s390x\"]}},"
		"{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
		"{\"index\":1,\"value\":2114060288,\"op\":\"SCMP_CMP_MASKED_EQ\"}],"
		"\"includes\":{\"arches\":[\"s390\",\"s390x\"]}},"
		"{\"names\":[\"clone3\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38,"
		"\"excludes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}},"
		"{\"names\":[\"mount\",\"setns\",\"unshare\",\"clone\",\"clone3\"],"
		"\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}},"
		"{\"names\":[\"breakpoint\",\"no_such_call\"],\"action\":\"SCMP_ACT_ALLOW\"}]}");
	return str_steal(&out);
}

Test(docker, one_like_dockers_default, .timeout = 120)
{
	static const unsigned highest[] = {439, 449, 471};

	for (size_t i = 0; i < ARRAY_SIZE(highest); i++) {
		_cleanup_free_ char *text = docker_like(highest[i]);

		cr_expect(check(text, "docker"));
	}
}

/* One condition of an entry. */
static void random_arg(struct str *s, uint32_t *state, const char *name)
{
	static const char *const ops[] = {"NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"};
	unsigned op = rng(state) % ARRAY_SIZE(ops);
	unsigned arg = rng(state) % strlen(syscall_arg_sizes(name));

	str_addf(s, "{\"index\":%u,\"value\":%u,\"valueTwo\":%u,\"op\":\"SCMP_CMP_%s\"}", arg,
		 1 + rng(state) % 8, rng(state) % 8, ops[op]);
}

/*
 * A file in which every call has one action, for where two overlap libseccomp doesn't take the most
 * restrictive; and one entry with several comparisons, or several with one: when the first holds of
 * two comparisons that are joined, libseccomp 2.5 may forget the other entries.
 */
static char *random_file(uint32_t *state)
{
	static const char *const actions[] = {"ALLOW", "LOG", "ERRNO", "KILL", "KILL_PROCESS"};
	static const char *const names[] = {"ioctl", "clone",  "prctl",       "madvise",
					    "chmod", "lseek",  "personality", "unshare",
					    "flock", "chown32"};
	struct str s = {0};

	str_addf(&s,
		 "{\"defaultAction\":\"SCMP_ACT_%s\",\"defaultErrnoRet\":5,\"architectures\":"
		 "[\"SCMP_ARCH_X86_64\"%s],\"syscalls\":[{\"names\":[\"execve\"],\"action\":"
		 "\"SCMP_ACT_ALLOW\"}",
		 actions[rng(state) % ARRAY_SIZE(actions)],
		 rng(state) % 2 ? ",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"" : "");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *sized = streq(names[i], "chown32") ? "chown" : names[i];
		unsigned action = rng(state) % ARRAY_SIZE(actions), entries = rng(state) % 4;

		for (unsigned k = 0; k < entries; k++) {
			unsigned nargs = entries == 1 ? rng(state) % 4 : 1;

			str_addf(&s,
				 ",{\"names\":[\"%s\"],\"action\":\"SCMP_ACT_%s\",\"errnoRet\":13,"
				 "\"args\":[",
				 names[i], actions[action]);
			for (unsigned a = 0; a < nargs; a++) {
				str_add(&s, a ? "," : "");
				random_arg(&s, state, sized);
			}
			str_add(&s, "]}");
		}
	}
	str_add(&s, "]}");
	return str_steal(&s);
}

Test(docker, generated_files, .timeout = 300)
{
	uint32_t state = 20261125;
	int said = 0;

	for (int round = 0; round < 40; round++) {
		_cleanup_free_ char *text = random_file(&state);
		_cleanup_free_ char *what = xasprintf("file %d", round);

		said += check(text, what);
	}
	cr_expect(said > 10, "lines could say %d", said);
}

#endif
