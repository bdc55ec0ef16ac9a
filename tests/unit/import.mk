# SPDX-License-Identifier: LGPL-2.1-or-later
check_PROGRAMS += test_import
TESTS += test_import
test_import_SOURCES = tests/unit/lsan.c tests/unit/test_import.c
test_import_CPPFLAGS = $(UNIT_CPPFLAGS)
test_import_LDADD = $(UNIT_LIBS)
