# SPDX-License-Identifier: LGPL-2.1-or-later
# Unit tests are Criterion programs that print TAP; each room's are listed in its own fragment.
UNIT_CPPFLAGS = $(AM_CPPFLAGS) $(CRITERION_CFLAGS) $(SECCOMP_CFLAGS) $(CAP_CFLAGS) $(INIH_CFLAGS) \
	$(JSONC_CFLAGS) $(NL_CFLAGS) -I$(srcdir)/tests -DTEST_SRCDIR='"$(abs_srcdir)"'
UNIT_LIBS = libsbox.a libbase.a $(CRITERION_LIBS) $(SECCOMP_LIBS) $(CAP_LIBS) $(INIH_LIBS) $(JSONC_LIBS)

AM_TESTS_ENVIRONMENT = CRITERION_OUTPUTS=tap:-; export CRITERION_OUTPUTS; \
	LSAN_OPTIONS=suppressions=$(abs_top_srcdir)/tests/unit/lsan.supp:print_suppressions=0; \
	export LSAN_OPTIONS;
EXTRA_DIST += tests/unit/lsan.supp
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh

if HAVE_CRITERION
include tests/unit/base.mk
include tests/unit/sysname.mk
include tests/unit/seccomp.mk
include tests/unit/profile.mk
include tests/unit/plan.mk
include tests/unit/netns.mk
endif

include tests/bench/local.mk
