# SPDX-License-Identifier: LGPL-2.1-or-later
# What needs no libauparse is tested and fuzzed by itself.
libsbox_a_SOURCES += \
	src/learn/audit_denials.c \
	src/learn/audit_denials.h \
	src/learn/audit_line.c \
	src/learn/audit_line.h \
	src/learn/audit_lists.c \
	src/learn/audit_options.c \
	src/learn/audit_options.h \
	src/learn/audit_prefix.c \
	src/learn/audit_prefix.h \
	src/learn/audit_table.c \
	src/learn/audit_table.h

if HAVE_AUPARSE
pkglibexec_PROGRAMS += sbox-audit
endif
EXTRA_PROGRAMS += sbox-audit
sbox_audit_SOURCES = \
	src/learn/audit_child.c \
	src/learn/audit_child.h \
	src/learn/audit_json.c \
	src/learn/audit_main.c \
	src/learn/audit_print.c \
	src/learn/audit_print.h \
	src/learn/audit_reader.c \
	src/learn/audit_reader.h \
	src/learn/audit_source.c \
	src/learn/audit_source.h \
	src/learn/audit_verdict.c \
	src/learn/audit_verdict.h
sbox_audit_CPPFLAGS = $(AM_CPPFLAGS) $(AUPARSE_CFLAGS) $(JSONC_CFLAGS) -DSBOX_BINDIR='"$(bindir)"'
sbox_audit_LDADD = libsbox.a libbase.a $(AUPARSE_LIBS) $(SECCOMP_LIBS) $(JSONC_LIBS)

dist_man_MANS += man/sbox-audit.1
