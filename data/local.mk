# SPDX-License-Identifier: LGPL-2.1-or-later
# Units, rules and their like. configure doesn't write them, for the directories may be given to
# make too.
include data/completions/local.mk

UNITS = data/systemd/sbox-netns@.service data/systemd/sbox-attach@.service
NETWORK_FILES = data/systemd/10-sbox-uplink.link data/systemd/10-sbox-uplink.network
UDEV_RULES = data/udev/76-sbox-uplink.rules

systemdsystemunit_DATA = $(UNITS)
systemdnetwork_DATA = $(NETWORK_FILES)
udevrules_DATA = $(UDEV_RULES)

DATA_GENERATED = $(UNITS) $(NETWORK_FILES) $(UDEV_RULES)
CLEANFILES += $(DATA_GENERATED)
EXTRA_DIST += \
	data/systemd/sbox-netns@.service.in \
	data/systemd/sbox-attach@.service.in \
	data/systemd/10-sbox-uplink.link.in \
	data/systemd/10-sbox-uplink.network.in \
	data/udev/76-sbox-uplink.rules.in

$(DATA_GENERATED): Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		sed -e 's|@sysconfdir[@]|$(sysconfdir)|g' -e 's|@pkglibexecdir[@]|$(pkglibexecdir)|g' \
		$(srcdir)/$@.in >$@
data/systemd/sbox-netns@.service: $(srcdir)/data/systemd/sbox-netns@.service.in
data/systemd/sbox-attach@.service: $(srcdir)/data/systemd/sbox-attach@.service.in
data/systemd/10-sbox-uplink.link: $(srcdir)/data/systemd/10-sbox-uplink.link.in
data/systemd/10-sbox-uplink.network: $(srcdir)/data/systemd/10-sbox-uplink.network.in
data/udev/76-sbox-uplink.rules: $(srcdir)/data/udev/76-sbox-uplink.rules.in
