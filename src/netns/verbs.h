/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NETNS_VERBS_H
#define NETNS_VERBS_H

#include "base/err.h"
#include "netns/settings.h"

/* Each returns the exit status, or -1 with an error. */
int verb_up(const struct settings *settings, struct err **err);
int verb_run(const struct settings *settings, struct err **err);
int verb_attach(const struct settings *settings, struct err **err);
int verb_match(const struct settings *settings, struct err **err);
int verb_down(const struct settings *settings, struct err **err);
int verb_status(const struct settings *settings, struct err **err);
int verb_list(const struct settings *settings, struct err **err);

#endif
