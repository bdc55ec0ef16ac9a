/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the rules of an imported file are beside a profile's own. */
#include <criterion/criterion.h>
#include <errno.h>

#include "plan/build_filter.h"
#include "seccomp/verdict.h"
#include "unit/docker_filter.h"

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

Test(docker_rules, beside_the_profiles_lines)
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

Test(docker_rules, baseline_stays)
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

Test(docker_rules, entries_for_some_hosts)
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

Test(docker_rules, says_what_it_left_out)
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

Test(docker_rules, without_execve_nothing_starts)
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
Test(docker_rules, arch_line_decides_alone)
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
