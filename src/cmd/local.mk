# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/cmd/audit.c \
	src/cmd/check.c \
	src/cmd/cmd.h \
	src/cmd/dispatch.c \
	src/cmd/explain.c \
	src/cmd/explain_closure.c \
	src/cmd/explain_syscall.c \
	src/cmd/import.c \
	src/cmd/learn.c \
	src/cmd/list_profiles.c \
	src/cmd/load.c \
	src/cmd/netns.c \
	src/cmd/options.c \
	src/cmd/options.h \
	src/cmd/output.c \
	src/cmd/run.c \
	src/cmd/seccomp.c \
	src/cmd/seccomp_export.c \
	src/cmd/seccomp_import.c \
	src/cmd/visible.c \
	src/cmd/visible.h
