# SPDX-License-Identifier: LGPL-2.1-or-later
check_PROGRAMS += test_profile
TESTS += test_profile
test_profile_SOURCES = tests/unit/lsan.c \
	tests/unit/profile_dir.c \
	tests/unit/profile_dir.h \
	tests/unit/test_profile_docker.c \
	tests/unit/test_profile_dump.c \
	tests/unit/test_profile_ini.c \
	tests/unit/test_profile_load.c \
	tests/unit/test_profile_merge.c \
	tests/unit/test_profile_trusted.c \
	tests/unit/test_profile_value.c
test_profile_CPPFLAGS = $(UNIT_CPPFLAGS)
test_profile_LDADD = $(UNIT_LIBS)
