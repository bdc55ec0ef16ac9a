# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/import/bwrap.c \
	src/import/bwrap.def \
	src/import/bwrap.h \
	src/import/bwrap_files.c \
	src/import/bwrap_line.h \
	src/import/bwrap_read.c \
	src/import/bwrap_read.h \
	src/import/bwrap_tree.c \
	src/import/bwrap_tree.h \
	src/import/bwrap_write.c \
	src/import/text.c \
	src/import/text.h
