# SPDX-License-Identifier: LGPL-2.1-or-later
check_PROGRAMS += test_sysname
TESTS += test_sysname
test_sysname_SOURCES = tests/unit/lsan.c \
	tests/unit/test_syscall_names.c \
	tests/unit/test_sysname.c
test_sysname_CPPFLAGS = $(UNIT_CPPFLAGS)
test_sysname_LDADD = $(UNIT_LIBS)
