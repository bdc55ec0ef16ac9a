/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One syscall rule as a profile writes it: NAME, @GROUP, NAME:ERRNO or NAME(CONDITIONS)[:ERRNO].
 * CONDITIONS are comparisons joined by ',' that must all hold: "ARG OP VALUE" or
 * "ARG & MASK OP VALUE", where ARG is 0 to 5, OP one of == != < <= > >=. MASK and VALUE are numbers
 * as C writes them (12, 0x1f, 0777, -1), names of constants (sysname/names.h), or several of both
 * joined by '|'. After == or != there may be a set: "1 == {A, B}" holds for one of its members,
 * "1 != {A, B}" for none. A value that the argument is too small to hold is an error.
 */
#ifndef SYSNAME_RULE_H
#define SYSNAME_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* In rising order of restriction: the most restrictive of all rules that match a call wins. */
enum rule_action { ACTION_ALLOW, ACTION_LOG, ACTION_ERRNO, ACTION_KILL };

enum compare_op { COMPARE_EQ, COMPARE_NE, COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE };

/* (args[arg] & mask) OP value, unsigned. */
struct compare {
	unsigned arg;
	enum compare_op op;
	uint64_t mask; /* UINT64_MAX when none was written */
	uint64_t value;
};

struct rule {
	char *name; /* a syscall's name, or "@group" */
	int errnum; /* 0: the list's default */
	/* A set in a condition makes several alternatives; each is a conjunction of comparisons.
	 * The rule matches when one alternative does; no alternatives: always. */
	struct conjunction {
		struct compare *compares;
		size_t count;
	} * alternatives;
	size_t nalternatives;
	char *condition; /* the conditions as they were written, blanks evened out; NULL: none */
};

/* Whether the comparison holds for the argument's value. */
bool compare_met(const struct compare *compare, uint64_t value);

/*
 * Parses one rule. An unknown syscall, group, errno or constant name is an error that offers the
 * nearest known one. *out is owned by the caller: rule_clear().
 */
int rule_parse(const char *text, struct rule *out, struct err **err);

/*
 * Splits a list on blanks outside parentheses and parses each word; *out is an array of *count
 * rules to be freed with rules_free().
 */
int rules_parse(const char *text, struct rule **out, size_t *count, struct err **err);

/* allow | log | errno[:NAME] | kill; *errnum is 0 where no name is written. */
int action_parse(const char *text, enum rule_action *action, int *errnum, struct err **err);

/* The rule in the syntax that rule_parse() reads; the caller frees. */
char *rule_format(const struct rule *rule);

/* One alternative as a list of conditions, numbers in place of names; the caller frees. */
char *conjunction_format(const struct conjunction *conjunction);

/* "allow", "log", "errno", "kill" */
const char *action_name(enum rule_action action);

void rule_clear(struct rule *rule);
void rules_free(struct rule *rules, size_t count);

#endif
