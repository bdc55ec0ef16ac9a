/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NETNS_CLOCK_H
#define NETNS_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Microseconds of CLOCK_MONOTONIC. */
static inline uint64_t clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

/* Seconds of CLOCK_BOOTTIME: they go on while the machine sleeps, and no wrong date moves them. */
static inline int64_t clock_boot(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec;
}

#endif
