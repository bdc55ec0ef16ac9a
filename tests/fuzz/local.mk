# SPDX-License-Identifier: LGPL-2.1-or-later
# With --enable-fuzzing the targets are libFuzzer programs: run one with its corpus as argument.
# Otherwise each is a test that replays the corpus.
FUZZ_TARGETS = fuzz_audit fuzz_bwrap fuzz_docker fuzz_ini fuzz_profile fuzz_value
FUZZ_CPPFLAGS = $(AM_CPPFLAGS) $(INIH_CFLAGS) $(SECCOMP_CFLAGS) $(JSONC_CFLAGS) -I$(srcdir)/tests
FUZZ_LIBS = libsbox.a libbase.a $(INIH_LIBS) $(SECCOMP_LIBS) $(JSONC_LIBS)

if HAVE_LIBELF
FUZZ_TARGETS += fuzz_closure
endif

EXTRA_DIST += tests/fuzz/corpus

if FUZZING
noinst_PROGRAMS += $(FUZZ_TARGETS)
FUZZ_FLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
else
check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += $(FUZZ_TARGETS)
FUZZ_FLAGS = $(AM_LDFLAGS)
endif

fuzz_audit_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz_audit.c
fuzz_audit_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"$(abs_srcdir)/tests/fuzz/corpus/audit"'
fuzz_audit_LDADD = $(FUZZ_LIBS)
fuzz_audit_LDFLAGS = $(FUZZ_FLAGS)

EXTRA_PROGRAMS += fuzz_closure
fuzz_closure_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz_closure.c
fuzz_closure_CPPFLAGS = $(FUZZ_CPPFLAGS) $(LIBELF_CFLAGS) \
	-DFUZZ_CORPUS='"$(abs_srcdir)/tests/fuzz/corpus/closure"'
fuzz_closure_LDADD = libclosure.a $(FUZZ_LIBS) $(LIBELF_LIBS)
fuzz_closure_LDFLAGS = $(FUZZ_FLAGS)

fuzz_bwrap_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz_bwrap.c
fuzz_bwrap_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"$(abs_srcdir)/tests/fuzz/corpus/bwrap"'
fuzz_bwrap_LDADD = $(FUZZ_LIBS)
fuzz_bwrap_LDFLAGS = $(FUZZ_FLAGS)

fuzz_docker_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz_docker.c
fuzz_docker_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"$(abs_srcdir)/tests/fuzz/corpus/docker"'
fuzz_docker_LDADD = $(FUZZ_LIBS)
fuzz_docker_LDFLAGS = $(FUZZ_FLAGS)

fuzz_ini_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz_ini.c
fuzz_ini_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"$(abs_srcdir)/tests/fuzz/corpus/ini"'
fuzz_ini_LDADD = $(FUZZ_LIBS)
fuzz_ini_LDFLAGS = $(FUZZ_FLAGS)

fuzz_profile_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz_profile.c
fuzz_profile_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"$(abs_srcdir)/tests/fuzz/corpus/profile"'
fuzz_profile_LDADD = $(FUZZ_LIBS)
fuzz_profile_LDFLAGS = $(FUZZ_FLAGS)

fuzz_value_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz_value.c
fuzz_value_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"$(abs_srcdir)/tests/fuzz/corpus/value"'
fuzz_value_LDADD = $(FUZZ_LIBS)
fuzz_value_LDFLAGS = $(FUZZ_FLAGS)

if !FUZZING
fuzz_audit_SOURCES += tests/fuzz/replay.c
fuzz_closure_SOURCES += tests/fuzz/replay.c
fuzz_bwrap_SOURCES += tests/fuzz/replay.c
fuzz_docker_SOURCES += tests/fuzz/replay.c
fuzz_ini_SOURCES += tests/fuzz/replay.c
fuzz_profile_SOURCES += tests/fuzz/replay.c
fuzz_value_SOURCES += tests/fuzz/replay.c
endif
