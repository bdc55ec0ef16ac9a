/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/audit.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/str.h"
#include "seccomp/compile.h"
#include "sysname/syscall.h"
#include "unit/bpf.h"
#include "unit/filters.h"

static struct seccomp_data call(uint32_t arch, unsigned nr, uint64_t a0, uint64_t a1, uint64_t a2)
{
	return (struct seccomp_data){.nr = (int)nr, .arch = arch, .args = {a0, a1, a2}};
}

#define EXPECT_SAME(f, data, what)                                                                 \
	do {                                                                                       \
		uint32_t want_ = spec_verdict(&(f)->spec, data);                                   \
		uint32_t have_ = bpf_verdict(&(f)->programs, data);                                \
                                                                                                   \
		cr_assert_eq(have_, want_, "%s: arch %x nr %u (%llx, %llx, %llx): 0x%x, not 0x%x", \
			     what, (data)->arch, (unsigned)(data)->nr,                             \
			     (unsigned long long)(data)->args[0],                                  \
			     (unsigned long long)(data)->args[1],                                  \
			     (unsigned long long)(data)->args[2], have_, want_);                   \
	} while (0)

#if defined(__x86_64__)

static const uint32_t archs[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64,
				 AUDIT_ARCH_ARM, 0};

static const uint64_t values[] = {
	0,          1,         2, 16, 38, TIOCSTI, CLONE_NEWUSER, TIOCSTI | UINT64_C(1) << 32,
	UINT32_MAX, UINT64_MAX};

static void expect_number(const struct filter *f, uint32_t arch, unsigned nr, const char *what)
{
	for (size_t v = 0; v < ARRAY_SIZE(values); v += 4) {
		struct seccomp_data data = call(arch, nr, values[v], values[v + 1], 0);

		EXPECT_SAME(f, &data, what);
	}
}

/* Every number of every ABI, and all pairs of values for the calls whose arguments matter. */
static void expect_spec(const struct filter *f, const char *what)
{
	for (size_t a = 0; a < ARRAY_SIZE(archs); a++)
		for (unsigned nr = 0; nr <= 600; nr++) {
			expect_number(f, archs[a], nr, what);
			expect_number(f, archs[a], nr | X32_BIT, what);
		}
	for (size_t i = 0; i < f->spec.nrules; i++) {
		unsigned nr = (unsigned)syscall_number(f->spec.rules[i].name, ABI_X86_64);

		for (size_t v = 0; f->spec.rules[i].when && v < 100; v++) {
			struct seccomp_data data =
				call(AUDIT_ARCH_X86_64, nr, values[v / 10], values[v % 10], 0);

			EXPECT_SAME(f, &data, what);
		}
	}
}

Test(compile, shipped_specs_have_their_verdicts)
{
	static const char *const specs[] = {
		"baseline = yes",
		"baseline = yes\nnested = yes",
		"baseline = yes\narch = x86\narch = x32",
		"default = log",
		"default = log\nbaseline = yes",
		"default = errno:EACCES\nallow = @system-service\nbaseline = yes",
		"default = errno\nallow = @system-service\narch = x86\narch = x32",
		"default = kill\nallow = @basic-io ioctl(1 == {1, 2})",
		"baseline = yes\nlog = @network-io\nkill = @obsolete",
		"default = allow",
	};

	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		_cleanup_filter_ struct filter f = {0};

		filter_make(&f, specs[i]);
		expect_spec(&f, specs[i]);
	}
}

/* Two rules on one call, each of every kind, in both orders, under every default. */
Test(compile, every_pair_of_forms)
{
	static const char *const defaults[] = {"allow", "log", "errno:EIO", "kill"};
	static const char *const actions[] = {"allow", "log", "deny", "kill"};
	static const char *const forms[] = {
		"prctl",
		"prctl(0 == 5)",
		"prctl(0 == {4, 5})",
		"prctl(0 != 5)",
		"prctl(0 >= 3, 0 < 7)",
		"prctl(1 & 0xf0 != 0)",
		"prctl(1 > 0x1ffffffff)",
		"prctl(0 == 5, 1 <= 0x100000000)",
	};
	static const uint64_t a0[] = {0, 2, 3, 4, 5, 6, 7, 5 | UINT64_C(1) << 32, UINT64_MAX};
	static const uint64_t a1[] = {0,           0xf,         0x10,        0x100000000,
				      0x100000001, 0x1ffffffff, 0x200000000, UINT64_MAX};
	_cleanup_str_ struct str lines = {0};

	for (size_t d = 0; d < ARRAY_SIZE(defaults); d++)
		for (size_t n = 0; n < 16 * ARRAY_SIZE(forms) * ARRAY_SIZE(forms); n++) {
			_cleanup_filter_ struct filter f = {0};
			size_t x = n / 16 % ARRAY_SIZE(forms), y = n / 16 / ARRAY_SIZE(forms);

			str_free(&lines);
			str_addf(&lines, "default = %s\n%s = %s\n%s = %s", defaults[d],
				 actions[n % 4], forms[x], actions[n / 4 % 4], forms[y]);
			filter_make(&f, lines.text);
			for (size_t i = 0; i < ARRAY_SIZE(a0) * ARRAY_SIZE(a1); i++) {
				struct seccomp_data data =
					call(AUDIT_ARCH_X86_64, SYS_prctl, a0[i % ARRAY_SIZE(a0)],
					     a1[i / ARRAY_SIZE(a0)], 0);

				EXPECT_SAME(&f, &data, lines.text);
			}
		}
}

Test(compile, random_specs)
{
	uint32_t state = 20240607;

	for (int round = 0; round < 200; round++) {
		_cleanup_str_ struct str lines = {0};
		_cleanup_filter_ struct filter f = {0};

		random_spec(&lines, &state);
		filter_make(&f, lines.text);
		for (int i = 0; i < 1500; i++) {
			struct seccomp_data data = call(archs[rng(&state) % 3], 0, 0, 0, 0);
			bool wide = rng(&state) % 2;

			data.nr = (int)(rng(&state) % 600 | (rng(&state) % 4 ? 0 : X32_BIT));
			if (f.spec.nrules && rng(&state) % 4) {
				const char *name = f.spec.rules[rng(&state) % f.spec.nrules].name;
				enum abi abi = data.arch == AUDIT_ARCH_I386 ? ABI_X86 : ABI_X86_64;
				int nr = syscall_number(name, abi);

				data.nr = nr >= 0 ? nr : data.nr;
			}
			for (int a = 0; a < 6; a++)
				data.args[a] = rng(&state) % 9 |
					       (wide ? (uint64_t)(rng(&state) % 4) << 32 : 0);
			EXPECT_SAME(&f, &data, lines.text);
		}
	}
}

#endif

/* libseccomp as a second opinion where it can express the rules: it is told of the same denials of
 * whole calls, and must come to the same verdict for every number it knows. */
Test(compile, agrees_with_libseccomp_on_whole_calls)
{
	_cleanup_filter_ struct filter f = {0};
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EIO));
	int fd = memfd_create("filter", MFD_CLOEXEC);
	struct sock_filter *code = xreallocarray(NULL, BPF_MAXINSNS, sizeof(*code));
	ssize_t size;

	filter_make(&f, "default = errno:EIO\nallow = @system-service");
	for (size_t i = 0; i < f.spec.nrules; i++) {
		const struct filter_rule *rule = &f.spec.rules[i];

		cr_assert(!rule->when);
		if (syscall_in_libseccomp(rule->name))
			cr_assert_eq(seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
						      seccomp_syscall_resolve_name(rule->name), 0),
				     0, "%s", rule->name);
	}
	cr_assert_eq(seccomp_export_bpf(ctx, fd), 0);
	seccomp_release(ctx);
	size = pread(fd, code, BPF_MAXINSNS * sizeof(*code), 0);
	close(fd);
	cr_assert(size > 0);
	for (unsigned nr = 0; nr <= syscall_highest(ABI_NATIVE); nr++) {
		struct seccomp_data data = call(seccomp_arch_native(), nr, 1, 2, 3);
		char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)nr);

		if (name)
			cr_expect_eq(bpf_verdict(&f.programs, &data),
				     bpf_run(code, (size_t)size / sizeof(*code), &data), "%s",
				     name);
		free(name);
	}
	free(code);
}

/* A set of 250 values on each of eight calls, in two argument positions: more than one program can
 * hold. */
Test(compile, too_much_for_one_program_is_stacked)
{
	static const char *const names[] = {"ioctl",   "prctl",       "fcntl",
					    "socket",  "seccomp",     "kill",
					    "madvise", "getpriority", "setsockopt"};
	_cleanup_str_ struct str lines = {0};
	_cleanup_filter_ struct filter f = {0};

	str_add(&lines, "default = errno:EIO");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		str_addf(&lines, "\nallow = %s(0 == {", names[i]);
		for (int k = 0; k < 250; k++)
			str_addf(&lines, "%s%d", k ? "," : "", 2 * k);
		str_add(&lines, "})");
	}
	filter_make(&f, lines.text);
	cr_expect(f.programs.count > 1);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		for (unsigned k = 0; k < 520; k++) {
			struct seccomp_data data =
				call(seccomp_arch_native(),
				     (unsigned)syscall_number(names[i], ABI_NATIVE), k, 0, 0);
			bool allowed = k % 2 == 0 && k < 500;

			cr_expect_eq(bpf_verdict(&f.programs, &data),
				     allowed ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | EIO,
				     "%s(%u)", names[i], k);
		}
	}
	/* Only the last program may deny the installing of another. */
	for (size_t i = 0; i + 1 < f.programs.count; i++) {
		struct seccomp_data data = call(seccomp_arch_native(), SYS_seccomp, 1, 0, 0);

		cr_expect_eq(bpf_run(f.programs.items[i].code, f.programs.items[i].count, &data),
			     SECCOMP_RET_ALLOW);
	}
}

Test(compile, far_too_much_is_refused)
{
	_cleanup_str_ struct str lines = {0};
	_cleanup_err_ struct err *err = NULL;
	struct filter_programs programs;
	struct filter_spec spec;
	struct arena *arena = arena_new();

	for (int i = 0; i < 12; i++) {
		str_addf(&lines, "%sdeny = ioctl(2 == {", i ? "\n" : "");
		for (int k = 0; k < 250; k++)
			str_addf(&lines, "%s%d", k ? "," : "", 250 * i + k);
		str_add(&lines, "})");
	}
	cr_assert_eq(spec_build(arena, lines.text, &spec, NULL), 0);
	cr_expect_eq(filter_compile(&spec, &programs, &err), -1);
	cr_expect(err && strstr(err->text, "ioctl"), "%s", err ? err->text : "");
	cr_expect_eq(programs.count, 0);
	arena_free(arena);
}

/* What an application tries in order to get round a filter. */
Test(compile, detours_are_closed)
{
	_cleanup_filter_ struct filter f = {0};
	const uint32_t native = seccomp_arch_native();
	const uint32_t eperm = SECCOMP_RET_ERRNO | EPERM, enosys = SECCOMP_RET_ERRNO | ENOSYS;
	const uint32_t family = SECCOMP_RET_ERRNO | EAFNOSUPPORT;
	const struct {
		const char *what;
		unsigned nr;
		uint64_t a0, a1;
		uint32_t verdict;
	} table[] = {
		{"TIOCSTI", SYS_ioctl, 0, TIOCSTI, eperm},
		{"TIOCSTI with high bits", SYS_ioctl, 0, TIOCSTI | UINT64_C(1) << 32, eperm},
		{"TIOCLINUX with high bits", SYS_ioctl, 0, TIOCLINUX | UINT64_C(0xff) << 40, eperm},
		{"TCGETS", SYS_ioctl, 0, TCGETS, SECCOMP_RET_ALLOW},
		{"AF_UNSPEC", SYS_socket, 0, 2, SECCOMP_RET_ALLOW},
		{"AF_INET6", SYS_socket, AF_INET6, 2, SECCOMP_RET_ALLOW},
		{"AF_ALG", SYS_socket, AF_ALG, 2, family},
		{"AF_ALG with high bits", SYS_socket, AF_ALG | UINT64_C(1) << 32, 2, family},
		{"AF_UNIX with high bits", SYS_socket, AF_UNIX | UINT64_C(1) << 32, 2,
		 SECCOMP_RET_ALLOW},
		{"AF_VSOCK", SYS_socket, AF_VSOCK, 2, family},
		{"AF_TIPC pair", SYS_socketpair, AF_TIPC, 2, family},
		{"fork", SYS_clone, SIGCHLD, 0, SECCOMP_RET_ALLOW},
		{"thread", SYS_clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, 0,
		 SECCOMP_RET_ALLOW},
		{"user namespace", SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, eperm},
		{"clone3", SYS_clone3, 0, 0, enosys},
		{"unshare files", SYS_unshare, CLONE_FILES, 0, SECCOMP_RET_ALLOW},
		{"unshare user", SYS_unshare, CLONE_NEWUSER, 0, eperm},
		{"new mount API", SYS_open_tree, 0, 0, enosys},
		{"open_tree_attr", 467, 0, 0, enosys},
		{"statmount", 457, 0, 0, enosys},
		{"mseal", 462, 0, 0, SECCOMP_RET_ALLOW},
		{"the first unknown", syscall_highest(ABI_NATIVE) + 1, 0, 0, enosys},
		{"far above", 100000, 0, 0, enosys},
		{"the number -1", UINT32_MAX, 0, 0, enosys},
	};

	filter_make(&f, "baseline = yes");
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct seccomp_data data = call(native, table[i].nr, table[i].a0, table[i].a1, 0);

		cr_expect_eq(bpf_verdict(&f.programs, &data), table[i].verdict, "%s: 0x%x",
			     table[i].what, bpf_verdict(&f.programs, &data));
	}
}

#if defined(__x86_64__)
Test(compile, i386_is_no_way_round)
{
	_cleanup_filter_ struct filter f = {0};
	const uint32_t eperm = SECCOMP_RET_ERRNO | EPERM;
	const uint32_t family = SECCOMP_RET_ERRNO | EAFNOSUPPORT;
	const struct {
		const char *what;
		unsigned nr;
		uint64_t a0, a1;
		uint32_t verdict;
	} table[] = {
		{"socketcall socket", 102, 1, 0, family},
		{"socketcall socketpair", 102, 8, 0, family},
		{"socketcall connect", 102, 3, 0, eperm},
		{"socketcall bind", 102, 2, 0, SECCOMP_RET_ALLOW},
		{"socket AF_ALG", 359, AF_ALG, 0, family},
		{"socket AF_INET", 359, AF_INET, 0, SECCOMP_RET_ALLOW},
		{"ipc shmget", 117, 23, 0, eperm},
		{"ipc shmget, version 1", 117, 23 | 1 << 16, 0, eperm},
		{"ipc semget", 117, 2, 0, SECCOMP_RET_ALLOW},
		{"shmget", 395, 0, 0, eperm},
		{"chown", 182, 0, 0, eperm},
		{"chown32", 212, 0, 0, eperm},
		{"mmap2 with PROT_EXEC", 192, 0, 0, SECCOMP_RET_ALLOW},
		{"mmap, arguments unseen", 90, 0, 0, eperm},
		{"umount", 22, 0, 0, eperm},
		{"_llseek, which is lseek", 140, 0, 0, eperm},
		{"clock_settime64", 404, 0, 0, eperm},
		{"TIOCSTI", 54, 0, TIOCSTI, eperm},
		{"getdents64 is another call than getdents", 220, 0, 0, SECCOMP_RET_ALLOW},
		{"ftruncate64, the length in halves", 194, 0, 0, eperm},
		{"prctl, a number of 32 bits", 172, 0, 0xfffffffd, eperm},
		{"setuid of an id that is cut to 16 bits", 23, 0x10000, 0, eperm},
		{"setuid32 of another id", 213, 0x10000, 0, SECCOMP_RET_ALLOW},
		{"prctl, another number", 172, 0, 0xfffffffc, SECCOMP_RET_ALLOW},
	};

	filter_make(&f, "baseline = yes\narch = x86\n"
			"deny = ftruncate(1 > 4096) prctl(1 == -3) setuid(0 == 0)\n"
			"deny = connect shmget chown mmap(2 & PROT_EXEC != 0) getdents lseek");
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct seccomp_data data =
			call(AUDIT_ARCH_I386, table[i].nr, table[i].a0, table[i].a1, 0);

		cr_expect_eq(bpf_verdict(&f.programs, &data), table[i].verdict, "%s: 0x%x",
			     table[i].what, bpf_verdict(&f.programs, &data));
	}
}

Test(compile, i386_logs_nothing_unseen_into_an_allow_list)
{
	_cleanup_filter_ struct filter f = {0}, g = {0};
	const struct seccomp_data socketcall = call(AUDIT_ARCH_I386, 102, 1, 0, 0);
	const struct seccomp_data mmap = call(AUDIT_ARCH_I386, 90, 0, 0, 0);

	filter_make(&f, "default = errno\narch = x86\nlog = socket(0 == AF_UNIX)");
	cr_expect_eq(bpf_verdict(&f.programs, &socketcall), SECCOMP_RET_ERRNO | EPERM);
	filter_make(&g, "default = errno\narch = x86\nlog = mmap(2 == 1)");
	cr_expect_eq(bpf_verdict(&g.programs, &mmap), SECCOMP_RET_LOG, "@default lets it in");
}

Test(compile, x32_is_no_way_round)
{
	_cleanup_filter_ struct filter f = {0};
	const uint32_t eperm = SECCOMP_RET_ERRNO | EPERM;
	const struct {
		const char *what;
		unsigned nr;
		uint64_t a0, a2, a3;
		uint32_t verdict;
	} table[] = {
		{"ioctl", 514, 0, 5, 0, eperm},
		{"ioctl takes 32 bits", 514, 0, 0x100000005, 0, eperm},
		{"ptrace takes 32 bits", 521, 0x100000010, 0, 0, eperm},
		{"a number that it never sees", 514, 0, 0x200000006, 0, SECCOMP_RET_ALLOW},
		{"preadv's offset has 64 bits", 534, 0, 0, 0x100000007, SECCOMP_RET_ALLOW},
		{"preadv's offset", 534, 0, 0, 7, eperm},
		{"mprotect is the native one", 10, 0x100000008, 0, 0, SECCOMP_RET_ALLOW},
	};

	filter_make(&f, "arch = x32\ndeny = ioctl(2 == {5, 0x200000006}) ptrace(0 == 16) "
			"preadv(3 == 7) mprotect(0 == 8)");
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct seccomp_data data =
			call(AUDIT_ARCH_X86_64, table[i].nr | X32_BIT, table[i].a0, 0, table[i].a2);

		data.args[3] = table[i].a3;
		cr_expect_eq(bpf_verdict(&f.programs, &data), table[i].verdict, "%s: 0x%x",
			     table[i].what, bpf_verdict(&f.programs, &data));
	}
}
#endif
