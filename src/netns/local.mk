# SPDX-License-Identifier: LGPL-2.1-or-later
libnetns_a_CPPFLAGS = $(AM_CPPFLAGS) $(NL_CFLAGS) $(CAP_CFLAGS) $(SECCOMP_CFLAGS) $(INIH_CFLAGS) $(JSONC_CFLAGS)
libnetns_a_SOURCES += \
	src/netns/address.c \
	src/netns/address.h \
	src/netns/advert.c \
	src/netns/advert.h \
	src/netns/attach.c \
	src/netns/bring.c \
	src/netns/bring.h \
	src/netns/client.c \
	src/netns/client.h \
	src/netns/client_run.c \
	src/netns/client_run.h \
	src/netns/clock.h \
	src/netns/config.c \
	src/netns/confine.c \
	src/netns/confine.h \
	src/netns/create.c \
	src/netns/create.h \
	src/netns/device.c \
	src/netns/device.h \
	src/netns/door.c \
	src/netns/door.h \
	src/netns/down.c \
	src/netns/elsewhere.c \
	src/netns/elsewhere.h \
	src/netns/event.c \
	src/netns/event.h \
	src/netns/filter.c \
	src/netns/filter.h \
	src/netns/inside.c \
	src/netns/inside.h \
	src/netns/json.c \
	src/netns/json.h \
	src/netns/lease.c \
	src/netns/lease.h \
	src/netns/lease_dir.c \
	src/netns/lease_dir.h \
	src/netns/lease_file.c \
	src/netns/lease_watch.c \
	src/netns/lease_watch.h \
	src/netns/link.c \
	src/netns/link.h \
	src/netns/link_return.c \
	src/netns/match.c \
	src/netns/nl.c \
	src/netns/nl.h \
	src/netns/options.c \
	src/netns/owner.c \
	src/netns/owner.h \
	src/netns/pass.c \
	src/netns/pass.h \
	src/netns/paths.h \
	src/netns/pin.c \
	src/netns/pin.h \
	src/netns/priv.c \
	src/netns/priv.h \
	src/netns/process.c \
	src/netns/process.h \
	src/netns/programs.c \
	src/netns/programs.h \
	src/netns/report.c \
	src/netns/report.h \
	src/netns/run.c \
	src/netns/setting.c \
	src/netns/settings.h \
	src/netns/state.c \
	src/netns/state.h \
	src/netns/status.c \
	src/netns/status.h \
	src/netns/status_json.c \
	src/netns/status_judge.c \
	src/netns/status_look.c \
	src/netns/status_text.c \
	src/netns/status_watch.c \
	src/netns/supervise.c \
	src/netns/supervise.h \
	src/netns/tend.c \
	src/netns/tend.h \
	src/netns/tuning.c \
	src/netns/tuning.h \
	src/netns/undo.c \
	src/netns/undo.h \
	src/netns/up.c \
	src/netns/verbs.h \
	src/netns/wait.c \
	src/netns/wait.h

NETNS_LIBS = libnetns.a libsbox.a libbase.a $(NL_LIBS) $(CAP_LIBS) $(SECCOMP_LIBS) $(INIH_LIBS) \
	$(JSONC_LIBS)

pkglibexec_PROGRAMS += sbox-netns sbox-dhcp-hook
sbox_netns_SOURCES = src/netns/main.c
sbox_netns_CPPFLAGS = $(libnetns_a_CPPFLAGS)
sbox_netns_LDADD = $(NETNS_LIBS)

# No libseccomp, libcap or inih: --as-needed leaves them out of what the network can reach.
sbox_dhcp_hook_SOURCES = src/netns/hook.c
sbox_dhcp_hook_CPPFLAGS = $(libnetns_a_CPPFLAGS)
sbox_dhcp_hook_LDADD = $(NETNS_LIBS)

dist_man_MANS += man/sbox-netns.8
