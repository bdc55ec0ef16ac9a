/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/xauth.h"

/* Of Xauth(3): a client takes a record of the wild family whatever its address is. */
enum { FAMILY_LOCAL = 256, FAMILY_WILD = 65535 };

/* Each record has a family and, behind their lengths, these. Numbers are big-endian. */
enum { ADDRESS, NUMBER, NAME, COOKIE, FIELDS };

struct field {
	const char *text;
	size_t len;
};

static bool take_number(struct field *rest, unsigned *number)
{
	if (rest->len < 2)
		return false;
	*number = (unsigned char)rest->text[0] << 8 | (unsigned char)rest->text[1];
	rest->text += 2;
	rest->len -= 2;
	return true;
}

static bool take_field(struct field *rest, struct field *field)
{
	unsigned len;

	if (!take_number(rest, &len) || rest->len < len)
		return false;
	*field = (struct field){rest->text, len};
	rest->text += len;
	rest->len -= len;
	return true;
}

static bool is(const struct field *field, const char *text)
{
	return field->len == strlen(text) && memcmp(field->text, text, field->len) == 0;
}

static void add_number(struct str *out, size_t number)
{
	const char bytes[] = {(char)(number >> 8), (char)number};

	str_add_len(out, bytes, sizeof(bytes));
}

void xauth_local(const char *data, size_t len, const char *node, const char *number,
		 struct str *out)
{
	struct field rest = {data, len}, fields[FIELDS];
	unsigned family;

	while (take_number(&rest, &family)) {
		for (int i = 0; i < FIELDS; i++)
			if (!take_field(&rest, &fields[i]))
				return;
		if (family != FAMILY_WILD &&
		    !(family == FAMILY_LOCAL && is(&fields[ADDRESS], node)))
			continue;
		if (fields[NUMBER].len > 0 && !is(&fields[NUMBER], number))
			continue;
		add_number(out, FAMILY_WILD);
		for (int i = 0; i < FIELDS; i++) {
			add_number(out, fields[i].len);
			str_add_len(out, fields[i].text, fields[i].len);
		}
	}
}
