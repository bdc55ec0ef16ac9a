# SPDX-License-Identifier: LGPL-2.1-or-later
if HAVE_LIBELF
check_PROGRAMS += test_closure
TESTS += test_closure
endif
EXTRA_PROGRAMS += test_closure
test_closure_SOURCES = tests/unit/lsan.c \
	tests/unit/elf_image.c \
	tests/unit/elf_image.h \
	tests/unit/test_closure.c
test_closure_CPPFLAGS = $(UNIT_CPPFLAGS)
test_closure_LDADD = libclosure.a $(UNIT_LIBS) $(LIBELF_LIBS)
