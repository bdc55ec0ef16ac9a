# SPDX-License-Identifier: LGPL-2.1-or-later
EXTRA_DIST += tests/vm/run.sh tests/vm/image.sh tests/vm/boot.sh tests/vm/host.sh tests/vm/guest.sh \
	tests/vm/checks.sh tests/vm/guest-checks.sh tests/vm/sbox-check.service \
	tests/vm/hotplug.sh tests/vm/hotplug-guest.sh tests/vm/systemd.sh tests/vm/systemd-guest.sh

.PHONY: check-vm check-hotplug check-systemd
check-vm:
	bash $(srcdir)/tests/vm/run.sh

check-hotplug:
	bash $(srcdir)/tests/vm/hotplug.sh

check-systemd:
	bash $(srcdir)/tests/vm/systemd.sh
