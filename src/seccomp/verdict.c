/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/verdict.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>

#include "base/mem.h"

enum truth { NO, MAYBE, YES };

static enum truth condition_holds(const struct binding *b, const struct call_args *args)
{
	enum truth truth = YES;

	for (size_t i = 0; b->when && i < b->when->count; i++) {
		const struct compare c = binding_compare(b, i);

		if (!(args->known & 1u << c.arg))
			truth = MAYBE;
		else if (!compare_met(&c, args->values[c.arg]))
			return NO;
	}
	return truth;
}

void answer_call(const struct filter_spec *spec, const struct bindings *bindings, enum abi abi,
		 unsigned nr, const struct call_args *args, struct answer *out)
{
	uint32_t fallback = action_verdict(spec->default_action, spec->default_errno);
	size_t first = 0, n = 0;
	struct decision d;

	while (first < bindings->count && bindings->items[first].nr != nr)
		first++;
	while (first + n < bindings->count && bindings->items[first + n].nr == nr)
		n++;
	d = calls_decide(bindings->items + first, n, fallback);
	*out = (struct answer){.otherwise = d.otherwise, .verdict = d.verdict};
	if (d.count == 0 && d.verdict == fallback && !syscall_assigned(abi, nr)) {
		*out = (struct answer){.verdict = SECCOMP_RET_ERRNO | ENOSYS, .unassigned = true};
		return;
	}
	for (size_t i = 0; i < d.count; i++) {
		enum truth truth = condition_holds(&d.items[i], args);

		if (truth == YES) {
			out->otherwise = &d.items[i];
			out->verdict = binding_verdict(&d.items[i]);
			break;
		}
		if (truth == MAYBE)
			*array_grow(&out->when, &out->nwhen) = &d.items[i];
	}
	while (out->nwhen > 0 && binding_verdict(out->when[out->nwhen - 1]) == out->verdict)
		out->nwhen--;
}

void answer_free(struct answer *answer)
{
	free(answer->when);
}

char *binding_place(const struct filter_spec *spec, const struct binding *b)
{
	if (!b && !spec->default_loc.file)
		return xstrdup("default");
	if (!b)
		return xasprintf("default, %s", loc_text(&spec->default_loc));
	return xstrdup(b->rule->baseline ? "the baseline" : loc_text(&b->rule->loc));
}

char *binding_origin(const struct filter_spec *spec, const struct binding *b)
{
	_cleanup_free_ char *place = binding_place(spec, b);

	return b && b->rule->group ? xasprintf("%s (%s)", place, b->rule->group)
				   : steal_ptr(&place);
}
