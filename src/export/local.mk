# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/export/boxes.c \
	src/export/boxes.h \
	src/export/docker.c \
	src/export/docker.h \
	src/export/lines.c \
	src/export/lines.h \
	src/export/pfc.c \
	src/export/pfc.h
