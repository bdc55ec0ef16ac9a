# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/plan/build.h \
	src/plan/build_seccomp.c \
	src/plan/build_seccomp.h \
	src/plan/filter.h \
	src/plan/host.h \
	src/plan/plan.h
