# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/learn/learn_address.c \
	src/learn/learn_address.h \
	src/learn/learn_calls.def \
	src/learn/learn_desktop.c \
	src/learn/learn_desktop.h \
	src/learn/learn_files.c \
	src/learn/learn_files.h \
	src/learn/learn_grants.c \
	src/learn/learn_grants.h \
	src/learn/learn_lines.c \
	src/learn/learn_lines.h \
	src/learn/learn_merge.c \
	src/learn/learn_names.c \
	src/learn/learn_names.h \
	src/learn/learn_network.c \
	src/learn/learn_outside.c \
	src/learn/learn_outside.h \
	src/learn/learn_process.c \
	src/learn/learn_process.h \
	src/learn/learn_record.c \
	src/learn/learn_record.h \
	src/learn/learn_seccomp.c \
	src/learn/learn_seccomp.h \
	src/learn/learn_watch.c \
	src/learn/learn_watch.h
