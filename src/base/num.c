/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/num.h"

#include "base/str.h"

/* Reads the digits at *text into *out and steps over them; -1 for none, or when they overflow. */
static int digits(const char **text, unsigned base, uint64_t *out)
{
	const char *s = *text;
	uint64_t value = 0;

	if (*s < '0' || *s >= (char)('0' + base))
		return -1;
	for (; *s >= '0' && *s < (char)('0' + base); s++) {
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*s - '0'), &value))
			return -1;
	}
	*text = s;
	*out = value;
	return 0;
}

int num_int(const char *text, int64_t min, int64_t max, int64_t *out, struct err **err)
{
	const char *s = text;
	bool negative = *s == '-';
	uint64_t value;

	if (negative)
		s++;
	if (digits(&s, 10, &value) < 0 || *s || value > (uint64_t)INT64_MAX ||
	    (negative ? -(int64_t)value : (int64_t)value) < min ||
	    (negative ? -(int64_t)value : (int64_t)value) > max) {
		if (min == max)
			return err_set_code(err, EXIT_USAGE, 0,
					    "\"%s\" is not %lld, the only one there is", text,
					    (long long)min);
		return err_set_code(err, EXIT_USAGE, 0,
				    "\"%s\" is not a whole number from %lld to %lld", text,
				    (long long)min, (long long)max);
	}
	*out = negative ? -(int64_t)value : (int64_t)value;
	return 0;
}

int num_mode(const char *text, unsigned *out, struct err **err)
{
	const char *s = text;
	uint64_t value;

	if (digits(&s, 8, &value) < 0 || *s || value > 07777)
		return err_set_code(err, EXIT_USAGE, 0,
				    "\"%s\" is not an octal file mode from 0 to 7777", text);
	*out = (unsigned)value;
	return 0;
}

int num_size(const char *text, uint64_t *out, struct err **err)
{
	static const char units[] = "KMGT";
	const char *s = text;
	uint64_t value;
	bool ok = digits(&s, 10, &value) == 0;

	if (ok && *s) {
		const char *unit = strchr(units, *s);

		ok = unit && !s[1];
		if (ok) {
			unsigned shift = 10 * (unsigned)(unit - units + 1);

			ok = value <= (uint64_t)INT64_MAX >> shift;
			value <<= ok ? shift : 0;
		}
	}
	if (!ok || value > (uint64_t)INT64_MAX)
		return err_set_code(err, EXIT_USAGE, 0,
				    "\"%s\" is not a size: digits and an optional K, M, G or T",
				    text);
	*out = value;
	return 0;
}

int num_time(const char *text, uint64_t *out, struct err **err)
{
	static const struct {
		const char *name;
		uint64_t usec;
	} units[] = {
		{"", 1000000},
		{"us", 1},
		{"ms", 1000},
		{"s", 1000000},
		{"min", 60000000},
		{"h", UINT64_C(3600000000)},
		{"d", UINT64_C(86400000000)},
	};
	const char *s = text;
	uint64_t value;

	if (digits(&s, 10, &value) == 0) {
		for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
			uint64_t usec;

			if (!streq(s, units[i].name))
				continue;
			if (__builtin_mul_overflow(value, units[i].usec, &usec) ||
			    usec > (uint64_t)INT64_MAX)
				return err_set_code(err, EXIT_USAGE, 0,
						    "the time \"%s\" is too large: at most %lldd",
						    text,
						    (long long)(INT64_MAX / UINT64_C(86400000000)));
			*out = usec;
			return 0;
		}
	}
	return err_set_code(err, EXIT_USAGE, 0,
			    "\"%s\" is not a time: digits and an optional us, ms, s, min, h or d",
			    text);
}

int num_bool(const char *text, bool *out, struct err **err)
{
	static const char *const words[2][4] = {{"no", "false", "off", "0"},
						{"yes", "true", "on", "1"}};

	for (int value = 0; value < 2; value++)
		for (size_t i = 0; i < ARRAY_SIZE(words[value]); i++)
			if (streq(text, words[value][i])) {
				*out = value;
				return 0;
			}
	return err_set_code(err, EXIT_USAGE, 0,
			    "\"%s\" is not one of yes, no, true, false, on, off, 1, 0", text);
}
