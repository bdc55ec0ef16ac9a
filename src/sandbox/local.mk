# SPDX-License-Identifier: LGPL-2.1-or-later
libsbox_a_SOURCES += \
	src/sandbox/landlock.c \
	src/sandbox/landlock.h \
	src/sandbox/changes.c \
	src/sandbox/changes.h \
	src/sandbox/front.c \
	src/sandbox/front.h \
	src/sandbox/launch.c \
	src/sandbox/launch.h \
	src/sandbox/link_watch.c \
	src/sandbox/link_watch.h \
	src/sandbox/mapper.c \
	src/sandbox/mapper.h \
	src/sandbox/pasta.c \
	src/sandbox/pasta.h \
	src/sandbox/observe.c \
	src/sandbox/observe.h \
	src/sandbox/reaper.c \
	src/sandbox/relay.c \
	src/sandbox/relay.h \
	src/sandbox/run_as.c \
	src/sandbox/run_as.h \
	src/sandbox/scratch.c \
	src/sandbox/scratch.h \
	src/sandbox/shown.c \
	src/sandbox/stage_ids.c \
	src/sandbox/stage_overlay.c \
	src/sandbox/stage_process.c \
	src/sandbox/stage_root.c \
	src/sandbox/stage_time.c \
	src/sandbox/stages.h \
	src/sandbox/supervise.c \
	src/sandbox/supervise.h \
	src/sandbox/terminal.c \
	src/sandbox/terminal.h \
	src/sandbox/uplink.c \
	src/sandbox/uplink.h
