/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An interpreter for seccomp filters, as strict as the kernel's own check of a new filter. */
#ifndef UNIT_BPF_H
#define UNIT_BPF_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/filter.h"

/* Why the kernel would refuse the program, or NULL when it wouldn't. */
const char *bpf_refusal(const struct sock_filter *code, size_t count);

/* The value that the program returns. */
uint32_t bpf_run(const struct sock_filter *code, size_t count, const struct seccomp_data *data);

/* The verdict of all programs together, the most restrictive, as kernel/seccomp.c finds it. */
uint32_t bpf_verdict(const struct filter_programs *programs, const struct seccomp_data *data);

#endif
