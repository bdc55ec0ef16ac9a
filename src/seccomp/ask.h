/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A filter that asks a listener, seccomp_unotify(2), where it would have denied. Nothing gets
 * looser: who answers has to deny the same, and while nobody does, the call fails with ENOSYS.
 */
#ifndef SECCOMP_ASK_H
#define SECCOMP_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "plan/filter.h"

/*
 * The last of `programs`, those of `spec`, as one that asks in place of each errno. It asks as well
 * for those of the `count` native calls in `also` that `spec` allows whatever their arguments are,
 * and sets asked[i] for them; to those it may be answered that they go on. A filter has one
 * listener at most: what earlier programs deny is not asked for. out->code is the caller's to free.
 */
void filter_ask(const struct filter_spec *spec, const struct filter_programs *programs,
		const int *also, size_t count, bool *asked, struct filter_program *out);

#endif
