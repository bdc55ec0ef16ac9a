# SPDX-License-Identifier: LGPL-2.1-or-later
# "make attacks" prints how sbox, bubblewrap and firejail hold against the same attacks. Static and
# without sanitizers, as the probe is and for the same reasons.
check_PROGRAMS += tests/attacks/attack
tests_attacks_attack_SOURCES = tests/attacks/attack.c tests/attacks/attack.h \
	tests/attacks/process.c tests/attacks/calls.c tests/attacks/outside.c
tests_attacks_attack_CPPFLAGS = -D_GNU_SOURCE
tests_attacks_attack_CFLAGS = -std=gnu11 $(WARN_CFLAGS)
tests_attacks_attack_LDFLAGS = -static

EXTRA_DIST += \
	tests/attacks/README.md \
	tests/attacks/run.sh \
	tests/attacks/suite.bash \
	tests/attacks/programs/none.bash \
	tests/attacks/programs/sbox.bash \
	tests/attacks/programs/bwrap.bash \
	tests/attacks/programs/firejail.bash \
	tests/attacks/rows/terminal.bash \
	tests/attacks/rows/processes.bash \
	tests/attacks/rows/calls.bash \
	tests/attacks/rows/sockets.bash \
	tests/attacks/rows/launcher.bash \
	tests/attacks/rows/files.bash \
	tests/attacks/rows/races.bash

.PHONY: attacks
attacks:
	bash $(srcdir)/tests/run.sh $(srcdir)/tests/attacks/run.sh
