# SPDX-License-Identifier: LGPL-2.1-or-later
# "make bench" prints how long starts take beside those of other programs. No test depends on time.
EXTRA_PROGRAMS += bench-plan bench-run bench-filter
bench_plan_SOURCES = tests/bench/plan.c
bench_plan_CPPFLAGS = $(libsbox_a_CPPFLAGS)
bench_plan_LDADD = $(sbox_LDADD)
bench_run_SOURCES = tests/bench/run.c
bench_filter_SOURCES = tests/bench/filter.c
bench_filter_CPPFLAGS = $(libsbox_a_CPPFLAGS)
bench_filter_LDADD = $(sbox_LDADD)

EXTRA_DIST += tests/bench/bench.sh tests/bench/calls.sh tests/bench/calls.c tests/bench/floor.c \
	tests/bench/learn.sh tests/bench/notify.c
CLEANFILES += bench-plan$(EXEEXT) bench-run$(EXEEXT) bench-filter$(EXEEXT)

.PHONY: bench
bench: sbox$(EXEEXT) bench-plan$(EXEEXT) bench-run$(EXEEXT) bench-filter$(EXEEXT)
	CC='$(CC)' CFLAGS='$(CFLAGS)' SAN_CFLAGS='$(SAN_CFLAGS)' \
		$(SHELL) $(srcdir)/tests/bench/bench.sh $(srcdir) $(BENCH)
