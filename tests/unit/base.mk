# SPDX-License-Identifier: LGPL-2.1-or-later
check_PROGRAMS += test_base
TESTS += test_base
test_base_SOURCES = tests/unit/lsan.c tests/unit/test_base.c
test_base_CPPFLAGS = $(UNIT_CPPFLAGS)
test_base_LDADD = $(UNIT_LIBS)
