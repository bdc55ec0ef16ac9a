/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <criterion/criterion.h>
#include <errno.h>

#include "profile/docker.h"
#include "unit/profile_dir.h"

#define ENTRY(members) "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{" members "}]}"
#define READ(members)  ENTRY("\"names\":[\"read\"],\"action\":\"SCMP_ACT_LOG\"" members)
#define ARG(members)   READ(",\"args\":[{" members "}]")
#define TOP(members)   "{\"defaultAction\":\"SCMP_ACT_ALLOW\"" members "}"

static const struct {
	const char *text;
	size_t len; /* 0: that of the text */
	const char *mistake;
} bad[] = {
	/* No JSON, or not as it should be. */
	{" \n\t", 0, "f: the file is empty"},
	{"{\n\"a\":\0 1}", 10, "f:2: a NUL byte"},
	{"{", 0, "f:1: the JSON text ends too early"},
	{"{}\n{}", 0, "f:2: there is more behind the JSON value"},
	{"{'a': 1}", 0, "f:1: a string stands in double quotes"},
	{"{\"a\": 'b'}", 0, "f:1: not JSON: unexpected character"},
	{"{\"a\": 1,}", 0, "f:1: not JSON: unexpected character"},
	{"{} // comment", 0, "f:1: there is more behind the JSON value"},
	{"\"\xff\"", 0, "f:1: not JSON: invalid utf-8 string"},
	{"[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 0, "f:1: values are nested more than 24 deep"},
	{"{\"defaultAction\":\"SCMP_ACT_KILL\",\n\"defaultAction\":\"SCMP_ACT_ALLOW\"}", 0,
	 "f:2: \"defaultAction\" stands twice in one object"},
	{"{\"default\\u0041ction\":\"SCMP_ACT_KILL\"}", 0, "f:1: a key with an escape in it"},
	{"[]", 0, "f:1: not a JSON object"},
	{"null\n", 0, "f: not a JSON object"},
	{"7\n", 0, "f:1: not a JSON object"},
	/* The top. */
	{"{}", 0, "f:1: defaultAction is missing"},
	{"{\"defaultAction\":null}", 0, "f:1: defaultAction is missing"},
	{"{\"defaultAction\":1}", 0, "f:1: defaultAction is not a string"},
	{"{\"defaultAction\":\"SCMP_ACT_ALOW\"}", 0,
	 "f:1: unknown defaultAction \"SCMP_ACT_ALOW\"; did you mean \"SCMP_ACT_ALLOW\"?"},
	{"{\"defaultAction\":\"deny\"}", 0, "f:1: unknown defaultAction \"deny\""},
	{"{\"defaultAction\":\"SCMP_ACT_KILL\\u0000\"}", 0,
	 "f:1: defaultAction has a NUL byte in it"},
	{"{\"defaultAction\":\"SCMP_ACT_NOTIFY\"}", 0,
	 "f:1: defaultAction SCMP_ACT_NOTIFY can't be kept: sbox has no supervisor to ask"},
	{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":0}", 0,
	 "f:1: defaultErrnoRet 0 can't be kept: the call would seem to have been done"},
	{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":-1}", 0,
	 "f:1: defaultErrnoRet is negative"},
	{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":4294967297}", 0,
	 "f:1: defaultErrnoRet 4294967297 is no errno"},
	{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrno\":\"EPRM\"}", 0,
	 "f:1: defaultErrno \"EPRM\" is no errno"},
	{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,\"defaultErrno\":"
	 "\"ENOSYS\"}",
	 0, "f:1: defaultErrno ENOSYS contradicts defaultErrnoRet 1, which is EPERM"},
	{TOP(",\n\"syscals\":[]"), 0, "f:2: unknown key \"syscals\"; did you mean \"syscalls\"?"},
	{TOP(",\"syscalls\":{}"), 0, "f:1: syscalls is not a list"},
	{TOP(",\"syscalls\":[\nnull]"), 0, "f:1: syscalls[0] is not an object"},
	{TOP(",\"architectures\":\"x\""), 0, "f:1: architectures is not a list"},
	{TOP(",\"architectures\":[\"amd64\"]"), 0,
	 "f:1: \"amd64\" is no architecture, as SCMP_ARCH_X86_64 is"},
	{TOP(",\"architectures\":[1]"), 0, "f:1: architectures[0] is not a string"},
	{TOP(",\"architectures\":[\"SCMP_ARCH_ARM\"],\"archMap\":[{}]"), 0,
	 "f:1: it has both architectures and archMap"},
	{TOP(",\"archMap\":[1]"), 0, "f:1: archMap[0] is not an object"},
	{TOP(",\"archMap\":[{}]"), 0, "f:1: archMap[0]: architecture is missing"},
	{TOP(",\"archMap\":[{\"architecture\":\"SCMP_ARCH_ARM\",\"sub\":[]}]"), 0,
	 "f:1: archMap[0]: unknown key \"sub\""},
	{TOP(",\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"]"), 0,
	 "f:1: the flag SECCOMP_FILTER_FLAG_LOG can't be kept"},
	{TOP(",\"listenerPath\":\"/run/agent\""), 0,
	 "f:1: listenerPath can't be kept: sbox has no supervisor to ask"},
	{"{\"ociVersion\":\"1.0.2\"}", 0, "f:1: an OCI configuration without linux.seccomp"},
	{"{\"linux\":[]}", 0, "f:1: linux is not an object"},
	{"{\"linux\":{\"seccomp\":1}}", 0, "f:1: linux: seccomp is not an object"},
	/* Entries. */
	{ENTRY("\"action\":\"SCMP_ACT_LOG\""), 0, "f:1: syscalls[0]: it names no system call"},
	{ENTRY("\"names\":[],\"action\":\"SCMP_ACT_LOG\""), 0,
	 "f:1: syscalls[0]: it names no system call"},
	{ENTRY("\"names\":[\"a\",\n2]"), 0, "f:2: syscalls[0]: names[1] is not a string"},
	{ENTRY("\"names\":[\"rm -rf\"]"), 0,
	 "f:1: syscalls[0]: \"rm -rf\" is no system call's name"},
	{ENTRY("\"names\":[\"\"]"), 0, "f:1: syscalls[0]: \"\" is no system call's name"},
	{ENTRY("\"name\":\"read\",\"names\":[\"write\"]"), 0,
	 "f:1: syscalls[0]: it has both name and names"},
	{ENTRY("\"names\":[\"read\"]"), 0, "f:1: syscalls[0]: action is missing"},
	{ENTRY("\"names\":[\"read\"],\n\"action\":\"SCMP_ACT_TRAP\""), 0,
	 "f:2: syscalls[0]: action SCMP_ACT_TRAP can't be kept: sbox sends no SIGSYS for a handler "
	 "to take"},
	{ENTRY("\"names\":[\"read\"],\"action\":\"SCMP_ACT_TRACE\""), 0,
	 "f:1: syscalls[0]: action SCMP_ACT_TRACE can't be kept: sbox has no tracer to ask"},
	{ENTRY("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":41"), 0,
	 "f:1: syscalls[0]: errnoRet 41 is no errno"},
	{ENTRY("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1.5"), 0,
	 "f:1: syscalls[0]: errnoRet is not a whole number"},
	{READ(",\"arg\":[]"), 0, "f:1: syscalls[0]: unknown key \"arg\"; did you mean \"args\"?"},
	{READ(",\"args\":{}"), 0, "f:1: syscalls[0]: args is not a list"},
	{READ(",\"args\":[[]]"), 0, "f:1: syscalls[0]: args[0] is not an object"},
	{READ(",\"includes\":[]"), 0, "f:1: syscalls[0]: includes is not an object"},
	{READ(",\"includes\":{\"cap\":[]}"), 0,
	 "f:1: syscalls[0].includes: unknown key \"cap\"; did you mean \"caps\"?"},
	{READ(",\"includes\":{\"caps\":[\"SYS_ADMIN\"]}"), 0,
	 "f:1: syscalls[0].includes: \"SYS_ADMIN\" is no capability, as CAP_CHOWN is"},
	{READ(",\"excludes\":{\"minKernel\":\"4\"}"), 0,
	 "f:1: syscalls[0].excludes: minKernel \"4\" is not a version such as 4.8"},
	{READ(",\"excludes\":{\"minKernel\":\"4.8.1\"}"), 0,
	 "f:1: syscalls[0].excludes: minKernel \"4.8.1\" is not a version such as 4.8"},
	{READ(",\"excludes\":{\"minKernel\":4.8}"), 0,
	 "f:1: syscalls[0].excludes: minKernel is not a string"},
	/* Arguments. */
	{ARG(""), 0, "f:1: syscalls[0].args[0]: op is missing"},
	{ARG("\"op\":\"SCMP_CMP_EQ\""), 0, "f:1: syscalls[0].args[0]: index is missing"},
	{ARG("\"index\":0,\"op\":\"EQ\""), 0, "f:1: syscalls[0].args[0]: unknown op \"EQ\""},
	{ARG("\"index\":0,\"op\":\"SCMP_CMP_EG\""), 0,
	 "f:1: syscalls[0].args[0]: unknown op \"SCMP_CMP_EG\"; did you mean \"SCMP_CMP_EQ\"?"},
	{ARG("\"index\":-1,\"op\":\"SCMP_CMP_EQ\""), 0,
	 "f:1: syscalls[0].args[0]: index is negative"},
	{ARG("\"index\":6,\"op\":\"SCMP_CMP_EQ\""), 0,
	 "f:1: syscalls[0].args[0]: index 6 is not one of 0 to 5"},
	{ARG("\"index\":3,\"op\":\"SCMP_CMP_EQ\""), 0,
	 "f:1: syscalls[0].args[0]: read has no argument 3, the first is 0 and it has 3"},
	{ARG("\"index\":1,\"value\":\"1\",\"op\":\"SCMP_CMP_EQ\""), 0,
	 "f:1: syscalls[0].args[0]: value is not a whole number"},
	{ARG("\"index\":1,\"value\":1e3,\"op\":\"SCMP_CMP_EQ\""), 0,
	 "f:1: syscalls[0].args[0]: value is not a whole number"},
	{ARG("\"index\":1,\"value\":-2,\"op\":\"SCMP_CMP_EQ\""), 0,
	 "f:1: syscalls[0].args[0]: value is negative"},
	{ARG("\"index\":1,\"value\":18446744073709551616,\"op\":\"SCMP_CMP_EQ\""), 0,
	 "f:1: the number 18446744073709551616 has more than 64 bits"},
	{ARG("\"index\":0,\"value\":4294967296,\"op\":\"SCMP_CMP_EQ\""), 0,
	 "f:1: syscalls[0].args[0]: 4294967296 does not fit into argument 0 of read, which has 32 "
	 "bits"},
	{ARG("\"index\":0,\"value\":18446744073709551615,\"op\":\"SCMP_CMP_LT\""), 0,
	 "f:1: syscalls[0].args[0]: 18446744073709551615 does not fit into argument 0 of read, "
	 "which has 32 bits"},
};

Test(docker, mistakes)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_strv_ struct strv errors = {0};
		size_t len = bad[i].len ? bad[i].len : strlen(bad[i].text);
		struct docker *docker = docker_parse("f", bad[i].text, len, &errors);

		cr_expect_null(docker, "%s", bad[i].text);
		docker_free(docker);
		cr_expect_eq(errors.count, 1u, "%s: %zu mistakes", bad[i].text, errors.count);
		if (errors.count)
			cr_expect_str_eq(errors.items[0], bad[i].mistake);
	}
}

Test(docker, all_mistakes_are_listed)
{
	static const char text[] = "{\"defaultAction\":\"SCMP_ACT_TRAP\",\n\"syscalls\":[\n"
				   "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_TRACE\"},\n"
				   "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_LOG\"},\n"
				   "{\"names\":[\"read\"]}]}";
	_cleanup_strv_ struct strv errors = {0};

	cr_expect_null(docker_parse("f", text, strlen(text), &errors));
	cr_assert_eq(errors.count, 3u);
	cr_expect(str_starts(errors.items[0], "f:1: defaultAction"));
	cr_expect(str_starts(errors.items[1], "f:3: syscalls[0]: action"));
	cr_expect(str_starts(errors.items[2], "f:5: syscalls[2]: action is missing"));
}

static struct docker *parse_ok(const char *text)
{
	_cleanup_strv_ struct strv errors = {0};
	struct docker *docker = docker_parse("f", text, strlen(text), &errors);

	cr_assert(docker, "%s: %s", text, errors.count ? errors.items[0] : "?");
	return docker;
}

Test(docker, entries)
{
	_cleanup_docker_ struct docker *docker = parse_ok(
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[\n"
		"{\"name\":\"old\",\"action\":\"SCMP_ACT_ALLOW\",\"args\":null},\n"
		"{\"names\":[\"a\",\"b\"],\"action\":\"SCMP_ACT_ERRNO\",\"errno\":\"ENOSYS\",\n"
		"\"errnoRet\":38,\"comment\":\"\",\"includes\":{\"caps\":[\"CAP_BPF\"],"
		"\"arches\":[\"amd64\"],\"minKernel\":\"5.10\"},\"excludes\":{}}]}");
	const struct docker_entry *entry;

	cr_assert_eq(docker->count, 2u);
	cr_expect(docker->default_action == ACTION_ERRNO && docker->default_errno == EPERM);
	cr_expect_eq(docker->default_loc.line, 1u);
	cr_expect_str_eq(docker->entries[0].names.items[0], "old");
	entry = &docker->entries[1];
	cr_expect(entry->loc.line == 3 && entry->names.count == 2);
	cr_expect(entry->action == ACTION_ERRNO && entry->errnum == ENOSYS);
	cr_expect(strv_contains(&entry->includes.caps, "CAP_BPF") && entry->includes.has_kernel &&
		  entry->includes.major == 5 && entry->includes.minor == 10);
	cr_expect(!entry->excludes.has_kernel && !entry->excludes.caps.count);
}

Test(docker, arguments)
{
	_cleanup_docker_ struct docker *docker = parse_ok(
		ENTRY("\"names\":[\"socket\"],\"action\":\"SCMP_ACT_LOG\",\"args\":["
		      "{\"index\":0,\"value\":255,\"valueTwo\":4099,\"op\":\"SCMP_CMP_MASKED_EQ\"},"
		      "{\"index\":2,\"value\":18446744073709551615,\"op\":\"SCMP_CMP_NE\"}]},"
		      "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_LOG\",\"args\":["
		      "{\"index\":1,\"value\":1,\"op\":\"SCMP_CMP_GE\"},"
		      "{\"index\":1,\"value\":5,\"op\":\"SCMP_CMP_LE\"},"
		      "{\"index\":0,\"value\":7,\"op\":\"SCMP_CMP_EQ\"}]"));
	const struct docker_entry *entry = &docker->entries[0];

	cr_assert_eq(entry->nalternatives, 1u);
	cr_assert_eq(entry->alternatives[0].count, 2u);
	cr_expect(entry->alternatives[0].compares[0].op == COMPARE_EQ &&
		  entry->alternatives[0].compares[0].mask == 255 &&
		  entry->alternatives[0].compares[0].value == 3);
	cr_expect(entry->alternatives[0].compares[1].op == COMPARE_NE);
	/* Of two comparisons of one argument, and of all beside them, one has to hold. */
	entry = &docker->entries[1];
	cr_assert_eq(entry->nalternatives, 3u);
	cr_expect_eq(entry->alternatives[2].count, 1u);
}

#if defined(__x86_64__)
Test(docker, architectures)
{
	static const struct {
		const char *text;
		bool x86, x32;
	} table[] = {
		{TOP(""), false, false},
		{TOP(",\"architectures\":[\"SCMP_ARCH_X32\",\"SCMP_ARCH_ARM\"]"), false, true},
		{TOP(",\"archMap\":[{\"architecture\":\"SCMP_ARCH_AARCH64\",\"subArchitectures\":"
		     "[\"SCMP_ARCH_X86\"]}]"),
		 false, false},
		{TOP(",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":"
		     "[\"SCMP_ARCH_X86\"]},{\"architecture\":\"SCMP_ARCH_X86_64\","
		     "\"subArchitectures\":[\"SCMP_ARCH_X32\"]},"
		     "{\"architecture\":\"SCMP_ARCH_RISCV64\",\"subArchitectures\":null}]"),
		 true, false},
		{"{\"ociVersion\":\"1.0.2\",\"process\":{},\"linux\":{\"seccomp\":" TOP(
			 ",\"architectures\":[\"SCMP_ARCH_X86\"],\"flags\":["
			 "\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\",\"SECCOMP_FILTER_FLAG_TSYNC\"],"
			 "\"listenerPath\":\"\"") "}}",
		 true, false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_docker_ struct docker *docker = parse_ok(table[i].text);

		cr_expect(docker->x86 == table[i].x86 && docker->x32 == table[i].x32, "%s",
			  table[i].text);
	}
}
#endif

Test(docker, a_profile_finds_its_file)
{
	_cleanup_profile_dir_ struct profile_dir dir;
	_cleanup_free_ char *path = NULL, *dump = NULL, *line = NULL;
	_cleanup_profile_ struct profile *profile = NULL;

	profile_dir_make(&dir);
	profile_dir_write(&dir, "sub/d.json", TOP(""));
	profile_dir_write(&dir, "sub/i.ini", "[seccomp]\nimport = ./d.json\n");
	profile = profile_dir_load_text(&dir, "[profile]\ninclude = ./sub/i.ini\n");
	cr_assert(profile, "%s", dir.errors.count ? dir.errors.items[0] : "?");
	path = profile_dir_path(&dir, "sub/d.json");
	cr_expect(strv_contains(profile_files(profile), path));
	profile_free(steal_ptr(&profile));
	profile = profile_dir_load(&dir, "",
				   &(struct profile_option){"-o", "seccomp", "import", path}, 1);
	cr_expect(strv_contains(profile_files(profile), path), "one of the command line");
	/* The merged profile has a path that leads there from anywhere. */
	line = xasprintf("[seccomp]\nimport = %s\n", path);
	dump = profile_dump(profile, false);
	cr_expect_str_eq(dump, line);
}

Test(docker, mistakes_name_the_profiles_line)
{
	_cleanup_profile_dir_ struct profile_dir dir;

	profile_dir_make(&dir);
	profile_dir_write(&dir, "d.json", "{\n\"syscalls\": 1}");
	cr_expect_null(profile_dir_load_text(&dir, "[seccomp]\nimport = d.json\n"));
	cr_expect(errors_have(&dir.errors, "/t.ini:2: [seccomp] import: ",
			      "/d.json:1: defaultAction is missing", NULL));
	cr_expect(errors_have(&dir.errors, "/t.ini:2: [seccomp] import: ",
			      "/d.json:2: syscalls is not a list", NULL));
	cr_expect_null(profile_dir_load_text(&dir, "[seccomp]\nimport = none.json\n"));
	cr_expect(
		errors_have(&dir.errors, "/t.ini:2: [seccomp] import: open ", "/none.json", NULL));
	cr_expect_null(profile_dir_load_text(&dir, "[seccomp]\nimport = ~/d.json\n"));
	cr_expect(errors_have(&dir.errors, "/t.ini:2: ", "variables don't expand here", NULL));
	cr_expect_null(profile_dir_load_text(&dir, "[seccomp]\nimport = /dev/null\n"));
	cr_expect(errors_have(&dir.errors, "/dev/null: not a regular file", NULL));
	cr_expect_null(profile_dir_load_text(&dir, "[seccomp]\nimport =\n"));
	cr_expect(errors_have(&dir.errors, "[seccomp] import can't be reset", NULL));
}
