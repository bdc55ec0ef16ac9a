/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Value parsers that can't half succeed: an empty string is refused, every character must belong to
 * the value, the range is checked, and *out is written only on success. The error quotes the text
 * and names the allowed form; it carries EXIT_USAGE. Used alike for files, arguments and
 * environment.
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* A decimal integer, an optional leading '-', within [min, max]. */
int num_int(const char *text, int64_t min, int64_t max, int64_t *out, struct err **err);

/* An octal file mode, 0 to 7777. */
int num_mode(const char *text, unsigned *out, struct err **err);

/* Bytes: digits and an optional K, M, G or T (powers of 1024). At most INT64_MAX. */
int num_size(const char *text, uint64_t *out, struct err **err);

/* A time span as microseconds: digits and an optional us, ms, s (the default), min, h or d. */
int num_time(const char *text, uint64_t *out, struct err **err);

/* yes/no, true/false, on/off, 1/0. */
int num_bool(const char *text, bool *out, struct err **err);

#endif
