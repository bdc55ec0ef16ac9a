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
#include "plan/build_filter.h"
#include "seccomp/verdict.h"
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
	bool let_in = abi == ABI_X86_64 || (abi == ABI_X86 && f->spec.allow_x86) ||
		      (abi == ABI_X32 && f->spec.allow_x32);
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

static void check(const char *text, const char *what)
{
	_cleanup_docker_filter_ struct docker_filter f = {0};

	docker_filter_make(&f, text, "");
	compare(&f, text, what);
}

Test(docker, podmans_default, .timeout = 120)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (access(podman_file, R_OK) < 0)
		cr_skip_test("there is no %s", podman_file);
	cr_assert_eq(io_read_file(AT_FDCWD, podman_file, 1 << 20, &text, &len, NULL), 0);
	check(text, podman_file);
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

		check(text, "docker");
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

	for (int round = 0; round < 40; round++) {
		_cleanup_free_ char *text = random_file(&state);
		_cleanup_free_ char *what = xasprintf("file %d", round);

		check(text, what);
	}
}

#endif

/* The verdict for a call without arguments of interest. */
static uint32_t verdict(const struct docker_filter *f, const char *name)
{
	struct bindings bindings;
	_cleanup_answer_ struct answer answer = {0};

	bindings_collect(&f->spec, ABI_NATIVE, &bindings);
	answer_call(&f->spec, &bindings, ABI_NATIVE, (unsigned)syscall_number(name, ABI_NATIVE),
		    &(struct call_args){.known = 0x3f}, &answer);
	free(bindings.items);
	return answer.verdict;
}

#define EXECVE "{\"names\":[\"execve\",\"listns\"],\"action\":\"SCMP_ACT_ALLOW\"}"
#define FILE_OF(fallback, entries)                                                                 \
	"{\"defaultAction\":\"SCMP_ACT_" fallback "\",\"syscalls\":[" EXECVE entries "]}"

#define OLD_FILE(fallback)                                                                         \
	"{\"defaultAction\":\"SCMP_ACT_" fallback "\",\"syscalls\":["                              \
	"{\"names\":[\"execve\",\"openat2\"],\"action\":\"SCMP_ACT_ALLOW\"}]}"

Test(docker, beside_the_profiles_lines)
{
	static const struct {
		const char *text, *lines, *call;
		uint32_t verdict;
	} table[] = {
		/* The most restrictive default. */
		{FILE_OF("ERRNO", ""), "", "acct", SECCOMP_RET_ERRNO | EPERM},
		{FILE_OF("ERRNO", ""), "default = log", "acct", SECCOMP_RET_ERRNO | EPERM},
		{FILE_OF("ERRNO", ""), "default = errno:EIO", "acct", SECCOMP_RET_ERRNO | EIO},
		{FILE_OF("ERRNO", ""), "default = kill", "acct", SECCOMP_RET_KILL_PROCESS},
		{FILE_OF("KILL", ""), "default = errno", "acct", SECCOMP_RET_KILL_PROCESS},
		{FILE_OF("LOG", ""), "", "acct", SECCOMP_RET_LOG},
		{FILE_OF("ALLOW", ""), "default = errno", "acct", SECCOMP_RET_ERRNO | EPERM},
		/* Only a list of the profile's own implies calls. */
		{FILE_OF("ERRNO", ""), "", "getpid", SECCOMP_RET_ERRNO | EPERM},
		{FILE_OF("ERRNO", ""), "default = errno", "getpid", SECCOMP_RET_ALLOW},
		/* allow adds to a list and lifts no denial; exempt does. */
		{FILE_OF("ERRNO", ""), "allow = acct", "acct", SECCOMP_RET_ALLOW},
		{FILE_OF("ALLOW", ",{\"names\":[\"acct\"],\"action\":\"SCMP_ACT_ERRNO\"}"),
		 "allow = acct", "acct", SECCOMP_RET_ERRNO | EPERM},
		{FILE_OF("ALLOW", ",{\"names\":[\"acct\"],\"action\":\"SCMP_ACT_ERRNO\"}"),
		 "exempt = acct", "acct", SECCOMP_RET_ALLOW},
		{FILE_OF("ALLOW", ",{\"names\":[\"acct\"],\"action\":\"SCMP_ACT_ERRNO\"}"),
		 "deny = acct:EIO", "acct", SECCOMP_RET_ERRNO | EIO},
		{FILE_OF("ERRNO", ",{\"names\":[\"acct\"],\"action\":\"SCMP_ACT_ALLOW\"}"),
		 "deny = acct:EIO", "acct", SECCOMP_RET_ERRNO | EIO},
		/* What neither the file nor the profile knows of yet. */
		{OLD_FILE("ERRNO"), "", "mseal", SECCOMP_RET_ERRNO | ENOSYS},
		{OLD_FILE("ERRNO"), "", "openat2", SECCOMP_RET_ALLOW},
		{OLD_FILE("ERRNO"), "", "acct", SECCOMP_RET_ERRNO | EPERM},
		{OLD_FILE("ERRNO"), "allow = mseal", "mseal", SECCOMP_RET_ALLOW},
		{OLD_FILE("ERRNO"), "default = errno", "listns", SECCOMP_RET_ERRNO | EPERM},
		{OLD_FILE("KILL"), "", "mseal", SECCOMP_RET_ERRNO | ENOSYS},
		{OLD_FILE("KILL"), "default = kill", "listns", SECCOMP_RET_KILL_PROCESS},
		{OLD_FILE("LOG"), "", "mseal", SECCOMP_RET_LOG},
		{FILE_OF("ERRNO", ""), "", "mseal", SECCOMP_RET_ERRNO | EPERM},
		/* The rules of several files add up. */
		{FILE_OF("ERRNO", ""), "import = more.json", "acct", SECCOMP_RET_LOG},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_docker_filter_ struct docker_filter f = {0};

		docker_filter_make(&f, table[i].text, table[i].lines);
		cr_expect_eq(verdict(&f, table[i].call), table[i].verdict, "%s %s: 0x%x",
			     table[i].text, table[i].lines, verdict(&f, table[i].call));
	}
}

Test(docker, baseline_stays)
{
	_cleanup_docker_filter_ struct docker_filter f = {0};

	docker_filter_of_lines(
		&f,
		FILE_OF("ERRNO",
			",{\"names\":[\"ptrace\",\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}"),
		"import = t.json");
	cr_expect_eq(verdict(&f, "ptrace"), SECCOMP_RET_ERRNO | EPERM);
	cr_expect_eq(verdict(&f, "read"), SECCOMP_RET_ALLOW);
}

static int build_with(const struct docker_filter *f, const char *const *caps,
		      struct host_kernel kernel, struct filter_spec *spec, struct err **err)
{
	struct seccomp_keys keys = {.kernel = kernel, .caps = caps};

	profile_list(f->profile, KEY_SECCOMP_IMPORT, &keys.import.values, &keys.import.count);
	return seccomp_build_filter(f->plan->arena, &keys, spec, err);
}

static bool has_rule(const struct filter_spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->nrules; i++)
		if (streq(spec->rules[i].name, name))
			return true;
	return false;
}

Test(docker, entries_for_some_hosts)
{
	static const char text[] = FILE_OF(
		"ALLOW",
		",{\"names\":[\"acct\"],\"action\":\"SCMP_ACT_LOG\",\"includes\":{\"caps\":["
		"\"CAP_SYS_PACCT\",\"CAP_BPF\"]}},"
		"{\"names\":[\"bpf\"],\"action\":\"SCMP_ACT_LOG\",\"excludes\":{\"caps\":["
		"\"CAP_SYS_ADMIN\",\"CAP_BPF\"]}},"
		"{\"names\":[\"kcmp\"],\"action\":\"SCMP_ACT_LOG\",\"includes\":{\"minKernel\":"
		"\"5.10\"}},"
		"{\"names\":[\"iopl\"],\"action\":\"SCMP_ACT_LOG\",\"excludes\":{\"minKernel\":"
		"\"5.10\"}},"
		"{\"names\":[\"sync\"],\"action\":\"SCMP_ACT_LOG\",\"includes\":{\"arches\":["
		"\"amd64\",\"arm64\"]}},"
		"{\"names\":[\"read\"],\"action\":\"SCMP_ACT_LOG\",\"excludes\":{\"arches\":["
		"\"amd64\",\"arm64\"]}},"
		"{\"names\":[\"write\"],\"action\":\"SCMP_ACT_LOG\",\"includes\":{\"arches\":["
		"\"s390x\"]}}");
	static const char *const one[] = {"CAP_BPF", NULL};
	static const char *const both[] = {"CAP_BPF", "CAP_SYS_PACCT", NULL};
	static const struct {
		const char *const *caps;
		struct host_kernel kernel;
		const char *have[5], *lack[5];
	} table[] = {
		{NULL, {5, 10}, {"bpf", "kcmp", "sync"}, {"acct", "iopl", "read", "write"}},
		{NULL, {5, 9}, {"bpf", "iopl"}, {"acct", "kcmp"}},
		{NULL, {4, 19}, {"iopl"}, {"kcmp"}},
		{NULL, {6, 1}, {"kcmp"}, {"iopl"}},
		{one, {6, 1}, {"kcmp"}, {"acct", "bpf"}},
		{both, {6, 1}, {"acct"}, {"bpf"}},
	};
	_cleanup_docker_filter_ struct docker_filter f = {0};

	docker_filter_make(&f, text, "");
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct filter_spec spec;

		cr_assert_eq(build_with(&f, table[i].caps, table[i].kernel, &spec, NULL), 0);
		for (size_t k = 0; k < 5; k++) {
			if (table[i].have[k])
				cr_expect(has_rule(&spec, table[i].have[k]), "row %zu lacks %s", i,
					  table[i].have[k]);
			if (table[i].lack[k])
				cr_expect(!has_rule(&spec, table[i].lack[k]), "row %zu has %s", i,
					  table[i].lack[k]);
		}
	}
}

Test(docker, says_what_it_left_out)
{
	_cleanup_docker_filter_ struct docker_filter f = {0};

	docker_filter_make(&f,
			   FILE_OF("ALLOW",
				   ",{\"names\":[\"acct\",\"no_such\",\"nor_this\"],\"action\":"
				   "\"SCMP_ACT_LOG\"},{\"names\":[\"read\"],\"action\":"
				   "\"SCMP_ACT_LOG\",\"includes\":{\"caps\":[\"CAP_BPF\"]}}"),
			   "");
	cr_assert_eq(f.spec.nimports, 1u);
	cr_expect(f.spec.imports[0].nentries == 3 && f.spec.imports[0].nskipped == 1);
	cr_expect_str_eq(f.spec.imports[0].unknown, "no_such nor_this");
	cr_expect_eq(f.spec.imports[0].loc.line, 3u);
}

Test(docker, without_execve_nothing_starts)
{
	_cleanup_docker_filter_ struct docker_filter f = {0};
	_cleanup_err_ struct err *err = NULL;
	struct filter_spec spec;

	docker_filter_of_lines(&f, "{\"defaultAction\":\"SCMP_ACT_ERRNO\"}",
			       "allow = execve\nimport = t.json");
	cr_expect_eq(build_with(&f, NULL, (struct host_kernel){6, 1}, &spec, &err), -1);
	cr_expect(err && err->exit_code == EXIT_PROFILE &&
			  strstr(err->text, "/t.json:1: nothing allows execve"),
		  "%s", err ? err->text : "");
}

#if defined(__x86_64__)
Test(docker, arch_line_decides_alone)
{
	static const char text[] =
		"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86\"]}";
	static const struct {
		const char *lines;
		bool x86, x32;
	} table[] = {
		{"", true, false},
		{"arch = native", false, false},
		{"arch = x32", false, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_docker_filter_ struct docker_filter f = {0};

		docker_filter_make(&f, text, table[i].lines);
		cr_expect(f.spec.allow_x86 == table[i].x86 && f.spec.allow_x32 == table[i].x32,
			  "%s", table[i].lines);
	}
}
#endif
