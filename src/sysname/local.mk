# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/sysname/args.c \
	src/sysname/constants.def \
	src/sysname/group.c \
	src/sysname/group.h \
	src/sysname/groups.def \
	src/sysname/names.c \
	src/sysname/names.h \
	src/sysname/rule.c \
	src/sysname/rule.h \
	src/sysname/syscall.c \
	src/sysname/syscall.h
