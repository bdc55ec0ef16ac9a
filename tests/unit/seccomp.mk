# SPDX-License-Identifier: LGPL-2.1-or-later
check_PROGRAMS += test_seccomp
TESTS += test_seccomp
test_seccomp_SOURCES = tests/unit/lsan.c \
	tests/unit/bpf.c \
	tests/unit/bpf.h \
	tests/unit/docker_filter.c \
	tests/unit/docker_filter.h \
	tests/unit/filters.c \
	tests/unit/filters.h \
	tests/unit/profile_dir.c \
	tests/unit/profile_dir.h \
	tests/unit/runc.c \
	tests/unit/runc.h \
	tests/unit/test_ask.c \
	tests/unit/test_docker.c \
	tests/unit/test_docker_export.c \
	tests/unit/test_docker_rules.c \
	tests/unit/test_filter.c \
	tests/unit/test_filter_kernel.c \
	tests/unit/test_seccomp.c \
	tests/unit/test_verdict.c \
	tests/unit/tuples.c \
	tests/unit/tuples.h
test_seccomp_CPPFLAGS = $(UNIT_CPPFLAGS)
test_seccomp_LDADD = $(UNIT_LIBS)
