/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_VISIBLE_H
#define CMD_VISIBLE_H

#include <stddef.h>

#include "plan/plan.h"

/*
 * How many files, directories not among them, the plan shows of the host or makes. What its binds
 * hold is counted on the host; what can't be read isn't. Devices and kernel file systems don't
 * count.
 */
size_t visible_files(const struct plan *plan);

#endif
