/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sysname/rule.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/str.h"
#include "sysname/group.h"
#include "sysname/names.h"
#include "sysname/syscall.h"

/* Far above what a person writes, and what keeps "{...}, {...}" from multiplying without end. */
enum { SET_MAX = 256, ALTERNATIVES_MAX = 256, COMPARES_MAX = 64, WORD_MAX = 64, ARGS = 6 };

/* In an order in which none begins with an earlier one. */
static const struct {
	const char *text;
	enum compare_op op;
} ops[] = {
	{"==", COMPARE_EQ}, {"!=", COMPARE_NE}, {"<=", COMPARE_LE},
	{">=", COMPARE_GE}, {"<", COMPARE_LT},  {">", COMPARE_GT},
};

static const char *const actions[] = {
	[ACTION_ALLOW] = "allow",
	[ACTION_LOG] = "log",
	[ACTION_ERRNO] = "errno",
	[ACTION_KILL] = "kill",
};

/* The rule's text, where the parser stands in it, and what it has read of the conditions. */
struct scan {
	const char *text;
	const char *at;
	struct rule *rule;
	const char *sizes;    /* the call's arguments, or NULL */
	struct str condition; /* becomes rule->condition */
	struct err **err;
};

static int bad(const struct scan *scan, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static int bad(const struct scan *scan, const char *fmt, ...)
{
	_cleanup_free_ char *message = NULL;
	va_list ap;

	va_start(ap, fmt);
	message = xvasprintf(fmt, ap);
	va_end(ap);
	return err_set_code(scan->err, EXIT_USAGE, 0, "\"%s\": %s", scan->text, message);
}

/* The error for an unknown name of some kind, with the nearest known one where there is one. */
static int unknown(const struct scan *scan, const char *kind, const char *word, const char *nearest)
{
	return nearest ? bad(scan, "unknown %s \"%s\", did you mean \"%s\"?", kind, word, nearest)
		       : bad(scan, "unknown %s \"%s\"", kind, word);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static void skip_blanks(struct scan *scan)
{
	while (is_blank(*scan->at))
		scan->at++;
}

/* Steps over `token` and the blanks in front of it, if it comes next. */
static bool take(struct scan *scan, const char *token)
{
	skip_blanks(scan);
	if (!str_starts(scan->at, token))
		return false;
	scan->at += strlen(token);
	return true;
}

/* What stands at the parser's place, for a message. */
static const char *rest(const struct scan *scan)
{
	return *scan->at ? scan->at : "the end";
}

/* A word of letters, digits and '_', with the characters of `also` allowed in front. */
static int take_word(struct scan *scan, const char *also, char word[WORD_MAX])
{
	size_t len = 0;

	skip_blanks(scan);
	if (scan->at[0] && strchr(also, scan->at[0]))
		len++;
	while (is_word(scan->at[len]) || (scan->at[0] == '@' && scan->at[len] == '-'))
		len++;
	if (len >= WORD_MAX)
		return bad(scan, "\"%.*s...\" is too long for a name or number", WORD_MAX / 2,
			   scan->at);
	memcpy(word, scan->at, len);
	word[len] = '\0';
	scan->at += len;
	return 0;
}

/* A number as C writes it or a constant. */
static int word_value(const struct scan *scan, const char *word, uint64_t *value)
{
	bool negative = word[0] == '-';
	const char *digits = word + negative;
	uint64_t number;
	char *end;

	if (*digits < '0' || *digits > '9') {
		if (!negative && constant_value(word, value) == 0)
			return 0;
		return unknown(scan, "constant", word, constant_nearest(word));
	}
	errno = 0;
	number = strtoull(digits, &end, 0);
	if (*end || errno || (negative && number > (uint64_t)INT64_MAX))
		return bad(scan, "\"%s\" is not a number", word);
	*value = negative ? -number : number;
	return 0;
}

/* WORD[|WORD...], within the size of the argument; what is read goes to the condition's text. */
static int parse_value(struct scan *scan, unsigned arg, uint64_t *out)
{
	unsigned bits = scan->sizes ? 8 * (unsigned)(scan->sizes[arg] - '0') : 64;
	uint64_t limit = bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;
	uint64_t sum = 0;
	const char *bar = "";

	do {
		char word[WORD_MAX];
		uint64_t value;

		if (take_word(scan, "-", word) < 0)
			return -1;
		if (!*word)
			return bad(scan, "a number or constant was expected before %s", rest(scan));
		if (word_value(scan, word, &value) < 0)
			return -1;
		if (value > limit && (word[0] != '-' || ~value > limit / 2))
			return bad(scan, "%s does not fit into argument %u, which has %u bits",
				   word, arg, bits);
		sum |= value & limit;
		str_addf(&scan->condition, "%s%s", bar, word);
		bar = "|";
	} while (take(scan, "|"));
	*out = sum;
	return 0;
}

/* VALUE or {VALUE, ...} into values[*count]. */
static int parse_values(struct scan *scan, unsigned arg, enum compare_op op,
			uint64_t values[SET_MAX], size_t *count)
{
	const char *comma = "";

	*count = 0;
	if (!take(scan, "{")) {
		*count = 1;
		return parse_value(scan, arg, &values[0]);
	}
	if (op != COMPARE_EQ && op != COMPARE_NE)
		return bad(scan, "a set can only follow == or !=");
	str_add(&scan->condition, "{");
	do {
		if (*count == SET_MAX)
			return bad(scan, "a set has at most %d members", SET_MAX);
		str_add(&scan->condition, comma);
		if (parse_value(scan, arg, &values[(*count)++]) < 0)
			return -1;
		comma = ", ";
	} while (take(scan, ","));
	if (!take(scan, "}"))
		return bad(scan, "\"}\" or \",\" was expected before %s", rest(scan));
	str_add(&scan->condition, "}");
	return 0;
}

static struct compare *add_compare(struct conjunction *c)
{
	return array_grow(&c->compares, &c->count);
}

/* Puts one more condition on every alternative: `count` values, of which one must be equal when
 * `op` is COMPARE_EQ, and that must all compare as `op` says otherwise. */
static int add_condition(struct scan *scan, unsigned arg, uint64_t mask, enum compare_op op,
			 const uint64_t *values, size_t count)
{
	struct rule *rule = scan->rule;
	size_t copies = op == COMPARE_EQ ? count : 1;
	struct conjunction *all = NULL;
	size_t n = 0;

	if (rule->nalternatives == 0)
		array_grow(&rule->alternatives, &rule->nalternatives);
	if (rule->nalternatives * copies > ALTERNATIVES_MAX)
		return bad(scan, "its sets make more than %d combinations", ALTERNATIVES_MAX);
	if (rule->alternatives[0].count + count / copies > COMPARES_MAX)
		return bad(scan, "it has more than %d comparisons", COMPARES_MAX);
	for (size_t i = 0; i < rule->nalternatives; i++) {
		const struct conjunction *old = &rule->alternatives[i];

		for (size_t copy = 0; copy < copies; copy++) {
			struct conjunction *new = array_grow(&all, &n);

			for (size_t k = 0; k < old->count; k++)
				*add_compare(new) = old->compares[k];
			for (size_t k = copy; k < (op == COMPARE_EQ ? copy + 1 : count); k++)
				*add_compare(new) = (struct compare){arg, op, mask, values[k]};
		}
	}
	for (size_t i = 0; i < rule->nalternatives; i++)
		free(rule->alternatives[i].compares);
	free(rule->alternatives);
	rule->alternatives = all;
	rule->nalternatives = n;
	return 0;
}

static const char *op_text(enum compare_op op)
{
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (ops[i].op == op)
			return ops[i].text;
	return "?";
}

static int parse_op(struct scan *scan, enum compare_op *op)
{
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		if (take(scan, ops[i].text)) {
			str_addf(&scan->condition, "%s ", ops[i].text);
			*op = ops[i].op;
			return 0;
		}
	}
	return bad(scan, "one of == != < <= > >= was expected before %s", rest(scan));
}

/* The number of an argument that the call has. */
static int parse_arg(struct scan *scan, unsigned *arg)
{
	char word[WORD_MAX];

	if (take_word(scan, "", word) < 0)
		return -1;
	if (strlen(word) != 1 || word[0] < '0' || word[0] >= '0' + ARGS)
		return bad(scan, "a condition starts with an argument's number, 0 to %d, not %s",
			   ARGS - 1, *word ? word : rest(scan));
	*arg = (unsigned)(word[0] - '0');
	if (scan->sizes && *arg >= strlen(scan->sizes))
		return bad(scan, "%s has no argument %u, the first is 0 and it has %zu",
			   scan->rule->name, *arg, strlen(scan->sizes));
	str_addf(&scan->condition, "%u ", *arg);
	return 0;
}

/* ARG [& MASK] OP VALUES */
static int parse_condition(struct scan *scan)
{
	uint64_t values[SET_MAX];
	uint64_t mask = UINT64_MAX;
	enum compare_op op = COMPARE_EQ;
	size_t count;
	unsigned arg = 0;

	if (parse_arg(scan, &arg) < 0)
		return -1;
	if (take(scan, "&")) {
		str_add(&scan->condition, "& ");
		if (parse_value(scan, arg, &mask) < 0)
			return -1;
		str_add(&scan->condition, " ");
	}
	if (parse_op(scan, &op) < 0 || parse_values(scan, arg, op, values, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if ((op == COMPARE_EQ || op == COMPARE_NE) && values[i] & ~mask)
			return bad(scan, "after & 0x%llx the argument is never 0x%llx",
				   (unsigned long long)mask, (unsigned long long)values[i]);
	return add_condition(scan, arg, mask, op, values, count);
}

static int parse_conditions(struct scan *scan)
{
	const char *comma = "";

	if (scan->rule->name[0] == '@')
		return bad(scan, "a group takes no conditions");
	scan->sizes = syscall_arg_sizes(scan->rule->name);
	do {
		str_add(&scan->condition, comma);
		if (parse_condition(scan) < 0)
			return -1;
		comma = ", ";
	} while (take(scan, ","));
	if (!take(scan, ")"))
		return bad(scan, "\")\" or \",\" was expected before %s", rest(scan));
	return 0;
}

static int parse_name(struct scan *scan)
{
	char word[WORD_MAX];

	if (take_word(scan, "@", word) < 0)
		return -1;
	if (!*word)
		return bad(scan, "the name of a system call or a @group was expected before %s",
			   rest(scan));
	if (word[0] == '@' ? !group_find(word) : !syscall_known(word)) {
		_cleanup_free_ char *nearest = word[0] == '@' ? NULL : syscall_nearest(word);

		return word[0] == '@' ? unknown(scan, "group", word, group_nearest(word))
				      : unknown(scan, "system call", word, nearest);
	}
	scan->rule->name = xstrdup(word);
	return 0;
}

static int parse_errno(struct scan *scan)
{
	char word[WORD_MAX];

	if (take_word(scan, "", word) < 0)
		return -1;
	scan->rule->errnum = errno_number(word);
	if (!scan->rule->errnum)
		return unknown(scan, "errno", word, errno_nearest(word));
	return 0;
}

static int parse_rule(struct scan *scan)
{
	if (parse_name(scan) < 0)
		return -1;
	if (*scan->at == '(') {
		scan->at++;
		if (parse_conditions(scan) < 0)
			return -1;
	}
	if (*scan->at == ':') {
		scan->at++;
		if (parse_errno(scan) < 0)
			return -1;
	}
	if (*scan->at)
		return bad(scan, "the rule should have ended before %s", rest(scan));
	return 0;
}

bool compare_met(const struct compare *compare, uint64_t value)
{
	uint64_t a = value & compare->mask, b = compare->value;

	switch (compare->op) {
	case COMPARE_EQ:
		return a == b;
	case COMPARE_NE:
		return a != b;
	case COMPARE_LT:
		return a < b;
	case COMPARE_LE:
		return a <= b;
	case COMPARE_GT:
		return a > b;
	case COMPARE_GE:
		break;
	}
	return a >= b;
}

int rule_parse(const char *text, struct rule *out, struct err **err)
{
	struct rule rule = {0};
	struct scan scan = {.text = text, .at = text, .rule = &rule, .err = err};
	int status = parse_rule(&scan);

	if (status < 0 || !scan.condition.len)
		str_free(&scan.condition);
	else
		rule.condition = str_steal(&scan.condition);
	if (status < 0) {
		rule_clear(&rule);
		return -1;
	}
	*out = rule;
	return 0;
}

/* The length of the first word of `text`: up to a blank outside parentheses. */
static size_t word_length(const char *text)
{
	bool inside = false;
	size_t len = 0;

	for (; text[len] && (inside || !is_blank(text[len])); len++) {
		if (text[len] == '(')
			inside = true;
		else if (text[len] == ')')
			inside = false;
	}
	return len;
}

int rules_parse(const char *text, struct rule **out, size_t *count, struct err **err)
{
	struct rule *rules = NULL;
	size_t n = 0;

	for (;;) {
		_cleanup_free_ char *word = NULL;
		struct rule rule;
		size_t len;

		text += strspn(text, " \t");
		if (!*text)
			break;
		len = word_length(text);
		word = xstrndup(text, len);
		if (rule_parse(word, &rule, err) < 0) {
			rules_free(rules, n);
			return -1;
		}
		*array_grow(&rules, &n) = rule;
		text += len;
	}
	*out = rules;
	*count = n;
	return 0;
}

int action_parse(const char *text, enum rule_action *action, int *errnum, struct err **err)
{
	const char *colon = strchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : strlen(text);
	int number = 0;

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (strlen(actions[i]) != len || strncmp(actions[i], text, len) != 0)
			continue;
		if (colon && i != ACTION_ERRNO)
			break;
		if (colon && !(number = errno_number(colon + 1))) {
			const char *nearest = errno_nearest(colon + 1);

			return err_set_code(err, EXIT_USAGE, 0,
					    "\"%s\": unknown errno \"%s\"%s%s%s", text, colon + 1,
					    nearest ? ", did you mean \"" : "",
					    nearest ? nearest : "", nearest ? "\"?" : "");
		}
		*action = (enum rule_action)i;
		*errnum = number;
		return 0;
	}
	return err_set_code(err, EXIT_USAGE, 0,
			    "\"%s\" is not one of allow, log, errno, errno:NAME, kill", text);
}

const char *action_name(enum rule_action action)
{
	return actions[action];
}

char *conjunction_format(const struct conjunction *conjunction)
{
	struct str s = {0};

	for (size_t i = 0; i < conjunction->count; i++) {
		const struct compare *c = &conjunction->compares[i];

		str_addf(&s, "%s%u ", i ? ", " : "", c->arg);
		if (c->mask != UINT64_MAX)
			str_addf(&s, "& 0x%llx ", (unsigned long long)c->mask);
		str_addf(&s, "%s 0x%llx", op_text(c->op), (unsigned long long)c->value);
	}
	return str_steal(&s);
}

char *rule_format(const struct rule *rule)
{
	struct str s = {0};

	str_add(&s, rule->name);
	if (rule->condition)
		str_addf(&s, "(%s)", rule->condition);
	if (rule->errnum)
		str_addf(&s, ":%s", errno_name(rule->errnum));
	return str_steal(&s);
}

void rule_clear(struct rule *rule)
{
	for (size_t i = 0; i < rule->nalternatives; i++)
		free(rule->alternatives[i].compares);
	free(rule->alternatives);
	free(rule->condition);
	free(rule->name);
	*rule = (struct rule){0};
}

void rules_free(struct rule *rules, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rule_clear(&rules[i]);
	free(rules);
}
