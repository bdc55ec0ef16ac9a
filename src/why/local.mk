# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/why/why.c \
	src/why/why.h \
	src/why/why_call.c \
	src/why/why_call.h \
	src/why/why_host.c \
	src/why/why_host.h \
	src/why/why_landlock.c \
	src/why/why_landlock.h \
	src/why/why_links.c \
	src/why/why_links.h \
	src/why/why_path.c \
	src/why/why_path.h \
	src/why/why_socket.c \
	src/why/why_socket.h
