/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "export/boxes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { ARGS = 6, NODES_MAX = 1 << 14 };

struct cubes {
	struct cube *items;
	size_t count;
};

static void cubes_free(struct cubes *cubes)
{
	free(cubes->items);
	*cubes = (struct cubes){0};
}
#define _cleanup_cubes_ __attribute__((cleanup(cubes_free)))

/* A condition in the tree: the comparisons of it that aren't decided yet, cut to what the kernel
 * sees of the arguments. */
struct clause {
	struct compare *compares;
	size_t count;
	uint32_t verdict;
};

struct tree {
	uint32_t fallback;
	struct boxes *out;
	struct box box; /* the way to the node in hand */
	unsigned nodes;
};

static void add_cube(struct cubes *cubes, uint64_t mask, uint64_t value)
{
	*array_grow(&cubes->items, &cubes->count) = (struct cube){mask, value};
}

/*
 * Adds where (v & m) is below (or above) a value: for each bit in which they may differ first, all
 * higher bits are the same. A bit out of the mask is 0 on the left side.
 */
static void add_unequal(struct cubes *cubes, uint64_t m, uint64_t value, bool below)
{
	uint64_t mask = 0;

	for (int i = 63; i >= 0; i--) {
		uint64_t bit = UINT64_C(1) << i;
		bool set = value & bit;

		if (!(m & bit) && set) {
			if (below)
				add_cube(cubes, mask, value & mask);
			return;
		}
		if (m & bit && set == below)
			add_cube(cubes, mask | bit, (value & mask) | (below ? 0 : bit));
		mask |= m & bit;
	}
}

/* Where the comparison holds, as cubes that exclude each other. */
static void add_holds(struct cubes *cubes, const struct compare *c, enum compare_op op)
{
	switch (op) {
	case COMPARE_EQ:
		if (!(c->value & ~c->mask))
			add_cube(cubes, c->mask, c->value);
		return;
	case COMPARE_NE:
		add_unequal(cubes, c->mask, c->value, true);
		add_unequal(cubes, c->mask, c->value, false);
		return;
	case COMPARE_LT:
		add_unequal(cubes, c->mask, c->value, true);
		return;
	case COMPARE_GT:
		add_unequal(cubes, c->mask, c->value, false);
		return;
	case COMPARE_LE:
		if (c->value == UINT64_MAX)
			add_cube(cubes, 0, 0);
		else
			add_unequal(cubes, c->mask, c->value + 1, true);
		return;
	case COMPARE_GE:
		if (c->value == 0)
			add_cube(cubes, 0, 0);
		else
			add_unequal(cubes, c->mask, c->value - 1, false);
		return;
	}
}

static enum compare_op opposite(enum compare_op op)
{
	static const enum compare_op table[] = {
		[COMPARE_EQ] = COMPARE_NE, [COMPARE_NE] = COMPARE_EQ, [COMPARE_LT] = COMPARE_GE,
		[COMPARE_LE] = COMPARE_GT, [COMPARE_GT] = COMPARE_LE, [COMPARE_GE] = COMPARE_LT,
	};

	return table[op];
}

/* Cuts each cube into the parts in which the comparison holds, and those in which it doesn't. */
static void refine(struct cubes *cubes, const struct compare *c)
{
	_cleanup_cubes_ struct cubes parts = {0};
	struct cubes out = {0};

	add_holds(&parts, c, c->op);
	add_holds(&parts, c, opposite(c->op));
	for (size_t i = 0; i < cubes->count; i++) {
		for (size_t k = 0; k < parts.count; k++) {
			const struct cube *a = &cubes->items[i], *b = &parts.items[k];

			if (!(a->mask & b->mask & (a->value ^ b->value)))
				add_cube(&out, a->mask | b->mask, a->value | b->value);
		}
	}
	cubes_free(cubes);
	*cubes = out;
}

/* The lowest argument that a clause compares. */
static unsigned lowest_arg(const struct clause *clauses, size_t count)
{
	unsigned lowest = ARGS;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < clauses[i].count; k++)
			if (clauses[i].compares[k].arg < lowest)
				lowest = clauses[i].compares[k].arg;
	return lowest;
}

/* What is left of a clause when argument `arg` has the value; false when it can't hold. */
static bool decide(const struct clause *clause, unsigned arg, uint64_t value, struct clause *left)
{
	*left = (struct clause){.verdict = clause->verdict};
	for (size_t i = 0; i < clause->count; i++) {
		const struct compare *c = &clause->compares[i];

		if (c->arg != arg) {
			*array_grow(&left->compares, &left->count) = *c;
		} else if (!compare_met(c, value)) {
			free(left->compares);
			return false;
		}
	}
	return true;
}

static void clauses_free(struct clause *clauses, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(clauses[i].compares);
	free(clauses);
}

static int grow(struct tree *tree, const struct clause *clauses, size_t count, uint32_t otherwise);

/* The subtree for one part of an argument, in which each of its comparisons is true or false. */
static int grow_part(struct tree *tree, const struct clause *clauses, size_t count,
		     uint32_t otherwise, unsigned arg, const struct cube *cube)
{
	struct clause *left = NULL;
	size_t nleft = 0;
	int status;

	for (size_t i = 0; i < count; i++) {
		struct clause one;

		if (!decide(&clauses[i], arg, cube->value, &one))
			continue;
		if (one.count == 0) {
			otherwise = one.verdict;
			break;
		}
		*array_grow(&left, &nleft) = one;
	}
	tree->box.args[arg] = *cube;
	status = grow(tree, left, nleft, otherwise);
	tree->box.args[arg] = (struct cube){0};
	clauses_free(left, nleft);
	return status;
}

static int grow(struct tree *tree, const struct clause *clauses, size_t count, uint32_t otherwise)
{
	_cleanup_cubes_ struct cubes cubes = {0};
	unsigned arg;

	if (++tree->nodes > NODES_MAX || tree->out->count > BOXES_MAX)
		return -1;
	while (count > 0 && clauses[count - 1].verdict == otherwise)
		count--;
	if (count == 0) {
		tree->box.verdict = otherwise;
		if (otherwise != tree->fallback)
			*array_grow(&tree->out->items, &tree->out->count) = tree->box;
		return 0;
	}
	arg = lowest_arg(clauses, count);
	add_cube(&cubes, 0, 0);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < clauses[i].count; k++)
			if (clauses[i].compares[k].arg == arg)
				refine(&cubes, &clauses[i].compares[k]);
		if (cubes.count > NODES_MAX)
			return -1;
	}
	for (size_t i = 0; i < cubes.count; i++)
		if (grow_part(tree, clauses, count, otherwise, arg, &cubes.items[i]) < 0)
			return -1;
	return 0;
}

int boxes_make(const struct decision *decision, uint32_t fallback, struct boxes *out)
{
	struct tree tree = {.fallback = fallback, .out = out};
	struct clause *clauses = NULL;
	size_t count = 0;
	int status;

	*out = (struct boxes){0};
	for (size_t i = 0; i < decision->count; i++) {
		const struct binding *b = &decision->items[i];
		struct clause *clause = array_grow(&clauses, &count);

		clause->verdict = binding_verdict(b);
		for (size_t k = 0; k < b->when->count; k++)
			*array_grow(&clause->compares, &clause->count) = binding_compare(b, k);
	}
	status = grow(&tree, clauses, count, decision->verdict);
	clauses_free(clauses, count);
	if (status == 0 && out->count <= BOXES_MAX)
		return 0;
	free(out->items);
	*out = (struct boxes){0};
	return -1;
}

bool boxes_equal(const struct boxes *a, const struct boxes *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->items[i].verdict != b->items[i].verdict ||
		    memcmp(a->items[i].args, b->items[i].args, sizeof(a->items[i].args)) != 0)
			return false;
	return true;
}

bool boxes_simple(const struct boxes *boxes)
{
	if (boxes->count > 1)
		return false;
	for (unsigned arg = 0; boxes->count && arg < ARGS; arg++)
		if (boxes->items[0].args[arg].mask)
			return false;
	return true;
}
