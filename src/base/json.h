/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * JSON text for what decides about security: json-c parses it, and what json-c would let pass is
 * refused: a second value for a key, of which it keeps the last, and a number that fits no 64 bits,
 * which it cuts down.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <json-c/json.h>

#include "base/err.h"

/*
 * Parses `len` bytes as one JSON value, nested at most JSON_DEPTH_MAX deep. *out is the caller's,
 * by json_object_put(). An error says "FILE:LINE: ..." and has EXIT_PROFILE; besides what is no
 * JSON, it is a NUL byte, no UTF-8, a key that stands twice in one object or has an escape in it,
 * and a whole number beyond int64_t and uint64_t.
 */
enum { JSON_DEPTH_MAX = 24 };
int json_parse(const char *file, const char *text, size_t len, struct json_object **out,
	       struct err **err);

/*
 * The line, from 1, on which a value of such a text begins; 0 for null and for numbers with a
 * fraction or an exponent.
 */
unsigned json_line(struct json_object *value);

/*
 * The value as text in several lines, the caller's to free. What a terminal wouldn't show as it
 * stands, and json-c doesn't escape, is escaped: DEL, C1, what reorders the text around it. A byte
 * that is no UTF-8, which a file's name may have, becomes U+FFFD, for there is none in JSON.
 */
char *json_print(struct json_object *value);

static inline void json_put_p(struct json_object **value)
{
	json_object_put(*value);
}
#define _cleanup_json_ __attribute__((cleanup(json_put_p)))

#endif
