# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/export/pfc.c \
	src/export/pfc.h
