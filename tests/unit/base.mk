# SPDX-License-Identifier: LGPL-2.1-or-later
check_PROGRAMS += test_base
TESTS += test_base
test_base_SOURCES = tests/unit/lsan.c tests/unit/test_base.c
test_base_CPPFLAGS = $(UNIT_CPPFLAGS)
test_base_LDADD = $(UNIT_LIBS)

check_PROGRAMS += test_mnt
TESTS += test_mnt
test_mnt_SOURCES = tests/unit/lsan.c tests/unit/test_mnt.c
test_mnt_CPPFLAGS = $(UNIT_CPPFLAGS)
test_mnt_LDADD = $(UNIT_LIBS)
