# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/profile/ini.h \
	src/profile/profile.h \
	src/profile/schema.def \
	src/profile/schema.h \
	src/profile/value.h
