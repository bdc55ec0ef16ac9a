/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A fuzz target is one file with this function: built as it is for libFuzzer (--enable-fuzzing),
 * else linked with replay.c into a test that runs the target's corpus.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that holds for every input; the fuzzer keeps the input that breaks it. */
#define ALWAYS(condition)                                                                          \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#endif
