# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/plan/build.c \
	src/plan/build.h \
	src/plan/build_base.c \
	src/plan/build_closure.c \
	src/plan/build_desktop.c \
	src/plan/build_dns.c \
	src/plan/build_etc.c \
	src/plan/build_exec.c \
	src/plan/build_files.c \
	src/plan/build_filter.c \
	src/plan/build_filter.h \
	src/plan/build_import.c \
	src/plan/build_import.h \
	src/plan/build_landlock.c \
	src/plan/build_namespaces.c \
	src/plan/build_network.c \
	src/plan/build_seccomp.c \
	src/plan/build_uplink.c \
	src/plan/builder.c \
	src/plan/builder.h \
	src/plan/filter.h \
	src/plan/host.c \
	src/plan/host.h \
	src/plan/host_closure.c \
	src/plan/host_closure.h \
	src/plan/order.c \
	src/plan/path_set.c \
	src/plan/path_set.h \
	src/plan/plan.h \
	src/plan/print.h \
	src/plan/print_closure.c \
	src/plan/print_closure.h \
	src/plan/print_json.c \
	src/plan/print_text.c \
	src/plan/protect.c \
	src/plan/text.c
