/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/tuples.h"

#include <linux/audit.h>

#include "base/mem.h"

const struct way ways[] = {
	{AUDIT_ARCH_X86_64, 0, ABI_X86_64},
	{AUDIT_ARCH_I386, 0, ABI_X86},
	{AUDIT_ARCH_X86_64, X32_BIT, ABI_X32},
	{AUDIT_ARCH_AARCH64, 0, ABI_AARCH64},
};
const size_t ways_count = ARRAY_SIZE(ways);

const uint32_t wild[] = {601,        1000,       999999,     0x3fffffff,
			 0x40000257, 0x7fffffff, 0x80000000, UINT32_MAX};
const size_t wild_count = ARRAY_SIZE(wild);

static void add_tuple(struct tuples *t, unsigned arg, uint64_t value)
{
	if (t->count == TUPLES_MAX)
		return;
	for (unsigned i = 0; i < 6; i++)
		t->args[t->count][i] = i == arg ? value : value >> 1;
	t->count++;
}

void make_tuples(struct tuples *t, const struct bindings *bindings, unsigned nr)
{
	t->count = 0;
	add_tuple(t, 0, 0);
	add_tuple(t, 0, UINT64_MAX);
	add_tuple(t, 1, 0x100000002);
	for (size_t i = 0; i < bindings->count; i++) {
		const struct binding *b = &bindings->items[i];

		for (size_t k = 0; b->nr == nr && b->when && k < b->when->count; k++) {
			const struct compare *c = &b->when->compares[k];

			add_tuple(t, c->arg, c->value);
			add_tuple(t, c->arg, c->value - 1);
			add_tuple(t, c->arg, c->value + 1);
			add_tuple(t, c->arg, c->value | UINT64_C(1) << 32);
			add_tuple(t, c->arg, c->mask);
		}
	}
}
