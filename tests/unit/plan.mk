# SPDX-License-Identifier: LGPL-2.1-or-later
check_PROGRAMS += test_plan
TESTS += test_plan
test_plan_SOURCES = tests/unit/lsan.c \
	tests/unit/plan_fake.c \
	tests/unit/plan_fake.h \
	tests/unit/test_plan.c \
	tests/unit/test_plan_closure.c \
	tests/unit/test_plan_desktop.c \
	tests/unit/test_plan_landlock.c \
	tests/unit/test_plan_ids.c \
	tests/unit/test_plan_files.c \
	tests/unit/test_plan_network.c \
	tests/unit/test_plan_uplink.c
test_plan_CPPFLAGS = $(UNIT_CPPFLAGS)
test_plan_LDADD = $(UNIT_LIBS)
