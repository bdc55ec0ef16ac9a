# SPDX-License-Identifier: LGPL-2.1-or-later
check_PROGRAMS += test_learn
TESTS += test_learn
test_learn_SOURCES = \
	tests/unit/lines.c \
	tests/unit/lines.h \
	tests/unit/lsan.c \
	tests/unit/test_learn.c \
	tests/unit/test_learn_files.c \
	tests/unit/test_learn_watch.c
test_learn_CPPFLAGS = $(UNIT_CPPFLAGS)
test_learn_LDADD = $(UNIT_LIBS)
