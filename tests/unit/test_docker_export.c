/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A filter that was written as a file of Docker's is the same when sbox imports that file, and when
 * runc loads it: for every number of every ABI, and arguments around those that the rules are
 * about.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <seccomp.h>

#include "export/boxes.h"
#include "export/docker.h"
#include "unit/docker_filter.h"
#include "unit/runc.h"

#if defined(__x86_64__)

/* libseccomp looks at the lower half of what x32 and i386 have. */
static void cut_args(struct seccomp_data *data, enum abi abi)
{
	for (unsigned i = 0; i < 6 && (abi == ABI_X86 || abi == ABI_X32); i++)
		data->args[i] &= UINT32_MAX;
}

static void compare_call(const struct docker_filter *f, const struct docker_filter *again,
			 const struct runc *r, const struct way *way, struct seccomp_data *data,
			 const char *what)
{
	unsigned nr = (unsigned)data->nr & ~way->bit;
	_cleanup_free_ char *name = syscall_name(way->abi, nr);
	bool let_in = abi_let_in(&f->spec, way->abi);
	uint32_t want = bpf_verdict(&f->programs, data), have, runc;

	have = bpf_verdict(&again->programs, data);
	/* What keeps clone3 with clone comes with an import, too. */
	if (!(name && streq(name, "clone3") && have == (SECCOMP_RET_ERRNO | ENOSYS) &&
	      want == SECCOMP_RET_ALLOW))
		cr_assert_eq(have, want,
			     "%s: imported: arch %x nr %u (%s) args %llx %llx: 0x%x, not 0x%x",
			     what, way->arch, nr, name, (unsigned long long)data->args[0],
			     (unsigned long long)data->args[1], have, want);
	cut_args(data, way->abi);
	want = bpf_verdict(&f->programs, data);
	runc = runc_verdict(r, data);
	if (way->abi == ABI_AARCH64 || !let_in) {
		/* syscall(-1) is let through for tracers. */
		if (data->nr != -1)
			cr_assert_eq(runc, SECCOMP_RET_KILL_THREAD);
		return;
	}
	/* Numbers without a name are the runtime's affair. */
	if (!name || seccomp_syscall_resolve_name(name) == __NR_SCMP_ERROR)
		return;
	cr_assert_eq(runc, want, "%s: runc: arch %x nr %u (%s) args %llx %llx %llx: 0x%x, not 0x%x",
		     what, way->arch, nr, name, (unsigned long long)data->args[0],
		     (unsigned long long)data->args[1], (unsigned long long)data->args[2], runc,
		     want);
}

static void compare(const struct docker_filter *f, const char *text, const char *what)
{
	_cleanup_docker_filter_ struct docker_filter again = {0};
	_cleanup_runc_ struct runc r;

	runc_load(&r, text);
	cr_assert(r.programs.items[0].count <= BPF_MAXINSNS, "%s: %zu instructions", what,
		  r.programs.items[0].count);
	docker_filter_make(&again, text, "");
	for (size_t w = 0; w < ways_count; w++) {
		struct bindings bindings;

		bindings_collect(&f->spec, ways[w].abi, &bindings);
		for (uint32_t i = 0; i <= 600 + wild_count; i++) {
			uint32_t nr = i <= 600 ? i : wild[i - 601];
			struct tuples t;

			make_tuples(&t, &bindings, nr);
			for (size_t k = 0; k < t.count; k++) {
				struct seccomp_data data = {.nr = (int)(nr | ways[w].bit),
							    .arch = ways[w].arch};

				memcpy(data.args, t.args[k], sizeof(data.args));
				compare_call(f, &again, &r, &ways[w], &data, what);
			}
		}
		free(bindings.items);
	}
}

/* Whether the format could say it. */
static bool check(const char *lines, const char *what)
{
	_cleanup_docker_filter_ struct docker_filter f = {0};
	_cleanup_err_ struct err *err = NULL;
	_cleanup_free_ char *text = NULL;

	docker_filter_of_lines(&f, "", lines);
	text = filter_to_docker(&f.spec, &err);
	if (!text) {
		cr_assert(err->exit_code == EXIT_PROFILE && strstr(err->text, "Docker's format"));
		return false;
	}
	compare(&f, text, what);
	return true;
}

Test(docker_export, of_every_shipped_profile, .timeout = 300)
{
	DIR *dir = opendir(TEST_SRCDIR "/profiles");
	unsigned count = 0;

	cr_assert(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		_cleanup_free_ char *lines = NULL;

		if (!str_ends(entry->d_name, ".ini"))
			continue;
		lines = xasprintf("[profile]\ninclude = " TEST_SRCDIR "/profiles/%s\n",
				  entry->d_name);
		cr_expect(check(lines, entry->d_name), "%s", entry->d_name);
		count++;
	}
	closedir(dir);
	cr_expect(count > 5, "%u profiles", count);
}

Test(docker_export, of_generated_profiles, .timeout = 300)
{
	uint32_t state = 20261126;
	unsigned said = 0, rounds = 150;

	for (unsigned round = 0; round < rounds; round++) {
		_cleanup_str_ struct str lines = {0};
		_cleanup_free_ char *what = xasprintf("profile %u", round);

		random_spec(&lines, &state);
		/* With few calls and x32, libseccomp 2.5.4 forgets to load the number. */
		str_add(&lines, "\nkill = acct reboot swapon swapoff");
		said += check(lines.text, what);
	}
	cr_expect(said > rounds / 4, "the format could say %u", said);
}

Test(docker_export, of_both_x86_abis)
{
	cr_expect(check("baseline = no\narch = x86 x32\ndefault = errno\n"
			"allow = @system-service\ndeny = chown:EIO chown32:EACCES mmap2",
			"unconditional"));
	cr_expect(check("baseline = no\narch = x86 x32\ndeny = chmod(1 == 3) ptrace socket:EIO",
			"conditional"));
	/* socketcall(2) can't look at the family, so it is denied whatever it is. */
	cr_expect(check("baseline = no\narch = x86\ndeny = socket(0 == {1, 2})", "socketcall"));
	/* What libseccomp would allow of socketcall(2). */
	cr_expect(!check("baseline = no\narch = x86\ndefault = errno\nallow = socket(0 == 1)", ""));
	/* i386 has the arguments of mmap(2) in memory. */
	cr_expect(!check("baseline = no\narch = x86\ndeny = mmap(2 == 7)", ""));
	/* libseccomp looks at half of x32's arguments, of which prot is one. */
	cr_expect(!check("baseline = no\narch = x32\ndeny = mmap(1 == 7)", ""));
	cr_expect(check("baseline = no\narch = x32\ndeny = mmap(2 == 7)", "x32"));
}

#endif

static struct boxes boxes_of(const char *lines, const char *name, int *status)
{
	_cleanup_filter_ struct filter f = {0};
	uint32_t fallback;
	struct bindings bindings;
	struct decision d;
	struct boxes boxes;
	size_t first = 0, n = 0;
	unsigned nr = (unsigned)syscall_number(name, ABI_NATIVE);

	filter_make(&f, lines);
	fallback = action_verdict(f.spec.default_action, f.spec.default_errno);
	bindings_collect(&f.spec, ABI_NATIVE, &bindings);
	while (first < bindings.count && bindings.items[first].nr != nr)
		first++;
	while (first + n < bindings.count && bindings.items[first + n].nr == nr)
		n++;
	d = calls_decide(bindings.items + first, n, fallback);
	*status = boxes_make(&d, fallback, &boxes);
	free(bindings.items);
	return boxes;
}

Test(docker_export, boxes_exclude_each_other)
{
	static const struct {
		const char *lines;
		int count; /* -1: too many */
	} table[] = {
		{"deny = ioctl", 1},
		{"deny = ioctl(1 == 5)", 1},
		{"deny = ioctl(1 == {5, 6})", 2},
		{"deny = ioctl(1 == 5)\nkill = ioctl(1 == 5)", 1},
		{"deny = ioctl(1 & 6 == 2)", 1},
		{"deny = ioctl(1 != 5)", 32},
		{"deny = ioctl(1 >= 4)", 30},
		{"deny = ioctl(1 < 8)", 1},
		{"deny = ioctl(1 == 5, 2 == 7)", 1},
		{"deny = ioctl(0 != 5, 1 != 5, 2 != 5)", -1},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		int status;
		struct boxes boxes = boxes_of(table[i].lines, "ioctl", &status);

		cr_expect_eq(status < 0 ? -1 : (int)boxes.count, table[i].count, "%s: %zu",
			     table[i].lines, boxes.count);
		for (size_t a = 0; a < boxes.count; a++) {
			for (size_t b = 0; b < a; b++) {
				const struct box *x = &boxes.items[a], *y = &boxes.items[b];
				bool apart = false;

				for (unsigned arg = 0; arg < 6; arg++)
					apart = apart ||
						x->args[arg].mask & y->args[arg].mask &
							(x->args[arg].value ^ y->args[arg].value);
				cr_expect(apart, "%s", table[i].lines);
			}
		}
		free(boxes.items);
	}
}
