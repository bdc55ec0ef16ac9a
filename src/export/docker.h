/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef EXPORT_DOCKER_H
#define EXPORT_DOCKER_H

#include "base/err.h"
#include "plan/filter.h"

/*
 * The filter as a seccomp profile in the JSON format of Docker and Podman, for this machine's
 * architecture; NULL with *err where that format can't say it, which is never made
 * weaker. The caller frees. Under a runtime, what the filter says of numbers that nobody knows, and
 * of ABIs that it doesn't let in, is the runtime's affair.
 */
char *filter_to_docker(const struct filter_spec *spec, struct err **err);

#endif
