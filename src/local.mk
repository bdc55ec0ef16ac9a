# SPDX-License-Identifier: LGPL-2.1-or-later
# Each room lists its own sources; sbox and its tests link the one archive, sbox-netns the rooms
# that it may know.

noinst_LIBRARIES += libsbox.a libnetns.a libbase.a
libbase_a_SOURCES =
libsbox_a_SOURCES =
libnetns_a_SOURCES =

include src/base/local.mk
include src/sysname/local.mk
include src/profile/local.mk
include src/plan/local.mk
include src/seccomp/local.mk
include src/export/local.mk
include src/import/local.mk
include src/sandbox/local.mk
include src/learn/local.mk
include src/why/local.mk
include src/netns/local.mk
include src/cmd/local.mk
include src/learn/audit.mk
include src/closure/local.mk

libsbox_a_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS) $(CAP_CFLAGS) $(INIH_CFLAGS) $(JSONC_CFLAGS)
libbase_a_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS) $(JSONC_CFLAGS)

bin_PROGRAMS += sbox
sbox_SOURCES = src/main.c
sbox_LDFLAGS = $(LAUNCHER_LDFLAGS)
sbox_LDADD = libsbox.a libbase.a $(SECCOMP_LIBS) $(CAP_LIBS) $(INIH_LIBS) $(JSONC_LIBS)
