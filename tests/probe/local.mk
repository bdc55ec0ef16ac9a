# SPDX-License-Identifier: LGPL-2.1-or-later
# Static, so that it runs in an empty root, and without sanitizers, so that what it finds is the
# sandbox's doing and not a run-time library's.
check_PROGRAMS += tests/probe/probe
tests_probe_probe_SOURCES = tests/probe/probe.c tests/probe/probe.h tests/probe/look.c \
	tests/probe/act.c tests/probe/call.c tests/probe/net.c
tests_probe_probe_CPPFLAGS = -D_GNU_SOURCE
tests_probe_probe_CFLAGS = -std=gnu11 $(WARN_CFLAGS)
tests_probe_probe_LDFLAGS = -static
