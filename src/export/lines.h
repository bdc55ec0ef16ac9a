/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef EXPORT_LINES_H
#define EXPORT_LINES_H

#include "base/err.h"
#include "plan/filter.h"

/*
 * A filter that has neither baseline nor what an allow list implies, as the [seccomp] section of a
 * profile that comes to the same with "baseline = no": where a profile's own default would imply
 * more, or a line of it reach farther, the rest is denied by name. NULL with *err when that can't
 * be said. The caller frees.
 */
char *filter_to_lines(const struct filter_spec *spec, struct err **err);

#endif
