# SPDX-License-Identifier: LGPL-2.1-or-later
libbase_a_SOURCES += \
	src/base/account.c \
	src/base/account.h \
	src/base/allow.c \
	src/base/allow.h \
	src/base/arena.c \
	src/base/arena.h \
	src/base/err.c \
	src/base/err.h \
	src/base/export_bpf.c \
	src/base/export_bpf.h \
	src/base/io.c \
	src/base/io.h \
	src/base/json.c \
	src/base/json.h \
	src/base/landlock.h \
	src/base/loc.c \
	src/base/loc.h \
	src/base/log.c \
	src/base/log.h \
	src/base/mem.c \
	src/base/mem.h \
	src/base/mnt.c \
	src/base/mnt.h \
	src/base/net.c \
	src/base/net.h \
	src/base/num.c \
	src/base/num.h \
	src/base/path.c \
	src/base/path.h \
	src/base/str.c \
	src/base/str.h \
	src/base/subid.c \
	src/base/subid.h \
	src/base/sys.c \
	src/base/sys.h
