# SPDX-License-Identifier: LGPL-2.1-or-later
EXTRA_DIST += tests/vm/run.sh tests/vm/image.sh tests/vm/boot.sh tests/vm/guest.sh

.PHONY: check-vm
check-vm:
	bash $(srcdir)/tests/vm/run.sh
