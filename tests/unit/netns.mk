# SPDX-License-Identifier: LGPL-2.1-or-later
check_PROGRAMS += test_netns
TESTS += test_netns
test_netns_SOURCES = tests/unit/lsan.c tests/unit/environment.h tests/unit/test_netns.c tests/unit/test_netns_advert.c \
	tests/unit/test_netns_settings.c tests/unit/test_netns_status.c
test_netns_CPPFLAGS = $(UNIT_CPPFLAGS)
test_netns_LDADD = libnetns.a $(UNIT_LIBS) $(NL_LIBS)
