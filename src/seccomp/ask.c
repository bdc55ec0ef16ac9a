/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/ask.h"

#include <linux/seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"
#include "seccomp/verdict.h"

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Asks for the numbers, which are in rising order, and goes on to the end with all others. */
static void search(struct bpf *b, const uint32_t *numbers, size_t count)
{
	_cleanup_bpf_ struct bpf ask = {0}, pass = {0};
	struct bpf_range *ranges = NULL;
	size_t nranges = 0;

	bpf_return(&ask, SECCOMP_RET_USER_NOTIF);
	bpf_pass(&pass);
	*array_grow(&ranges, &nranges) = (struct bpf_range){0, &pass};
	for (size_t i = 0; i < count; i++) {
		struct bpf_range *last = &ranges[nranges - 1];

		if (i > 0 && numbers[i] == numbers[i - 1])
			continue;
		if (last->first == numbers[i])
			last->target = &ask;
		else
			*array_grow(&ranges, &nranges) = (struct bpf_range){numbers[i], &ask};
		*array_grow(&ranges, &nranges) = (struct bpf_range){numbers[i] + 1, &pass};
	}
	bpf_search(b, ranges, nranges);
	free(ranges);
}

/* What stands in front of the filter. */
static void prologue(struct bpf *b, const uint32_t *numbers, size_t count)
{
	_cleanup_bpf_ struct bpf native = {0};

	bpf_load_nr(&native);
	search(&native, numbers, count);
	bpf_load_arch(b);
	bpf_if_equal(b, AUDIT_ARCH_NATIVE, &native);
	bpf_land(b);
}

/* Whether the spec allows the call, whatever its arguments are. */
static bool always_allowed(const struct filter_spec *spec, const struct bindings *bindings, int nr)
{
	static const struct call_args unknown = {0};
	_cleanup_answer_ struct answer answer = {0};

	if (nr < 0)
		return false;
	answer_call(spec, bindings, ABI_NATIVE, (unsigned)nr, &unknown, &answer);
	return answer.nwhen == 0 && answer.verdict == SECCOMP_RET_ALLOW;
}

void filter_ask(const struct filter_spec *spec, const struct filter_programs *programs,
		const int *also, size_t count, bool *asked, struct filter_program *out)
{
	const struct filter_program *last = &programs->items[programs->count - 1];
	_cleanup_free_ uint32_t *numbers = NULL;
	struct bindings bindings;
	struct bpf b = {0};
	size_t n = 0;

	bindings_collect(spec, ABI_NATIVE, &bindings);
	for (size_t i = 0; i < count; i++) {
		asked[i] = always_allowed(spec, &bindings, also[i]);
		if (asked[i])
			*array_grow(&numbers, &n) = (uint32_t)also[i];
	}
	free(bindings.items);
	if (n > 0) {
		qsort(numbers, n, sizeof(*numbers), by_number);
		prologue(&b, numbers, n);
	}
	if (b.count + last->count > BPF_MAXINSNS) {
		bpf_free(&b);
		memset(asked, 0, count * sizeof(*asked));
	}
	bpf_append(&b, &(struct bpf){last->code, last->count});
	for (size_t i = 0; i < b.count; i++)
		if (b.code[i].code == (BPF_RET | BPF_K) &&
		    (b.code[i].k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO)
			b.code[i].k = SECCOMP_RET_USER_NOTIF;
	*out = (struct filter_program){b.code, b.count};
}
