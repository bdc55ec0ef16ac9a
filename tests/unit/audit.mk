# SPDX-License-Identifier: LGPL-2.1-or-later
check_PROGRAMS += test_audit
TESTS += test_audit
test_audit_SOURCES = tests/unit/lsan.c tests/unit/test_audit.c tests/unit/test_audit_denials.c
test_audit_CPPFLAGS = $(UNIT_CPPFLAGS)
test_audit_LDADD = $(UNIT_LIBS)
