# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/profile/check.c \
	src/profile/closure_set.c \
	src/profile/closure_set.h \
	src/profile/closure_sets.def \
	src/profile/docker.c \
	src/profile/docker.h \
	src/profile/docker_entry.c \
	src/profile/docker_json.c \
	src/profile/docker_json.h \
	src/profile/dump.c \
	src/profile/ini.c \
	src/profile/ini.h \
	src/profile/internal.h \
	src/profile/load.c \
	src/profile/profile.c \
	src/profile/profile.h \
	src/profile/schema.c \
	src/profile/schema.def \
	src/profile/schema.h \
	src/profile/search.c \
	src/profile/source.c \
	src/profile/trusted.c \
	src/profile/trusted.h \
	src/profile/value.c \
	src/profile/value.h \
	src/profile/value_net.c \
	src/profile/value_net.h \
	src/profile/value_path.c \
	src/profile/value_path.h \
	src/profile/variable.c \
	src/profile/variable.h
