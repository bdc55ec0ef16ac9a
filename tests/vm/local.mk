# SPDX-License-Identifier: LGPL-2.1-or-later
EXTRA_DIST += tests/vm/run.sh tests/vm/image.sh tests/vm/boot.sh tests/vm/host.sh tests/vm/guest.sh \
	tests/vm/hotplug.sh tests/vm/hotplug-guest.sh tests/vm/sbox-check.service

.PHONY: check-vm check-hotplug
check-vm:
	bash $(srcdir)/tests/vm/run.sh

check-hotplug:
	bash $(srcdir)/tests/vm/hotplug.sh
