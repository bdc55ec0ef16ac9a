/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/value_net.h"

#include "base/net.h"
#include "base/num.h"
#include "base/str.h"
#include "profile/value_path.h"

static int parse_port(const struct key_info *info, const char *text, const char *port,
		      unsigned *out, struct err **err)
{
	int64_t number;

	if (num_int(port, 1, 65535, &number, NULL) < 0)
		return value_bad(err, info, text, "a port is a number from 1 to 65535");
	*out = (unsigned)number;
	return 0;
}

/* ADDRESS:PORT:PORT, from the end, for an IPv6 address has colons of its own. */
static int parse_publish(const struct key_info *info, const char *text, struct value *out,
			 struct err **err)
{
	_cleanup_free_ char *copy = xstrdup(text);
	char *inside = strrchr(copy, ':'), *outside, *address = copy;
	size_t len;

	if (inside)
		*inside++ = '\0';
	outside = strrchr(copy, ':');
	if (!inside || !outside)
		return value_bad(err, info, text,
				 "address, port outside and port inside belong "
				 "to it");
	*outside++ = '\0';
	len = strlen(address);
	if (*address == '[' && address[len - 1] == ']') {
		address[len - 1] = '\0';
		address++;
		if (!strchr(address, ':'))
			return value_bad(err, info, text, "brackets are for IPv6");
	} else if (strchr(address, ':')) {
		return value_bad(err, info, text, "an IPv6 address stands in brackets");
	}
	if (!net_family(address))
		return value_bad(err, info, text, "not a numeric address");
	if (parse_port(info, text, outside, &out->ports.outside, err) < 0 ||
	    parse_port(info, text, inside, &out->ports.inside, err) < 0)
		return -1;
	out->name = xstrdup(address);
	return 0;
}

int value_parse_net(const struct key_info *info, const char *text, struct value *out,
		    struct err **err)
{
	if (info->type == TYPE_PUBLISH)
		return parse_publish(info, text, out, err);
	if (!net_is_interface(text))
		return value_bad(err, info, text,
				 "not an interface's name: it has " NET_INTERFACE_FORM);
	return 0;
}

int value_check_net_word(const struct key_info *info, const char *word, struct err **err)
{
	bool address = net_family(word) != 0;

	if (info->type == TYPE_DNS && !streq(word, "lease") && !net_is_server(word) &&
	    !net_is_loopback(word))
		return value_bad(err, info, word,
				 address ? "a server can't have this address"
					 : "not a numeric address");
	if ((info->type == TYPE_DOMAINS || (info->type == TYPE_HOSTS && !address)) &&
	    !net_is_domain(word, strlen(word)))
		return value_bad(err, info, word, "not a name of letters, digits, - _ and dots");
	if (info->type == TYPE_PORTS && !streq(word, "none"))
		return num_int(word, info->min, info->max, &(int64_t){0}, err);
	return 0;
}

int value_check_net_words(const struct key_info *info, const char *text, char *const *words,
			  struct err **err)
{
	if (info->type == TYPE_DNS || info->type == TYPE_PORTS) {
		const char *alone = info->type == TYPE_DNS ? "lease" : "none";

		for (char *const *word = words; *word; word++)
			if (streq(*word, alone) && words[1])
				return value_bad(err, info, text,
						 info->type == TYPE_DNS ? "lease stands alone"
									: "none stands alone");
		return 0;
	}
	if (!net_family(words[0]))
		return value_bad(err, info, text, "it begins with a numeric address");
	if (!words[1])
		return value_bad(err, info, text, "the address has no name");
	for (char *const *word = words + 1; *word; word++)
		if (net_family(*word))
			return value_bad(err, info, text, "one line has one address");
	return 0;
}
