/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_EXPORT_BPF_H
#define BASE_EXPORT_BPF_H

#include <linux/filter.h>
#include <stddef.h>

#include "base/err.h"

/*
 * The program of a filter of libseccomp's, `ctx` a scmp_filter_ctx, which libseccomp 2.5 can only
 * write to a file. The caller frees *code. 0 or -1.
 *
 * Not seccomp_load(3), which takes -1 for the number of seccomp(2) once seccomp_api_set(3) was
 * called.
 */
int export_bpf(void *ctx, struct sock_filter **code, size_t *count, struct err **err);

#endif
