# SPDX-License-Identifier: LGPL-2.1-or-later
# libelf is for the helper alone; the archive is what it shares with its tests.
EXTRA_LIBRARIES += libclosure.a
libclosure_a_SOURCES = \
	src/closure/elf_file.c \
	src/closure/elf_file.h \
	src/closure/found.c \
	src/closure/found.h \
	src/closure/ld_cache.c \
	src/closure/ld_cache.h \
	src/closure/library.c \
	src/closure/library.h \
	src/closure/program.c \
	src/closure/program.h \
	src/closure/resolve.c \
	src/closure/resolve.h \
	src/closure/script.c \
	src/closure/script.h
libclosure_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBELF_CFLAGS)

if HAVE_LIBELF
noinst_LIBRARIES += libclosure.a
pkglibexec_PROGRAMS += sbox-closure
endif
EXTRA_PROGRAMS += sbox-closure
sbox_closure_SOURCES = \
	src/closure/confine.c \
	src/closure/confine.h \
	src/closure/main.c
sbox_closure_CPPFLAGS = $(AM_CPPFLAGS)
sbox_closure_LDADD = libclosure.a libbase.a $(LIBELF_LIBS) $(SECCOMP_LIBS)
