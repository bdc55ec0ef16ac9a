/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parsers of value.c's types for [network]. Private to profile/. */
#ifndef PROFILE_VALUE_NET_H
#define PROFILE_VALUE_NET_H

#include "profile/schema.h"

/* TYPE_INTERFACE, TYPE_PUBLISH. What it sets in *out is the caller's to clear, also on failure. */
int value_parse_net(const struct key_info *info, const char *text, struct value *out,
		    struct err **err);

/* One word of TYPE_DNS, TYPE_DOMAINS, TYPE_HOSTS or TYPE_PORTS; of another type everything passes.
 */
int value_check_net_word(const struct key_info *info, const char *word, struct err **err);

/* What the words of a TYPE_DNS, TYPE_HOSTS or TYPE_PORTS, each of them right, are together. */
int value_check_net_words(const struct key_info *info, const char *text, char *const *words,
			  struct err **err);

#endif
