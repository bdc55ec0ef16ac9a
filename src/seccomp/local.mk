# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/seccomp/ask.c \
	src/seccomp/ask.h \
	src/seccomp/bpf.c \
	src/seccomp/bpf.h \
	src/seccomp/calls.c \
	src/seccomp/calls.h \
	src/seccomp/compile.c \
	src/seccomp/compile.h \
	src/seccomp/simple.c \
	src/seccomp/simple.h \
	src/seccomp/verdict.c \
	src/seccomp/verdict.h
