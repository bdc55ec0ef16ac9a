# SPDX-License-Identifier: LGPL-2.1-or-later
# Unit tests are Criterion programs that print TAP; each room's are listed in its own fragment.
UNIT_CPPFLAGS = $(AM_CPPFLAGS) $(CRITERION_CFLAGS) $(SECCOMP_CFLAGS) $(CAP_CFLAGS) $(INIH_CFLAGS) \
	$(JSONC_CFLAGS) $(NL_CFLAGS) -I$(srcdir)/tests -DTEST_SRCDIR='"$(abs_srcdir)"'
UNIT_LIBS = libsbox.a libbase.a $(CRITERION_LIBS) $(SECCOMP_LIBS) $(CAP_LIBS) $(INIH_LIBS) $(JSONC_LIBS)

AM_TESTS_ENVIRONMENT = CRITERION_OUTPUTS=tap:-; export CRITERION_OUTPUTS;
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh

if HAVE_CRITERION
include tests/unit/base.mk
include tests/unit/sysname.mk
include tests/unit/seccomp.mk
include tests/unit/profile.mk
include tests/unit/plan.mk
include tests/unit/audit.mk
include tests/unit/import.mk
include tests/unit/learn.mk
include tests/unit/netns.mk
include tests/unit/closure.mk
endif

include tests/fuzz/local.mk
include tests/probe/local.mk
include tests/attacks/local.mk
include tests/lint/local.mk
include tests/bench/local.mk
include tests/vm/local.mk

EXTRA_DIST += \
	tests/run.sh \
	tests/cannot-run-here \
	tests/lib/setup.sh \
	tests/lib/results.sh \
	tests/lib/isolated.sh \
	tests/e2e/common.bash \
	tests/e2e/uplink.bash \
	tests/e2e/wait.bash \
	tests/e2e/terminal.py \
	tests/e2e/tty.bats \
	tests/e2e/tty-tests.bash \
	tests/e2e/run-as-tty.bats \
	tests/e2e/uplink-tests.bash \
	tests/e2e/attacks.bats \
	tests/e2e/audit.bats \
	tests/e2e/auditd.bats \
	tests/e2e/closure.bats \
	tests/e2e/closure-hostile.bats \
	tests/e2e/desktop.bats \
	tests/e2e/dns-leak.bats \
	tests/e2e/environment.bats \
	tests/e2e/filesystem-links.bats \
	tests/e2e/filesystem.bats \
	tests/e2e/import.bats \
	tests/e2e/install.bats \
	tests/e2e/dhcp-server.py \
	tests/e2e/pasta.bats \
	tests/e2e/who.py \
	tests/e2e/why.bats \
	tests/e2e/home.bash \
	tests/e2e/identity.bats \
	tests/e2e/join.py \
	tests/e2e/joined.bats \
	tests/e2e/landlock.bats \
	tests/e2e/reach.py \
	tests/e2e/launcher.bats \
	tests/e2e/learn.bats \
	tests/e2e/namespaces.bats \
	tests/e2e/netns.bats \
	tests/e2e/netns-attacks.bats \
	tests/e2e/netns-hostile.bats \
	tests/e2e/netns-hotplug.bats \
	tests/e2e/netns-ipv6.bats \
	tests/e2e/netns-lease.bats \
	tests/e2e/netns-link.bats \
	tests/e2e/tun-peer.py \
	tests/e2e/netns-status.bats \
	tests/e2e/no-way-round.bats \
	tests/e2e/overlay.bats \
	tests/e2e/profiles.bats \
	tests/e2e/resolve.py \
	tests/e2e/rootfs.bats \
	tests/e2e/rootfs-debian.bats \
	tests/e2e/seccomp-docker.bats \
	tests/e2e/seccomp-export.bats \
	tests/e2e/seccomp.bats
